/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.Run;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The {@link Misfit} of many pairs over the same covariates, looked for in a sample of rows. */
final class GridMisfit {
  /** Rows that are looked at, at least, where there are more. */
  private static final long LOOKED_AT = 20_000;

  private final Run run;
  private final EffectGrid.Question question;

  /** Of the covariates, made when first wanted. */
  private @Nullable CovariateTable moments;

  GridMisfit(Run run, EffectGrid.Question question) {
    this.run = run;
    this.question = question;
  }

  /**
   * Looks at what predictions leave of all outcomes and of some treatments.
   *
   * @param pair the study of one of them
   * @param some the treatments, by which the result is asked in this order
   * @param means the predicted outcomes
   * @param chances the predictions of these treatments
   */
  Misfit of(Study pair, int[] some, double[][] means, double[][] chances) {
    Study base = question.base();
    Dataset rows =
        base.data().head(Math.max(LOOKED_AT, Math.round(50 * Math.sqrt((double) base.rows()))));
    long bytes = 8L * rows.rows() * (means.length + some.length);
    run.memory().take(bytes, "the residuals of a sample of rows");
    try {
      double[][] u = new double[means.length][];
      double[][] v = new double[some.length][];
      for (int o = 0; o < u.length; o++) {
        u[o] = residuals(rows, question.outcomes().get(o).column(), means[o]);
      }
      for (int j = 0; j < v.length; j++) {
        v[j] = residuals(rows, question.treatments().get(some[j]).column(), chances[j]);
      }
      if (moments == null) {
        double[] even = new double[Math.toIntExact(base.rows())];
        Arrays.fill(even, 1);
        moments = CovariateTable.of(run, pair, even);
      }
      return Misfit.of(run, base, rows, moments, new Misfit.Residuals(u, v));
    } finally {
      run.memory().giveBack(bytes);
    }
  }

  /** What a prediction leaves of a column in the first rows. One scan of these. */
  private double[] residuals(Dataset rows, int column, double[] predicted) {
    double[] residuals = new double[Math.toIntExact(rows.rows())];
    rows.scan(
        run,
        new CrossFit.Fill() {
          @Override
          public void accumulate(Batch batch, CrossFit.Nothing sum) {
            double[] values = batch.column(column);
            for (int i = 0; i < batch.rows(); i++) {
              int row = (int) batch.firstRow() + i;
              residuals[row] = values[i] - predicted[row];
            }
          }
        });
    return residuals;
  }
}
