/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.RowColumns;
import io.whatif.data.RowValues;
import io.whatif.data.RowWindow;
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
 * two scans of O(p^2) a row do. Memory: 32 bytes a row; in a file where the budget has no room.
 */
final class Linearity {
  /** Share of q's squares that must be left when the effect's regressors are taken out. */
  private static final double SINGULAR = 1e-10;

  private static final String PURPOSE = "the test of linearity";

  /** The columns of {@link #rows}: q without the effect's regressors, NaN without a feature. */
  private static final int REST = 0;

  private static final int RESIDUAL = 1;
  private static final int LEVERAGE = 2;
  private static final int COLUMNS = 3;

  private final Study study;
  private final CrossFit nuisances;
  private final FinalStage stage;

  /** The squares as they are predicted. */
  private final RowValues expected;

  private final RowColumns rows;

  private Linearity(
      Study study, CrossFit nuisances, FinalStage stage, RowValues expected, RowColumns rows) {
    this.study = study;
    this.nuisances = nuisances;
    this.stage = stage;
    this.expected = expected;
    this.rows = rows;
  }

  /** The two-sided p-value; NaN where q is a combination of the effect's regressors. */
  static double pValue(Run run, Study study, FitOptions options, LinearDml.Repetition fitted) {
    CrossFit nuisances = fitted.nuisances();
    try (RowColumns squares = study.data().room(run, 1, PURPOSE);
        RowColumns rows = study.data().room(run, COLUMNS, PURPOSE)) {
      RowValues expected =
          nuisances.predict(run, study, options, study.treatmentSquare(), columns -> squares);
      Linearity test = new Linearity(study, nuisances, fitted.stage(), expected, rows);
      double[] products = study.data().scan(run, test.new Products());
      Left left = study.data().scan(run, test.new PartialOut(test.coefficients(products)));
      return test.pValue(run, left);
    }
  }

  private double pValue(Run run, Left left) {
    if (!(left.squares > SINGULAR * left.all)) {
      return Double.NaN;
    }
    double slope = left.products / left.squares;
    double[] squares =
        ClusterSums.squares(
            run,
            Math.toIntExact(study.rows()),
            1,
            () -> influences(slope, left.squares),
            study.units().clusters());
    return new Estimate(slope, Math.sqrt(squares[0])).pValue();
  }

  /** How far rows move the coefficient of q. */
  private ClusterSums.Influences influences(double slope, double squares) {
    RowWindow window =
        new RowWindow(rows.column(REST), rows.column(RESIDUAL), rows.column(LEVERAGE));
    boolean clustered = study.units().clusters() != null;
    return (from, to, into) -> {
      window.moveTo(from, to);
      double[] rest = window.column(REST);
      double[] residual = window.column(RESIDUAL);
      double[] leverage = window.column(LEVERAGE);
      for (int row = from; row < to; row++) {
        int i = row - window.first();
        double r = residual[i] - slope * rest[i];
        if (clustered) {
          into[0][row - from] = study.weight(row) * rest[i] * r / squares;
          continue;
        }
        double w = study.weightOfOne(row);
        double h = w * (leverage[i] + rest[i] * rest[i] / squares);
        double spread = Math.sqrt(study.count(row) * (r * r + study.variance(row)));
        into[0][row - from] = w * rest[i] * spread / Math.max(1e-6, 1 - h) / squares;
      }
    };
  }

  /** q of a batch's rows. */
  private double[] squares(Batch batch) {
    double[] q = new double[batch.rows()];
    expected.read((int) batch.firstRow(), q.length, q);
    double[] squares = batch.column(study.treatmentSquare());
    for (int i = 0; i < q.length; i++) {
      q[i] = squares[i] - q[i];
    }
    return q;
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

  /** Makes \( \sum n w \phi v q \). */
  private final class Products implements Pass<Sums, double[]> {
    @Override
    public Sums zero() {
      return new Sums(stage.basis.width());
    }

    @Override
    public void accumulate(Batch batch, Sums sum) {
      double[][] phi = stage.basis.fill(batch);
      boolean[] complete = EffectBasis.complete(phi, batch.rows());
      double[] squares = squares(batch);
      double[] v = nuisances.at(batch).factor();
      for (int i = 0; i < batch.rows(); i++) {
        double q = study.weight((int) batch.firstRow() + i) * v[i] * squares[i];
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

  /** The coefficients of the effect's regressors in q. */
  private double[] coefficients(double[] products) {
    int p = products.length;
    double[] inverse = stage.bread.toArray();
    double[] gamma = new double[p];
    for (int s = 0; s < p; s++) {
      for (int t = 0; t < p; t++) {
        gamma[s] += inverse[s * p + t] * products[t];
      }
    }
    return gamma;
  }

  /** Weighted sums over the rows with all features. */
  private static final class Left implements Mergeable<Left> {
    /** Of the squares of q. */
    double all;

    /** Of the squares of what the effect's regressors leave of q. */
    double squares;

    /** Of that times the outcome's residual. */
    double products;

    @Override
    public Left merge(Left other) {
      all += other.all;
      squares += other.squares;
      products += other.products;
      return this;
    }
  }

  /** Writes the rows. */
  private final class PartialOut implements Pass<Left, Left> {
    private final double[] gamma;

    PartialOut(double[] gamma) {
      this.gamma = gamma;
    }

    @Override
    public Left zero() {
      return new Left();
    }

    @Override
    public void accumulate(Batch batch, Left sum) {
      RowColumns.Piece piece = rows.piece((int) batch.firstRow(), batch.rows());
      double[][] columns = piece.columns();
      double[][] phi = stage.basis.fill(batch);
      Response.Values residuals = nuisances.at(batch);
      double[] u = residuals.responses()[0];
      double[] q = squares(batch);
      double[] z = new double[phi.length];
      for (int i = 0; i < batch.rows(); i++) {
        int row = (int) batch.firstRow() + i;
        double v = residuals.factor()[i];
        for (int t = 0; t < z.length; t++) {
          z[t] = phi[t][i] * v;
        }
        double rest = q[i] - v * FinalStage.effect(phi, i, gamma);
        double residual = u[i] - v * FinalStage.effect(phi, i, stage.beta);
        columns[REST][row - piece.first()] = rest;
        columns[RESIDUAL][row - piece.first()] = residual;
        columns[LEVERAGE][row - piece.first()] = stage.bread.form(z, 0);
        if (!Double.isNaN(rest)) {
          double weight = study.weight(row);
          sum.all += weight * q[i] * q[i];
          sum.squares += weight * rest * rest;
          sum.products += weight * rest * residual;
        }
      }
      piece.end();
    }

    @Override
    public Left finish(Left total) {
      return total;
    }
  }
}
