/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import java.util.ArrayList;
import java.util.List;

/**
 * How each covariate differs between the arms, raw and weighted by inverse propensities (1/e and
 * 1/(1-e), e out of fold and clipped to [0.01, 0.99]).
 */
public final class Balance {
  /** Standardized mean differences up to this are called balanced. */
  public static final double BOUND = 0.1;

  private Balance() {}

  /**
   * A covariate as it is encoded: a number, or one category.
   *
   * @param name its name, for a category {@code column=category}
   * @param meanTreated mean among the treated
   * @param meanControl mean among the untreated
   * @param smdRaw standardized mean difference
   * @param smdWeighted the same of weighted means
   */
  public record Row(
      String name, double meanTreated, double meanControl, double smdRaw, double smdWeighted) {}

  /** One row for each encoded covariate. Cost: the propensity's, and one scan. */
  public static List<Row> of(Run run, Study study, FitOptions options) {
    double[] weights = Propensities.of(run, study, options).ateWeights();
    CovariateTable table = CovariateTable.of(run, study, study.diagnosedWeights(weights));
    List<Row> rows = new ArrayList<>();
    for (int c = 1; c < table.width(); c++) {
      rows.add(
          new Row(
              table.name(c),
              table.armMean(1, c, false),
              table.armMean(0, c, false),
              table.smd(c, false),
              table.smd(c, true)));
    }
    return rows;
  }
}
