/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.inference.BootstrapInterval;
import io.whatif.inference.Estimate;
import org.jspecify.annotations.Nullable;

/**
 * A row of a summary.
 *
 * @param term what it is of: a term of the effect, or {@code average effect}
 * @param kind {@code coefficient}, {@code average} or {@code test}
 * @param estimand what the number estimates, in words
 * @param estimate the number and its error; for a test the statistic without an error
 * @param pValue of the hypothesis that it is 0
 * @param degrees of freedom of a test, else 0
 * @param basis what it was estimated from
 * @param bootstrap the interval where resamples, or the inversion of a test, gave it; null where it
 *     follows from the error
 */
public record Effect(
    String term,
    Kind kind,
    String estimand,
    Estimate estimate,
    double pValue,
    int degrees,
    Basis basis,
    @Nullable BootstrapInterval bootstrap) {

  /** A row whose interval follows from its error. */
  public Effect(
      String term,
      Kind kind,
      String estimand,
      Estimate estimate,
      double pValue,
      int degrees,
      Basis basis) {
    this(term, kind, estimand, estimate, pValue, degrees, basis, null);
  }

  /**
   * What an estimate was estimated from.
   *
   * @param rows rows used
   * @param splitSpread standard deviation of the estimate over repetitions, NaN of one
   */
  public record Basis(long rows, double splitSpread) {}

  /** What a row holds. */
  public enum Kind {
    COEFFICIENT,
    AVERAGE,
    /** A share of rows, without an error. */
    SHARE,
    TEST
  }

  static Effect of(String term, Kind kind, String estimand, Estimate estimate, Basis basis) {
    return new Effect(term, kind, estimand, estimate, estimate.pValue(), 0, basis);
  }

  /** The same with error, p-value and interval of resamples. */
  Effect with(BootstrapInterval interval) {
    Estimate resampled = new Estimate(estimate.value(), interval.standardError());
    return new Effect(
        term, kind, estimand, resampled, resampled.pValue(), degrees, basis, interval);
  }

  /** The lower end of its interval, NaN of a test that has none. */
  public double lower(double level) {
    if (kind == Kind.TEST && bootstrap == null) {
      return Double.NaN;
    }
    return bootstrap == null ? estimate.lower(level) : bootstrap.lower();
  }

  /** The upper end of its interval, NaN of a test that has none. */
  public double upper(double level) {
    if (kind == Kind.TEST && bootstrap == null) {
      return Double.NaN;
    }
    return bootstrap == null ? estimate.upper(level) : bootstrap.upper();
  }
}
