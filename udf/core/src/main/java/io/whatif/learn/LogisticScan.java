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

  private final Likelihood likelihood;
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

  /**
   * What is fitted.
   *
   * @param target a 0/1 column, or one of codes of classes, as the loss takes it
   */
  record Likelihood(Basis basis, Target target, LogisticLoss loss) {}

  LogisticScan(
      Basis basis, Target target, Folds folds, List<Point> points, LogisticSums.Wanted wanted) {
    this(new Likelihood(basis, target, LogisticLoss.BINARY), folds, points, wanted);
  }

  LogisticScan(Likelihood likelihood, Folds folds, List<Point> points, LogisticSums.Wanted wanted) {
    this.likelihood = likelihood;
    this.folds = folds;
    this.points = points;
    this.wanted = wanted;
    this.weights = new Weights(likelihood.target().weight());
  }

  /** The same point over each fold by itself. */
  static LogisticScan byFold(
      Basis basis, Target target, Folds folds, double[] coefficients, LogisticSums.Wanted wanted) {
    return byFold(new Likelihood(basis, target, LogisticLoss.BINARY), folds, coefficients, wanted);
  }

  /** The same point over each fold by itself. */
  static LogisticScan byFold(
      Likelihood likelihood, Folds folds, double[] coefficients, LogisticSums.Wanted wanted) {
    List<Point> points =
        java.util.stream.IntStream.range(0, folds.count())
            .mapToObj(k -> new Point(coefficients, NONE, k))
            .toList();
    return new LogisticScan(likelihood, folds, points, wanted);
  }

  /** The sum over some rows. */
  static final class Sum implements Mergeable<Sum> {
    private final LogisticSums[] sums;
    private final FoldRows rows;
    private final FilledRows block;
    private final double[] y;
    private final double[] weight;
    private final double[][] scratch;

    Sum(Likelihood likelihood, int points, Folds folds, LogisticSums.Wanted wanted) {
      int width = likelihood.basis().width();
      LogisticLoss loss = likelihood.loss();
      sums = new LogisticSums[points];
      java.util.Arrays.setAll(sums, m -> new LogisticSums(loss, width, wanted));
      rows = new FoldRows(folds);
      block = FilledRows.of(likelihood.basis(), 0);
      y = new double[block.capacity()];
      weight = new double[block.capacity()];
      scratch = new double[loss.scratch()][block.capacity()];
      java.util.Arrays.fill(weight, 1);
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
    return new Sum(likelihood, points.size(), folds, wanted);
  }

  @Override
  public void accumulate(Batch batch, Sum sum) {
    sum.rows.group(batch);
    int[] rows = sum.rows.rows();
    double[] values = batch.column(likelihood.target().column());
    double[] weight = weights.of(batch);
    for (int k = 0; k < folds.count(); k++) {
      int end = sum.rows.start(k + 1);
      for (int from = sum.rows.start(k); from < end; from += sum.block.capacity()) {
        int to = Math.min(end, from + sum.block.capacity());
        sum.block.fill(likelihood.basis(), batch, rows, from, to);
        for (int r = 0; r < to - from; r++) {
          sum.y[r] = values[rows[from + r]];
        }
        for (int r = 0; weight != null && r < to - from; r++) {
          sum.weight[r] = weight[rows[from + r]];
        }
        LogisticLoss.Rows some = new LogisticLoss.Rows(sum.block, sum.y, sum.weight, to - from);
        for (int m = 0; m < points.size(); m++) {
          if (points.get(m).counts(k)) {
            double[] b = points.get(m).coefficients();
            likelihood.loss().add(some, b, sum.scratch, sum.sums[m]);
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
