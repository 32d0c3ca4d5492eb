/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.estimate.Warning.Severity;
import io.whatif.inference.ClusterSums;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many rows, or ids, carry an estimate. */
final class InfluenceFigures {
  private static final int FEW = 50;
  private static final int FAR = 3;

  private InfluenceFigures() {}

  /**
   * Adds n_effective, \( (\sum s^2)^2 / \sum s^4 \), and top10_shift, the sum of the ten largest
   * |s| in standard errors, s the sums over clusters.
   *
   * @param influence what each row adds to the estimate, NaN where it takes no part
   * @param clusters number of each row's cluster, ascending, or null
   * @param error the standard error, in the units of the influence
   */
  static void add(
      double[] influence,
      int @Nullable [] clusters,
      double error,
      Map<String, @Nullable Object> figures,
      List<Warning> warnings) {
    Influence pulls = new Influence(influence, null, clusters);
    double shift = Ranking.sumOfLargest(ClusterSums.of(influence, clusters), 10) / error;
    tell(pulls.effective(), shift, figures, warnings);
  }

  /** Adds both figures, and the doubt that follows from them. */
  static void tell(
      double effective,
      double shift,
      Map<String, @Nullable Object> figures,
      List<Warning> warnings) {
    figures.put("n_effective", effective);
    figures.put("top10_shift", shift);
    if (effective < FEW || shift > FAR) {
      warnings.add(
          new Warning(
              "few_rows_decide",
              Severity.CAUTION,
              String.format(
                  Locale.ROOT,
                  "the estimate hangs on few rows (n_effective %.0f, the ten most influential move it by %.1f standard errors): look at the largest outcomes",
                  effective,
                  shift)));
    }
  }
}
