/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.TwoSums;
import org.jspecify.annotations.Nullable;

/**
 * A sum over the rows of a basis, fold by fold; rows of weight 0 count nowhere. Two such sums over
 * rows that are read alike can be made {@link #beside} each other in one scan.
 *
 * @param <A> the sum over some rows
 * @param <R> what it means
 */
abstract class FoldPass<A extends Mergeable<A>, R> implements Pass<FoldPass.Sum<A>, R> {
  private final Basis basis;
  private final Folds folds;
  private final Weights weights;
  private final int behind;

  /**
   * A pass.
   *
   * @param behind how many columns it writes behind those of the basis
   */
  FoldPass(Basis basis, Folds folds, Weights weights, int behind) {
    this.basis = basis;
    this.folds = folds;
    this.weights = weights;
    this.behind = behind;
  }

  /**
   * Rows of one fold.
   *
   * @param block the rows
   * @param places where they stand in the batch: {@code places[from]} and those behind it
   * @param weights of the rows; null if each counts once
   */
  record Part(
      Batch batch,
      int fold,
      FilledRows block,
      int[] places,
      int from,
      int count,
      double @Nullable [] weights) {
    /** A column of the batch at these rows. */
    void gather(double[] column, double[] into) {
      for (int r = 0; r < count; r++) {
        into[r] = column[places[from + r]];
      }
    }
  }

  /** A sum of nothing, with room for parts of so many rows. */
  abstract A start(int capacity);

  /** Adds rows. */
  abstract void add(Part part, A sum);

  /** What the sum over all rows means. */
  abstract R end(A total);

  /** The sum over some rows, and what works on them. */
  static final class Sum<A extends Mergeable<A>> implements Mergeable<Sum<A>> {
    private final FoldRows rows;
    private final FilledRows block;
    private final double[] weight;
    private final A own;

    Sum(FoldRows rows, FilledRows block, A own) {
      this.rows = rows;
      this.block = block;
      this.weight = new double[block.capacity()];
      this.own = own;
    }

    @Override
    public Sum<A> merge(Sum<A> other) {
      own.merge(other.own);
      return this;
    }
  }

  @Override
  public Sum<A> zero() {
    FilledRows block = FilledRows.of(basis, behind);
    return new Sum<>(new FoldRows(folds), block, start(block.capacity()));
  }

  @Override
  public void accumulate(Batch batch, Sum<A> sum) {
    sum.rows.group(batch);
    int[] rows = sum.rows.rows();
    double[] weight = weights.of(batch);
    FilledRows block = sum.block;
    for (int k = 0; k < folds.count(); k++) {
      int end = sum.rows.start(k + 1);
      if (weight != null) {
        end = counting(rows, sum.rows.start(k), end, weight);
      }
      for (int from = sum.rows.start(k); from < end; from += block.capacity()) {
        int count = Math.min(end - from, block.capacity());
        block.fill(basis, batch, rows, from, from + count);
        double[] own = weight == null ? null : sum.weight;
        Part part = new Part(batch, k, block, rows, from, count, own);
        if (weight != null) {
          part.gather(weight, sum.weight);
        }
        add(part, sum.own);
      }
    }
  }

  /** Moves the rows of a fold that count anything to its front, and tells where they end. */
  private static int counting(int[] rows, int from, int end, double[] weight) {
    int next = from;
    for (int r = from; r < end; r++) {
      int row = rows[r];
      rows[next] = row;
      next += weight[row] != 0 ? 1 : 0;
    }
    return next;
  }

  @Override
  public R finish(Sum<A> total) {
    return end(total.own);
  }

  /** Whether it reads rows as another does, so that {@link #beside} can be asked for. */
  boolean readsAs(FoldPass<?, ?> other) {
    return folds == other.folds
        && weights.column() == other.weights.column()
        && basis.isDense() // else rows lie side by side, as far apart as each pass wants them
        && basis.equals(other.basis);
  }

  /** This pass and another that reads rows as it does, in one. */
  <B extends Mergeable<B>, S> Pass<?, Both<R, S>> beside(FoldPass<B, S> other) {
    FoldPass<A, R> one = this;
    return new FoldPass<TwoSums<A, B>, Both<R, S>>(
        basis, folds, weights, Math.max(behind, other.behind)) {
      @Override
      TwoSums<A, B> start(int capacity) {
        return new TwoSums<>(one.start(capacity), other.start(capacity));
      }

      @Override
      void add(Part part, TwoSums<A, B> sum) {
        one.add(part, sum.first());
        other.add(part, sum.second());
      }

      @Override
      Both<R, S> end(TwoSums<A, B> total) {
        return new Both<>(one.end(total.first()), other.end(total.second()));
      }
    };
  }
}
