/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a weighted residual regression: \( u_i = (\psi(x_i) v_i)^\top \beta + \epsilon_i \).
 *
 * @param outcome u, the outcome's residuals
 * @param treatment v, the treatment's residuals
 * @param weight of each row; rows of weight 0 do not count
 * @param basis \( \psi \); null for the constant 1
 */
record WeightedResiduals(
    double[] outcome, double[] treatment, double[] weight, @Nullable RowBasis basis)
    implements LeastSquares.Rows {
  @Override
  public int width() {
    return basis == null ? 1 : basis.width();
  }

  @Override
  public int fill(Batch batch, LeastSquares.Block into) {
    double[][] psi = basis == null ? new double[0][] : basis.fill(batch);
    int p = width();
    int count = 0;
    for (int i = 0; i < batch.rows(); i++) {
      int row = (int) batch.firstRow() + i;
      if (weight[row] > 0) {
        int at = count * (p + 1);
        double v = treatment[row];
        into.values()[at] = v;
        for (int t = 0; t < psi.length; t++) {
          into.values()[at + t] = psi[t][i] * v;
        }
        into.values()[at + p] = outcome[row];
        into.weights()[count] = weight[row];
        into.places()[count++] = i;
      }
    }
    return count;
  }
}
