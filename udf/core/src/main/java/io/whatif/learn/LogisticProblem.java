/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.math.Gram;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One regression: the fold it leaves out, its penalties, and where it stands. */
final class LogisticProblem {
  final int excluded;
  final double[] penalty;
  double[] point;
  double[] trial;
  double objective = Double.POSITIVE_INFINITY;
  double lastStep = Double.POSITIVE_INFINITY;

  /** The rate at which steps with the Hessian of the start shrink at best. */
  double bend;

  boolean done;
  boolean converged;
  int halvings;
  int firstRank = -1;
  int rank;

  /** Of the last step to a place that is near enough, without penalty; null before it. */
  @Nullable Gram hessian;

  LogisticProblem(int excluded, double[] penalty, double[] start) {
    this.excluded = excluded;
    this.penalty = penalty;
    this.point = start.clone();
    this.trial = start.clone();
  }

  double[] coefficients() {
    return point;
  }

  boolean converged() {
    return converged;
  }

  /** The Hessian, without penalty, where Newton's last step to a place near enough began. */
  Gram hessian() {
    return Objects.requireNonNull(hessian, "no step was made");
  }

  void move(double[] step) {
    point = Points.plus(point, step);
    trial = point;
    lastStep = Points.largest(step);
  }

  /**
   * Moves on by what a sample says is left of the gradient, if that is little.
   *
   * @param base where the last step led
   * @param told the step from there that takes it away
   * @param promised what error there may be, relative to 1 and the largest coefficient
   * @return whether the sample knows it as well as that
   */
  boolean foretell(double[] base, LogisticRemainder.Step told, double promised) {
    double[] step = told.step();
    if (!(Points.largest(step) < LogisticFit.SLOW / 2 * lastStep)) {
      return false;
    }
    bend = 2 * Points.largest(step) / lastStep;
    double[] next = Points.plus(base, step);
    double unknown = LogisticFit.SURE * told.error();
    double further = bend * Points.largest(Points.minus(next, point));
    point = next;
    trial = next;
    double most = promised * (1 + Points.largest(point));
    done = unknown + further <= most;
    converged = done;
    return unknown <= most;
  }
}
