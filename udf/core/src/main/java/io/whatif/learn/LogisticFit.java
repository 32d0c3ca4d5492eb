/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Profile;
import io.whatif.data.Run;
import io.whatif.math.Gram;
import io.whatif.math.NormalEquations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Penalised logistic regressions on a standardized basis, several at once: each minimises {@link
 * LogisticSums#loss} over its rows plus \( \tfrac12 \sum_j \lambda_j b_j^2 \).
 *
 * <p>Method: {@link #leaveOut} starts every fold's problem at a shared point, where one scan gives
 * the gradient and Hessian of each fold and the sums of the other folds give an exact Newton step;
 * what that step leaves is foretold by a sample of the rows; then it repeats cheap gradient scans
 * with that Hessian until the error left, estimated from the rate at which steps shrink, is below
 * {@link LogisticLoss#precision}. A problem whose steps do not shrink fast goes on by {@link
 * #newton}: damped Newton, one Hessian scan a step for all problems.
 *
 * <p>Of so many rows that it pays, the shared point is the optimum of all ({@link #centred}). A
 * step \( \delta \) leaves \( \tfrac12 T(\delta, \delta) \) of third derivatives, about \( 0.3
 * \lvert \delta \rvert^2 \) of standardized coefficients, and a sample of m rows tells that to one
 * part in \( \sqrt{m} \) or so. Of 10,000,000 rows and 20 columns \( \lvert \delta \rvert \) is
 * 8e-3 from a start fitted to an eighth of the rows, and 1.6e-3 for a fold left out from the
 * optimum of all: 2e-5 and 7e-7 are left, which 200,000 rows tell to 5e-8 and to 2e-9. So one
 * gradient for the start, at one point, spares those at a point for each fold, if the sample says
 * that it can: {@link LogisticRemainder}.
 *
 * <p>Failure: under perfect separation there is no optimum; the iteration stops once the loss is
 * nought for practical purposes, or after {@value #MAX_NEWTON} steps, and says so.
 */
final class LogisticFit {
  private static final double NEWTON_STEP = 1e-8;
  private static final double SEPARATED_LOSS = 1e-7;

  /** Steps with one Hessian that shrink by less go on by Newton. */
  static final double SLOW = 0.3;

  private static final double MAX_POLISH = 0.5;
  private static final int MAX_CHORD = 25;
  private static final long MANY = 100_000;

  /** What error many rows' coefficients may end with, relative to 1 and the largest of them. */
  private static final double PROMISED = 1e-8;

  /** Standard errors of what a sample foretells; the widest coefficient's is within them in 98%. */
  static final double SURE = 3;

  private static final int MAX_NEWTON = 40;

  /** Rows for each coefficient from which on the optimum of all is sought before folds are. */
  private static final long CENTRED = 300_000;

  private final Run run;
  private final Dataset data;
  private final LogisticScan.Likelihood likelihood;
  private final Folds folds;

  /** A fit whose sums are made along with those of the folds. */
  private final @Nullable LinearFit begun;

  /** Coefficients of a regression. */
  private final int size;

  LogisticFit(Run run, Dataset data, Basis basis, Target target, Folds folds) {
    this(run, data, new LogisticScan.Likelihood(basis, target, LogisticLoss.BINARY), folds);
  }

  LogisticFit(Run run, Dataset data, LogisticScan.Likelihood likelihood, Folds folds) {
    this(run, data, likelihood, folds, null);
  }

  /**
   * A fit.
   *
   * @param begun another on the same data, whose sums are made along; null if there is none
   */
  LogisticFit(
      Run run,
      Dataset data,
      LogisticScan.Likelihood likelihood,
      Folds folds,
      @Nullable LinearFit begun) {
    this.run = run;
    this.data = data;
    this.likelihood =
        new LogisticScan.Likelihood(
            FilledBasis.of(run, data, likelihood.basis()), likelihood.target(), likelihood.loss());
    this.size = likelihood.loss().coefficients(likelihood.basis().width());
    this.folds = folds;
    this.begun = begun;
  }

  /** The sums of each fold at one point. */
  LogisticSums[] byFold(double[] point, LogisticSums.Wanted wanted) {
    return along(LogisticScan.byFold(likelihood, folds, point, wanted));
  }

  private LogisticSums[] along(LogisticScan scan) {
    return begun == null ? data.scan(run, scan) : begun.along(run, scan);
  }

  /** The step from {@code point} that solves {@code equations} for the penalised gradient. */
  static double[] step(
      NormalEquations equations, double[] gradient, double[] penalty, double[] point) {
    double[] right = new double[point.length];
    for (int j = 0; j < right.length; j++) {
      right[j] = -(gradient[j] + penalty[j] * point[j]);
    }
    return equations.solve(right);
  }

  /** Damped Newton from each problem's point until all are done. */
  void newton(List<LogisticProblem> problems) {
    newton(problems, NEWTON_STEP);
  }

  /**
   * The same.
   *
   * @param enough the step, relative to 1 and the largest coefficient, after which there is none
   */
  void newton(List<LogisticProblem> problems, double enough) {
    for (int i = 0; i < MAX_NEWTON; i++) {
      List<LogisticProblem> open = problems.stream().filter(p -> !p.done).toList();
      if (open.isEmpty()) {
        return;
      }
      List<LogisticScan.Point> points =
          open.stream().map(p -> LogisticScan.Point.without(p.trial, p.excluded)).toList();
      LogisticSums[] sums = sums(points, LogisticSums.Wanted.HESSIAN);
      for (int m = 0; m < sums.length; m++) {
        advance(open.get(m), sums[m], enough);
      }
    }
  }

  private void advance(LogisticProblem problem, LogisticSums sums, double enough) {
    double objective = sums.loss() + half(problem.penalty, problem.trial);
    double slack = 1e-12 * Math.abs(objective);
    if (!(objective <= problem.objective + slack) && problem.halvings < 40) {
      problem.halvings++;
      problem.trial = Points.between(problem.point, problem.trial);
      return;
    }
    problem.halvings = 0;
    problem.objective = Math.min(objective, problem.objective);
    problem.point = problem.trial;
    if (sums.loss() < SEPARATED_LOSS * sums.weight()) {
      problem.done = true;
      return;
    }
    NormalEquations equations = NormalEquations.of(sums.hessian(), size, problem.penalty);
    double[] step = step(equations, sums.gradient(), problem.penalty, problem.point);
    problem.trial = Points.plus(problem.point, step);
    problem.rank = equations.rank();
    if (problem.firstRank < 0) {
      problem.firstRank = problem.rank;
    }
    if (Points.largest(step) <= enough * (1 + Points.largest(problem.point))) {
      problem.point = problem.trial;
      problem.converged = problem.rank >= problem.firstRank;
      problem.hessian = enough > NEWTON_STEP ? sums.hessian() : null;
      problem.done = true;
    }
  }

  /**
   * One step from a point fitted to a sample of the rows.
   *
   * @param hessian of all rows at the point, as well as it is known
   * @param every one of how many batches gives the gradient
   */
  double[] polish(double[] point, double[] penalty, Gram hessian, int every) {
    List<LogisticScan.Point> all = List.of(LogisticScan.Point.without(point, LogisticScan.NONE));
    LogisticScan scan = new LogisticScan(likelihood, folds, all, LogisticSums.Wanted.GRADIENT);
    double[] gradient =
        every == 1
            ? along(scan)[0].gradient()
            : data.scan(run, SomeBatches.of(scan, data.rows(), every))[0].gradient();
    double factor = (double) data.rows() / SomeBatches.rows(data.rows(), every);
    Arrays.setAll(gradient, j -> gradient[j] * factor);
    double[] step = step(NormalEquations.of(hessian, size, penalty), gradient, penalty, point);
    return Points.largest(step) < MAX_POLISH ? Points.plus(point, step) : point;
  }

  /**
   * A place near the optima of all folds' problems.
   *
   * @param sample which foretells what steps from there leave; null if there is none
   */
  record Start(double[] point, @Nullable LogisticSample sample) {}

  /**
   * A start that is moved to the optimum of all rows, if those are so many, and the copied ones so
   * much like them, that a sample can tell what steps from there leave.
   */
  Start centred(Start start, double[] penalty, @Nullable Profile known) {
    LogisticSample sample = start.sample();
    if (sample == null || known == null || data.rows() < CENTRED * size) {
      return start;
    }
    Dataset copied = known.copied(data);
    if (copied == null || !LogisticRemainder.reaches(run, copied, known, likelihood.columns())) {
      return start;
    }
    Gram hessian = sample.hessian(start.point(), data.rows());
    return new Start(
        polish(start.point(), penalty, hessian, 1),
        LogisticSample.inGroups(run, copied, likelihood, folds, known.drawn(copied.rows())));
  }

  LogisticSums[] sums(List<LogisticScan.Point> points, LogisticSums.Wanted wanted) {
    return data.scan(run, new LogisticScan(likelihood, folds, points, wanted));
  }

  /**
   * Fits, for each fold, the problem that leaves it out, all from one start.
   *
   * @param penalties of the problem of each fold
   * @param chosen which folds to fit; the others' places in the result stay as they are
   */
  void leaveOut(Start start, double[][] penalties, boolean[] chosen, LogisticProblem[] into) {
    double[] point = start.point();
    LogisticSums[] shared = byFold(point, LogisticSums.Wanted.CURVATURE);
    List<LogisticProblem> open = new ArrayList<>();
    List<NormalEquations> equations = new ArrayList<>();
    List<double[]> diagonals = new ArrayList<>();
    for (int k = 0; k < folds.count(); k++) {
      if (!chosen[k]) {
        continue;
      }
      LogisticProblem problem = new LogisticProblem(k, penalties[k], point);
      into[k] = problem;
      LogisticSums training = others(shared, k);
      Gram hessian = training.hessian();
      NormalEquations factored = NormalEquations.of(hessian, size, penalties[k]);
      problem.rank = factored.rank();
      move(problem, step(factored, training.gradient(), penalties[k], point));
      open.add(problem);
      equations.add(factored);
      diagonals.add(IntStream.range(0, size).mapToDouble(j -> hessian.get(j, j)).toArray());
    }
    LogisticSample sample = start.sample();
    if (sample != null) {
      double[][] ends = open.stream().map(LogisticProblem::coefficients).toArray(double[][]::new);
      int[] excluded = open.stream().mapToInt(problem -> problem.excluded).toArray();
      LogisticRemainder[] left = sample.remainders(point, ends, excluded);
      for (int m = 0; m < left.length; m++) {
        open.get(m).foretell(left[m].step(equations.get(m), diagonals.get(m)), promised());
      }
    }
    chord(open, equations);
    newton(open);
    if (open.stream().anyMatch(p -> p.converged && p.rank < size)) {
      doubtSeparated(open);
    }
  }

  /**
   * A column can lose its weight only where the rows it tells apart are fitted perfectly: a problem
   * that tells fewer columns apart at its end than at coefficients of 0 is separated.
   */
  private void doubtSeparated(List<LogisticProblem> problems) {
    LogisticSums[] flat = byFold(new double[size], LogisticSums.Wanted.CURVATURE);
    for (LogisticProblem problem : problems) {
      Gram hessian = others(flat, problem.excluded).hessian();
      NormalEquations equations = NormalEquations.of(hessian, size, problem.penalty);
      problem.converged &= problem.rank >= equations.rank();
    }
  }

  /** The sums over no rows. */
  LogisticSums nothing(LogisticSums.Wanted wanted) {
    return new LogisticSums(likelihood.loss(), likelihood.basis().width(), wanted, 1);
  }

  private LogisticSums others(LogisticSums[] byFold, int excluded) {
    LogisticSums training = nothing(LogisticSums.Wanted.CURVATURE);
    for (int j = 0; j < byFold.length; j++) {
      if (j != excluded) {
        training.merge(byFold[j]);
      }
    }
    return training;
  }

  /** Steps with a fixed Hessian while they shrink fast. */
  private void chord(List<LogisticProblem> problems, List<NormalEquations> equations) {
    boolean[] slow = new boolean[problems.size()];
    for (int i = 0; i < MAX_CHORD; i++) {
      List<Integer> open = new ArrayList<>();
      List<LogisticScan.Point> points = new ArrayList<>();
      for (int m = 0; m < slow.length; m++) {
        LogisticProblem problem = problems.get(m);
        if (!slow[m] && !problem.done) {
          open.add(m);
          points.add(LogisticScan.Point.without(problem.point, problem.excluded));
        }
      }
      if (open.isEmpty()) {
        return;
      }
      LogisticSums[] sums = sums(points, LogisticSums.Wanted.GRADIENT);
      for (int at = 0; at < sums.length; at++) {
        LogisticProblem problem = problems.get(open.get(at));
        double before = problem.lastStep;
        double[] step =
            step(equations.get(open.get(at)), sums[at].gradient(), problem.penalty, problem.point);
        double rate = before == 0 ? 0 : Math.max(problem.bend, Points.largest(step) / before);
        if (!(rate < SLOW) && Points.largest(step) > NEWTON_STEP) {
          slow[open.get(at)] = true;
          problem.trial = problem.point;
          continue;
        }
        move(problem, step);
        if (rate * Points.largest(step) <= precision() * (1 + Points.largest(problem.point))
            || rate >= SLOW) {
          problem.done = true;
          problem.converged = true;
        }
      }
    }
  }

  /** Of many rows, whose scans are long, 1e-8. A standard error is a thousandth or so. */
  private double promised() {
    return data.rows() < MANY ? likelihood.loss().precision() : PROMISED;
  }

  /**
   * Of many rows a fifth of what is promised: the rate at which the first steps shrink is some
   * times too good.
   */
  private double precision() {
    return data.rows() < MANY ? likelihood.loss().precision() : PROMISED / 5;
  }

  private static void move(LogisticProblem problem, double[] step) {
    problem.point = Points.plus(problem.point, step);
    problem.trial = problem.point;
    problem.lastStep = Points.largest(step);
  }

  static double half(double[] penalty, double[] point) {
    double sum = 0;
    for (int j = 0; j < point.length; j++) {
      sum += penalty[j] * point[j] * point[j];
    }
    return sum / 2;
  }
}
