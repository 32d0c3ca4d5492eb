/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Parallel;
import io.whatif.data.Run;

/**
 * What follows from the sums of squared residuals. One pass.
 *
 * @param explained the share of the outcome's variance that is predicted
 * @param treatmentShare that of the treatment's that is not
 * @param robustness how strong an unseen confounder would have to be, in partial R2 with both
 *     treatment and outcome, to explain the effect as one number away
 */
record ResidualFigures(double explained, double treatmentShare, double robustness) {

  static ResidualFigures of(
      Run run, Study study, Scores scores, RowResiduals residuals, double theta) {
    Rows rows = new Rows(study, scores, residuals, theta);
    Sums all = new Sums();
    for (Sums part : Parallel.ofRanges(run, scores.y.length, rows::sums)) {
      all.add(part);
    }
    double total = all.squares - all.outcome * all.outcome / all.weights + all.within;
    double treated = all.treatments - all.treatment * all.treatment / all.weights;
    double k = Math.abs(theta) * Math.sqrt(all.v / (all.left + all.within));
    return new ResidualFigures(
        1 - (all.u + all.within) / total, all.v / treated, k * (Math.sqrt(k * k + 4) - k) / 2);
  }

  /** Weighted sums. */
  private static final class Sums {
    private double weights;

    /** Of outcome and treatment about their means, as the profile has them, and of squares. */
    private double outcome;

    private double squares;
    private double treatment;
    private double treatments;

    /** Of squared residuals: of the outcome, the treatment, and of what the effect leaves. */
    private double u;

    private double v;
    private double left;

    /** What the outcome's variance among those that a row stands for adds to its squares. */
    private double within;

    void add(Sums other) {
      weights += other.weights;
      outcome += other.outcome;
      squares += other.squares;
      treatment += other.treatment;
      treatments += other.treatments;
      u += other.u;
      v += other.v;
      left += other.left;
      within += other.within;
    }
  }

  private record Rows(Study study, Scores scores, RowResiduals residuals, double theta) {
    Sums sums(int from, int to) {
      double meanOutcome = study.profile().mean(Study.OUTCOME);
      double meanTreatment = study.profile().mean(Study.TREATMENT);
      Sums sums = new Sums();
      for (int i = from; i < to; i++) {
        double weight = scores.weight(i);
        double y = scores.y[i] - meanOutcome;
        double d = scores.d[i] - meanTreatment;
        double u = residuals.u(i);
        double v = residuals.v(i);
        double left = u - theta * v;
        sums.weights += weight;
        sums.outcome += weight * y;
        sums.squares += weight * y * y;
        sums.treatment += weight * d;
        sums.treatments += weight * d * d;
        sums.u += weight * u * u;
        sums.v += weight * v * v;
        sums.left += weight * left * left;
        sums.within += weight * study.variance(i);
      }
      return sums;
    }
  }
}
