/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;

/** Functions of a row that an effect is linear in. Thread-safe. */
interface RowBasis {
  /** How many functions. */
  int width();

  /**
   * Their values at each row of the batch, one array for each function; NaN where a feature that
   * one depends on is NULL.
   */
  double[][] fill(Batch batch);
}
