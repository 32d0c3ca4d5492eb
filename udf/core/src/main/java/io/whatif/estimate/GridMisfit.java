/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Dataset;
import io.whatif.data.RowSample;
import io.whatif.data.Run;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Misfit} of many pairs over the same covariates, looked for in a sample of rows once
 * all treatments are predicted.
 *
 * <p>Memory: 8 bytes for each row of the sample, outcome and treatment.
 */
final class GridMisfit {
  /** Rows that are looked at, at least, where there are more. */
  private static final long LOOKED_AT = 20_000;

  private final Run run;
  private final EffectGrid.Question question;
  private final RowSample drawn;
  private final Dataset rows;

  /** What predictions leave of each treatment, null of one without any. */
  private final double[] @Nullable [] treatments;

  GridMisfit(Run run, EffectGrid.Question question) {
    this.run = run;
    this.question = question;
    Dataset all = question.base().data();
    long most = Math.max(LOOKED_AT, Math.round(50 * Math.sqrt((double) all.rows())));
    drawn = RowSample.of(all.rows(), most);
    rows = all.at(drawn);
    treatments = new double[question.treatments().size()][];
  }

  /** Keeps what the predictions of a treatment leave of it. */
  void keep(int treatment, double[] predicted) {
    run.memory().take(8 * rows.rows(), "the residuals of a sample of rows");
    treatments[treatment] = residuals(question.treatments().get(treatment).column(), predicted);
  }

  /**
   * Looks at what predictions leave of all outcomes and of the treatments kept, and lets go of it.
   * One scan of the sample, one of all rows.
   *
   * @param pair the study of one of them
   * @param means the predicted outcomes
   */
  Misfit of(Study pair, double[][] means) {
    long bytes = 8 * rows.rows() * means.length;
    run.memory().take(bytes, "the residuals of a sample of rows");
    double[][] u = new double[means.length][];
    for (int o = 0; o < u.length; o++) {
      u[o] = residuals(question.outcomes().get(o).column(), means[o]);
    }
    CovariateTable moments = CovariateTable.unweighted(run, pair);
    double[][] v = Arrays.stream(treatments).filter(Objects::nonNull).toArray(double[][]::new);
    Misfit found =
        Misfit.of(run, question.base(), drawn, rows, moments, new Misfit.Residuals(u, v));
    Arrays.fill(treatments, null);
    run.memory().giveBack(bytes + 8 * rows.rows() * v.length);
    return found;
  }

  /** What a prediction leaves of a column in the sampled rows. One scan of these. */
  private double[] residuals(int column, double[] predicted) {
    double[] residuals = new double[Math.toIntExact(rows.rows())];
    rows.forEachBatch(
        run,
        batch -> {
          double[] values = batch.column(column);
          for (int i = 0; i < batch.rows(); i++) {
            int place = (int) batch.firstRow() + i;
            residuals[place] = values[i] - predicted[(int) drawn.row(place)];
          }
        });
    return residuals;
  }
}
