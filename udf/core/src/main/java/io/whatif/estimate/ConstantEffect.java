/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.inference.ClusterSums;
import io.whatif.inference.Estimate;
import java.util.function.IntToDoubleFunction;
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

    double weightOfOne(int row) {
      return weighting == null ? 1 : weighting.weights()[row];
    }

    double count(int row) {
      return weighting == null ? 1 : weighting.counts()[row];
    }

    double variance(int row) {
      return weighting == null ? 0 : weighting.variances()[row];
    }
  }

  static Estimate of(Scores scores, CrossFit nuisances, String cov, Study study) {
    return of(
        scores, new Predicted(nuisances.outcome, nuisances.treatment), cov, Counting.of(study));
  }

  static Estimate of(Scores scores, Predicted nuisances, String cov, Counting counting) {
    RowResiduals residuals =
        RowResiduals.of(scores.y, scores.d, nuisances.outcome, nuisances.treatment);
    return of(scores.y.length, residuals, cov, counting);
  }

  static Estimate of(RowResiduals residuals, String cov, Study study) {
    return of(Math.toIntExact(study.rows()), residuals, cov, Counting.of(study));
  }

  private static Estimate of(int n, RowResiduals residuals, String cov, Counting counting) {
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
    if (counting.clusters() != null) {
      IntToDoubleFunction influence =
          i -> counting.weight(i) * residuals.z(i) * (residuals.u(i) - residuals.v(i) * theta);
      double squares = ClusterSums.squares(n, influence, counting.clusters());
      return new Estimate(theta, Math.sqrt(squares / (vz * vz)));
    }
    double meat = 0;
    double squares = 0;
    double rows = 0;
    for (int i = 0; i < n; i++) {
      double v = residuals.v(i);
      if (Double.isNaN(v)) {
        continue;
      }
      double z = residuals.z(i);
      double r = residuals.u(i) - v * theta;
      double w = counting.weightOfOne(i);
      double count = counting.count(i);
      double spread = r * r + counting.variance(i);
      squares += count * w * spread;
      rows += count;
      meat += w * w * z * z * (count * spread / leverage(cov, w * z * z / zz));
    }
    double dof = rows > 1 ? rows / (rows - 1.0) : 1;
    double variance =
        cov.equals("nonrobust")
            ? dof * squares / rows / vz * (zz / vz)
            : meat / (vz * vz) * (cov.equals("HC1") ? dof : 1);
    return new Estimate(theta, Math.sqrt(variance));
  }

  private static double leverage(String cov, double h) {
    if (cov.equals("HC2")) {
      return Math.max(1e-12, 1 - h);
    }
    return cov.equals("HC3") ? Math.max(1e-12, (1 - h) * (1 - h)) : 1;
  }
}
