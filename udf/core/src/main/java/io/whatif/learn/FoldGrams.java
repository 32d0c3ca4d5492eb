/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.math.Gram;
import java.util.List;

/**
 * One Gram matrix for each fold, of the basis and the targets behind it, each target less its mean
 * and over its standard deviation; rows count by their weights. One scan for any number of targets.
 */
final class FoldGrams implements Pass<FoldGrams.Sum, Gram[]> {
  private final Basis basis;
  private final List<Target> targets;
  private final Folds folds;
  private final double[] shift;
  private final double[] scale;
  private final Weights weights;

  private FoldGrams(Basis basis, List<Target> targets, Folds folds, Weights weights) {
    this.basis = basis;
    this.targets = targets;
    this.folds = folds;
    this.weights = weights;
    this.shift = new double[targets.size()];
    this.scale = new double[targets.size()];
  }

  FoldGrams(Basis basis, List<Target> targets, Folds folds, Moments.Summary moments) {
    this(basis, targets, folds, Weights.of(targets));
    for (int t = 0; t < shift.length; t++) {
      shift[t] = moments.mean(basis.width() + t);
      scale[t] = 1 / moments.scale(basis.width() + t);
    }
  }

  /** Of the basis alone. */
  static FoldGrams of(Basis basis, Weights weights, Folds folds) {
    return new FoldGrams(basis, List.of(), folds, weights);
  }

  /** The sum over some rows. */
  static final class Sum implements Mergeable<Sum> {
    private final Gram[] grams;
    private final FoldRows rows;
    private final FilledRows block;
    private final double[] weight;

    Sum(Basis basis, int targets, Folds folds) {
      int width = basis.width() + targets;
      grams = new Gram[folds.count()];
      java.util.Arrays.setAll(grams, k -> new Gram(width));
      rows = new FoldRows(folds);
      block = FilledRows.of(basis, targets);
      weight = new double[block.capacity()];
    }

    @Override
    public Sum merge(Sum other) {
      for (int k = 0; k < grams.length; k++) {
        grams[k].add(other.grams[k]);
      }
      return this;
    }
  }

  @Override
  public Sum zero() {
    return new Sum(basis, targets.size(), folds);
  }

  @Override
  public void accumulate(Batch batch, Sum sum) {
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
        int to = Math.min(end, from + block.capacity());
        block.fill(basis, batch, rows, from, to);
        for (int t = 0; t < shift.length; t++) {
          double[] values = batch.column(targets.get(t).column());
          for (int r = 0; r < to - from; r++) {
            block.put(r, basis.width() + t, (values[rows[from + r]] - shift[t]) * scale[t]);
          }
        }
        for (int r = 0; weight != null && r < to - from; r++) {
          sum.weight[r] = weight[rows[from + r]];
        }
        block.addProducts(to - from, weight == null ? null : sum.weight, sum.grams[k]);
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
  public Gram[] finish(Sum total) {
    return total.grams;
  }

  /** The sum of the Grams of all folds but those excluded, in fold order. */
  static Gram without(Gram[] grams, int excluded, int alsoExcluded) {
    Gram sum = new Gram(grams[0].width());
    for (int k = 0; k < grams.length; k++) {
      if (k != excluded && k != alsoExcluded) {
        sum.add(grams[k]);
      }
    }
    return sum;
  }

  /** The products of the first {@code width} columns with the column {@code column}. */
  static double[] column(Gram gram, int width, int column) {
    double[] values = new double[width];
    java.util.Arrays.setAll(values, j -> gram.get(j, column));
    return values;
  }
}
