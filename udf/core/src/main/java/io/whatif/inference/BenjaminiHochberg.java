/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

import io.whatif.math.Normal;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * P-values adjusted so that, of all hypotheses rejected at a level, the expected share rejected
 * falsely is at most that level: with \( p_{(1)} \le \dots \le p_{(m)} \), the adjusted \( p_{(i)}
 * \) is \( \min_{j \ge i} \min(1, \frac{m}{j} p_{(j)}) \). NaN stays NaN and is not counted.
 *
 * <p>Valid for independent tests and for those that depend on each other positively (Benjamini and
 * Yekutieli 2001, doi:10.1214/aos/1013699998).
 *
 * <p>Source: Benjamini and Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x.
 */
public final class BenjaminiHochberg {
  private BenjaminiHochberg() {}

  /** The adjusted p-values, in the order given. Cost: a sort. */
  public static double[] adjust(double[] p) {
    int[] order =
        IntStream.range(0, p.length)
            .filter(i -> !Double.isNaN(p[i]))
            .boxed()
            .sorted((a, b) -> Double.compare(p[a], p[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] adjusted = new double[p.length];
    Arrays.fill(adjusted, Double.NaN);
    double lowest = 1;
    for (int j = order.length; j >= 1; j--) {
      int i = order[j - 1];
      lowest = Math.min(lowest, p[i] * order.length / j);
      adjusted[i] = lowest;
    }
    return adjusted;
  }

  /**
   * Shares of units whose estimated effect is called positive; NaN if no unit has an estimate.
   *
   * @param pointwise whose interval, taken alone, lies above 0
   * @param amongAll whose two-sided p-value, adjusted for all units, is at most 1 - level, and
   *     whose estimate is above 0; never more than pointwise
   */
  public record Shares(double pointwise, double amongAll) {}

  /**
   * How many units have a positive effect.
   *
   * @param effects the estimate of each unit; NaN for one that has none
   * @param errors their standard errors; a unit whose error is 0 or NaN is called positive by
   *     neither
   */
  public static Shares positive(double[] effects, double[] errors, double level) {
    double[] z = new double[effects.length];
    double quantile = Normal.quantile(0.5 + level / 2);
    long units = 0;
    long alone = 0;
    int tested = 0;
    for (int i = 0; i < z.length; i++) {
      z[i] = new Estimate(effects[i], errors[i]).z();
      tested += Double.isNaN(z[i]) ? 0 : 1;
      units += Double.isNaN(effects[i]) ? 0 : 1;
      alone += errors[i] > 0 && effects[i] - quantile * errors[i] > 0 ? 1 : 0;
    }
    Arrays.sort(z);
    return units == 0
        ? new Shares(Double.NaN, Double.NaN)
        : new Shares((double) alone / units, (double) positive(z, tested, 1 - level) / units);
  }

  /**
   * How many hypotheses of no effect are rejected with a z-value above 0: of the least extreme of
   * those whose p-values are at most {@code rate} on, the first p-value that is at most its rank's
   * share of the rate, and all more extreme ones.
   *
   * @param z the z-values in ascending order, of which the first {@code tested} count
   * @param rate the false-discovery rate
   */
  public static int positive(double[] z, int tested, double rate) {
    double border = Normal.quantile(1 - rate / 2) * (1 - 1e-12);
    int below = place(z, tested, -border); // those before it are extreme, and so are
    int above = place(z, tested, border); // those from here on
    while (below > 0 || above < tested) {
      boolean positive = below == 0 || (above < tested && z[above] <= -z[below - 1]);
      double p = Normal.twoSided(positive ? z[above] : z[below - 1]);
      int rank = below + tested - above;
      if (p <= rank * rate / tested) {
        return tested - above;
      }
      if (positive) {
        above++;
      } else {
        below--;
      }
    }
    return 0;
  }

  /** How many of the first {@code count} numbers, ascending, are below {@code bound}. */
  private static int place(double[] ascending, int count, double bound) {
    int found = Arrays.binarySearch(ascending, 0, count, bound);
    int place = found < 0 ? -found - 1 : found;
    while (place > 0 && ascending[place - 1] == bound) {
      place--;
    }
    return place;
  }
}
