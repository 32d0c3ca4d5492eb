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
    PropensityHistogram.Parts parts = new PropensityHistogram.Parts(rows);
    Sums all = new Sums();
    Parallel.ofRanges(run, rows.size(), (from, to) -> Sums.of(rows, parts, from, to))
        .forEach(all::add);
    PropensityHistogram histogram = parts.together();
    double count = all.control.count + all.treated.count;
    return new Overlap(
        Math.round(all.treated.count),
        Math.round(all.control.count),
        histogram.auc(),
        all.loss / count,
        histogram.min(),
        histogram.quantile(0.01),
        histogram.quantile(0.99),
        histogram.max(),
        all.clipped / count,
        all.treated.effectiveSize(),
        all.control.effectiveSize(),
        Math.max(
            all.treated.largest / all.treated.weights, all.control.largest / all.control.weights));
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

    private final Arm treated = new Arm();
    private final Arm control = new Arm();
    private double clipped;
    private double loss;

    /** Of a range, whose rows are counted along. */
    static Sums of(Rows rows, PropensityHistogram.Parts parts, int from, int to) {
      Sums sums = new Sums();
      PropensityHistogram.Part histogram = parts.take();
      RowWindow window = rows.window();
      for (int start = from; start < to; start += RowSums.BLOCK) {
        int end = Math.min(to, start + RowSums.BLOCK);
        window.moveTo(start, end);
        sums.add(rows, window, start, end);
        histogram.add(window, start, end);
      }
      parts.giveBack(histogram);
      return sums;
    }

    /** Adds each row to both arms, to one of them 0 times: faster than a branch at random. */
    private void add(Rows rows, RowWindow window, int from, int to) {
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
        double d = treatment[i - first];
        double c = Scores.clip(e);
        if (c != e) {
          clipped += times;
        }
        double w = (weights == null ? 1 : weights[i]) / (d * c + (1 - d) * (1 - c));
        treated.add(d, times, w);
        control.add(1 - d, times, w);
        double own = d * e + (1 - d) * (1 - e);
        if (times != 1 || own < PLAIN || own > 1 - PLAIN) {
          loss -= times * log(e, d);
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
    private static double log(double e, double treated) {
      double safe = e < LEAST ? LEAST : e > 1 - LEAST ? 1 - LEAST : e;
      return treated == 1 ? Math.log(safe) : safe < PLAIN ? Math.log1p(-safe) : Math.log(1 - safe);
    }

    void add(Sums other) {
      treated.add(other.treated);
      control.add(other.control);
      clipped += other.clipped;
      loss += other.loss;
    }
  }

  /** Sums over the rows of an arm. */
  private static final class Arm {
    private double count;
    private double weights;
    private double squares;
    private double largest;

    /**
     * Adds rows alike.
     *
     * @param part 1 if they are of this arm, else 0
     * @param rows how many they are
     * @param weight of each
     */
    void add(double part, double rows, double weight) {
      count += part * rows;
      weights += part * (rows * weight);
      squares += part * (rows * weight * weight);
      largest = Math.max(largest, part * weight);
    }

    void add(Arm other) {
      count += other.count;
      weights += other.weights;
      squares += other.squares;
      largest = Math.max(largest, other.largest);
    }

    double effectiveSize() {
      return weights * weights / squares;
    }
  }
}
