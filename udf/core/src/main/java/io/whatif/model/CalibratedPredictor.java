/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import io.whatif.math.Isotonic;

/**
 * Another prediction, rounded to a float, put through a function that does not decrease.
 *
 * @param of the other prediction
 * @param map the function
 */
public record CalibratedPredictor(Predictor of, Isotonic map) implements Predictor {
  @Override
  public int inputs() {
    return of.inputs();
  }

  @Override
  public void predict(double[][] columns, int rows, double[] into) {
    of.predict(columns, rows, into);
    for (int i = 0; i < rows; i++) {
      into[i] = map.of((float) into[i]);
    }
  }
}
