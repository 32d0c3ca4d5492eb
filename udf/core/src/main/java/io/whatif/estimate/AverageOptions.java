/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import org.jspecify.annotations.Nullable;

/**
 * How an average effect is to be estimated, checked.
 *
 * @param estimand whose effect it is
 * @param fit learners, folds, repetitions and level; and the values of {@link
 *     AverageEstimator#options}
 * @param given predictions that need no fit
 */
public record AverageOptions(Estimand estimand, FitOptions fit, Given given) {
  /**
   * Predictions that the user has, one for each row of the study.
   *
   * @param outcome the predicted outcome, null to fit it
   * @param propensity the chance of treatment, inside (0, 1), null to fit it
   */
  public record Given(double @Nullable [] outcome, double @Nullable [] propensity) {
    public static final Given NOTHING = new Given(null, null);
  }
}
