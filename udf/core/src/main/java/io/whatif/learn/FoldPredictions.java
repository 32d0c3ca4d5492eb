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
    int[] all = FoldRows.all();
    Basis.Block block = Basis.Block.of(basis.width());
    double[] x = block.values();
    int width = block.stride();
    for (int from = 0; from < batch.rows(); from += Basis.Block.ROWS) {
      int to = Math.min(batch.rows(), from + Basis.Block.ROWS);
      basis.fill(batch, all, from, to, block);
      for (int r = 0; r < to - from; r++) {
        double[] b = coefficients[folds.of(batch.firstRow() + from + r)];
        double sum = 0;
        for (int j = 0; j < width; j++) {
          sum += b[j] * x[r * width + j];
        }
        into[from + r] = sum;
      }
    }
    if (link == Target.Kind.PROBABILITY) {
      for (int i = 0; i < batch.rows(); i++) {
        into[i] = Math.min(1 - LEAST, Math.max(LEAST, 1 / (1 + Math.exp(-into[i]))));
      }
    }
  }
}
