/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import io.whatif.forest.Forest;

/**
 * A prediction by a regression forest, \( a + b f(x) \).
 *
 * @param forest f
 * @param center a
 * @param unit b
 * @param probability whether it is a chance, kept between 0 and 1
 */
public record ForestPredictor(Forest forest, double center, double unit, boolean probability)
    implements Predictor {
  /** Chances are kept this far from 0 and 1. */
  private static final double LEAST = 1e-6;

  @Override
  public int inputs() {
    return forest.bins().size();
  }

  @Override
  public void predict(double[][] columns, int rows, double[] into) {
    forest.score(columns, rows, into);
    for (int i = 0; i < rows; i++) {
      double value = center + unit * into[i];
      into[i] = probability ? Math.min(1 - LEAST, Math.max(LEAST, value)) : value;
    }
  }
}
