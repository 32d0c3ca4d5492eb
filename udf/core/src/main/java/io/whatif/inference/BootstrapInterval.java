/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

import io.whatif.math.Normal;
import io.whatif.math.Quantiles;
import java.util.Arrays;

/**
 * An interval from bootstrap draws of an estimate.
 *
 * <p>With \( q_p \) the quantile of the draws (definition 7 of Hyndman and Fan), \( \alpha \) = (1
 * - level) / 2 and \( \hat\theta \) the estimate itself: percentile \( [q_\alpha, q_{1-\alpha}] \);
 * pivot \( [2 \hat\theta - q_{1-\alpha}, 2 \hat\theta - q_\alpha] \); normal \( \hat\theta \mp
 * z_{1-\alpha} s \), s the standard deviation of the draws about their mean (divisor B).
 *
 * <p>Edge cases: draws that are NaN, because a resample could not be estimated, are left out; where
 * they are more than a tenth, or an estimate or two draws are lacking, the interval and the error
 * are NaN.
 *
 * <p>Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, 13.3 and 12.5; the three
 * kinds are EconML's.
 *
 * @param lower NaN if undefined
 * @param upper NaN if undefined
 * @param standardError the standard deviation of the draws
 */
public record BootstrapInterval(double lower, double upper, double standardError) {
  private static final double MOST_UNDEFINED = 0.1;

  /** How the interval is made of the draws. */
  public enum Kind {
    PERCENTILE,
    PIVOT,
    NORMAL
  }

  /** The interval of {@code estimate} from its {@code draws}, in any order. */
  public static BootstrapInterval of(double estimate, double[] draws, Kind kind, double level) {
    double[] sorted = Arrays.stream(draws).filter(d -> !Double.isNaN(d)).sorted().toArray();
    boolean tooFew = sorted.length < 2 || sorted.length < (1 - MOST_UNDEFINED) * draws.length;
    if (tooFew || Double.isNaN(estimate)) {
      return new BootstrapInterval(Double.NaN, Double.NaN, Double.NaN);
    }
    double spread = spread(sorted);
    double low = Quantiles.sorted(sorted, 0.5 - level / 2);
    double high = Quantiles.sorted(sorted, 0.5 + level / 2);
    double z = Normal.quantile(0.5 + level / 2);
    return switch (kind) {
      case PERCENTILE -> new BootstrapInterval(low, high, spread);
      case PIVOT -> new BootstrapInterval(2 * estimate - high, 2 * estimate - low, spread);
      case NORMAL -> new BootstrapInterval(estimate - z * spread, estimate + z * spread, spread);
    };
  }

  /** The standard deviation about the mean, divisor B. */
  private static double spread(double[] draws) {
    double origin = draws[0];
    double mean = 0;
    for (double draw : draws) {
      mean += (draw - origin) / draws.length;
    }
    double squares = 0;
    for (double draw : draws) {
      squares += (draw - origin - mean) * (draw - origin - mean);
    }
    return Math.sqrt(squares / draws.length);
  }
}
