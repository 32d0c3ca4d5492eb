/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;

/** The chances of each class, by models that did not see the row's fold. Thread-safe. */
public interface ClassProbabilities {
  /** How many classes there are. */
  int classes();

  /**
   * Writes the chances of the batch's rows, which sum to 1 in each row.
   *
   * @param into one array for each class, filled from its front
   */
  void predict(Batch batch, double[][] into);

  /** Whether every fold's fit reached its optimum. */
  boolean converged();

  /** What was fitted, for a report. */
  String description();
}
