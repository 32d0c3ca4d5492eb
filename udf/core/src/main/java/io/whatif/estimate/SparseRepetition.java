/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import io.whatif.inference.Estimate;
import io.whatif.learn.Folds;
import io.whatif.math.DebiasedLasso;
import io.whatif.math.Gram;
import java.util.List;

/**
 * What {@link SparseDml} estimates with one partition into folds.
 *
 * @param estimates the debiased coefficients of the features as they are asked for, and averages
 * @param nuisances the out-of-fold predictions
 * @param scores of each row
 * @param lasso the regression of residuals
 */
record SparseRepetition(
    List<Medians.Estimates> estimates, CrossFit nuisances, Scores scores, DebiasedLasso lasso)
    implements Repetitions.Once {
  /** Bytes a row: residuals, weights, and the scores. */
  private static final long BYTES = 64;

  /**
   * What to do.
   *
   * @param basis of the effect about its means
   * @param means what is to be added again to the terms; 0 where they are asked for as they are
   * @param seed chooses the folds
   */
  record Task(EffectBasis basis, double[] means, long seed) {}

  static SparseRepetition of(Run run, Study study, FitOptions options, Task task) {
    CrossFit nuisances = CrossFit.of(run.part("", 0, 0.8), study, options, task.seed());
    int n = nuisances.treatment.rows();
    run.memory().take(BYTES * n, "the residuals and scores");
    Residuals residuals = Residuals.of(run, study, nuisances, task.basis());
    DebiasedLasso lasso = residuals.lasso(run, study, nuisances.folds);
    int coefficients = lasso.kept() + 1;
    String kind = LeastSquares.covariance(options.cov(), residuals.standFor(study), coefficients);
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
    Coefficients shown =
        new Coefficients(lasso.coefficients(), lasso.covariance(meat.gram()))
            .uncentred(task.means());
    Medians.Estimates estimates =
        new Medians.Estimates(
            shown.values(),
            shown.covariance(),
            ConstantEffect.of(run, scores, nuisances, kind, study),
            scores.average(run),
            study.treatment().binary() ? scores.onTreated(run, nuisances) : Estimate.UNDEFINED,
            meat.name());
    return new SparseRepetition(List.of(estimates), nuisances, scores, lasso);
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
      int n = nuisances.treatment.rows();
      Residuals r =
          new Residuals(
              basis, new double[n], new double[n], new double[n], new double[n], new double[n]);
      double[] outcome = nuisances.outcome.toArray();
      double[] treatment = nuisances.treatment.toArray();
      study
          .data()
          .forEachBatch(
              run,
              batch -> {
                boolean[] own = EffectBasis.complete(basis.fill(batch), batch.rows());
                int at = (int) batch.firstRow();
                for (int i = 0; i < own.length; i++) {
                  int row = at + i;
                  r.y[row] = batch.column(Study.OUTCOME)[i];
                  r.d[row] = batch.column(Study.TREATMENT)[i];
                  r.u[row] = r.y[row] - outcome[row];
                  r.v[row] = r.d[row] - treatment[row];
                  r.complete[row] = own[i] ? 1 : 0;
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

    /** How many rows those that count stand for. */
    double standFor(Study study) {
      double sum = 0;
      for (int i = 0; i < complete.length; i++) {
        sum += complete[i] > 0 && study.weight(i) > 0 ? study.count(i) : 0;
      }
      return sum;
    }

    /**
     * The scores of {@link Scores}, by the lasso without the row's fold. Of a continuous treatment
     * \( \phi^\top b + s (u - v \phi^\top \tilde\beta) - \bar\phi^\top (b - \tilde\beta) \), b the
     * debiased coefficients, \( \tilde\beta \) the lasso's and s the pull of {@link #averagePull}:
     * the mean of the second part is what is taken off, so that the average slope is \(
     * \bar\phi^\top b \).
     */
    Scores scores(Run run, Study study, CrossFit nuisances, DebiasedLasso lasso) {
      double[] tau = new double[y.length];
      double[] score = new double[y.length];
      double[] slope = new double[y.length];
      double[] mean = EffectMeans.of(run, study, basis);
      double[] weights = averagePull(study, lasso, mean);
      double[] propensity = nuisances.treatment.toArray();
      boolean binary = study.treatment().binary();
      double[] b = lasso.coefficients();
      double[] sparse = lasso.lasso();
      double debiased = debiased(mean, b, sparse);
      double[][] without = lasso.withoutFold();
      study
          .data()
          .forEachBatch(
              run,
              batch -> {
                double[][] phi = basis.fill(batch);
                for (int i = 0; i < batch.rows(); i++) {
                  int row = (int) batch.firstRow() + i;
                  tau[row] = FinalStage.effect(phi, i, without[nuisances.folds.of((long) row)]);
                  if (binary) {
                    double c = Scores.clip(propensity[row]);
                    slope[row] = (d[row] - c) / (c * (1 - c));
                    score[row] = tau[row] + slope[row] * (u[row] - (d[row] - c) * tau[row]);
                  } else {
                    slope[row] = FinalStage.effect(phi, i, weights) * v[row];
                    score[row] =
                        FinalStage.effect(phi, i, b)
                            + slope[row] * (u[row] - v[row] * FinalStage.effect(phi, i, sparse))
                            - debiased;
                  }
                }
              });
      return new Scores(new double[][] {y, d, tau, score, slope}, study);
    }

    /** How far debiasing moves the average slope. */
    private static double debiased(double[] mean, double[] b, double[] sparse) {
      double moved = 0;
      for (int t = 0; t < mean.length; t++) {
        moved += mean[t] * (b[t] - sparse[t]);
      }
      return moved;
    }

    /** \( W \bar\phi^\top \Theta / N \): how the average slope moves with each row. */
    private double[] averagePull(Study study, DebiasedLasso lasso, double[] mean) {
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

  /** How many rows those with all features stand for. */
  long count(Study study) {
    double sum = 0;
    double[] score = scores.score.toArray();
    for (int i = 0; i < score.length; i++) {
      sum += Double.isNaN(score[i]) || study.weight(i) == 0 ? 0 : study.count(i);
    }
    return Math.round(sum);
  }

  @Override
  public long rowBytes() {
    return BYTES;
  }
}
