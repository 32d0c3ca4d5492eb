/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Run;

/**
 * Scores of an average slope \( \bar g^\top \beta \), where a regression of the outcome's residual
 * on terms z has the coefficients \( \beta \) and a row's own slope is \( g_i^\top \beta \): \(
 * \psi_i = g_i^\top \beta + n \bar g^\top A z_i r_i \), whose mean is the average slope and whose
 * spread gives its error.
 *
 * @param study whose dataset holds the terms and the slopes
 * @param residual of the outcome
 * @param stage the regression
 */
record SlopeScores(Study study, OutcomeResidual residual, FinalStage stage) {

  /**
   * What the slopes are.
   *
   * @param terms g: what coefficients are multiplied by
   * @param block which of the blocks of as many coefficients they are
   * @param treatment of each row
   */
  record Slopes(EffectBasis terms, int block, double[] treatment) {}

  /** Memory: 32 bytes a row. Two scans. */
  Scores of(Run run, Slopes slopes) {
    double[] average = EffectMeans.of(run, study, slopes.terms());
    int p = average.length;
    int from = slopes.block() * p;
    double[] inverse = stage.bread.toArray();
    double weight = LinearScores.weightOfComplete(run, study, stage);
    double[] pull = new double[stage.beta.length];
    for (int i = 0; i < pull.length; i++) {
      for (int j = 0; j < p; j++) {
        pull[i] += weight * inverse[i * pull.length + from + j] * average[j];
      }
    }
    double[][] columns = new double[5][Math.toIntExact(study.rows())];
    columns[1] = slopes.treatment();
    study.data().forEachBatch(run, batch -> fill(batch, slopes, pull, columns));
    return new Scores(columns, study);
  }

  private void fill(Batch batch, Slopes slopes, double[] pull, double[][] columns) {
    double[][] z = stage.basis.fill(batch);
    double[][] g = slopes.terms().fill(batch);
    double[] y = batch.column(Study.OUTCOME);
    double[] u = residual.of(batch);
    for (int i = 0; i < batch.rows(); i++) {
      int row = (int) batch.firstRow() + i;
      double[] others = stage.withoutFold[residual.folds().of((long) row)];
      double slope = FinalStage.effect(z, i, pull);
      columns[0][row] = y[i];
      columns[2][row] = FinalStage.effect(g, i, others, slopes.block());
      columns[3][row] =
          FinalStage.effect(g, i, stage.beta, slopes.block())
              + slope * (u[i] - FinalStage.effect(z, i, stage.beta));
      columns[4][row] = slope;
    }
  }
}
