/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import io.whatif.math.Normal;
import io.whatif.model.CateModel;

/**
 * The share of rows whose interval crosses zero: \( \sum g_i 1\{|h_i| \le q \, s_i\} / \sum g_i \)
 * over rows that have an effect, q the normal quantile at the model's level. NaN if there are none.
 * One scan.
 */
final class CrossingShare {
  private CrossingShare() {}

  /**
   * The share.
   *
   * @param weights g
   */
  static double of(Run run, Study study, CateModel model, double[] weights) {
    double quantile = Normal.quantile(0.5 + model.level() / 2);
    return study
        .data()
        .scan(
            run,
            new Pass<Sums, Double>() {
              @Override
              public Sums zero() {
                return new Sums();
              }

              @Override
              public void accumulate(Batch batch, Sums sum) {
                int rows = batch.rows();
                double[][] inputs = new double[study.features().size()][];
                for (int f = 0; f < inputs.length; f++) {
                  inputs[f] = batch.column(study.features().get(f));
                }
                double[] effect = new double[rows];
                double[] error = new double[rows];
                model.effect(inputs, rows, effect);
                model.standardError(inputs, rows, error);
                for (int i = 0; i < rows; i++) {
                  int row = (int) batch.firstRow() + i;
                  double g = study.weight(row) * weights[row];
                  if (g > 0 && !Double.isNaN(effect[i])) {
                    sum.all += g;
                    sum.crossing += Math.abs(effect[i]) <= quantile * error[i] ? g : 0;
                  }
                }
              }

              @Override
              public Double finish(Sums total) {
                return total.all > 0 ? total.crossing / total.all : Double.NaN;
              }
            });
  }

  private static final class Sums implements Mergeable<Sums> {
    private double all;
    private double crossing;

    @Override
    public Sums merge(Sums other) {
      all += other.all;
      crossing += other.crossing;
      return this;
    }
  }
}
