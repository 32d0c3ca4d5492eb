/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Run;
import io.whatif.math.CoordinateDescent;
import java.util.List;

/**
 * Chooses each outer fold's penalty on an {@link ElasticNetPath} by the log-loss on inner folds.
 *
 * <p>Method: the fit to all rows, or to a sample, is followed from the largest penalty to the
 * smallest; at each one scan gives the gradient and Hessian of every fold, and one proximal Newton
 * step on their sums gives the coefficients without an outer and an inner fold. One scan at the end
 * judges them all.
 */
final class SparseLogisticPath {
  /** What is left of the objective to gain below which the path moves on, in log-likelihood. */
  private static final double CLOSE = 0.05;

  private static final int MAX_STEPS = 10;

  private final Run run;
  private final Dataset data;
  private final Basis basis;
  private final Target target;
  private final InnerFolds inner;
  private final ElasticNetPath path;

  private SparseLogisticPath(
      Run run, SampledRows rows, Standardization basis, Target target, ElasticNetPath path) {
    this.run = run;
    this.data = rows.data();
    this.basis = FilledBasis.of(run, data, basis);
    this.target = target;
    this.inner = rows.inner();
    this.path = path;
  }

  /** On the rows of {@code fitting}, or a sample of them. */
  static SparseLogisticPath of(Fitting fitting, Target target, ElasticNetPath path) {
    SampledRows rows =
        SampledRows.of(fitting.run(), fitting.data(), fitting.basis(), target, fitting.folds());
    return new SparseLogisticPath(fitting.run(), rows, fitting.basis(), target, path);
  }

  /**
   * What was chosen.
   *
   * @param penalty for each outer fold, the number of the best penalty
   * @param path the coefficients of all rows at each penalty, nearly optimal
   */
  record Choice(int[] penalty, double[][] path) {}

  /** Follows the path and judges it, for {@code outer} folds. */
  Choice choose(int outer) {
    List<InnerFolds.Split> splits = inner.splits();
    double[][] points = new double[path.count()][];
    double[][][] coefficients = new double[path.count()][splits.size()][];
    Here here = at(new double[basis.width()]);
    for (int i = path.count() - 1; i >= 0; i--) {
      run.part("", 0.1, 0.6)
          .progress(path.family() + ": penalty", path.count() - 1L - i, path.count());
      here = approach(here, i);
      points[i] = here.point();
      if (path.count() > 1) {
        Here now = here;
        int penalty = i;
        inner.fitEach(run, split -> without(split, now, penalty), coefficients[i]);
      }
    }
    return new Choice(path.count() == 1 ? new int[outer] : judge(coefficients), points);
  }

  private record Here(double[] point, LogisticSums[] byFold, LogisticSums total) {
    double objective(CoordinateDescent.Penalty penalty) {
      return total.loss() + penalty.of(point);
    }
  }

  private Here at(double[] point) {
    LogisticSums[] sums =
        data.scan(
            run,
            LogisticScan.byFold(basis, target, inner.folds(), point, LogisticSums.Wanted.HESSIAN));
    return new Here(point, sums, total(sums, LogisticScan.NONE, LogisticScan.NONE));
  }

  /** Proximal Newton steps until little is left to gain. */
  private Here approach(Here from, int index) {
    Here here = from;
    CoordinateDescent.Penalty penalty =
        path.penalty(index, basis.width(), from.total().weight(), 1);
    for (int i = 0; i < MAX_STEPS; i++) {
      LogisticSums total = here.total();
      double[] next = step(total, penalty, here.point());
      double gain = penalty.of(here.point()) - penalty.of(next);
      for (int j = 0; j < next.length; j++) {
        gain -= total.gradient()[j] * (next[j] - here.point()[j]);
      }
      if (gain < CLOSE) {
        return here;
      }
      Here there = at(next);
      for (int h = 0; h < 10 && !(there.objective(penalty) <= here.objective(penalty)); h++) {
        next = Points.between(here.point(), next);
        there = at(next);
      }
      here = there;
    }
    return here;
  }

  private static double[] step(
      LogisticSums sums, CoordinateDescent.Penalty penalty, double[] point) {
    CoordinateDescent descent = CoordinateDescent.of(sums.hessian(), point.length);
    return SparseLogistic.minimum(descent, sums.hessian(), sums.gradient(), penalty, point);
  }

  private double[] without(InnerFolds.Split split, Here here, int index) {
    LogisticSums training = new LogisticSums(basis.width(), LogisticSums.Wanted.HESSIAN);
    for (int k = 0; k < here.byFold().length; k++) {
      if (split.fits(k)) {
        training.merge(here.byFold()[k]);
      }
    }
    return step(training, path.penalty(index, basis.width(), training.weight(), 1), here.point());
  }

  /** The sum of all but the folds from {@code first} to {@code last}. */
  static LogisticSums total(LogisticSums[] byFold, int first, int last) {
    LogisticSums total = new LogisticSums(byFold[0].gradient().length, LogisticSums.Wanted.HESSIAN);
    for (int k = 0; k < byFold.length; k++) {
      if (k < first || k > last) {
        total.merge(byFold[k]);
      }
    }
    return total;
  }

  private int[] judge(double[][][] coefficients) {
    return LogisticPenalty.judge(
        points ->
            data.scan(
                run,
                new LogisticScan(basis, target, inner.folds(), points, LogisticSums.Wanted.LOSS)),
        inner,
        coefficients);
  }
}
