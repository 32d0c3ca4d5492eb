/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;

/**
 * Chances of classes, \( e^{f_k} / \sum_l e^{f_l} \) with each \( f_k \) linear in a basis.
 *
 * @param coefficients for each fold, on the plain basis, of each class, by the model that did not
 *     see the fold
 */
record SoftmaxPredictions(
    Basis basis, Folds folds, double[][][] coefficients, boolean converged, String description)
    implements ClassProbabilities {

  @Override
  public int classes() {
    return coefficients[0].length;
  }

  @Override
  public void predict(Batch batch, double[][] into) {
    int[] all = FoldRows.all();
    Basis.Block block = Basis.Block.of(basis.width());
    double[] x = block.values();
    int width = block.stride();
    for (int from = 0; from < batch.rows(); from += Basis.Block.ROWS) {
      int to = Math.min(batch.rows(), from + Basis.Block.ROWS);
      basis.fill(batch, all, from, to, block);
      for (int r = 0; r < to - from; r++) {
        double[][] fold = coefficients[folds.of(batch.firstRow() + from + r)];
        for (int c = 0; c < fold.length; c++) {
          double sum = 0;
          for (int j = 0; j < width; j++) {
            sum += fold[c][j] * x[r * width + j];
          }
          into[c][from + r] = sum;
        }
        softmax(into, from + r);
      }
    }
  }

  private static void softmax(double[][] values, int row) {
    double most = Double.NEGATIVE_INFINITY;
    for (double[] value : values) {
      most = Math.max(most, value[row]);
    }
    double sum = 0;
    for (double[] value : values) {
      value[row] = Math.exp(value[row] - most);
      sum += value[row];
    }
    for (double[] value : values) {
      value[row] /= sum;
    }
  }
}
