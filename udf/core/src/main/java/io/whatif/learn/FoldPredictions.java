/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.model.LinearPredictor;
import io.whatif.model.Predictor;

/**
 * Predictions linear in a basis, or the logistic function of that, with coefficients for each fold.
 * A probability is kept inside the open interval (0, 1).
 *
 * @param coefficients for each fold, on the plain basis, of the model that did not see it
 */
record FoldPredictions(
    Basis basis,
    Folds folds,
    double[][] coefficients,
    Target.Kind link,
    boolean converged,
    String description)
    implements OutOfFold {
  private static final double LEAST = 1e-15;

  @Override
  public Predictor predictor(int fold) {
    return new LinearPredictor(basis.terms(), coefficients[fold], link == Target.Kind.PROBABILITY);
  }

  @Override
  public void predict(Batch batch, double[] into) {
    FoldRows grouped = new FoldRows(folds);
    grouped.group(batch);
    int[] rows = grouped.rows();
    FilledRows block = FilledRows.of(basis, 0);
    double[] sums = new double[block.capacity()];
    for (int k = 0; k < folds.count(); k++) {
      int end = grouped.start(k + 1);
      for (int from = grouped.start(k); from < end; from += block.capacity()) {
        int to = Math.min(end, from + block.capacity());
        block.fill(basis, batch, rows, from, to);
        block.dot(to - from, coefficients[k], sums);
        for (int r = 0; r < to - from; r++) {
          into[rows[from + r]] = sums[r];
        }
      }
    }
    if (link == Target.Kind.PROBABILITY) {
      for (int i = 0; i < batch.rows(); i++) {
        into[i] = Math.min(1 - LEAST, Math.max(LEAST, 1 / (1 + Math.exp(-into[i]))));
      }
    }
  }
}
