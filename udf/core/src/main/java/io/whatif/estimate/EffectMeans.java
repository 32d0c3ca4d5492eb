/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;

/** The means \( \bar\phi \) of a basis over the rows that have all its terms. One scan. */
final class EffectMeans {
  private EffectMeans() {}

  static double[] of(Run run, Study study, EffectBasis basis) {
    return study
        .data()
        .scan(
            run,
            new Pass<Sums, double[]>() {
              @Override
              public Sums zero() {
                return new Sums(basis.width());
              }

              @Override
              public void accumulate(Batch batch, Sums sum) {
                double[][] phi = basis.fill(batch);
                boolean[] complete = basis.hasAll(phi, batch.rows());
                for (int i = 0; i < batch.rows(); i++) {
                  if (complete[i]) {
                    double weight = study.weight((int) batch.firstRow() + i);
                    sum.weight += weight;
                    for (int t = 0; t < phi.length; t++) {
                      sum.totals[t] += weight * phi[t][i];
                    }
                  }
                }
              }

              @Override
              public double[] finish(Sums total) {
                for (int t = 0; t < total.totals.length; t++) {
                  total.totals[t] /= total.weight;
                }
                return total.totals;
              }
            });
  }

  private static final class Sums implements Mergeable<Sums> {
    final double[] totals;
    double weight;

    Sums(int width) {
      totals = new double[width];
    }

    @Override
    public Sums merge(Sums other) {
      weight += other.weight;
      for (int t = 0; t < totals.length; t++) {
        totals[t] += other.totals[t];
      }
      return this;
    }
  }
}
