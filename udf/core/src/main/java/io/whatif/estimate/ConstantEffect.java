/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

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

  static Estimate of(Scores scores, CrossFit nuisances, String cov, int @Nullable [] clusters) {
    int n = scores.y.length;
    double uv = 0;
    double vv = 0;
    for (int i = 0; i < n; i++) {
      double v = scores.d[i] - nuisances.treatment[i];
      uv += v * (scores.y[i] - nuisances.outcome[i]);
      vv += v * v;
    }
    double theta = uv / vv;
    double meat = 0;
    double squares = 0;
    double cluster = 0;
    int groups = 0;
    for (int i = 0; i < n; i++) {
      double v = scores.d[i] - nuisances.treatment[i];
      double r = scores.y[i] - nuisances.outcome[i] - v * theta;
      squares += r * r;
      if (clusters == null) {
        double left = leverage(cov, v * v / vv);
        meat += v * v * r * r / left;
      } else {
        if (i > 0 && clusters[i] != clusters[i - 1]) {
          meat += cluster * cluster;
          cluster = 0;
          groups++;
        }
        cluster += v * r;
      }
    }
    double dof = n > 1 ? n / (n - 1.0) : 1;
    double variance = meat / (vv * vv);
    if (clusters != null) {
      groups++;
      variance =
          (meat + cluster * cluster) / (vv * vv) * (groups > 1 ? groups / (groups - 1.0) : 1);
    } else if (cov.equals("HC1")) {
      variance *= dof;
    } else if (cov.equals("nonrobust")) {
      variance = dof * squares / n / vv;
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
