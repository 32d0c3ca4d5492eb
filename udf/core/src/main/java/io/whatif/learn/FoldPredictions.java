/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.math.Exponential;
import io.whatif.model.LinearPredictor;
import io.whatif.model.Predictor;
import java.util.List;

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
    return new LinearPredictor(basis.terms(), coefficients[fold], isChance());
  }

  @Override
  public void predict(Batch batch, double[] into) {
    predict(batch, List.of(this), new double[][] {into}, 0);
  }

  /**
   * Writes the predictions of the batch's rows by several of one basis and the same folds.
   *
   * @param into for each an array that its rows are written to
   * @param at the place of the batch's first row there
   */
  static void predict(Batch batch, List<FoldPredictions> all, double[][] into, int at) {
    Basis basis = all.get(0).basis;
    FoldRows grouped = new FoldRows(all.get(0).folds);
    grouped.group(batch);
    int[] rows = grouped.rows();
    FilledRows block = FilledRows.of(basis, 0);
    double[] sums = new double[block.capacity()];
    double[] scratch = new double[block.capacity()];
    for (int k = 0; k < grouped.folds(); k++) {
      int end = grouped.start(k + 1);
      for (int from = grouped.start(k); from < end; from += block.capacity()) {
        int to = Math.min(end, from + block.capacity());
        block.fill(basis, batch, rows, from, to);
        for (int t = 0; t < into.length; t++) {
          block.dot(to - from, all.get(t).coefficients[k], sums);
          if (all.get(t).isChance()) {
            chances(sums, to - from, scratch);
          }
          scatter(sums, rows, from, to, into[t], at);
        }
      }
    }
  }

  /** Writes to the places {@code rows[from..to-1]} behind {@code at}. */
  private static void scatter(
      double[] values, int[] rows, int from, int to, double[] into, int at) {
    for (int r = from; r < to; r++) {
      into[at + rows[r]] = values[r - from];
    }
  }

  /** {@link #chance} of indices, in their place. */
  private static void chances(double[] index, int count, double[] scratch) {
    Exponential.logistic(index, count, scratch);
    for (int r = 0; r < count; r++) {
      index[r] = Math.min(1 - LEAST, Math.max(LEAST, index[r]));
    }
  }

  boolean isChance() {
    return link == Target.Kind.PROBABILITY;
  }

  /** The logistic function, inside (0, 1). */
  static double chance(double index) {
    return Math.min(1 - LEAST, Math.max(LEAST, 1 / (1 + Math.exp(-index))));
  }
}
