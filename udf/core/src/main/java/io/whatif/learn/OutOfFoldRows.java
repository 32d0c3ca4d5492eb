/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
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
    data.scan(run, new Fill(fitted, target, all));
    return all;
  }

  /** Rows go to places of their own, so there is nothing to sum. */
  private record Fill(OutOfFold fitted, Target target, OutOfFoldRows into)
      implements Pass<Fill.Nothing, Boolean> {
    private static final class Nothing implements Mergeable<Nothing> {
      @Override
      public Nothing merge(Nothing other) {
        return this;
      }
    }

    @Override
    public Nothing zero() {
      return new Nothing();
    }

    @Override
    public void accumulate(Batch batch, Nothing sum) {
      int first = (int) batch.firstRow();
      double[] predicted = new double[batch.rows()];
      fitted.predict(batch, predicted);
      System.arraycopy(predicted, 0, into.predicted(), first, batch.rows());
      System.arraycopy(batch.column(target.column()), 0, into.target(), first, batch.rows());
      double[] weight = new Weights(target.weight()).of(batch);
      for (int r = 0; r < batch.rows(); r++) {
        into.weight()[first + r] = weight == null ? 1 : weight[r];
      }
    }

    @Override
    public Boolean finish(Nothing total) {
      return true;
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
