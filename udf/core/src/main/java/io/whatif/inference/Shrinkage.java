/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

import io.whatif.math.Normal;

/**
 * Estimates of one quantity in several groups, drawn towards each other by normal empirical Bayes.
 *
 * <p>With \( \hat\theta_g \sim N(\theta_g, s_g^2) \) and \( \theta_g \sim N(\mu, \tau^2) \), \( w_g
 * = 1 / (s_g^2 + \tau^2) \) and \( \hat\mu = \sum w_g \hat\theta_g / \sum w_g \), the estimate of a
 * group is \( \hat\mu + \tau^2 / (\tau^2 + s_g^2) \, (\hat\theta_g - \hat\mu) \). \( \tau^2 \) is
 * Paule and Mandel's: the root of \( \sum w_g (\hat\theta_g - \hat\mu)^2 = G - 1 \), 0 where there
 * is none. The test that all groups have the same value is Cochran's: \( Q = \sum (\hat\theta_g -
 * \bar\theta)^2 / s_g^2 \), \( \bar\theta \) the mean weighted by \( 1 / s_g^2 \), chi-squared with
 * G - 1 degrees of freedom.
 *
 * <p>Groups without an estimate or with no error above 0 are left out, and have NaN. Of fewer than
 * two groups all is NaN. Cost: a few sums over the groups for each step of Newton's method.
 *
 * <p>Sources: Morris 1983, doi:10.1080/01621459.1983.10477920; DerSimonian and Kacker 2007,
 * doi:10.1016/j.cct.2006.04.004, for tau; Cochran 1954, doi:10.2307/3001666.
 */
public final class Shrinkage {
  private static final int MAX_STEPS = 200;
  private static final double PRECISION = 1e-13;

  private final double[] shrunk;
  private final double pValue;
  private final double variance;

  private Shrinkage(double[] shrunk, double pValue, double variance) {
    this.shrunk = shrunk;
    this.pValue = pValue;
    this.variance = variance;
  }

  /** Shrinks the estimates of the groups. */
  public static Shrinkage of(Estimate[] groups) {
    int used = 0;
    double[] shrunk = new double[groups.length];
    for (int g = 0; g < groups.length; g++) {
      shrunk[g] = Double.NaN;
      used += isUsed(groups[g]) ? 1 : 0;
    }
    if (used < 2) {
      return new Shrinkage(shrunk, Double.NaN, Double.NaN);
    }
    double q = Weighted.of(groups, 0).squares();
    double variance = variance(groups, used - 1);
    double mean = Weighted.of(groups, variance).mean();
    for (int g = 0; g < groups.length; g++) {
      if (isUsed(groups[g])) {
        double error = groups[g].standardError() * groups[g].standardError();
        shrunk[g] = mean + variance / (variance + error) * (groups[g].value() - mean);
      }
    }
    return new Shrinkage(shrunk, Normal.chiSquaredTail(q, used - 1), variance);
  }

  private static boolean isUsed(Estimate estimate) {
    return Double.isFinite(estimate.value())
        && Double.isFinite(estimate.standardError())
        && estimate.standardError() > 0;
  }

  /** The sum of squares falls and is convex in the variance, so Newton's steps from 0 only rise. */
  private static double variance(Estimate[] groups, int degrees) {
    double variance = 0;
    for (int step = 0; step < MAX_STEPS; step++) {
      Weighted now = Weighted.of(groups, variance);
      double rise = (now.squares() - degrees) / now.slope();
      if (!(rise > PRECISION * variance)) {
        break;
      }
      variance += rise;
    }
    return variance;
  }

  /**
   * Sums over groups at a variance between them.
   *
   * @param mean the weighted mean
   * @param squares the weighted squares about it
   * @param slope how fast they fall as the variance rises
   */
  private record Weighted(double mean, double squares, double slope) {
    static Weighted of(Estimate[] groups, double variance) {
      double weights = 0;
      double sum = 0;
      for (Estimate group : groups) {
        if (isUsed(group)) {
          double w = weight(group, variance);
          weights += w;
          sum += w * group.value();
        }
      }
      double mean = sum / weights;
      double squares = 0;
      double slope = 0;
      for (Estimate group : groups) {
        if (isUsed(group)) {
          double w = weight(group, variance);
          double away = w * (group.value() - mean);
          squares += away * (group.value() - mean);
          slope += away * away;
        }
      }
      return new Weighted(mean, squares, slope);
    }

    private static double weight(Estimate group, double variance) {
      return 1 / (group.standardError() * group.standardError() + variance);
    }
  }

  /** The shrunk estimate of each group, in the order given. */
  public double[] shrunk() {
    return shrunk.clone();
  }

  /** The p-value that all groups have the same value. */
  public double pValue() {
    return pValue;
  }

  /** The estimated variance of the true values between groups. */
  public double variance() {
    return variance;
  }
}
