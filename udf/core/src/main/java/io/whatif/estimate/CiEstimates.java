/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.inference.Estimate;
import java.util.List;
import java.util.function.Function;

/**
 * The estimates of {@link CiDml} over all repetitions: medians, and how far they spread.
 *
 * @param average the average effect
 * @param even the same with homoscedastic errors
 * @param customers the mean of customer effects
 * @param coefficients of the cluster scores
 * @param evenCoefficients the same with their homoscedastic covariance
 */
record CiEstimates(
    Spread average,
    Spread even,
    Spread customers,
    Coefficients coefficients,
    Coefficients evenCoefficients,
    int reps,
    String cov) {
  /**
   * An estimate over repetitions.
   *
   * @param median of all
   * @param deviation the standard deviation between them, NaN of one
   */
  record Spread(Estimate median, double deviation) {
    static Spread of(List<CiRepetition> all, Function<CiRepetition, Estimate> estimate) {
      Estimate[] each = all.stream().map(estimate).toArray(Estimate[]::new);
      double[] values = all.stream().map(estimate).mapToDouble(Estimate::value).toArray();
      return new Spread(Estimate.median(each), Estimate.spread(values));
    }
  }

  static CiEstimates of(List<CiRepetition> all) {
    return new CiEstimates(
        Spread.of(all, CiRepetition::average),
        Spread.of(all, CiRepetition::even),
        Spread.of(all, CiRepetition::customers),
        Coefficients.median(all.stream().map(CiRepetition::coefficients).toList()),
        Coefficients.median(all.stream().map(CiRepetition::evenCoefficients).toList()),
        all.size(),
        all.get(0).cov());
  }
}
