/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.inference.ClusterSums;
import io.whatif.inference.Estimate;
import org.jspecify.annotations.Nullable;

/**
 * The effect as one number: the regression of the outcome's residual u on the treatment's residual
 * v, \( \theta = \sum u v / \sum v^2 \), the partially linear model of Robinson 1988.
 *
 * <p>Errors as {@link FinalStage#covariance} with the single regressor v: \( h_i = v_i^2 / \sum v^2
 * \). For a binary treatment \( \theta \) estimates the overlap-weighted average \( E[e (1-e) \tau]
 * / E[e (1-e)] \).
 *
 * <p>With the residual z of an instrument \( \theta = \sum u z / \sum v z \), the partially linear
 * model with an instrument of Chernozhukov et al. 2018, doi:10.1111/ectj.12097, and \( h_i = z_i^2
 * / \sum z^2 \); the case above is z = v.
 */
final class ConstantEffect {
  private ConstantEffect() {}

  /** The residuals of a row: of the outcome, the treatment (NaN where it has no part), and z. */
  interface Residuals {
    double u(int row);

    double v(int row);

    double z(int row);
  }

  /** What is predicted of each row out of fold. */
  record Predicted(double[] outcome, double[] treatment) {}

  /**
   * How much rows count.
   *
   * @param clusters number of each row's cluster, null when every row is its own
   */
  record Counting(Study.@Nullable Weighting weighting, int @Nullable [] clusters) {
    static Counting of(Study study) {
      return new Counting(study.weighting(), study.units().clusters());
    }

    double weight(int row) {
      return weighting == null ? 1 : weighting.products()[row];
    }
  }

  static Estimate of(Scores scores, CrossFit nuisances, String cov, Study study) {
    return of(
        scores, new Predicted(nuisances.outcome, nuisances.treatment), cov, Counting.of(study));
  }

  static Estimate of(Scores scores, Predicted nuisances, String cov, Counting counting) {
    return of(
        scores.y.length,
        new Residuals() {
          @Override
          public double u(int row) {
            return scores.y[row] - nuisances.outcome[row];
          }

          @Override
          public double v(int row) {
            return scores.d[row] - nuisances.treatment[row];
          }

          @Override
          public double z(int row) {
            return v(row);
          }
        },
        cov,
        counting);
  }

  static Estimate of(Residuals residuals, String cov, Study study) {
    return of(Math.toIntExact(study.rows()), residuals, cov, Counting.of(study));
  }

  private static Estimate of(int n, Residuals residuals, String cov, Counting counting) {
    double uz = 0;
    double vz = 0;
    double zz = 0;
    for (int i = 0; i < n; i++) {
      double v = residuals.v(i);
      if (Double.isNaN(v)) {
        continue;
      }
      double z = residuals.z(i);
      double weighted = counting.weight(i) * z;
      uz += weighted * residuals.u(i);
      vz += weighted * v;
      zz += weighted * z;
    }
    double theta = uz / vz;
    Study.Weighting weighting = counting.weighting();
    double[] influence = new double[n];
    double squares = 0;
    double rows = 0;
    for (int i = 0; i < n; i++) {
      double v = residuals.v(i);
      if (Double.isNaN(v)) {
        influence[i] = Double.NaN;
        continue;
      }
      double z = residuals.z(i);
      double r = residuals.u(i) - v * theta;
      double w = weighting == null ? 1 : weighting.weights()[i];
      double count = weighting == null ? 1 : weighting.counts()[i];
      double spread = r * r + (weighting == null ? 0 : weighting.variances()[i]);
      squares += count * w * spread;
      rows += count;
      influence[i] =
          counting.clusters() != null
              ? counting.weight(i) * z * r
              : w * Math.abs(z) * Math.sqrt(count * spread / leverage(cov, w * z * z / zz));
    }
    double dof = rows > 1 ? rows / (rows - 1.0) : 1;
    double variance = ClusterSums.squares(influence, counting.clusters()) / (vz * vz);
    if (counting.clusters() == null && cov.equals("HC1")) {
      variance *= dof;
    } else if (counting.clusters() == null && cov.equals("nonrobust")) {
      variance = dof * squares / rows / vz * (zz / vz);
    }
    return new Estimate(theta, Math.sqrt(variance));
  }

  private static double leverage(String cov, double h) {
    if (cov.equals("HC2")) {
      return Math.max(1e-12, 1 - h);
    }
    return cov.equals("HC3") ? Math.max(1e-12, (1 - h) * (1 - h)) : 1;
  }
}
