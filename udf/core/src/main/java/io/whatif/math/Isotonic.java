/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import java.util.Arrays;

/**
 * Isotonic regression: of all functions that do not decrease, the one with the smallest \( \sum_i
 * w_i (y_i - f(x_i))^2 \). Between neighbouring \( x_i \) it is a straight line, outside them
 * constant.
 *
 * <p>Edge cases: equal x are one point with the weighted mean of their y; of no rows f is NaN.
 *
 * <p>Method: neighbouring points are pooled as long as they decrease (pool adjacent violators).
 * Cost O(n) for sorted rows; a value is looked up in O(log n).
 *
 * <p>Source: Barlow, Bartholomew, Bremner and Brunk 1972, Statistical Inference under Order
 * Restrictions; lines between points are scikit-learn's.
 *
 * @param at points, rising
 * @param value f at each of them
 */
public record Isotonic(double[] at, double[] value) {
  public Isotonic {
    if (at.length != value.length) {
      throw new IllegalArgumentException(at.length + " points, " + value.length + " values");
    }
  }

  /** Sorted rows one after the other, pooled as they come. */
  public static final class Pools {
    private final double[] first;
    private final double[] last;
    private final double[] mean;
    private final double[] weight;
    private int count;

    /** Room for {@code rows} rows. */
    public Pools(int rows) {
      first = new double[rows];
      last = new double[rows];
      mean = new double[rows];
      weight = new double[rows];
    }

    /** Adds a row whose x is not below that of the row before, with a weight above 0. */
    public void add(double x, double y, double w) {
      if (count > 0 && last[count - 1] > x) {
        throw new IllegalArgumentException("rows are not sorted");
      }
      first[count] = x;
      last[count] = x;
      mean[count] = y;
      weight[count] = w;
      count++;
      while (count > 1 && joins()) {
        int into = count - 2;
        double total = weight[into] + weight[into + 1];
        mean[into] += (mean[into + 1] - mean[into]) * weight[into + 1] / total;
        weight[into] = total;
        last[into] = last[into + 1];
        count--;
      }
    }

    private boolean joins() {
      return mean[count - 1] <= mean[count - 2] || first[count - 1] == last[count - 2];
    }

    /** The regression of the rows added. */
    public Isotonic regression() {
      double[] at = new double[2 * count];
      double[] value = new double[2 * count];
      int points = 0;
      for (int p = 0; p < count; p++) {
        at[points] = first[p];
        value[points++] = mean[p];
        if (last[p] > first[p]) {
          at[points] = last[p];
          value[points++] = mean[p];
        }
      }
      return new Isotonic(Arrays.copyOf(at, points), Arrays.copyOf(value, points));
    }
  }

  /** f at {@code x}. */
  public double of(double x) {
    if (at.length == 0 || Double.isNaN(x)) {
      return Double.NaN;
    }
    int place = Arrays.binarySearch(at, x);
    if (place >= 0) {
      return value[place];
    }
    int right = -place - 1;
    if (right == 0 || right == at.length) {
      return value[right == 0 ? 0 : right - 1];
    }
    double share = (x - at[right - 1]) / (at[right] - at[right - 1]);
    return value[right - 1] + share * (value[right] - value[right - 1]);
  }
}
