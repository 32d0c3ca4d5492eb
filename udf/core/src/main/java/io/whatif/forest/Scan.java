/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

/**
 * The largest gain of any cut of a feature whose children have enough rows: one pass over codes.
 */
final class Scan {
  private Scan() {}

  /** Where each row counts once. */
  static double bound(Histogram sums, int used, Labels labels, double[] inverse, int least) {
    int first = sums.codes[0] == 0 && sums.rho[0] != 0 ? 1 : 0;
    double best = cuts(sums, 0, used, labels, inverse, least);
    return first == 0 ? best : Math.max(best, cuts(sums, 1, used, labels, inverse, least));
  }

  /** Cuts behind each code from the {@code first} on; codes before go right. */
  private static double cuts(
      Histogram sums, int first, int used, Labels labels, double[] inverse, int least) {
    long[] rho = sums.rho;
    int[] codes = sums.codes;
    int bits = labels.bits;
    long mask = (1L << bits) - 1;
    long all = 0;
    for (int k = 0; k < used; k++) {
      all += rho[codes[k]];
    }
    double total = all >> bits;
    int rows = labels.rows;
    double best = 0;
    long left = 0;
    for (int k = first; k < used; k++) {
      left += rho[codes[k]];
      int count = (int) (left & mask);
      double sum = left >> bits;
      double rest = total - sum;
      double gain = sum * sum * inverse[count] + rest * rest * inverse[rows - count];
      if (gain > best && count >= least && rows - count >= least) {
        best = gain;
      }
    }
    return best;
  }

  /** Where rows have weights. */
  static double weightedBound(Histogram sums, int used, Labels labels, int least) {
    int first = sums.codes[0] == 0 && sums.rho[0] != 0 ? 1 : 0;
    double best = weightedCuts(sums, 0, used, labels, least);
    return first == 0 ? best : Math.max(best, weightedCuts(sums, 1, used, labels, least));
  }

  private static double weightedCuts(
      Histogram sums, int first, int used, Labels labels, int least) {
    int bits = labels.bits;
    long mask = (1L << bits) - 1;
    long all = 0;
    long mass = 0;
    for (int k = 0; k < used; k++) {
      all += sums.rho[sums.codes[k]];
      mass += sums.weight[sums.codes[k]];
    }
    double total = all >> bits;
    double best = 0;
    long left = 0;
    long weight = 0;
    for (int k = first; k < used; k++) {
      left += sums.rho[sums.codes[k]];
      weight += sums.weight[sums.codes[k]];
      int count = (int) (left & mask);
      if (count >= least && labels.rows - count >= least) {
        double sum = left >> bits;
        double rest = total - sum;
        double gain =
            sum * sum * Labels.WEIGHT_SCALE / weight
                + rest * rest * Labels.WEIGHT_SCALE / (mass - weight);
        best = Math.max(best, gain);
      }
    }
    return best;
  }
}
