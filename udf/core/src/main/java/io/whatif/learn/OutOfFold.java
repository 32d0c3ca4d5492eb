/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;

/** Predictions of one {@link Target} by models that did not see the row's fold. Thread-safe. */
public interface OutOfFold {
  /** Writes the prediction for each of the batch's rows into the front of {@code into}. */
  void predict(Batch batch, double[] into);

  /** Whether every fold's fit reached its optimum; false, for one, under perfect separation. */
  boolean converged();

  /** What was fitted, for a report, such as the penalty chosen. */
  String description();
}
