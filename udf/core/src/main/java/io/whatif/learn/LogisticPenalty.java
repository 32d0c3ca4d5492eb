/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Run;
import io.whatif.math.NormalEquations;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Chooses each outer fold's penalty for logistic regression by the log-loss on inner folds.
 *
 * <p>Method: the fit to all rows is followed from the largest penalty to the smallest; at each one
 * scan gives the gradient and Hessian of every fold, and one Newton step on their sums gives the
 * coefficients without an outer and an inner fold. One scan at the end judges them all.
 */
final class LogisticPenalty {
  /** What is left of the objective to gain below which the path moves on, in log-likelihood. */
  private static final double CLOSE = 0.05;

  private static final int MAX_STEPS = 8;

  private final Run run;
  private final Dataset data;
  private final Standardization basis;
  private final Target target;
  private final InnerFolds inner;
  private final LogisticFit fit;
  private final String learner;

  /**
   * Prepares a choice.
   *
   * @param rows of the fitting, or a sample of them
   * @param learner what asks, for progress
   */
  LogisticPenalty(Fitting fitting, SampledRows rows, Target target, String learner) {
    this.run = fitting.run();
    this.data = rows.data();
    this.basis = fitting.basis();
    this.target = target;
    this.learner = learner;
    this.inner = rows.inner();
    this.fit = new LogisticFit(run, data, basis, target, inner.folds());
  }

  /**
   * What was chosen.
   *
   * @param penalty for each outer fold, the number of the best penalty
   * @param path the coefficients of all rows at each penalty, nearly optimal
   */
  record Choice(int[] penalty, double[][] path) {}

  /** Follows the path and judges it. */
  Choice choose(double share) {
    List<InnerFolds.Split> splits = inner.splits();
    double[][] path = new double[Penalties.COUNT][];
    double[][][] coefficients = new double[Penalties.COUNT][splits.size()][];
    double[] point = new double[basis.width()];
    point[0] = Math.log(share / (1 - share));
    LogisticSums[] sums = fit.byFold(point, LogisticSums.Wanted.HESSIAN);
    for (int at = Penalties.COUNT - 1; at >= 0; at--) {
      run.part("", 0.1, 0.6)
          .progress(learner + ": penalty", Penalties.COUNT - 1L - at, Penalties.COUNT);
      double[] penalty = basis.evenPenalty(Penalties.of(at));
      Here here = approach(new Here(point, sums), penalty);
      point = here.point();
      sums = here.sums();
      path[at] = point;
      inner.fitEach(run, split -> without(split, here, penalty), coefficients[at]);
    }
    return new Choice(judge(coefficients), path);
  }

  private record Here(double[] point, LogisticSums[] sums) {
    double objective(double[] penalty) {
      double sum = LogisticFit.half(penalty, point);
      for (LogisticSums fold : sums) {
        sum += fold.loss();
      }
      return sum;
    }
  }

  /** Newton steps from {@code from} until little is left to gain. */
  private Here approach(Here from, double[] penalty) {
    Here here = from;
    for (int i = 0; i < MAX_STEPS; i++) {
      LogisticSums total = total(here.sums(), k -> true);
      NormalEquations equations = NormalEquations.of(total.hessian(), basis.width(), penalty);
      double[] step = LogisticFit.step(equations, total.gradient(), penalty, here.point());
      if (gain(total.gradient(), penalty, here.point(), step) < CLOSE) {
        return here;
      }
      double[] next = refine(equations, penalty, Points.plus(here.point(), step), step);
      Here there = new Here(next, fit.byFold(next, LogisticSums.Wanted.HESSIAN));
      for (int h = 0; h < 10 && !(there.objective(penalty) <= here.objective(penalty)); h++) {
        next = Points.between(here.point(), next);
        there = new Here(next, fit.byFold(next, LogisticSums.Wanted.HESSIAN));
      }
      here = there;
    }
    return here;
  }

  /** One or two cheap steps more with the same Hessian, as long as they shrink. */
  private double[] refine(
      NormalEquations equations, double[] penalty, double[] from, double[] step) {
    double[] point = from;
    double before = Points.largest(step);
    for (int i = 0; i < 2; i++) {
      LogisticSums[] one =
          data.scan(
              run,
              new LogisticScan(
                  basis,
                  target,
                  inner.folds(),
                  List.of(LogisticScan.Point.without(point, LogisticScan.NONE)),
                  LogisticSums.Wanted.GRADIENT));
      double[] more = LogisticFit.step(equations, one[0].gradient(), penalty, point);
      double size = Points.largest(more);
      if (!(size < 0.5 * before)) {
        return point;
      }
      double left = gain(one[0].gradient(), penalty, point, more);
      point = Points.plus(point, more);
      before = size;
      if (left < CLOSE) {
        return point;
      }
    }
    return point;
  }

  /** What a Newton step promises to take off the objective, twice over. */
  private static double gain(double[] gradient, double[] penalty, double[] point, double[] step) {
    double sum = 0;
    for (int j = 0; j < step.length; j++) {
      sum -= (gradient[j] + penalty[j] * point[j]) * step[j];
    }
    return sum;
  }

  private double[] without(InnerFolds.Split split, Here here, double[] penalty) {
    LogisticSums training = total(here.sums(), split::fits);
    NormalEquations equations = NormalEquations.of(training.hessian(), basis.width(), penalty);
    return Points.plus(
        here.point(), LogisticFit.step(equations, training.gradient(), penalty, here.point()));
  }

  private LogisticSums total(LogisticSums[] sums, java.util.function.IntPredicate counts) {
    LogisticSums total = new LogisticSums(basis.width(), LogisticSums.Wanted.HESSIAN);
    for (int k = 0; k < sums.length; k++) {
      if (counts.test(k)) {
        total.merge(sums[k]);
      }
    }
    return total;
  }

  private int[] judge(double[][][] coefficients) {
    return judge(
        points ->
            data.scan(
                run,
                new LogisticScan(basis, target, inner.folds(), points, LogisticSums.Wanted.LOSS)),
        inner,
        coefficients);
  }

  /**
   * For each outer fold, the number of the penalty with the smallest loss on inner folds.
   *
   * @param scan gives the loss at each point
   * @param coefficients for each penalty, the smallest first, and split
   */
  static int[] judge(
      Function<List<LogisticScan.Point>, LogisticSums[]> scan,
      InnerFolds inner,
      double[][][] coefficients) {
    List<InnerFolds.Split> splits = inner.splits();
    List<LogisticScan.Point> points = new ArrayList<>();
    for (double[][] atPenalty : coefficients) {
      for (int s = 0; s < splits.size(); s++) {
        points.add(new LogisticScan.Point(atPenalty[s], LogisticScan.NONE, splits.get(s).inner()));
      }
    }
    LogisticSums[] sums = scan.apply(points);
    int[] chosen = new int[inner.folds().count() / inner.parts()];
    for (int k = 0; k < chosen.length; k++) {
      double[] total = new double[coefficients.length];
      for (int at = 0; at < total.length; at++) {
        for (int s = 0; s < splits.size(); s++) {
          if (splits.get(s).outer() == k) {
            total[at] += sums[at * splits.size() + s].loss();
          }
        }
      }
      chosen[k] = Penalties.smallest(total);
    }
    return chosen;
  }
}
