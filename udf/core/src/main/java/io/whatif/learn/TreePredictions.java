/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.model.Predictor;
import io.whatif.model.TreeEnsemble;
import org.jspecify.annotations.Nullable;

/**
 * Predictions by trees, with an ensemble for each fold. A probability is kept inside the open
 * interval (0, 1).
 *
 * @param models for each fold, the one that did not see it; null where it was not wanted, and rows
 *     of the fold have NaN
 */
record TreePredictions(
    TreeInputs inputs,
    Folds folds,
    @Nullable TreeEnsemble[] models,
    Target.Kind kind,
    String description)
    implements OutOfFold {
  private static final double LEAST = 1e-6;

  @Override
  public void predict(Batch batch, double[] into) {
    int width = inputs.width();
    float[] all = new float[batch.rows() * width];
    inputs.fill(batch, all, 0);
    FoldRows rows = new FoldRows(folds);
    rows.group(batch);
    float[] grouped = new float[all.length];
    double[] predicted = new double[batch.rows()];
    for (int r = 0; r < batch.rows(); r++) {
      System.arraycopy(all, rows.rows()[r] * width, grouped, r * width, width);
    }
    for (int k = 0; k < folds.count(); k++) {
      int from = rows.start(k);
      int count = rows.start(k + 1) - from;
      TreeEnsemble model = models[k];
      if (count > 0 && model == null) {
        java.util.Arrays.fill(predicted, from, from + count, Double.NaN);
      } else if (model != null && count > 0) {
        float[] own = java.util.Arrays.copyOfRange(grouped, from * width, (from + count) * width);
        model.predict(own, count, predicted, from);
      }
    }
    for (int r = 0; r < batch.rows(); r++) {
      double value = predicted[r];
      into[rows.rows()[r]] =
          kind == Target.Kind.PROBABILITY ? Math.min(1 - LEAST, Math.max(LEAST, value)) : value;
    }
  }

  @Override
  public Predictor predictor(int fold) {
    return java.util.Objects.requireNonNull(models[fold], "no model without this fold was wanted");
  }

  @Override
  public boolean converged() {
    return true;
  }
}
