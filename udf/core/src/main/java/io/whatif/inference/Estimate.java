/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

import io.whatif.math.Normal;
import java.util.Arrays;

/**
 * An estimated number with its standard error, and the normal inference that follows from the two.
 *
 * @param value the estimate, NaN if undefined
 * @param standardError its standard error, NaN if undefined
 */
public record Estimate(double value, double standardError) {
  public static final Estimate UNDEFINED = new Estimate(Double.NaN, Double.NaN);

  /** Estimate over standard error; NaN for a zero error. */
  public double z() {
    return standardError > 0 ? value / standardError : Double.NaN;
  }

  /** The two-sided normal p-value of the hypothesis that the number is 0. */
  public double pValue() {
    return Normal.twoSided(z());
  }

  public double lower(double level) {
    return value - Normal.quantile(0.5 + level / 2) * standardError;
  }

  public double upper(double level) {
    return value + Normal.quantile(0.5 + level / 2) * standardError;
  }

  /**
   * The median over repetitions with other folds, as DoubleML aggregates: \( \hat\theta =
   * \mathrm{med}_r \hat\theta_r \), \( \hat\sigma = (\mathrm{med}_r(\hat\theta_r + 1.96
   * \hat\sigma_r) - \hat\theta) / 1.96 \), with the 97.5% normal quantile for 1.96.
   */
  public static Estimate median(Estimate[] repetitions) {
    if (repetitions.length == 1) {
      return repetitions[0];
    }
    double q = Normal.quantile(0.975);
    double value = median(Arrays.stream(repetitions).mapToDouble(Estimate::value).toArray());
    double upper =
        median(
            Arrays.stream(repetitions).mapToDouble(e -> e.value + q * e.standardError).toArray());
    return new Estimate(value, (upper - value) / q);
  }

  /** The median, the mean of the middle two for an even count; NaN if any number is. */
  public static double median(double[] numbers) {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    if (n == 0 || Double.isNaN(sorted[n - 1])) {
      return Double.NaN;
    }
    return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  }

  /** The standard deviation over repetitions (divisor R - 1), NaN for fewer than two. */
  public static double spread(double[] numbers) {
    int n = numbers.length;
    if (n < 2) {
      return Double.NaN;
    }
    double mean = Arrays.stream(numbers).sum() / n;
    double squares = Arrays.stream(numbers).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / (n - 1));
  }
}
