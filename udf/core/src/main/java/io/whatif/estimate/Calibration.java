/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.RowWindow;
import io.whatif.data.Run;
import io.whatif.inference.ClusterSums;
import io.whatif.inference.Estimate;
import io.whatif.math.Gram;
import io.whatif.math.Normal;
import io.whatif.math.PseudoInverse;

/**
 * Whether predicted effects, fitted without the row's fold, tell true ones.
 *
 * <p>{@link #of}: least squares without intercept of \( Y - m \) on \( (D - e) \bar\tau \) and \(
 * (D - e)(\tau_{-k} - \bar\tau) \). The first coefficient is 1 if the mean prediction is right, the
 * second if the predictions are calibrated, and 0 if they are noise. HC3 errors, or by clusters,
 * with weights and counts as in {@link Meat}. As grf's test_calibration; Chernozhukov, Demirer,
 * Duflo and Fernandez-Val 2018, doi:10.3386/w24678.
 *
 * <p>Edge cases: undefined where the two cannot be told apart, as with predictions that are all
 * alike.
 *
 * @param mean the coefficient of the first regressor
 * @param slope that of the second
 * @param degrees of freedom of both: rows, by how many they stand for, less 2; clusters less 1
 */
record Calibration(Estimate mean, Estimate slope, long degrees) {
  static final Calibration UNDEFINED = new Calibration(Estimate.UNDEFINED, Estimate.UNDEFINED, 0);

  static Calibration of(
      Run run, Study study, Scores scores, CrossFit nuisances, ResidualSums sums) {
    double mean = scores.meanEffect;
    Gram gram = gram(sums.ofEffects(), mean);
    PseudoInverse bread = PseudoInverse.of(gram, 2);
    if (bread.rank() < 2) {
      return UNDEFINED;
    }
    double[] beta = bread.solve(gram, 2);
    double[] inverse = bread.toArray();
    double[] squares =
        ClusterSums.squares(
            run,
            scores.size(),
            2,
            () -> new Influence(study, scores, nuisances, beta, inverse)::fill,
            scores.clusters);
    return new Calibration(
        new Estimate(beta[0], Math.sqrt(squares[0])),
        new Estimate(beta[1], Math.sqrt(squares[1])),
        degrees(scores));
  }

  /** The products of the regressors and the response. */
  private static Gram gram(ResidualSums.Products of, double mean) {
    double[][] lower = {
      {mean * mean * of.vv()}, {mean * of.vs(), of.ss()}, {mean * of.uv(), of.us(), of.uu()}
    };
    Gram gram = new Gram(3);
    for (int r = 0; r < 3; r++) {
      for (int c = 0; c <= r; c++) {
        gram.set(r, c, lower[r][c]);
      }
    }
    return gram;
  }

  /** How far the rows of a range move the coefficients. */
  private static final class Influence {
    private final Study study;
    private final Scores scores;
    private final double[] beta;
    private final double[] inverse;
    private final RowWindow window;

    Influence(Study study, Scores scores, CrossFit nuisances, double[] beta, double[] inverse) {
      this.study = study;
      this.scores = scores;
      this.beta = beta;
      this.inverse = inverse;
      window =
          new RowWindow(scores.y, scores.d, nuisances.outcome, nuisances.treatment, scores.tau);
    }

    void fill(int from, int to, double[][] into) {
      window.moveTo(from, to);
      double[] y = window.column(0);
      double[] d = window.column(1);
      double[] outcome = window.column(2);
      double[] treatment = window.column(3);
      double[] tau = window.column(4);
      int at = from - window.first();
      double mean = scores.meanEffect;
      double both = inverse[1] + inverse[2];
      for (int j = 0; j < to - from; j++) {
        double v = d[at + j] - treatment[at + j];
        double first = v * mean;
        double second = v * (tau[at + j] - mean);
        double u = y[at + j] - outcome[at + j];
        double left = u - beta[0] * first - beta[1] * second;
        double leverage =
            inverse[0] * first * first + both * first * second + inverse[3] * second * second;
        double moved = moved(from + j, left, leverage);
        into[0][j] = (inverse[0] * first + inverse[1] * second) * moved;
        into[1][j] = (inverse[2] * first + inverse[3] * second) * moved;
      }
    }

    /** By how much a row's residual counts in the errors. */
    private double moved(int row, double r, double leverage) {
      if (scores.clusters != null) {
        return study.weight(row) * r;
      }
      if (study.weighting() == null) {
        return r / Math.max(1e-6, 1 - leverage);
      }
      double w = study.weightOfOne(row);
      double left = Math.max(1e-6, 1 - w * leverage);
      return w * Math.sqrt(study.count(row) * (r * r + study.variance(row))) / left;
    }
  }

  private static long degrees(Scores scores) {
    int[] clusters = scores.clusters;
    if (clusters == null) {
      return Math.max(0, scores.count() - 2);
    }
    long some = 0;
    int last = -1;
    RowWindow window = new RowWindow(scores.tau);
    for (int i = 0; i < clusters.length; i++) {
      window.moveTo(i, i + 1);
      if (!Double.isNaN(window.column(0)[i - window.first()]) && clusters[i] != last) {
        some++;
        last = clusters[i];
      }
    }
    return Math.max(0, some - 1);
  }

  /**
   * The one-sided p-value that the predictions tell nothing, against a positive slope: the test of
   * heterogeneity where the effect has no coefficients.
   */
  double pValue() {
    return Normal.upperTail(slope.z());
  }
}
