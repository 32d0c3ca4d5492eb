/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

/**
 * Sample quantiles by linear interpolation between order statistics: with \( h = (n - 1) p \), the
 * value \( x_{\lfloor h \rfloor} + (h - \lfloor h \rfloor)(x_{\lfloor h \rfloor + 1} - x_{\lfloor h
 * \rfloor}) \). Definition 7 of Hyndman and Fan 1996, doi:10.1080/00031305.1996.10473566.
 */
public final class Quantiles {
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
}
