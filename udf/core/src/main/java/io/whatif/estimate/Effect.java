/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.inference.Estimate;

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
 */
public record Effect(
    String term,
    Kind kind,
    String estimand,
    Estimate estimate,
    double pValue,
    int degrees,
    Basis basis) {
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
}
