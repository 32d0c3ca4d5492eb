/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Run;
import io.whatif.inference.Estimate;
import io.whatif.learn.Folds;
import io.whatif.math.DebiasedLasso;
import io.whatif.math.Gram;
import org.jspecify.annotations.Nullable;

/**
 * What {@link SparseDml} estimates with one partition into folds.
 *
 * @param coefficients the debiased coefficients of the basis
 * @param average the average effect, or average slope
 * @param onTreated the average effect on the treated; undefined of a continuous treatment
 * @param cov what the covariance is called
 * @param rest what figures need of it, null once let go
 */
record SparseRepetition(
    Coefficients coefficients,
    Estimate average,
    Estimate onTreated,
    String cov,
    @Nullable Rest rest) {
  /** Bytes a row: residuals, weights, and the scores. */
  private static final long BYTES = 64;

  /** What one repetition leaves for figures. */
  record Rest(CrossFit nuisances, Scores scores, DebiasedLasso lasso) {}

  static SparseRepetition of(
      Run run, Study study, FitOptions options, EffectBasis basis, long seed) {
    CrossFit nuisances = CrossFit.of(run, study, options, seed);
    int n = nuisances.treatment.length;
    run.memory().take(BYTES * n, "the residuals and scores");
    Residuals residuals = Residuals.of(run, study, nuisances, basis);
    DebiasedLasso lasso = residuals.lasso(run, study, nuisances.folds);
    int coefficients = lasso.kept() + 1;
    String kind = LeastSquares.covariance(options.cov(), residuals.count(study), coefficients);
    Meat meat =
        Meat.of(
            run,
            new Meat.Fitted(
                study,
                residuals.rows(residuals.complete()),
                lasso.lasso(),
                lasso.keptInverse(),
                residuals.standFor(study),
                coefficients),
            kind);
    Scores scores = residuals.scores(run, study, nuisances, lasso);
    return new SparseRepetition(
        new Coefficients(lasso.coefficients(), lasso.covariance(meat.gram())),
        scores.average(),
        study.treatment().binary() ? scores.onTreated(nuisances) : Estimate.UNDEFINED,
        meat.name(),
        new Rest(nuisances, scores, lasso));
  }

  /**
   * The rows of the residual regression.
   *
   * @param y the outcome, d the treatment, u and v their residuals
   * @param complete 1 for rows that have all features, else 0
   */
  private record Residuals(
      EffectBasis basis, double[] y, double[] d, double[] u, double[] v, double[] complete) {

    static Residuals of(Run run, Study study, CrossFit nuisances, EffectBasis basis) {
      int n = nuisances.treatment.length;
      Residuals r =
          new Residuals(
              basis, new double[n], new double[n], new double[n], new double[n], new double[n]);
      study
          .data()
          .scan(
              run,
              new CrossFit.Fill() {
                @Override
                public void accumulate(Batch batch, CrossFit.Nothing sum) {
                  boolean[] own = EffectBasis.complete(basis.fill(batch), batch.rows());
                  int at = (int) batch.firstRow();
                  for (int i = 0; i < own.length; i++) {
                    int row = at + i;
                    r.y[row] = batch.column(Study.OUTCOME)[i];
                    r.d[row] = batch.column(Study.TREATMENT)[i];
                    r.u[row] = r.y[row] - nuisances.outcome[row];
                    r.v[row] = r.d[row] - nuisances.treatment[row];
                    r.complete[row] = own[i] ? 1 : 0;
                  }
                }
              });
      return r;
    }

    LeastSquares.Rows rows(double[] weight) {
      return new WeightedResiduals(u, v, weight, basis);
    }

    /** The lasso, its penalty chosen on the folds. */
    DebiasedLasso lasso(Run run, Study study, Folds folds) {
      Gram[] products = new Gram[folds.count()];
      double[] own = new double[complete.length];
      for (int k = 0; k < products.length; k++) {
        for (int i = 0; i < own.length; i++) {
          own[i] = folds.of((long) i) == k ? complete[i] : 0;
        }
        products[k] = LeastSquares.products(run, study, rows(own));
      }
      return DebiasedLasso.of(products, basis.width(), standFor(study));
    }

    /** Rows that count. */
    long count(Study study) {
      long count = 0;
      for (int i = 0; i < complete.length; i++) {
        count += complete[i] > 0 && study.weight(i) > 0 ? 1 : 0;
      }
      return count;
    }

    /** How many rows those stand for. */
    double standFor(Study study) {
      double sum = 0;
      for (int i = 0; i < complete.length; i++) {
        sum += complete[i] > 0 && study.weight(i) > 0 ? study.count(i) : 0;
      }
      return sum;
    }

    /** The scores of {@link Scores}, by the lasso without the row's fold. */
    Scores scores(Run run, Study study, CrossFit nuisances, DebiasedLasso lasso) {
      double[] tau = new double[y.length];
      double[] score = new double[y.length];
      double[] slope = new double[y.length];
      double[] weights = averagePull(run, study, lasso);
      boolean binary = study.treatment().binary();
      double[] b = lasso.coefficients();
      double[] sparse = lasso.lasso();
      double[][] without = lasso.withoutFold();
      study
          .data()
          .scan(
              run,
              new CrossFit.Fill() {
                @Override
                public void accumulate(Batch batch, CrossFit.Nothing sum) {
                  double[][] phi = basis.fill(batch);
                  for (int i = 0; i < batch.rows(); i++) {
                    int row = (int) batch.firstRow() + i;
                    tau[row] = FinalStage.effect(phi, i, without[nuisances.folds.of((long) row)]);
                    if (binary) {
                      double c = Scores.clip(nuisances.treatment[row]);
                      slope[row] = (d[row] - c) / (c * (1 - c));
                      score[row] = tau[row] + slope[row] * (u[row] - (d[row] - c) * tau[row]);
                    } else {
                      slope[row] = FinalStage.effect(phi, i, weights) * v[row];
                      score[row] =
                          FinalStage.effect(phi, i, b)
                              + slope[row] * (u[row] - v[row] * FinalStage.effect(phi, i, sparse));
                    }
                  }
                }
              });
      return new Scores(new double[][] {y, d, tau, score, slope}, study);
    }

    /** \( W \bar\phi^\top \Theta / N \): how the average slope moves with each row. */
    private double[] averagePull(Run run, Study study, DebiasedLasso lasso) {
      double[] mean = EffectMeans.of(run, study, basis);
      double[] pull = lasso.pull();
      double total = 0;
      for (int i = 0; i < complete.length; i++) {
        total += complete[i] * study.weight(i);
      }
      int p = mean.length;
      double[] weights = new double[p];
      for (int i = 0; i < p; i++) {
        for (int j = 0; j < p; j++) {
          weights[j] += total * mean[i] * pull[i * p + j];
        }
      }
      return weights;
    }
  }

  /** The same without what figures need. */
  SparseRepetition light(Run run) {
    run.memory().giveBack(BYTES * kept().scores().y.length);
    return new SparseRepetition(coefficients, average, onTreated, cov, null);
  }

  Rest kept() {
    if (rest == null) {
      throw new IllegalStateException("the first repetition keeps its residuals");
    }
    return rest;
  }
}
