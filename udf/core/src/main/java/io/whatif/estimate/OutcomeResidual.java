/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.learn.Folds;
import java.util.Arrays;

/**
 * The outcome's residual \( u = Y - \hat m \), to be regressed on terms that hold the treatment's
 * residual already.
 *
 * @param expected \( \hat m \) of each row
 */
record OutcomeResidual(double[] expected, Folds folds) implements Response {
  @Override
  public int count() {
    return 1;
  }

  @Override
  public Values at(Batch batch) {
    double[] ones = new double[batch.rows()];
    Arrays.fill(ones, 1);
    return new Values(new double[][] {of(batch)}, ones, new double[0][]);
  }

  /** u of a batch's rows. */
  double[] of(Batch batch) {
    double[] y = batch.column(Study.OUTCOME);
    double[] u = new double[batch.rows()];
    for (int i = 0; i < u.length; i++) {
      u[i] = y[i] - expected[(int) batch.firstRow() + i];
    }
    return u;
  }
}
