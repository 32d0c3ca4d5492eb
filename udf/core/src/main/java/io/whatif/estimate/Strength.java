/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

/**
 * What an unseen confounder can do to an average \( \theta = E[m(W; g)] \) with Riesz representer
 * \( \alpha \): the bias it brings is at most \( |\rho| \sqrt{\sigma^2 \nu^2} \) times a factor of
 * its partial \( R^2 \) with outcome and treatment.
 *
 * <p>Source: Chernozhukov, Cinelli, Newey, Sharma and Syrgkanis 2022, doi:10.3386/w30302.
 *
 * @param sigma2 \( \sigma^2 = E[(Y - g)^2] \)
 * @param nu2 \( \nu^2 = E[\alpha^2] \); estimated as \( E[2 m(W; \alpha) - \alpha^2] \) it may be
 *     negative
 */
record Strength(double sigma2, double nu2) {
  static final Strength UNKNOWN = new Strength(Double.NaN, Double.NaN);

  /**
   * The partial \( R^2 \) with both outcome and treatment by which a confounder moves \( \theta \)
   * to 0: \( k (\sqrt{k^2 + 4} - k) / 2 \), \( k = |\theta| / \sqrt{\sigma^2 \nu^2} \). NaN unless
   * both factors are positive.
   */
  double robustness(double theta) {
    if (!(sigma2 > 0 && nu2 > 0)) {
      return Double.NaN;
    }
    double k = Math.abs(theta) / Math.sqrt(sigma2 * nu2);
    return k * (Math.sqrt(k * k + 4) - k) / 2;
  }

  /**
   * Of a partially linear regression over a group of rows: \( \sigma^2 = E[(u - \theta v)^2] \), \(
   * \nu^2 = 1 / E[v^2] \).
   *
   * @param u the outcome's residual at each row of the study, NaN for rows that have no part
   * @param v the treatment's
   */
  static Strength ofResiduals(Study study, RowGroup group, double[] u, double[] v, double theta) {
    double weight = 0;
    double squares = 0;
    double spread = 0;
    for (int j = 0; j < group.size(); j++) {
      int i = group.row(j);
      if (!Double.isNaN(u[i])) {
        double w = study.weight(i);
        double r = u[i] - theta * v[i];
        weight += w;
        squares += w * (r * r + study.variance(i));
        spread += w * v[i] * v[i];
      }
    }
    return new Strength(squares / weight, weight / spread);
  }
}
