/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import java.util.List;

/**
 * {@link LogisticSums} at several points at once, each over the rows that count there. One scan.
 *
 * <p>Point m counts the rows of every fold but {@code excluded}; or, with {@code only} set, those
 * of that fold alone.
 */
final class LogisticScan implements Pass<LogisticScan.Sum, LogisticSums[]> {
  /** The fold to leave out that leaves none out. */
  static final int NONE = -1;

  private final Basis basis;
  private final Target target;
  private final Folds folds;
  private final List<Point> points;
  private final LogisticSums.Wanted wanted;
  private final Weights weights;

  /** Coefficients, and which rows count. */
  record Point(double[] coefficients, int excluded, int only) {
    static Point without(double[] coefficients, int excluded) {
      return new Point(coefficients, excluded, NONE);
    }

    boolean counts(int fold) {
      return only == NONE ? fold != excluded : fold == only;
    }
  }

  LogisticScan(
      Basis basis, Target target, Folds folds, List<Point> points, LogisticSums.Wanted wanted) {
    this.basis = basis;
    this.target = target;
    this.folds = folds;
    this.points = points;
    this.wanted = wanted;
    this.weights = new Weights(target.weight());
  }

  /** The same point over each fold by itself. */
  static LogisticScan byFold(
      Basis basis, Target target, Folds folds, double[] coefficients, LogisticSums.Wanted wanted) {
    List<Point> points =
        java.util.stream.IntStream.range(0, folds.count())
            .mapToObj(k -> new Point(coefficients, NONE, k))
            .toList();
    return new LogisticScan(basis, target, folds, points, wanted);
  }

  /** The sum over some rows. */
  static final class Sum implements Mergeable<Sum> {
    private final LogisticSums[] sums;
    private final FoldRows rows;
    private final Basis.Block block;
    private final double[] y = new double[Basis.Block.ROWS];
    private final double[][] scratch = new double[3][Basis.Block.ROWS];

    Sum(int width, int points, Folds folds, LogisticSums.Wanted wanted) {
      sums = new LogisticSums[points];
      java.util.Arrays.setAll(sums, m -> new LogisticSums(width, wanted));
      rows = new FoldRows(folds);
      block = Basis.Block.of(width);
      java.util.Arrays.fill(scratch[2], 1);
    }

    @Override
    public Sum merge(Sum other) {
      for (int m = 0; m < sums.length; m++) {
        sums[m].merge(other.sums[m]);
      }
      return this;
    }
  }

  @Override
  public Sum zero() {
    return new Sum(basis.width(), points.size(), folds, wanted);
  }

  @Override
  public void accumulate(Batch batch, Sum sum) {
    sum.rows.group(batch);
    int[] rows = sum.rows.rows();
    double[] values = batch.column(target.column());
    double[] weight = weights.of(batch);
    for (int k = 0; k < folds.count(); k++) {
      int end = sum.rows.start(k + 1);
      for (int from = sum.rows.start(k); from < end; from += Basis.Block.ROWS) {
        int to = Math.min(end, from + Basis.Block.ROWS);
        basis.fill(batch, rows, from, to, sum.block);
        for (int r = 0; r < to - from; r++) {
          sum.y[r] = values[rows[from + r]];
        }
        for (int r = 0; weight != null && r < to - from; r++) {
          sum.scratch[2][r] = weight[rows[from + r]];
        }
        for (int m = 0; m < points.size(); m++) {
          if (points.get(m).counts(k)) {
            double[] b = points.get(m).coefficients();
            sum.sums[m].add(sum.block, sum.y, to - from, b, sum.scratch);
          }
        }
      }
    }
  }

  @Override
  public LogisticSums[] finish(Sum total) {
    return total.sums;
  }
}
