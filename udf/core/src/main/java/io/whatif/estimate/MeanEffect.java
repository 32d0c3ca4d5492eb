/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.inference.Estimate;
import io.whatif.math.ExactSum;
import io.whatif.model.CateModel;
import io.whatif.model.GradientSum;

/**
 * The mean of predicted effects over some rows and its error: \( \mathrm{se}^2 = \bar z^\top V \bar
 * z + s_\tau^2 / n \), with \( \bar z \) the mean gradient of the effect by the coefficients, V
 * their covariance and \( s_\tau^2 \) the variance of the effects.
 *
 * <p>Edge cases: of no rows all is NaN; one row has no sampling error; a model without valid errors
 * gives none. Sums are exact, so that the order of rows does not matter. Not thread-safe; those of
 * several threads are merged.
 */
final class MeanEffect {
  private final GradientSum gradient;
  private final ExactSum effects = new ExactSum();
  private final ExactSum squares = new ExactSum();
  private long rows;

  MeanEffect(CateModel effect) {
    gradient = effect.gradients();
  }

  /**
   * Adds the rows at some places, all of which have an effect.
   *
   * @param features one array for each feature of the model
   * @param tau the effect of each row
   * @param places which rows
   */
  void add(double[][] features, double[] tau, int[] places) {
    if (places.length == 0) {
      return;
    }
    double[][] gathered = new double[features.length][places.length];
    for (int f = 0; f < gathered.length; f++) {
      for (int j = 0; j < places.length; j++) {
        gathered[f][j] = features[f][places[j]];
      }
    }
    gradient.add(gathered, places.length);
    for (int place : places) {
      effects.add(tau[place]);
      squares.addSquare(tau[place]);
    }
    rows += places.length;
  }

  /** Adds all that was added to another sum of the same model. */
  MeanEffect with(MeanEffect other) {
    gradient.merge(other.gradient);
    effects.add(other.effects);
    squares.add(other.squares);
    rows += other.rows;
    return this;
  }

  long rows() {
    return rows;
  }

  /** The variance of the effects, divisor n - 1. */
  double variance() {
    return ExactSum.variance(effects, squares, rows);
  }

  /**
   * The mean with its error.
   *
   * @param fixed whether the rows count as given, not as drawn
   */
  Estimate mean(boolean fixed) {
    if (rows == 0) {
      return Estimate.UNDEFINED;
    }
    double n = rows;
    double ofCoefficients = gradient.variance() / n / n;
    double ofRows = fixed ? 0 : variance() / n;
    return new Estimate(effects.value() / n, Math.sqrt(ofCoefficients + ofRows));
  }
}
