/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.learn.Folds;

/**
 * What a {@link FinalStage} regresses on its basis: at each row one or more responses \( u_j \),
 * and the factor v that all of them multiply the basis by, \( u_j = (\phi v)^\top \beta_j +
 * \epsilon \). Thread-safe.
 */
interface Response {
  /** The folds without each of which the regression is solved as well. */
  Folds folds();

  /** How many responses there are. */
  int count();

  /** Those of a batch's rows. */
  Values at(Batch batch);

  /**
   * The values at the rows of a batch.
   *
   * @param responses one array for each response
   * @param factor v
   * @param slopes how far each response moves with the outcome; empty if all do one for one
   */
  record Values(double[][] responses, double[] factor, double[][] slopes) {
    /** How far a response moves with the outcome. */
    double slope(int response, int row) {
      return slopes.length == 0 ? 1 : slopes[response][row];
    }
  }
}
