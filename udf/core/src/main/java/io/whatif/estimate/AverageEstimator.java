/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A way to estimate average effects. Stateless: everything it needs is an argument. */
public interface AverageEstimator {
  /** What {@code estimator =>} calls it. */
  String name();

  /** Whose effects it can estimate, of a treatment with arms. */
  Set<Estimand> estimands();

  /** What a result calls the estimand, of a treatment with arms. */
  default String text(Estimand estimand) {
    return estimand.text();
  }

  /** Whether it takes a continuous treatment, too. */
  default boolean takesContinuous() {
    return false;
  }

  /** Whether it takes a treatment with more than two arms. */
  default boolean takesArms() {
    return true;
  }

  /** Whether it divides rows into folds, so that a repetition with others can differ. */
  default boolean takesFolds() {
    return true;
  }

  /** What it predicts by the learners given. */
  default Set<Prediction> learns() {
    return EnumSet.allOf(Prediction.class);
  }

  /** What it takes in the place of a prediction of its own. */
  default Set<Prediction> takes() {
    return EnumSet.noneOf(Prediction.class);
  }

  /** A prediction by which an average effect is adjusted. */
  enum Prediction {
    /** Of the outcome from features and controls. */
    OUTCOME("outcome_learner", "outcome_prediction"),
    /** Of the treatment: its chance. */
    PROPENSITY("treatment_learner", "propensity");

    private final String learner;
    private final String argument;

    Prediction(String learner, String argument) {
      this.learner = learner;
      this.argument = argument;
    }

    /** The argument that names the learner. */
    public String learner() {
      return learner;
    }

    /** The argument that names a column with it. */
    public String argument() {
      return argument;
    }
  }

  /** The arguments that this estimator takes beyond those of all; see {@link FitOptions#own}. */
  default List<Option> options() {
    return List.of();
  }

  /**
   * Fits once.
   *
   * @param seed chooses the folds
   * @throws io.whatif.data.WhatifException if the study cannot bear the estimate
   */
  AverageFit fit(Run run, Study study, AverageOptions options, long seed);
}
