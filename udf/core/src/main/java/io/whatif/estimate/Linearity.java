/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import io.whatif.inference.ClusterSums;
import io.whatif.inference.Estimate;

/**
 * Whether a continuous treatment moves the outcome in a straight line: the Wald test of the
 * coefficient of \( q = T^2 - E[T^2 | X, W] \) in the regression of the outcome's residual on the
 * effect's regressors \( \phi(x) v \) and q, squares about the treatment's mean, over the rows with
 * all features; HC3 error, or by clusters where ids repeat.
 *
 * <p>A row of weight w that stands for n rows, between which the outcome's variance is s, counts \(
 * n w \) in all sums, \( n w^2 (r^2 + s) \) in the error, and has w times the leverage.
 *
 * <p>The regressors of the effect are partialled out of q first (Frisch and Waugh 1933), so that
 * two scans of O(p^2) a row do. Memory: 32 bytes a row.
 */
final class Linearity {
  /** Share of q's squares that must be left when the effect's regressors are taken out. */
  private static final double SINGULAR = 1e-10;

  private final Study study;
  private final CrossFit nuisances;
  private final FinalStage stage;
  private final double[] square;

  /** q without the effect's regressors; NaN for a row that lacks a feature. */
  private final double[] rest;

  private final double[] residual;
  private final double[] leverage;

  private Linearity(Study study, CrossFit nuisances, FinalStage stage, double[] square) {
    this.study = study;
    this.nuisances = nuisances;
    this.stage = stage;
    this.square = square;
    this.rest = new double[square.length];
    this.residual = new double[square.length];
    this.leverage = new double[square.length];
  }

  /** The two-sided p-value; NaN where q is a combination of the effect's regressors. */
  static double pValue(Run run, Study study, FitOptions options, LinearDml.Repetition fitted) {
    CrossFit nuisances = fitted.nuisances();
    double[] square = nuisances.predict(run, study, options, study.treatmentSquare());
    run.memory().take(32L * square.length, "the test of linearity");
    Linearity test = new Linearity(study, nuisances, fitted.stage(), square);
    test.partialOut(run, study.data().scan(run, test.new Products()));
    run.memory().giveBack(32L * square.length);
    return test.pValue();
  }

  private double pValue() {
    double all = 0;
    double left = 0;
    double product = 0;
    for (int i = 0; i < rest.length; i++) {
      if (!Double.isNaN(rest[i])) {
        double weight = study.weight(i);
        all += weight * square[i] * square[i];
        left += weight * rest[i] * rest[i];
        product += weight * rest[i] * residual[i];
      }
    }
    if (!(left > SINGULAR * all)) {
      return Double.NaN;
    }
    int[] clusters = study.units().clusters();
    double slope = product / left;
    double[] influence = new double[rest.length];
    for (int i = 0; i < rest.length; i++) {
      double r = residual[i] - slope * rest[i];
      if (clusters != null) {
        influence[i] = study.weight(i) * rest[i] * r / left;
        continue;
      }
      double w = study.weightOfOne(i);
      double h = w * (leverage[i] + rest[i] * rest[i] / left);
      double spread = Math.sqrt(study.count(i) * (r * r + study.variance(i)));
      influence[i] = w * rest[i] * spread / Math.max(1e-6, 1 - h) / left;
    }
    return new Estimate(slope, Math.sqrt(ClusterSums.squares(influence, clusters))).pValue();
  }

  private double treatmentResidual(Batch batch, int row) {
    return batch.column(Study.TREATMENT)[row] - nuisances.treatment[(int) batch.firstRow() + row];
  }

  private static final class Sums implements Mergeable<Sums> {
    final double[] products;

    Sums(int width) {
      products = new double[width];
    }

    @Override
    public Sums merge(Sums other) {
      for (int t = 0; t < products.length; t++) {
        products[t] += other.products[t];
      }
      return this;
    }
  }

  /** Makes q of the predicted squares, and \( \sum n w \phi v q \). */
  private final class Products implements Pass<Sums, double[]> {
    @Override
    public Sums zero() {
      return new Sums(stage.basis.width());
    }

    @Override
    public void accumulate(Batch batch, Sums sum) {
      double[][] phi = stage.basis.fill(batch);
      boolean[] complete = EffectBasis.complete(phi, batch.rows());
      double[] squares = batch.column(study.treatmentSquare());
      int at = (int) batch.firstRow();
      for (int i = 0; i < batch.rows(); i++) {
        square[at + i] = squares[i] - square[at + i];
        double q = study.weight(at + i) * treatmentResidual(batch, i) * square[at + i];
        for (int t = 0; t < phi.length && complete[i]; t++) {
          sum.products[t] += phi[t][i] * q;
        }
      }
    }

    @Override
    public double[] finish(Sums total) {
      return total.products;
    }
  }

  private void partialOut(Run run, double[] products) {
    int p = products.length;
    double[] inverse = stage.bread.toArray();
    double[] gamma = new double[p];
    for (int s = 0; s < p; s++) {
      for (int t = 0; t < p; t++) {
        gamma[s] += inverse[s * p + t] * products[t];
      }
    }
    study
        .data()
        .scan(
            run,
            new CrossFit.Fill() {
              @Override
              public void accumulate(Batch batch, CrossFit.Nothing sum) {
                double[][] phi = stage.basis.fill(batch);
                double[] y = batch.column(Study.OUTCOME);
                double[] z = new double[p];
                for (int i = 0; i < batch.rows(); i++) {
                  int row = (int) batch.firstRow() + i;
                  double v = treatmentResidual(batch, i);
                  for (int t = 0; t < p; t++) {
                    z[t] = phi[t][i] * v;
                  }
                  rest[row] = square[row] - v * FinalStage.effect(phi, i, gamma);
                  residual[row] =
                      y[i] - nuisances.outcome[row] - v * FinalStage.effect(phi, i, stage.beta);
                  leverage[row] = stage.bread.form(z, 0);
                }
              }
            });
  }
}
