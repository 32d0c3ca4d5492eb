/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Parallel;
import io.whatif.data.RowValues;
import io.whatif.data.RowWindow;
import io.whatif.data.Run;
import io.whatif.inference.RowSums;
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
      RowValues propensity,
      RowValues treatment,
      double @Nullable [] count,
      double @Nullable [] weight) {

    int size() {
      return propensity.rows();
    }

    /** The propensities and treatments, for one thread. */
    RowWindow window() {
      return new RowWindow(propensity, treatment);
    }

    /** All rows of a study. */
    static Rows of(Study study, RowValues propensity, RowValues treatment) {
      Study.Weighting weighting = study.weighting();
      return weighting == null
          ? new Rows(propensity, treatment, null, null)
          : new Rows(propensity, treatment, study.counted(), weighting.weights());
    }
  }

  /**
   * Of these rows.
   *
   * @param run whose threads work; null for this thread alone
   */
  static Overlap of(@Nullable Run run, Rows rows) {
    PropensityHistogram histogram = PropensityHistogram.of(run, rows);
    Sums all = new Sums();
    for (Sums part : Parallel.ofRanges(run, rows.size(), (from, to) -> Sums.of(rows, from, to))) {
      all.add(part);
    }
    double count = all.count[0] + all.count[1];
    return new Overlap(
        Math.round(all.count[1]),
        Math.round(all.count[0]),
        histogram.auc(),
        all.loss / count,
        histogram.min(),
        histogram.quantile(0.01),
        histogram.quantile(0.99),
        histogram.max(),
        all.clipped / count,
        all.sum[1] * all.sum[1] / all.squares[1],
        all.sum[0] * all.sum[0] / all.squares[0],
        Math.max(all.largest[1] / all.sum[1], all.largest[0] / all.sum[0]));
  }

  /** Sums over rows, some by arm. */
  private static final class Sums {
    /**
     * Chances this far from 0 and 1 are multiplied before a logarithm is taken: their product has
     * as many digits as the sum of their logarithms.
     */
    private static final double PLAIN = 0.01;

    /** A product at which its logarithm is taken: another factor does not make it 0. */
    private static final double SMALL = 1e-280;

    /** Propensities are kept this far from 0 and 1 in the log-loss. */
    private static final double LEAST = 1e-15;

    private final double[] sum = new double[2];
    private final double[] squares = new double[2];
    private final double[] largest = new double[2];
    private final double[] count = new double[2];
    private double clipped;
    private double loss;

    static Sums of(Rows rows, int from, int to) {
      Sums sums = new Sums();
      RowWindow window = rows.window();
      for (int start = from; start < to; start += RowSums.BLOCK) {
        sums.add(rows, window, start, Math.min(to, start + RowSums.BLOCK));
      }
      return sums;
    }

    private void add(Rows rows, RowWindow window, int from, int to) {
      window.moveTo(from, to);
      double[] counts = rows.count();
      double[] weights = rows.weight();
      double[] propensity = window.column(0);
      double[] treatment = window.column(1);
      int first = window.first();
      double chance = 1;
      for (int i = from; i < to; i++) {
        double times = counts == null ? 1 : counts[i];
        if (times == 0) {
          continue;
        }
        double e = propensity[i - first];
        int arm = treatment[i - first] == 1 ? 1 : 0;
        double c = Scores.clip(e);
        if (c != e) {
          clipped += times;
        }
        double w = (weights == null ? 1 : weights[i]) / (arm == 1 ? c : 1 - c);
        count[arm] += times;
        sum[arm] += times * w;
        squares[arm] += times * w * w;
        if (w > largest[arm]) {
          largest[arm] = w;
        }
        double own = arm == 1 ? e : 1 - e;
        if (times != 1 || own < PLAIN || own > 1 - PLAIN) {
          loss -= times * log(e, arm);
          continue;
        }
        chance *= own;
        if (chance < SMALL) {
          loss -= Math.log(chance);
          chance = 1;
        }
      }
      loss -= Math.log(chance);
    }

    /** Of the chance of the arm that a row is in. */
    private static double log(double e, int arm) {
      double safe = e < LEAST ? LEAST : e > 1 - LEAST ? 1 - LEAST : e;
      return arm == 1 ? Math.log(safe) : safe < PLAIN ? Math.log1p(-safe) : Math.log(1 - safe);
    }

    void add(Sums other) {
      for (int arm = 0; arm < 2; arm++) {
        sum[arm] += other.sum[arm];
        squares[arm] += other.squares[arm];
        largest[arm] = Math.max(largest[arm], other.largest[arm]);
        count[arm] += other.count[arm];
      }
      clipped += other.clipped;
      loss += other.loss;
    }
  }
}
