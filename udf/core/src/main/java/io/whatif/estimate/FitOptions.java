/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import org.jspecify.annotations.Nullable;

/**
 * How an effect is to be estimated, checked.
 *
 * @param outcomeLearner text of the learner that predicts the outcome
 * @param treatmentLearner text of the learner that predicts the treatment
 * @param folds parts for cross-fitting
 * @param seed chooses the folds
 * @param reps repetitions with other folds, 0 for the default
 * @param cov the covariance of coefficients, null for the default
 * @param level of intervals
 * @param imputeFeatures whether a NULL feature is imputed and told apart, instead of left out
 * @param scale whether coefficients are per unit or per standard deviation, and centred
 * @param own the values of {@link Estimator#options}
 * @param given predictions that need no fit
 */
public record FitOptions(
    String outcomeLearner,
    String treatmentLearner,
    int folds,
    long seed,
    int reps,
    @Nullable String cov,
    double level,
    boolean imputeFeatures,
    Scale scale,
    Settings own,
    Given given) {

  /**
   * Predictions that the user has, one for each row of the study.
   *
   * @param outcome the predicted outcome, null to fit it
   * @param propensity the chance of treatment, inside (0, 1), null to fit it
   */
  public record Given(double @Nullable [] outcome, double @Nullable [] propensity) {
    public static final Given NOTHING = new Given(null, null);
  }

  /** Options without predictions that are given. */
  public FitOptions(
      String outcomeLearner,
      String treatmentLearner,
      int folds,
      long seed,
      int reps,
      @Nullable String cov,
      double level,
      boolean imputeFeatures,
      Scale scale,
      Settings own) {
    this(
        outcomeLearner,
        treatmentLearner,
        folds,
        seed,
        reps,
        cov,
        level,
        imputeFeatures,
        scale,
        own,
        Given.NOTHING);
  }

  /** The same with predictions that need no fit. */
  public FitOptions with(Given predictions) {
    return copy(outcomeLearner, treatmentLearner, reps, own, predictions);
  }

  /** The same with other learners. */
  FitOptions withLearners(String ofOutcome, String ofTreatment) {
    return copy(ofOutcome, ofTreatment, reps, own, given);
  }

  /** The same with other values of the estimator's own options. */
  FitOptions with(Settings values) {
    return copy(outcomeLearner, treatmentLearner, reps, values, given);
  }

  /** The same with one repetition. */
  FitOptions once() {
    return copy(outcomeLearner, treatmentLearner, 1, own, given);
  }

  private FitOptions copy(
      String ofOutcome, String ofTreatment, int times, Settings values, Given predictions) {
    return new FitOptions(
        ofOutcome,
        ofTreatment,
        folds,
        seed,
        times,
        cov,
        level,
        imputeFeatures,
        scale,
        values,
        predictions);
  }

  /**
   * The units of coefficients.
   *
   * @param perStandardDeviation per standard deviation of each numeric feature, else per unit
   * @param centred whether the intercept is the effect at the features' means
   */
  public record Scale(boolean perStandardDeviation, boolean centred) {
    public static final Scale PLAIN = new Scale(false, false);
  }
}
