/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/** The standard normal law, and the chi-squared and t laws that tests need. */
public final class Normal {
  private static final NormalDistribution STANDARD = NormalDistribution.of(0, 1);

  private Normal() {}

  /** The value below which a standard normal number falls with probability {@code p}. */
  public static double quantile(double p) {
    return STANDARD.inverseCumulativeProbability(p);
  }

  /** The two-sided p-value \( 2 (1 - \Phi(|z|)) \), NaN for NaN. */
  public static double twoSided(double z) {
    return Double.isNaN(z) ? Double.NaN : 2 * STANDARD.survivalProbability(Math.abs(z));
  }

  /** The one-sided p-value \( 1 - \Phi(z) \), NaN for NaN. */
  public static double upperTail(double z) {
    return Double.isNaN(z) ? Double.NaN : STANDARD.survivalProbability(z);
  }

  /**
   * The one-sided p-value of a number that follows Student's t law with {@code df} degrees; NaN for
   * NaN or fewer than one.
   */
  public static double studentUpperTail(double t, long df) {
    return Double.isNaN(t) || df < 1
        ? Double.NaN
        : TDistribution.of((double) df).survivalProbability(t);
  }

  /** The probability that a chi-squared number with {@code df} degrees exceeds {@code x}. */
  public static double chiSquaredTail(double x, int df) {
    return Double.isNaN(x) || df < 1
        ? Double.NaN
        : ChiSquaredDistribution.of(df).survivalProbability(Math.max(0, x));
  }
}
