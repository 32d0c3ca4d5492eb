/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.math.NormalEquations;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Logistic regressions on their way from one shared point with the Hessian that each had there: a
 * scan for the gradients of all, a step each, and again, while steps shrink fast. What a step
 * leaves is foretold by a sample of the rows, where there is one.
 */
final class LogisticChord {
  private static final int MAX_SCANS = 25;

  /** How often a sample is asked what a step leaves. */
  private static final int ROUNDS = 2;

  private final LogisticFit fit;
  private final LogisticSample.@Nullable Steps steps;
  private List<Open> open;

  /**
   * A problem that has made its first step.
   *
   * @param equations of the Hessian at the shared point
   * @param diagonal of that Hessian, without penalty
   */
  record Open(LogisticProblem problem, NormalEquations equations, double[] diagonal) {}

  LogisticChord(LogisticFit fit, List<Open> open, LogisticFit.Start start) {
    this.fit = fit;
    this.open = open;
    LogisticSample sample = start.sample();
    this.steps = sample == null ? null : sample.from(start.point());
  }

  /** Goes on until each problem is done, or its steps shrink too slowly. */
  void end() {
    if (steps != null) {
      foretell(steps.fromPoint(open.size()));
    }
    for (int i = 0; i < MAX_SCANS && !open.isEmpty(); i++) {
      double[][] starts = scan();
      if (steps != null && steps.tellErrors() && !open.isEmpty()) {
        foretell(steps.from(starts));
      }
    }
  }

  private double[][] points() {
    return open.stream().map(o -> o.problem.point).toArray(double[][]::new);
  }

  /**
   * Takes away what the last steps left, as far as it is known; once more what that leaves, where
   * no more than this is in the way of an end.
   */
  private void foretell(LogisticSample.Steps.From from) {
    double[][] bases = points();
    boolean known = true;
    for (int round = 0; round < ROUNDS && known; round++) {
      LogisticRemainder[] left = from.remainders(points());
      known = true;
      for (int m = 0; m < left.length; m++) {
        Open one = open.get(m);
        LogisticRemainder.Step told = left[m].step(one.equations, one.diagonal);
        known &= one.problem.foretell(bases[m], told, fit.promised());
      }
      known &= open.stream().anyMatch(o -> !o.problem.done);
    }
    open = open.stream().filter(o -> !o.problem.done).toList();
  }

  /**
   * One scan, and a step of each problem. Those that go on stay open.
   *
   * @return where the steps of those began
   */
  private double[][] scan() {
    List<LogisticScan.Point> points = new ArrayList<>();
    for (Open one : open) {
      points.add(LogisticScan.Point.without(one.problem.point, one.problem.excluded));
    }
    LogisticSums[] sums = fit.sums(points, LogisticSums.Wanted.GRADIENT);
    List<Open> going = new ArrayList<>();
    List<double[]> starts = new ArrayList<>();
    for (int m = 0; m < sums.length; m++) {
      Open one = open.get(m);
      if (goesOn(one, sums[m].gradient())) {
        going.add(one);
        starts.add(points.get(m).coefficients());
      }
    }
    open = going;
    return starts.toArray(double[][]::new);
  }

  /** Makes a step, and tells whether another is needed. Problems that shrink too slowly stop. */
  private boolean goesOn(Open one, double[] gradient) {
    LogisticProblem problem = one.problem;
    double[] step = LogisticFit.step(one.equations, gradient, problem.penalty, problem.point);
    double size = Points.largest(step);
    double before = problem.lastStep;
    double rate = before == 0 ? 0 : Math.max(problem.bend, size / before);
    if (!(rate < LogisticFit.SLOW) && size > LogisticFit.NEWTON_STEP) {
      problem.trial = problem.point;
      return false;
    }
    problem.move(step);
    problem.done =
        rate * size <= fit.precision() * (1 + Points.largest(problem.point))
            || rate >= LogisticFit.SLOW;
    problem.converged = problem.done;
    return !problem.done;
  }
}
