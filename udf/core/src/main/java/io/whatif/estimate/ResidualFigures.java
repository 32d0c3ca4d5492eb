/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import io.whatif.inference.RowSums;

/**
 * What follows from the sums of squared residuals. Three passes over the rows.
 *
 * @param explained the share of the outcome's variance that is predicted
 * @param treatmentShare that of the treatment's that is not
 * @param robustness how strong an unseen confounder would have to be, in partial R2 with both
 *     treatment and outcome, to explain the effect as one number away
 */
record ResidualFigures(double explained, double treatmentShare, double robustness) {

  static ResidualFigures of(
      Run run, Study study, Scores scores, RowResiduals residuals, double theta) {
    Squares outcome = Squares.of(run, scores, scores.y, study.profile().mean(Study.OUTCOME));
    Squares treatment = Squares.of(run, scores, scores.d, study.profile().mean(Study.TREATMENT));
    Rows rows = new Rows(study, scores, residuals, theta);
    double[] left = RowSums.of(run, scores.y.length, 4, rows::add);
    double within = left[3];
    double k = Math.abs(theta) * Math.sqrt(left[1] / (left[2] + within));
    return new ResidualFigures(
        1 - (left[0] + within) / (outcome.aboutMean() + within),
        left[1] / treatment.aboutMean(),
        k * (Math.sqrt(k * k + 4) - k) / 2);
  }

  /**
   * Weighted sums of numbers about the profile's mean, which is near their own.
   *
   * @param weights of all rows
   * @param sum of the deviations
   * @param squares of the deviations, summed
   */
  private record Squares(double weights, double sum, double squares) {
    static Squares of(Run run, Scores scores, double[] numbers, double about) {
      double[] sums =
          RowSums.of(
              run,
              numbers.length,
              3,
              (from, to, into) -> {
                double weights = 0;
                double sum = 0;
                double squares = 0;
                for (int i = from; i < to; i++) {
                  double weight = scores.weight(i);
                  double own = numbers[i] - about;
                  weights += weight;
                  sum += weight * own;
                  squares += weight * own * own;
                }
                into[0] += weights;
                into[1] += sum;
                into[2] += squares;
              });
      return new Squares(sums[0], sums[1], sums[2]);
    }

    double aboutMean() {
      return squares - sum * sum / weights;
    }
  }

  private record Rows(Study study, Scores scores, RowResiduals residuals, double theta) {
    /** Adds the squares of u, of v and of what the effect leaves; and outcomes' variances. */
    void add(int from, int to, double[] sums) {
      double[] u = new double[to - from];
      double[] v = new double[to - from];
      residuals.fill(from, to, u, v);
      double ofOutcome = 0;
      double ofTreatment = 0;
      double ofRest = 0;
      double within = 0;
      for (int j = 0; j < u.length; j++) {
        double weight = scores.weight(from + j);
        double left = u[j] - theta * v[j];
        ofOutcome += weight * u[j] * u[j];
        ofTreatment += weight * v[j] * v[j];
        ofRest += weight * left * left;
        within += weight * study.variance(from + j);
      }
      sums[0] += ofOutcome;
      sums[1] += ofTreatment;
      sums[2] += ofRest;
      sums[3] += within;
    }
  }
}
