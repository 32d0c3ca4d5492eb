/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import java.util.Arrays;

/**
 * Sample quantiles by linear interpolation between order statistics: with \( h = (n - 1) p \), the
 * value \( x_{\lfloor h \rfloor} + (h - \lfloor h \rfloor)(x_{\lfloor h \rfloor + 1} - x_{\lfloor h
 * \rfloor}) \). Definition 7 of Hyndman and Fan 1996, doi:10.1080/00031305.1996.10473566.
 */
public final class Quantiles {
  /** Values from an end on up to which a quantile is found without sorting. */
  private static final int FEW = 64;

  private Quantiles() {}

  /** The quantile at {@code p} in [0, 1] of values in ascending order; NaN if there are none. */
  public static double sorted(double[] ascending, double p) {
    if (ascending.length == 0) {
      return Double.NaN;
    }
    double h = (ascending.length - 1) * p;
    int below = (int) Math.min(Math.floor(h), ascending.length - 1.0);
    int above = Math.min(below + 1, ascending.length - 1);
    return ascending[below] + (h - below) * (ascending[above] - ascending[below]);
  }

  /**
   * The same of values in any order, which keep it; NaN is left out. Near either end, where few
   * values lie beyond, one pass without sorting.
   */
  public static double of(double[] values, double p) {
    int known = 0;
    for (double value : values) {
      known += Double.isNaN(value) ? 0 : 1;
    }
    double h = Math.max(0, known - 1) * p;
    int below = (int) Math.floor(h);
    int fromEnd = known - below;
    if (known < FEW || (below + 2 > FEW && fromEnd > FEW)) {
      double[] ascending = Arrays.copyOf(values, values.length);
      Arrays.sort(ascending); // NaN comes last
      return sorted(Arrays.copyOf(ascending, known), p);
    }
    if (below + 2 <= FEW) {
      double[] least = least(values, below + 2, 1);
      return least[below] + (h - below) * (least[below + 1] - least[below]);
    }
    double[] largest = least(values, fromEnd, -1);
    double low = -largest[fromEnd - 1];
    double high = -largest[Math.max(0, fromEnd - 2)];
    return low + (h - below) * (high - low);
  }

  /** The {@code count} least of {@code sign * value}, ascending; there must be so many. */
  private static double[] least(double[] values, int count, int sign) {
    double[] least = new double[count];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    for (double value : values) {
      double own = sign * value;
      if (own < least[count - 1]) {
        int at = count - 1;
        while (at > 0 && least[at - 1] > own) {
          least[at] = least[at - 1];
          at--;
        }
        least[at] = own;
      }
    }
    return least;
  }
}
