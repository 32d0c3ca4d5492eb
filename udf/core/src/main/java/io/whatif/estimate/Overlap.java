/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

/**
 * How much the arms of a binary treatment overlap, told from out-of-fold propensities.
 *
 * <p>Weights are those of the average effect, 1/e and 1/(1-e) with e clipped. The effective sample
 * size of an arm is \( (\sum w)^2 / \sum w^2 \).
 */
record Overlap(
    long treated,
    long control,
    double auc,
    double logLoss,
    double min,
    double p01,
    double p99,
    double max,
    double shareClipped,
    double essTreated,
    double essControl,
    double maxWeightShare) {

  static Overlap of(double[] propensity, double[] treatment) {
    int n = propensity.length;
    double[] sum = new double[2];
    double[] squares = new double[2];
    double[] largest = new double[2];
    long[] count = new long[2];
    long clipped = 0;
    double loss = 0;
    for (int i = 0; i < n; i++) {
      double e = propensity[i];
      int arm = treatment[i] == 1 ? 1 : 0;
      double c = Scores.clip(e);
      clipped += c == e ? 0 : 1;
      double w = arm == 1 ? 1 / c : 1 / (1 - c);
      count[arm]++;
      sum[arm] += w;
      squares[arm] += w * w;
      largest[arm] = Math.max(largest[arm], w);
      double safe = Math.min(1 - 1e-15, Math.max(1e-15, e));
      loss -= arm == 1 ? Math.log(safe) : Math.log1p(-safe);
    }
    PropensityHistogram histogram = new PropensityHistogram(propensity, treatment);
    return new Overlap(
        count[1],
        count[0],
        histogram.auc(),
        loss / n,
        histogram.min(),
        histogram.quantile(0.01),
        histogram.quantile(0.99),
        histogram.max(),
        (double) clipped / n,
        sum[1] * sum[1] / squares[1],
        sum[0] * sum[0] / squares[0],
        Math.max(largest[1] / sum[1], largest[0] / sum[0]));
  }
}
