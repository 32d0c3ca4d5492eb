/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Mergeable;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import io.whatif.inference.Estimate;
import org.jspecify.annotations.Nullable;

/**
 * The mean of an effect that is linear in a basis over rows, \( \hat\theta = \sum_i g_i \phi_i^\top
 * \hat\beta / G \), \( G = \sum_i g_i \), with an error that counts the rows as drawn: \( \psi_i =
 * g_i (\phi_i^\top \hat\beta - \hat\theta) / G + \bar\phi^\top A z_i \omega_i r_i \), the second
 * part that of the coefficients; summed by cluster where there are any. Without the first part the
 * error is that for fixed features. Weights of the study multiply g and omega.
 *
 * @param estimate the mean
 * @param influence \( \psi \), one for each row
 */
record LinearAverage(Estimate estimate, Influence influence) {

  /**
   * The mean over the rows that have all functions of the basis. Three scans.
   *
   * @param weights g, or null if each row counts once
   */
  static LinearAverage of(Run run, Fitted fitted, double @Nullable [] weights) {
    Study study = fitted.study();
    Sums sums = study.data().scan(run, new MeanPass(fitted, weights));
    LeastSquares fit = fitted.fit();
    double[] direction = new double[fit.beta.length];
    double mean = 0;
    for (int t = 0; t < sums.phi.length; t++) {
      int at = fitted.offset() + t;
      direction[at] = sums.phi[t] / sums.weight;
      mean += direction[at] * fit.beta[at];
    }
    LeastSquares.Influence influence = fit.influence(run, direction);
    double[] effect = fitted.effects(run);
    int[] clusters = study.units().clusters();
    double[] psi = new double[effect.length];
    double[] within = new double[study.weighting() == null ? 0 : psi.length];
    for (int i = 0; i < psi.length; i++) {
      double g = Double.isNaN(effect[i]) ? 0 : weights == null ? 1 : weights[i];
      double own = g == 0 ? 0 : study.weightOfOne(i) * g * (effect[i] - mean) / sums.weight;
      double slope = influence.slope()[i];
      double one = own + slope * influence.residual()[i];
      double n = study.count(i);
      double spread = one * one + slope * slope * study.variance(i);
      psi[i] = clusters != null ? n * one : Math.copySign(Math.sqrt(n * spread), one);
      if (within.length > 0 && clusters == null) {
        within[i] = n * slope * slope * study.variance(i);
      }
    }
    double[] counted = study.counted();
    Influence pulls =
        new Influence(
            psi, counted == null ? null : new Influence.Counted(counted, within), clusters);
    return new LinearAverage(new Estimate(mean, pulls.error()), pulls);
  }

  /**
   * An effect that was fitted.
   *
   * @param basis what it is linear in
   * @param fit the regression that its coefficients come from
   * @param offset where they stand among those of the regression
   */
  record Fitted(Study study, RowBasis basis, LeastSquares fit, int offset) {
    /** The effect of each row, NaN for rows that lack a function of the basis. One scan. */
    double[] effects(Run run) {
      double[] effects = new double[Math.toIntExact(study.rows())];
      study
          .data()
          .forEachBatch(
              run,
              batch -> {
                double[][] phi = basis.fill(batch);
                int at = (int) batch.firstRow();
                for (int t = 0; t < phi.length; t++) {
                  double b = fit.beta[offset + t];
                  for (int i = 0; i < batch.rows(); i++) {
                    effects[at + i] += b * phi[t][i];
                  }
                }
              });
      return effects;
    }
  }

  private static final class Sums implements Mergeable<Sums> {
    private final double[] phi;
    private double weight;

    Sums(int width) {
      phi = new double[width];
    }

    @Override
    public Sums merge(Sums other) {
      weight += other.weight;
      for (int t = 0; t < phi.length; t++) {
        phi[t] += other.phi[t];
      }
      return this;
    }
  }

  private record MeanPass(Fitted fitted, double @Nullable [] weights) implements Pass<Sums, Sums> {
    @Override
    public Sums zero() {
      return new Sums(fitted.basis().width());
    }

    @Override
    public void accumulate(Batch batch, Sums sum) {
      double[][] phi = fitted.basis().fill(batch);
      boolean[] complete = EffectBasis.complete(phi, batch.rows());
      for (int i = 0; i < complete.length; i++) {
        int row = (int) batch.firstRow() + i;
        double g = fitted.study().weight(row) * (weights == null ? 1 : weights[row]);
        if (complete[i] && g > 0) {
          sum.weight += g;
          for (int t = 0; t < phi.length; t++) {
            sum.phi[t] += g * phi[t][i];
          }
        }
      }
    }

    @Override
    public Sums finish(Sums total) {
      return total;
    }
  }
}
