/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.RowWindow;
import io.whatif.data.Run;
import io.whatif.inference.RowSums;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How much each row moves the estimates of {@link LinearDml}: a coefficient \( w_i (A z_i)_t r_i
 * \); the effect as one number \( w_i v_i (u_i - \theta v_i) \); averages \( w_i \psi_i \) with the
 * scores of {@link Scores}. Of the first repetition; w the weights.
 *
 * <p>Cost: a scan; 8 bytes a row and estimate.
 */
record LinearInfluences(Study study, LinearDml.Repetition repetition) implements Influences {

  @Override
  public double[][] of(Run run, boolean averages) {
    Scores scores = repetition.scores();
    CrossFit nuisances = repetition.nuisances();
    boolean varies = repetition.stage().basis.width() > 1;
    List<double[]> all = new ArrayList<>();
    if (varies) {
      all.addAll(Arrays.asList(coefficients(run)));
    } else {
      all.add(constant());
    }
    boolean binary = study.treatment().binary();
    if (varies || (averages && binary)) {
      all.add(scores.weighted(scores.averageInfluence()));
    }
    if (averages && binary) {
      all.add(scores.weighted(scores.onTreatedInfluence(nuisances)));
    }
    return all.toArray(double[][]::new);
  }

  private double[] constant() {
    Scores scores = repetition.scores();
    CrossFit nuisances = repetition.nuisances();
    double theta = repetition.estimates().get(0).constant().value();
    RowWindow rows = new RowWindow(scores.y, scores.d, nuisances.outcome, nuisances.treatment);
    double[] influence = new double[scores.size()];
    for (int from = 0; from < influence.length; from += RowSums.BLOCK) {
      int to = Math.min(influence.length, from + RowSums.BLOCK);
      rows.moveTo(from, to);
      for (int i = from; i < to; i++) {
        int at = i - rows.first();
        double v = rows.column(1)[at] - rows.column(3)[at];
        double u = rows.column(0)[at] - rows.column(2)[at];
        influence[i] = study.weight(i) * v * (u - theta * v);
      }
    }
    return influence;
  }

  private double[][] coefficients(Run run) {
    FinalStage stage = repetition.stage();
    int p = stage.basis.width();
    double[] inverse = stage.bread.toArray();
    double[][] influence = new double[p][Math.toIntExact(study.rows())];
    study.data().forEachBatch(run, batch -> fill(batch, stage, inverse, influence));
    return influence;
  }

  private void fill(Batch batch, FinalStage stage, double[] inverse, double[][] influence) {
    Response.Values residuals = repetition.nuisances().at(batch);
    double[] u = residuals.responses()[0];
    double[] v = residuals.factor();
    double[][] phi = stage.basis.fill(batch);
    int p = phi.length;
    for (int i = 0; i < batch.rows(); i++) {
      int row = (int) batch.firstRow() + i;
      double r = u[i] - v[i] * FinalStage.effect(phi, i, stage.beta);
      for (int t = 0; t < p; t++) {
        double pull = 0;
        for (int s = 0; s < p; s++) {
          pull += inverse[t * p + s] * phi[s][i];
        }
        influence[t][row] = study.weight(row) * pull * v[i] * r;
      }
    }
  }
}
