/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.math.CoordinateDescent;
import io.whatif.math.Gram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Logistic regressions with absolute penalties, one for each fold left out: each minimises {@link
 * LogisticSums#loss} over its rows plus the penalty of an {@link ElasticNetPath}.
 *
 * <p>Method: proximal Newton. At a shared point near every optimum one scan gives the gradient and
 * Hessian of each fold; the quadratic model of a fold's problem is minimised by {@link
 * CoordinateDescent}. Then cheap gradient scans with that Hessian are repeated until the steps are
 * below {@value #PRECISION}. A problem whose steps do not shrink fast goes on with damped steps and
 * a Hessian scan for each.
 *
 * <p>Source: Lee, Sun and Saunders 2014, doi:10.1137/130921428.
 */
final class SparseLogistic {
  private static final double PRECISION = 1e-10;
  private static final double SLOW = 0.5;
  private static final int MAX_CHORD = 40;
  private static final int MAX_NEWTON = 60;

  private final Fitting fitting;
  private final Basis basis;
  private final Target target;
  private final ElasticNetPath path;

  private SparseLogistic(Fitting fitting, Target target, ElasticNetPath path) {
    this.fitting = fitting;
    this.basis = FilledBasis.of(fitting.run(), fitting.data(), fitting.basis());
    this.target = target;
    this.path = path;
  }

  /**
   * Regressions without each fold.
   *
   * @param coefficients for each fold, on the standardized basis
   * @param chosen the number of the penalty, for each fold
   */
  record Fitted(double[][] coefficients, int[] chosen, boolean converged) {}

  /** Chooses penalties on inner folds, and fits. */
  static Fitted leaveOut(Fitting fitting, Target target, ElasticNetPath path) {
    SparseLogisticPath.Choice choice =
        SparseLogisticPath.of(fitting, target, path).choose(fitting.folds().count());
    SparseLogistic fit = new SparseLogistic(fitting, target, path);
    Problem[] problems = new Problem[fitting.folds().count()];
    for (int at : Arrays.stream(choice.penalty()).distinct().toArray()) {
      fitting.run().reached(fit.path.family() + ": all rows", 0.6);
      fit.start(at, choice, problems);
    }
    List<Problem> all = List.of(problems);
    fit.chord(all);
    fit.newton(all);
    return new Fitted(
        all.stream().map(p -> p.point).toArray(double[][]::new),
        choice.penalty(),
        all.stream().allMatch(p -> p.converged));
  }

  /** One regression: the fold it leaves out, its penalty, and where it stands. */
  private static final class Problem {
    private final int excluded;
    private final CoordinateDescent.Penalty penalty;
    private final Gram hessian;
    private final CoordinateDescent descent;
    private double[] point;
    private double[] trial;
    private double lastStep;
    private double objective = Double.POSITIVE_INFINITY;
    private int halvings;
    private boolean slow;
    private boolean done;
    private boolean converged;

    Problem(int excluded, CoordinateDescent.Penalty penalty, LogisticSums sums, double[] start) {
      this.excluded = excluded;
      this.penalty = penalty;
      this.hessian = sums.hessian();
      this.descent = CoordinateDescent.of(hessian, start.length);
      this.point = minimum(descent, hessian, sums.gradient(), penalty, start);
      this.trial = point;
      this.lastStep = distance(point, start);
    }

    boolean small(double size) {
      return size <= PRECISION * (1 + Points.largest(point));
    }
  }

  /** Makes the problems of the folds whose penalty is the one numbered {@code at}. */
  private void start(int at, SparseLogisticPath.Choice choice, Problem[] into) {
    double[] start = choice.path()[at];
    LogisticSums[] byFold =
        fitting
            .data()
            .scan(
                fitting.run(),
                LogisticScan.byFold(
                    basis, target, fitting.folds(), start, LogisticSums.Wanted.HESSIAN));
    for (int k = 0; k < into.length; k++) {
      if (choice.penalty()[k] == at) {
        LogisticSums others = SparseLogisticPath.total(byFold, k, k);
        into[k] =
            new Problem(k, path.penalty(at, basis.width(), others.weight(), 1), others, start);
      }
    }
  }

  /**
   * The minimum of the penalised quadratic model about {@code point}.
   *
   * @param descent of the Hessian
   */
  static double[] minimum(
      CoordinateDescent descent,
      Gram hessian,
      double[] gradient,
      CoordinateDescent.Penalty penalty,
      double[] point) {
    double[] right = new double[point.length];
    for (int i = 0; i < right.length; i++) {
      right[i] = -gradient[i];
      for (int j = 0; j < right.length; j++) {
        right[i] += hessian.get(i, j) * point[j];
      }
    }
    return descent.solve(right, penalty, point).coefficients();
  }

  /** Steps with a fixed Hessian while they shrink fast. */
  private void chord(List<Problem> problems) {
    for (int i = 0; i < MAX_CHORD; i++) {
      List<Problem> open = problems.stream().filter(p -> !p.done && !p.slow).toList();
      if (open.isEmpty()) {
        return;
      }
      LogisticSums[] sums = scan(open, false, LogisticSums.Wanted.GRADIENT);
      for (int m = 0; m < sums.length; m++) {
        Problem problem = open.get(m);
        double[] next =
            minimum(
                problem.descent,
                problem.hessian,
                sums[m].gradient(),
                problem.penalty,
                problem.point);
        double size = distance(next, problem.point);
        double rate = problem.lastStep == 0 ? 0 : size / problem.lastStep;
        if (rate > SLOW && !problem.small(size)) {
          problem.slow = true;
          continue;
        }
        problem.point = next;
        problem.trial = next;
        problem.lastStep = size;
        problem.converged = problem.small(Math.min(1, rate) * size);
        problem.done = problem.converged;
      }
    }
  }

  /** Damped steps with a Hessian of their own until all problems are done. */
  private void newton(List<Problem> problems) {
    for (int i = 0; i < MAX_NEWTON; i++) {
      List<Problem> open = problems.stream().filter(p -> !p.done).toList();
      if (open.isEmpty()) {
        return;
      }
      LogisticSums[] sums = scan(open, true, LogisticSums.Wanted.HESSIAN);
      for (int m = 0; m < sums.length; m++) {
        advance(open.get(m), sums[m]);
      }
    }
  }

  private static void advance(Problem problem, LogisticSums sums) {
    double objective = sums.loss() + problem.penalty.of(problem.trial);
    double slack = 1e-12 * Math.abs(objective);
    if (!(objective <= problem.objective + slack) && problem.halvings < 40) {
      problem.halvings++;
      problem.trial = Points.between(problem.point, problem.trial);
      return;
    }
    problem.halvings = 0;
    problem.objective = Math.min(objective, problem.objective);
    problem.point = problem.trial;
    CoordinateDescent descent = CoordinateDescent.of(sums.hessian(), problem.point.length);
    problem.trial =
        minimum(descent, sums.hessian(), sums.gradient(), problem.penalty, problem.point);
    double size = distance(problem.trial, problem.point);
    // an error of e is one of e^2 after the step
    if (problem.small(size * size)) {
      problem.point = problem.trial;
      problem.converged = true;
      problem.done = true;
    }
  }

  private LogisticSums[] scan(List<Problem> open, boolean trial, LogisticSums.Wanted wanted) {
    List<LogisticScan.Point> points = new ArrayList<>();
    for (Problem problem : open) {
      points.add(
          LogisticScan.Point.without(trial ? problem.trial : problem.point, problem.excluded));
    }
    return fitting
        .data()
        .scan(fitting.run(), new LogisticScan(basis, target, fitting.folds(), points, wanted));
  }

  private static double distance(double[] a, double[] b) {
    double largest = 0;
    for (int j = 0; j < a.length; j++) {
      largest = Math.max(largest, Math.abs(a[j] - b[j]));
    }
    return largest;
  }
}
