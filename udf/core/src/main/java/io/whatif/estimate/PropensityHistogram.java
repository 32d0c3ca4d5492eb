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
    int[] places = new int[propensity.length];
    for (int i = 0; i < propensity.length; i++) {
      double e = propensity[i];
      places[i] = (int) (Math.min(1, Math.max(0, e)) * (BINS - 1));
      if (of.count(i) == 0) {
        continue;
      }
      min = Math.min(min, e);
      max = Math.max(max, e);
    }
    bins = propensity.length < BINS / 16 ? few(places) : IntStream.range(0, BINS).toArray();
    count = new double[2][bins.length];
    double all = 0;
    for (int i = 0; i < places.length; i++) {
      int at = bins.length == BINS ? places[i] : Arrays.binarySearch(bins, places[i]);
      count[of.treatment()[i] == 1 ? 1 : 0][at] += of.count(i);
      all += of.count(i);
    }
    rows = all;
  }

  private static int[] few(int[] places) {
    int[] sorted = places.clone();
    Arrays.sort(sorted);
    return Arrays.stream(sorted).distinct().toArray();
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
