/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import io.whatif.inference.Estimate;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link CiDml} estimates with one partition into folds.
 *
 * @param estimates at 0 with errors by the covariance asked for, at 1 with homoscedastic ones: the
 *     coefficients of the cluster scores (without features the average), the average effect as the
 *     constant, and the mean of customer effects as the average
 * @param nuisances the out-of-fold predictions, propensities as they were
 * @param scores of each row, NaN of rows that are not kept
 * @param rank how many coefficients the rows tell apart
 */
record CiRepetition(
    List<Medians.Estimates> estimates,
    CrossFit nuisances,
    Scores scores,
    CiWeights weights,
    int rank)
    implements Repetitions.Once {
  /** The place of the estimates with errors by the covariance asked for. */
  static final int ROBUST = 0;

  /** The place of those with homoscedastic errors. */
  static final int EVEN = 1;

  /** Bytes a row: residuals, weights and targets, and the scores. */
  private static final long BYTES = 104;

  /**
   * What to do.
   *
   * @param scores of clusters, null without features
   * @param complete whether each row has all features
   * @param seed chooses the folds
   */
  record Task(CiWeights.Plan plan, @Nullable ClusterScores scores, boolean[] complete, long seed) {
    /** How many coefficients there are. */
    int width() {
      return scores == null ? 1 : scores.width();
    }
  }

  static CiRepetition of(Run run, Study study, FitOptions options, Task task) {
    CrossFit nuisances = CrossFit.of(run.part("", 0, 0.8), study, options, task.seed());
    double[] propensity = nuisances.treatment.toArray();
    double[] outcome = nuisances.outcome.toArray();
    int n = propensity.length;
    run.memory().take(BYTES * n, "the weighted residuals");
    double[][] rows = study.data().arrays(run, Study.OUTCOME, Study.TREATMENT);
    CiWeights weights = CiWeights.of(study, propensity, rows[1], task.complete(), task.plan());
    ClusterScores scores = task.scores();
    CiRefusals.checkKept(weights, rows[1], task);
    double[] u = new double[n];
    double[] v = new double[n];
    for (int i = 0; i < n; i++) {
      u[i] = rows[0][i] - outcome[i];
      v[i] = rows[1][i] - weights.propensity()[i];
    }
    Regression regression = new Regression(run, study, u, v);
    LeastSquares one = regression.fit(weights.weight(), null);
    LeastSquares all = scores == null ? one : regression.fit(weights.weight(), scores);
    String kind = LeastSquares.covariance(options.cov(), all.count, task.width());
    LeastSquares.Covariance ofOne = one.covariance(run, kind);
    LeastSquares.Covariance ofAll = scores == null ? ofOne : all.covariance(run, kind);
    LeastSquares.Covariance evenOne = one.covariance(run, "homoscedastic");
    LeastSquares.Covariance evenAll =
        scores == null ? evenOne : all.covariance(run, "homoscedastic");
    Estimate customers =
        scores == null
            ? Estimate.UNDEFINED
            : LinearAverage.of(
                    run, new LinearAverage.Fitted(study, scores, all, 0), weights.target())
                .estimate();
    double[] tau = regression.withoutFolds(nuisances, weights, scores);
    return new CiRepetition(
        List.of(
            estimates(all.beta, ofAll, new Estimate(one.beta[0], error(ofOne)), customers),
            estimates(all.beta, evenAll, new Estimate(one.beta[0], error(evenOne)), customers)),
        nuisances,
        scores(study, nuisances, rows, tau),
        weights,
        all.bread.rank());
  }

  /** The error of the only coefficient. */
  private static double error(LeastSquares.Covariance covariance) {
    return Math.sqrt(covariance.matrix()[0]);
  }

  private static Medians.Estimates estimates(
      double[] beta, LeastSquares.Covariance covariance, Estimate average, Estimate customers) {
    return new Medians.Estimates(
        beta, covariance.matrix(), average, customers, Estimate.UNDEFINED, covariance.name());
  }

  /** Regressions of the same residuals with different weights. */
  private record Regression(Run run, Study study, double[] outcome, double[] treatment) {
    LeastSquares fit(double[] weight, @Nullable ClusterScores scores) {
      return LeastSquares.of(run, study, new WeightedResiduals(outcome, treatment, weight, scores));
    }

    /** The effect of each row that is kept by coefficients of the other folds, NaN of others. */
    double[] withoutFolds(CrossFit nuisances, CiWeights weights, @Nullable ClusterScores scores) {
      double[][] beta = new double[nuisances.folds.count()][];
      for (int k = 0; k < beta.length; k++) {
        beta[k] = fit(weights.without(k, nuisances.folds), scores).beta;
      }
      double[] tau = new double[outcome.length];
      Arrays.fill(tau, Double.NaN);
      study
          .data()
          .forEachBatch(
              run,
              batch -> {
                double[][] psi = scores == null ? new double[0][] : scores.fill(batch);
                for (int i = 0; i < batch.rows(); i++) {
                  int row = (int) batch.firstRow() + i;
                  if (weights.weight()[row] > 0) {
                    double[] b = beta[nuisances.folds.of((long) row)];
                    tau[row] = psi.length == 0 ? b[0] : FinalStage.effect(psi, i, b);
                  }
                }
              });
      return tau;
    }
  }

  /** Scores as those of {@link LinearDml}, of the rows that are kept. */
  private static Scores scores(Study study, CrossFit nuisances, double[][] rows, double[] tau) {
    int n = tau.length;
    double[] propensity = nuisances.treatment.toArray();
    double[] outcome = nuisances.outcome.toArray();
    double[] score = new double[n];
    double[] slope = new double[n];
    for (int i = 0; i < n; i++) {
      double c = Scores.clip(propensity[i]);
      double v = rows[1][i] - c;
      slope[i] = v / (c * (1 - c));
      score[i] = tau[i] + slope[i] * (rows[0][i] - outcome[i] - v * tau[i]);
    }
    return new Scores(new double[][] {rows[0], rows[1], tau, score, slope}, study);
  }

  @Override
  public long rowBytes() {
    return BYTES;
  }
}
