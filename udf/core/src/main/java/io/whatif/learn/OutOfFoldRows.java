/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.Run;

/**
 * A target beside its out-of-fold prediction, for all rows.
 *
 * @param weight of each row
 */
record OutOfFoldRows(double[] predicted, double[] target, double[] weight) {
  /** Bytes a row takes. */
  static final long ROW_BYTES = 24;

  /** Predicts. One scan. */
  static OutOfFoldRows of(Run run, Dataset data, OutOfFold fitted, Target target) {
    int rows = Math.toIntExact(data.rows());
    OutOfFoldRows all = new OutOfFoldRows(new double[rows], new double[rows], new double[rows]);
    data.forEachBatch(run, batch -> all.add(batch, fitted, target));
    return all;
  }

  private void add(Batch batch, OutOfFold fitted, Target of) {
    int first = (int) batch.firstRow();
    double[] own = new double[batch.rows()];
    fitted.predict(batch, own);
    System.arraycopy(own, 0, predicted, first, own.length);
    System.arraycopy(batch.column(of.column()), 0, target, first, own.length);
    double[] weights = new Weights(of.weight()).of(batch);
    for (int r = 0; r < own.length; r++) {
      weight[first + r] = weights == null ? 1 : weights[r];
    }
  }

  int rows() {
    return target.length;
  }

  /**
   * The loss of the predictions: of a value the squared error over the variance, of a probability
   * the mean log-loss.
   */
  double loss(Target.Kind kind) {
    double total = 0;
    double mean = 0;
    for (int i = 0; i < target.length; i++) {
      if (weight[i] > 0) {
        total += weight[i];
        mean += (target[i] - mean) * weight[i] / total;
      }
    }
    double loss = 0;
    double squares = 0;
    for (int i = 0; i < target.length; i++) {
      if (weight[i] > 0) {
        double away = target[i] - mean;
        double error = target[i] - predicted[i];
        squares += weight[i] * away * away;
        loss +=
            kind == Target.Kind.VALUE
                ? weight[i] * error * error
                : -weight[i] * Math.log(target[i] == 1 ? predicted[i] : 1 - predicted[i]);
      }
    }
    return loss / (kind == Target.Kind.VALUE ? squares : total);
  }
}
