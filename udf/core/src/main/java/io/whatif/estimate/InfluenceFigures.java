/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.estimate.Warning.Severity;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many rows, or ids or clusters, carry an estimate. */
final class InfluenceFigures {
  private static final int FEW = 50;
  private static final int FAR = 3;

  /** The code of the doubt. */
  static final String CODE = "few_rows_decide";

  private InfluenceFigures() {}

  /** Adds n_effective and top10_shift, see {@link Influence}, and the doubt that follows. */
  static void add(
      Concentration found, Map<String, @Nullable Object> figures, List<Warning> warnings) {
    figures.put("n_effective", found.effective());
    figures.put("top10_shift", found.topShift());
    if (found.effective() < FEW || found.topShift() > FAR) {
      warnings.add(new Warning(CODE, Severity.CAUTION, doubt(found)));
    }
  }

  /** An id or a cluster pulls by the sum over its rows: by how many they are, and how far off. */
  private static String doubt(Concentration found) {
    boolean some = found.units() > Concentration.TOP;
    return String.format(
        Locale.ROOT,
        "the estimate hangs on few %s (n_effective %.0f%s move it by %.1f standard errors): look at %s",
        found.clustered() ? "ids or clusters" : "rows",
        found.effective(),
        some ? ", the ten most influential" : " of " + found.units() + ", together they",
        found.topShift(),
        found.clustered()
            ? "those with the most rows or the largest outcomes"
            : "the largest outcomes");
  }
}
