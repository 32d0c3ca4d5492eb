/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

/** Single order statistics, without sorting. */
public final class OrderStatistics {
  private static final int FEW = 32;

  private OrderStatistics() {}

  /**
   * The value that would stand at {@code place}, counted from 0, if the values were sorted. The
   * values change their places. None may be NaN.
   *
   * <p>Method: Hoare's selection with the median of three as the pivot. Cost: O(n) on average.
   */
  public static double select(double[] values, int place) {
    int low = 0;
    int high = values.length - 1;
    while (high - low >= FEW) {
      double pivot = median(values[low], values[(low + high) >>> 1], values[high]);
      int i = low;
      int j = high;
      while (i <= j) {
        while (values[i] < pivot) {
          i++;
        }
        while (values[j] > pivot) {
          j--;
        }
        if (i <= j) {
          double held = values[i];
          values[i++] = values[j];
          values[j--] = held;
        }
      }
      if (place <= j) {
        high = j;
      } else if (place >= i) {
        low = i;
      } else {
        return values[place];
      }
    }
    java.util.Arrays.sort(values, low, high + 1);
    return values[place];
  }

  private static double median(double a, double b, double c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
}
