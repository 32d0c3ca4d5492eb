/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Run;
import io.whatif.learn.Folds;

/**
 * Doubly robust pseudo-outcomes of each arm a against the control: with \( Y_a = g_a + 1\{D = a\}
 * (Y - g_a) / p_a \), p clipped from below, \( \psi_a = Y_a - Y_0 \). Their conditional mean is the
 * effect if either the outcomes or the propensities are right; their mean estimates the average.
 *
 * <p>Source: Kennedy 2023, doi:10.1214/23-EJS2157.
 *
 * @param values for each arm but the control, the pseudo-outcome of each row
 * @param slopes how far it moves with the outcome
 */
record PseudoOutcomes(double[][] values, double[][] slopes, Folds folds) implements Response {
  static PseudoOutcomes of(Run run, ArmNuisances nuisances, double clip) {
    int arms = nuisances.outcome.length;
    int n = nuisances.y.length;
    run.memory().take(rowBytes(arms - 1) * n, "the pseudo-outcomes");
    double[][] values = new double[arms - 1][n];
    double[][] slopes = new double[arms - 1][n];
    for (int arm = 1; arm < arms; arm++) {
      for (int i = 0; i < n; i++) {
        int own = (int) nuisances.d[i];
        double slope = 0;
        if (own == arm || own == 0) {
          slope = (own == 0 ? -1 : 1) / Math.max(clip, nuisances.propensity[own][i]);
        }
        double effect = nuisances.outcome[arm][i] - nuisances.outcome[0][i];
        values[arm - 1][i] = effect + slope * (nuisances.y[i] - nuisances.outcome[own][i]);
        slopes[arm - 1][i] = slope;
      }
    }
    return new PseudoOutcomes(values, slopes, nuisances.folds);
  }

  /** Bytes a row that so many effects take. */
  static long rowBytes(int effects) {
    return 16L * effects;
  }

  @Override
  public int count() {
    return values.length;
  }

  @Override
  public Values at(Batch batch) {
    int at = (int) batch.firstRow();
    int rows = batch.rows();
    double[][] psi = new double[values.length][];
    double[][] slope = new double[values.length][];
    for (int j = 0; j < psi.length; j++) {
      psi[j] = java.util.Arrays.copyOfRange(values[j], at, at + rows);
      slope[j] = java.util.Arrays.copyOfRange(slopes[j], at, at + rows);
    }
    double[] ones = new double[rows];
    java.util.Arrays.fill(ones, 1);
    return new Values(psi, ones, slope);
  }
}
