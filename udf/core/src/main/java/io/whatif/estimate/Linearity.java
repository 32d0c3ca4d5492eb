/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Run;
import io.whatif.inference.Estimate;
import io.whatif.math.Gram;
import io.whatif.math.PseudoInverse;

/**
 * Whether a continuous treatment moves the outcome in a straight line: the Wald test of the
 * coefficient of \( q = T^2 - E[T^2 | X, W] \) in the regression of the outcome's residual on the
 * treatment's residual v and q, squares about the treatment's mean; HC3 error.
 */
final class Linearity {
  private Linearity() {}

  /**
   * The two-sided p-value; NaN where q is a multiple of v.
   *
   * @param residuals of outcome and treatment
   */
  static double pValue(
      Run run, Study study, FitOptions options, CrossFit nuisances, double[][] residuals) {
    double[] q = nuisances.predict(run, study, options, study.treatmentSquare());
    study
        .data()
        .scan(
            run,
            new CrossFit.Fill() {
              @Override
              public void accumulate(Batch batch, CrossFit.Nothing sum) {
                double[] square = batch.column(study.treatmentSquare());
                int at = (int) batch.firstRow();
                for (int i = 0; i < batch.rows(); i++) {
                  q[at + i] = square[i] - q[at + i];
                }
              }
            });
    double[] u = residuals[0];
    double[] v = residuals[1];
    Gram gram = new Gram(3);
    double[] row = new double[3];
    for (int i = 0; i < u.length; i++) {
      row[0] = v[i];
      row[1] = q[i];
      row[2] = u[i];
      gram.add(row, 1);
    }
    PseudoInverse bread = PseudoInverse.of(gram, 2);
    if (bread.rank() < 2) {
      return Double.NaN;
    }
    double[] beta = bread.solve(gram, 2);
    Gram meat = new Gram(2);
    double[] z = new double[2];
    double[] weight = new double[1];
    for (int i = 0; i < u.length; i++) {
      z[0] = v[i];
      z[1] = q[i];
      double left = Math.max(1e-6, 1 - bread.form(z, 0));
      double r = (u[i] - beta[0] * v[i] - beta[1] * q[i]) / left;
      weight[0] = r * r;
      meat.add(z, weight, 1);
    }
    return new Estimate(beta[1], Math.sqrt(bread.sandwich(meat)[3])).pValue();
  }
}
