/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.model.Predictor;

/** Predictions of one {@link Target} by models that did not see the row's fold. Thread-safe. */
public interface OutOfFold {
  /** Writes the prediction for each of the batch's rows into the front of {@code into}. */
  void predict(Batch batch, double[] into);

  /**
   * The model that did not see the rows of a fold, to predict other rows; of the fold that {@link
   * Folds#withWhole} adds it is the model of all rows.
   */
  Predictor predictor(int fold);

  /** Whether every fold's fit reached its optimum; false, for one, under perfect separation. */
  boolean converged();

  /** What was fitted, for a report, such as the penalty chosen. */
  String description();
}
