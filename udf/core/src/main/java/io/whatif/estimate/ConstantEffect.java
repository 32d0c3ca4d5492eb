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
 */
final class ConstantEffect {
  private ConstantEffect() {}

  static Estimate of(Scores scores, CrossFit nuisances, String cov, Study study) {
    return of(
        scores,
        new Predicted(nuisances.outcome, nuisances.treatment),
        cov,
        new Counting(study.weighting(), study.units().clusters()));
  }

  /** What is predicted of each row out of fold. */
  record Predicted(double[] outcome, double[] treatment) {}

  /**
   * How much rows count.
   *
   * @param clusters number of each row's cluster, null when every row is its own
   */
  record Counting(Study.@Nullable Weighting weighting, int @Nullable [] clusters) {
    double weight(int row) {
      return weighting == null ? 1 : weighting.products()[row];
    }
  }

  static Estimate of(Scores scores, Predicted nuisances, String cov, Counting counting) {
    int n = scores.y.length;
    double uv = 0;
    double vv = 0;
    for (int i = 0; i < n; i++) {
      if (Double.isNaN(scores.d[i])) {
        continue;
      }
      double v = scores.d[i] - nuisances.treatment[i];
      double weighted = counting.weight(i) * v;
      uv += weighted * (scores.y[i] - nuisances.outcome[i]);
      vv += weighted * v;
    }
    double theta = uv / vv;
    Study.Weighting weighting = counting.weighting();
    double[] influence = new double[n];
    double squares = 0;
    double rows = 0;
    for (int i = 0; i < n; i++) {
      if (Double.isNaN(scores.d[i])) {
        influence[i] = Double.NaN;
        continue;
      }
      double v = scores.d[i] - nuisances.treatment[i];
      double r = scores.y[i] - nuisances.outcome[i] - v * theta;
      double w = weighting == null ? 1 : weighting.weights()[i];
      double count = weighting == null ? 1 : weighting.counts()[i];
      double spread = r * r + (weighting == null ? 0 : weighting.variances()[i]);
      squares += count * w * spread;
      rows += count;
      influence[i] =
          counting.clusters() != null
              ? counting.weight(i) * v * r
              : w * Math.abs(v) * Math.sqrt(count * spread / leverage(cov, w * v * v / vv));
    }
    double dof = rows > 1 ? rows / (rows - 1.0) : 1;
    double variance = ClusterSums.squares(influence, counting.clusters()) / (vv * vv);
    if (counting.clusters() == null && cov.equals("HC1")) {
      variance *= dof;
    } else if (counting.clusters() == null && cov.equals("nonrobust")) {
      variance = dof * squares / rows / vv;
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
