/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.estimate.Warning.Severity;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many rows, or ids, carry an estimate. */
final class InfluenceFigures {
  private static final int FEW = 50;
  private static final int FAR = 3;

  /** The code of the doubt. */
  static final String CODE = "few_rows_decide";

  private InfluenceFigures() {}

  /** Adds n_effective and top10_shift, see {@link Influence}. */
  static void add(
      Influence influence, Map<String, @Nullable Object> figures, List<Warning> warnings) {
    tell(influence.effective(), influence.topShift(), figures, warnings);
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
              CODE,
              Severity.CAUTION,
              String.format(
                  Locale.ROOT,
                  "the estimate hangs on few rows (n_effective %.0f, the ten most influential move it by %.1f standard errors): look at the largest outcomes",
                  effective,
                  shift)));
    }
  }
}
