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
    return Math.min(p, 1 - p) * values.length < FEW ? new Ends(values).at(p) : bySorting(values, p);
  }

  /** The quantiles at {@code p} and at 1 - {@code p}, as {@link #of} gives them, in that pass. */
  public static double[] both(double[] values, double p) {
    Ends ends = new Ends(values);
    return new double[] {ends.at(p), ends.at(1 - p)};
  }

  private static double bySorting(double[] values, double p) {
    double[] ascending = Arrays.copyOf(values, values.length);
    Arrays.sort(ascending); // NaN comes last
    int known = ascending.length;
    while (known > 0 && Double.isNaN(ascending[known - 1])) {
      known--;
    }
    return sorted(Arrays.copyOf(ascending, known), p);
  }

  /** The {@value #FEW} least and largest of some values. */
  private static final class Ends {
    private final double[] values;

    /** Ascending; infinite where there are fewer values. */
    private final double[] least = new double[FEW];

    /** Descending, each with its sign turned. */
    private final double[] largest = new double[FEW];

    /** How many values are not NaN. */
    private final int known;

    Ends(double[] values) {
      this.values = values;
      Arrays.fill(least, Double.POSITIVE_INFINITY);
      Arrays.fill(largest, Double.POSITIVE_INFINITY);
      int unknown = 0;
      for (double value : values) {
        if (value < least[FEW - 1]) {
          insert(value, least);
        }
        if (-value < largest[FEW - 1]) {
          insert(-value, largest);
        }
        unknown += Double.isNaN(value) ? 1 : 0;
      }
      known = values.length - unknown;
    }

    private static void insert(double value, double[] ascending) {
      int at = FEW - 1;
      while (at > 0 && ascending[at - 1] > value) {
        ascending[at] = ascending[at - 1];
        at--;
      }
      ascending[at] = value;
    }

    double at(double p) {
      double h = Math.max(0, known - 1) * p;
      int below = (int) Math.floor(h);
      int above = Math.min(below + 1, known - 1);
      if (known == 0) {
        return Double.NaN;
      }
      if (above < FEW) {
        return least[below] + (h - below) * (least[above] - least[below]);
      }
      int fromEnd = known - 1 - below;
      if (fromEnd < FEW) {
        double low = -largest[fromEnd];
        return low + (h - below) * (-largest[known - 1 - above] - low);
      }
      return bySorting(values, p);
    }
  }
}
