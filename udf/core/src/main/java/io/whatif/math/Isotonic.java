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

    /** Rows of the x that came last, which are not pooled before all of it are there. */
    private double openAt = Double.NaN;

    private double openMean;
    private double openWeight;

    /** Room for {@code rows} rows. */
    public Pools(int rows) {
      first = new double[rows];
      last = new double[rows];
      mean = new double[rows];
      weight = new double[rows];
    }

    /** Adds a row whose x is not below that of the row before, with a weight above 0. */
    public void add(double x, double y, double w) {
      if (openAt > x) {
        throw new IllegalArgumentException("rows are not sorted");
      }
      if (openAt == x) {
        openWeight += w;
        openMean += (y - openMean) * w / openWeight;
        return;
      }
      pool();
      openAt = x;
      openMean = y;
      openWeight = w;
    }

    /** Pools the rows of the x that came last. */
    private void pool() {
      if (Double.isNaN(openAt)) {
        return;
      }
      first[count] = openAt;
      last[count] = openAt;
      mean[count] = openMean;
      weight[count] = openWeight;
      count++;
      while (count > 1 && mean[count - 1] <= mean[count - 2]) {
        int into = count - 2;
        double total = weight[into] + weight[into + 1];
        mean[into] += (mean[into + 1] - mean[into]) * weight[into + 1] / total;
        weight[into] = total;
        last[into] = last[into + 1];
        count--;
      }
    }

    /** The regression of the rows added, which are all. */
    public Isotonic regression() {
      pool();
      openAt = Double.NaN;
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
