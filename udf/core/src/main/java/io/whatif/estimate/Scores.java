/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Run;
import io.whatif.inference.ClusterSums;
import io.whatif.inference.Estimate;
import org.jspecify.annotations.Nullable;

/**
 * The scores of each row from which average effects, their errors and most diagnostics follow.
 *
 * <p>Binary treatment, \( e \) clipped to [0.01, 0.99], \( \tau_{-k} \) fitted without the row's
 * fold: \( G = \tau_{-k}(x) + \frac{D - e}{e (1 - e)} (Y - m - (D - e) \tau_{-k}(x)) \).
 * Continuous: \( \psi = \phi^\top \beta + n \bar\phi^\top A z r \) with \( A = (Z^\top Z)^+ \), so
 * that the mean is the average slope and the spread gives its error, the rows' own included.
 *
 * <p>Rows that lack a feature have NaN and count in nothing here. Memory: 32 bytes a row.
 */
final class Scores {
  /** Propensities are kept this far from 0 and 1 in scores and weights. */
  static final double CLIP = 0.01;

  final double[] y;
  final double[] d;

  /** The effect by coefficients of the other folds. */
  final double[] tau;

  /** The score whose mean is the average effect. */
  final double[] score;

  /** Rows with a score. */
  final int rows;

  /** The cluster of each row, null when every row is its own. */
  final int @Nullable [] clusters;

  /**
   * Scores made otherwise.
   *
   * @param columns outcome, treatment, effect by the other folds, and score, of each row; effect
   *     and score NaN where the row lacks a feature
   * @param clusters the cluster of each row, null when every row is its own
   */
  Scores(double[][] columns, int @Nullable [] clusters) {
    this.y = columns[0];
    this.d = columns[1];
    this.tau = columns[2];
    this.score = columns[3];
    this.clusters = clusters;
    int count = 0;
    for (double g : score) {
      count += Double.isNaN(g) ? 0 : 1;
    }
    this.rows = count;
  }

  static Scores of(Run run, Study study, CrossFit nuisances, FinalStage stage) {
    int n = Math.toIntExact(study.rows());
    run.memory().take(32L * n, "the scores");
    double[][] columns = new double[4][n];
    boolean binary = study.treatment().binary();
    double[] influence = binary ? new double[0] : averageInfluence(run, study, stage);
    study
        .data()
        .scan(
            run,
            new CrossFit.Fill() {
              @Override
              public void accumulate(Batch batch, CrossFit.Nothing sum) {
                fill(batch, nuisances, stage, influence, binary, columns);
              }
            });
    return new Scores(columns, study.units().clusters());
  }

  /** \( n \bar\phi^\top A \), the weights by which \( z r \) moves the average slope. */
  private static double[] averageInfluence(Run run, Study study, FinalStage stage) {
    int p = stage.basis.width();
    double[] mean = EffectMeans.of(run, study, stage.basis);
    double[] inverse = stage.bread.toArray();
    double[] influence = new double[p];
    for (int i = 0; i < p; i++) {
      for (int j = 0; j < p; j++) {
        influence[i] += stage.rows * inverse[i * p + j] * mean[j];
      }
    }
    return influence;
  }

  private static void fill(
      Batch batch,
      CrossFit nuisances,
      FinalStage stage,
      double[] influence,
      boolean binary,
      double[][] columns) {
    double[][] phi = stage.basis.fill(batch);
    double[] y = batch.column(Study.OUTCOME);
    double[] d = batch.column(Study.TREATMENT);
    int at = (int) batch.firstRow();
    for (int i = 0; i < batch.rows(); i++) {
      int row = at + i;
      double e = nuisances.treatment[row];
      double u = y[i] - nuisances.outcome[row];
      double tau = FinalStage.effect(phi, i, stage.withoutFold[nuisances.folds.of((long) row)]);
      columns[0][row] = y[i];
      columns[1][row] = d[i];
      columns[2][row] = tau;
      if (binary) {
        double c = clip(e);
        columns[3][row] = tau + (d[i] - c) / (c * (1 - c)) * (u - (d[i] - c) * tau);
      } else {
        double v = d[i] - e;
        double own = FinalStage.effect(phi, i, stage.beta);
        double pull = FinalStage.effect(phi, i, influence);
        columns[3][row] = own + pull * v * (u - v * own);
      }
    }
  }

  static double clip(double e) {
    return Math.min(1 - CLIP, Math.max(CLIP, e));
  }

  /** The mean of the scores: the average treatment effect, or the average slope. */
  Estimate average() {
    double mean = mean(score);
    return new Estimate(mean, error(centred(score, mean)));
  }

  /** Each row's influence on the average, \( G_i - \bar G \). */
  double[] averageInfluence() {
    return centred(score, mean(score));
  }

  /**
   * The average effect on the treated: \( G = \{D (y - g_0) - (1 - D) \frac{e}{1 - e} (y - g_0)\} /
   * p \), \( g_0 = m - e \tau_{-k} \), \( \psi = G - \theta D / p \).
   */
  Estimate onTreated(CrossFit nuisances) {
    double[] g = new double[y.length];
    double treated = 0;
    for (int i = 0; i < g.length; i++) {
      double e = clip(nuisances.treatment[i]);
      double rest = y[i] - nuisances.outcome[i] + e * tau[i];
      g[i] = d[i] * rest - (1 - d[i]) * e / (1 - e) * rest;
      treated += Double.isNaN(g[i]) ? 0 : d[i];
    }
    double p = treated / rows;
    double theta = mean(g) / p;
    for (int i = 0; i < g.length; i++) {
      g[i] = (g[i] - theta * d[i]) / p;
    }
    return new Estimate(theta, error(g));
  }

  /** The mean over rows that have the number. */
  double mean(double[] numbers) {
    double sum = 0;
    for (double v : numbers) {
      sum += Double.isNaN(v) ? 0 : v;
    }
    return sum / rows;
  }

  private static double[] centred(double[] numbers, double mean) {
    double[] centred = new double[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      centred[i] = numbers[i] - mean;
    }
    return centred;
  }

  /**
   * \( \sqrt{\frac{C}{C-1} \sum_c (\sum_{i \in c} \psi_i)^2} / n \) with C clusters; without any,
   * \( \sqrt{\sum_i \psi_i^2} / n \).
   */
  double error(double[] influence) {
    return Math.sqrt(ClusterSums.squares(influence, clusters)) / rows;
  }
}
