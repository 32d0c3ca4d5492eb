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

  /** Moves on by what a sample says is left of the gradient, if that is little. */
  void foretell(LogisticRemainder.Step told, double promised) {
    double[] step = told.step();
    if (Points.largest(step) < LogisticFit.SLOW / 2 * lastStep) {
      bend = 2 * Points.largest(step) / lastStep;
      point = Points.plus(point, step);
      trial = point;
      done = LogisticFit.SURE * told.error() <= promised * (1 + Points.largest(point));
      converged = done;
    }
  }
}
