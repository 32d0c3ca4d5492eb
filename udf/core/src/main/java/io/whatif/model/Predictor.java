/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

/**
 * A fitted prediction of one number from the covariates of a row, kept to predict rows that were
 * not there at the fit. A closed set, so that it can be stored. Thread-safe.
 */
public sealed interface Predictor
    permits LinearPredictor, TreeEnsemble, ForestPredictor, CalibratedPredictor {
  /** How many covariates it reads at least: one more than the largest place of one. */
  int inputs();

  /**
   * Writes the prediction of each row.
   *
   * @param columns one array for each covariate, in the order of the fit; NaN is NULL
   * @param rows how many rows there are
   * @param into receives the predictions in its first {@code rows} places; NaN where one cannot be
   *     made
   */
  void predict(double[][] columns, int rows, double[] into);
}
