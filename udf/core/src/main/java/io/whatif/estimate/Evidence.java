/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.inference.Estimate;
import io.whatif.learn.Folds;

/**
 * What an estimator leaves for {@link Diagnostics}, which need nothing else of it. Predictions and
 * scores are of its first repetition, estimates of all.
 *
 * @param nuisances the out-of-fold predictions m of the outcome and e of the treatment
 * @param scores outcome, treatment, \( \tau_{-k} \) and score of each row
 * @param constant the effect as one number, as {@link ConstantEffect}: what sensitivity and misfit
 *     are about
 * @param repeated how it was repeated
 * @param shape what is known of how the effect varies
 * @param overall the rows that the average is of
 */
record Evidence(
    CrossFit nuisances,
    Scores scores,
    Estimate constant,
    Repeated repeated,
    Shape shape,
    Overall overall) {

  /** Where the average is of the study's own rows. */
  Evidence(
      Study study,
      CrossFit nuisances,
      Scores scores,
      Estimate constant,
      Repeated repeated,
      Shape shape) {
    this(nuisances, scores, constant, repeated, shape, new Overall(study, scores, nuisances.folds));
  }

  /**
   * The rows that the average is of: the study's own, or of one arm and the control all arms'.
   *
   * @param study of these rows
   * @param scores theirs, whose mean is the average
   * @param folds theirs
   */
  record Overall(Study study, Scores scores, Folds folds) {}

  /**
   * Over the repetitions.
   *
   * @param reps how many there were
   * @param splitSpread standard deviation between them of the estimate that stands for the fit, NaN
   *     of one
   * @param cov what the covariance is called
   */
  record Repeated(int reps, double splitSpread, String cov) {}

  /**
   * How the effect varies with its features.
   *
   * @param varies whether it may vary at all: there are features
   * @param terms coefficients of an effect that is linear in a basis, 0 of another
   * @param rank how many of them the data identify
   * @param heterogeneity the p-value that it does not vary; NaN to take it from the calibration
   * @param linearity the p-value that a continuous treatment acts in a straight line; NaN where it
   *     was not tested
   */
  record Shape(boolean varies, int terms, int rank, double heterogeneity, double linearity) {
    /** Of an effect that is the same for all rows. */
    static final Shape CONSTANT = new Shape(false, 1, 1, Double.NaN, Double.NaN);

    /** Of a binary treatment's effect by a learner. */
    static final Shape LEARNED = new Shape(true, 0, 0, Double.NaN, Double.NaN);
  }
}
