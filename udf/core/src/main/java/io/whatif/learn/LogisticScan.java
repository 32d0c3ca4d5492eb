/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Mergeable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * {@link LogisticSums} at several points at once, each over the rows that count there. One scan.
 *
 * <p>Point m counts the rows of every fold but {@code excluded}; or, with {@code only} set, those
 * of that fold alone.
 */
final class LogisticScan extends FoldPass<LogisticScan.Sums, LogisticSums[]> {
  /** The fold to leave out that leaves none out. */
  static final int NONE = -1;

  private final Likelihood likelihood;
  private final List<Point> points;
  private final LogisticSums.Wanted wanted;

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
  record Likelihood(Basis basis, Target target, LogisticLoss loss) {
    /** The dataset's columns that are read, but for the target. */
    List<Integer> columns() {
      List<Integer> columns = new ArrayList<>(basis.columns());
      if (target.weight() != Target.UNWEIGHTED) {
        columns.add(target.weight());
      }
      return columns;
    }
  }

  LogisticScan(
      Basis basis, Target target, Folds folds, List<Point> points, LogisticSums.Wanted wanted) {
    this(new Likelihood(basis, target, LogisticLoss.BINARY), folds, points, wanted);
  }

  LogisticScan(Likelihood likelihood, Folds folds, List<Point> points, LogisticSums.Wanted wanted) {
    super(likelihood.basis(), folds, new Weights(likelihood.target().weight()), 0);
    this.likelihood = likelihood;
    this.points = points;
    this.wanted = wanted;
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
        IntStream.range(0, folds.count()).mapToObj(k -> new Point(coefficients, NONE, k)).toList();
    return new LogisticScan(likelihood, folds, points, wanted);
  }

  /** The sums over some rows, and what works on them. */
  static final class Sums implements Mergeable<Sums> {
    private final LogisticSums[] byPoint;
    private final double[] y;
    private final double[] once;
    private final double[][] scratch;

    Sums(LogisticSums[] byPoint, int scratch, int capacity) {
      this.byPoint = byPoint;
      this.y = new double[capacity];
      this.once = new double[capacity];
      this.scratch = new double[scratch][capacity];
      Arrays.fill(once, 1);
    }

    @Override
    public Sums merge(Sums other) {
      for (int m = 0; m < byPoint.length; m++) {
        byPoint[m].merge(other.byPoint[m]);
      }
      return this;
    }
  }

  @Override
  Sums start(int capacity) {
    LogisticLoss loss = likelihood.loss();
    LogisticSums[] sums = new LogisticSums[points.size()];
    Arrays.setAll(
        sums, m -> new LogisticSums(loss, likelihood.basis().width(), wanted, sums.length));
    return new Sums(sums, loss.scratch(), capacity);
  }

  @Override
  void add(Part part, Sums sum) {
    part.gather(part.batch().column(likelihood.target().column()), sum.y);
    double[] weights = part.weights() == null ? sum.once : part.weights();
    LogisticLoss.Rows rows = new LogisticLoss.Rows(part.block(), sum.y, weights, part.count());
    for (int m = 0; m < points.size(); m++) {
      Point point = points.get(m);
      if (point.counts(part.fold())) {
        likelihood.loss().add(rows, point.coefficients(), sum.scratch, sum.byPoint[m]);
      }
    }
  }

  @Override
  LogisticSums[] end(Sums total) {
    return total.byPoint;
  }
}
