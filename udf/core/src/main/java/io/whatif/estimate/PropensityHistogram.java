/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Propensities by arm in 2^18 equal bins of [0, 1]: order statistics to 4e-6 and the area under the
 * ROC curve with propensities of one bin counted as ties, in one pass and without sorting many
 * rows.
 */
final class PropensityHistogram {
  private static final int BINS = 1 << 18;

  /** The bins that hold rows, ascending, and how many rows of each arm they stand for. */
  private final int[] bins;

  private final double[][] count;
  private final double rows;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;

  PropensityHistogram(Overlap.Rows of) {
    double[] propensity = of.propensity();
    bins =
        propensity.length < BINS / 16
            ? Arrays.stream(propensity)
                .mapToInt(PropensityHistogram::bin)
                .sorted()
                .distinct()
                .toArray()
            : IntStream.range(0, BINS).toArray();
    count = new double[2][bins.length];
    double all = 0;
    for (int i = 0; i < propensity.length; i++) {
      double times = of.count(i);
      if (times == 0) {
        continue;
      }
      double e = propensity[i];
      min = Math.min(min, e);
      max = Math.max(max, e);
      int at = bins.length == BINS ? bin(e) : Arrays.binarySearch(bins, bin(e));
      count[of.treatment()[i] == 1 ? 1 : 0][at] += times;
      all += times;
    }
    rows = all;
  }

  private static int bin(double propensity) {
    return (int) (Math.min(1, Math.max(0, propensity)) * (BINS - 1));
  }

  double min() {
    return min;
  }

  double max() {
    return max;
  }

  /** The middle of the bin in which the {@code p} quantile lies, within the range seen. */
  double quantile(double p) {
    double wanted = p * (rows - 1);
    double below = 0;
    for (int bin = 0; bin < bins.length; bin++) {
      below += count[0][bin] + count[1][bin];
      if (below > wanted) {
        return Math.min(max, Math.max(min, (bins[bin] + 0.5) / (BINS - 1)));
      }
    }
    return max;
  }

  /** The chance that a treated row has the larger propensity, ties counting half. */
  double auc() {
    double wins = 0;
    double controls = 0;
    double treated = 0;
    for (int bin = 0; bin < bins.length; bin++) {
      wins += count[1][bin] * (controls + 0.5 * count[0][bin]);
      controls += count[0][bin];
      treated += count[1][bin];
    }
    return wins / (treated * controls);
  }
}
