/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import org.jspecify.annotations.Nullable;

/**
 * How much the arms of a binary treatment overlap, told from out-of-fold propensities.
 *
 * <p>Weights are those of the average effect, 1/e and 1/(1-e) with e clipped, times the weights of
 * the study. The effective sample size of an arm is \( (\sum w)^2 / \sum w^2 \). A row that stands
 * for n rows counts as n everywhere; what counts rows, the quantiles, the AUC and the log-loss are
 * of rows, whatever they weigh. Rows of weight 0 count nowhere.
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

  /**
   * Rows of the two arms.
   *
   * @param count how many rows a row stands for, 0 if its weight is; null if each is one
   * @param weight the weight of each of those; null if that is 1
   */
  record Rows(
      double[] propensity,
      double[] treatment,
      double @Nullable [] count,
      double @Nullable [] weight) {

    /** All rows of a study. */
    static Rows of(Study study, double[] propensity, double[] treatment) {
      Study.Weighting weighting = study.weighting();
      return weighting == null
          ? new Rows(propensity, treatment, null, null)
          : new Rows(propensity, treatment, study.counted(), weighting.weights());
    }

    double count(int row) {
      return count == null ? 1 : count[row];
    }

    double weight(int row) {
      return weight == null ? 1 : weight[row];
    }
  }

  static Overlap of(Rows rows) {
    int n = rows.propensity().length;
    double[] sum = new double[2];
    double[] squares = new double[2];
    double[] largest = new double[2];
    double[] count = new double[2];
    double clipped = 0;
    double loss = 0;
    for (int i = 0; i < n; i++) {
      double times = rows.count(i);
      if (times == 0) {
        continue;
      }
      double e = rows.propensity()[i];
      int arm = rows.treatment()[i] == 1 ? 1 : 0;
      double c = Scores.clip(e);
      clipped += c == e ? 0 : times;
      double w = rows.weight(i) * (arm == 1 ? 1 / c : 1 / (1 - c));
      count[arm] += times;
      sum[arm] += times * w;
      squares[arm] += times * w * w;
      largest[arm] = Math.max(largest[arm], w);
      double safe = Math.min(1 - 1e-15, Math.max(1e-15, e));
      loss -= times * (arm == 1 ? Math.log(safe) : Math.log1p(-safe));
    }
    double all = count[0] + count[1];
    PropensityHistogram histogram = new PropensityHistogram(rows);
    return new Overlap(
        Math.round(count[1]),
        Math.round(count[0]),
        histogram.auc(),
        loss / all,
        histogram.min(),
        histogram.quantile(0.01),
        histogram.quantile(0.99),
        histogram.max(),
        clipped / all,
        sum[1] * sum[1] / squares[1],
        sum[0] * sum[0] / squares[0],
        Math.max(largest[1] / sum[1], largest[0] / sum[0]));
  }
}
