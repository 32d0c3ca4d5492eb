/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import java.util.Arrays;

/**
 * How the values of one feature become codes of a byte: 0 for NULL, else 1 and how many cuts lie
 * below the value. With at most {@link #MOST} different values each has a code of its own, so that
 * a category, which is its place in a dictionary, keeps its code and order; otherwise cuts are
 * quantiles.
 *
 * @param cuts ascending; a value equal to a cut lies below it
 */
public record Bins(double[] cuts) {
  /** Codes of values that are not NULL, at most. */
  public static final int MOST = 255;

  public Bins {
    if (cuts.length >= MOST) {
      throw new IllegalArgumentException(cuts.length + " cuts");
    }
  }

  /**
   * Bins of values.
   *
   * @param sorted ascending, without NaN
   */
  public static Bins of(double[] sorted) {
    double[] distinct = Arrays.stream(sorted).distinct().limit(MOST + 1L).toArray();
    if (distinct.length <= MOST) {
      double[] cuts = new double[Math.max(0, distinct.length - 1)];
      Arrays.setAll(cuts, k -> between(distinct[k], distinct[k + 1]));
      return new Bins(cuts);
    }
    double[] cuts = new double[MOST - 1];
    int count = 0;
    double largest = sorted[sorted.length - 1];
    for (int k = 1; k < MOST; k++) {
      double cut = sorted[(int) ((long) k * sorted.length / MOST)];
      if (cut < largest && (count == 0 || cut > cuts[count - 1])) {
        cuts[count++] = cut;
      }
    }
    return new Bins(Arrays.copyOf(cuts, count));
  }

  /** Something from {@code low} up to below {@code high}. */
  private static double between(double low, double high) {
    double middle = low / 2 + high / 2;
    return middle >= low && middle < high ? middle : low;
  }

  /** The largest code there is. */
  public int largest() {
    return cuts.length + 1;
  }

  /** The codes of values, the first {@code rows}. */
  public void code(double[] values, int rows, byte[] into, int at) {
    double[] padded = Arrays.copyOf(cuts, MOST);
    Arrays.fill(padded, cuts.length, MOST, Double.POSITIVE_INFINITY);
    for (int i = 0; i < rows; i++) {
      double value = values[i];
      into[at + i] = (byte) (Double.isNaN(value) ? 0 : 1 + below(padded, value));
    }
  }

  /** How many of 255 ascending numbers are less than a value: eight halvings. */
  private static int below(double[] numbers, double value) {
    int count = 0;
    for (int step = 128; step > 0; step >>= 1) {
      count += numbers[count + step - 1] < value ? step : 0;
    }
    return count;
  }
}
