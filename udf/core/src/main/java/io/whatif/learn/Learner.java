/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Run;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A way to predict a column from the covariates. A stateless value. */
public interface Learner {
  /** Its canonical text, e.g. {@code ridge(alpha=1.0)}; {@link Learners#parse} reads it back. */
  String name();

  /**
   * Fits each target once for each fold, on the rows of the other folds.
   *
   * @return one prediction for each target, in their order
   * @throws io.whatif.data.WhatifException if the rows outside some fold cannot be fitted
   */
  List<OutOfFold> fitOutOfFold(
      Run run, Dataset data, Covariates covariates, List<Target> targets, Folds folds);

  /** Whether it is one and the same whatever it is fitted to; else see {@link #settled}. */
  default boolean isSettled() {
    return true;
  }

  /**
   * The learner to go on with, here and with other folds: itself, unless it first has to choose,
   * which it then does once for all these targets.
   */
  default Learner settled(
      Run run, Dataset data, Covariates covariates, List<Target> targets, Folds folds) {
    return this;
  }

  /** A fit that is begun, so that another can make its sums along; null if this has none such. */
  default @Nullable LinearFit begin(
      Run run, Dataset data, Covariates covariates, List<Target> targets, Folds folds) {
    return null;
  }

  /**
   * Fits a target as {@link #fitOutOfFold} does, on the data, covariates and folds of a fit that is
   * begun, whose sums it may make along with its own.
   */
  default OutOfFold fitAlong(Run run, Target target, LinearFit begun) {
    return fitOutOfFold(run, begun.data(), begun.covariates(), List.of(target), begun.folds())
        .get(0);
  }
}
