/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.learn.Folds;
import java.util.Locale;
import java.util.function.IntUnaryOperator;

/** Whether the arms of a treatment have the rows that cross-fitting needs. */
final class FoldArms {
  private FoldArms() {}

  /**
   * Every arm must have rows outside every fold, and where the folds are ours as many as there are
   * folds.
   *
   * @param d the arm of each row
   * @throws WhatifException naming the arm and the fold, which is counted from 1
   */
  static void checkArms(Run run, Study study, double[] d, Folds folds) {
    check(run, study, i -> (int) d[i], folds, study.units().folds() == null ? folds.count() : 0);
  }

  /** As {@link #checkArms}, with however few rows outside a fold. */
  static void checkFolds(Run run, Study study, byte[] arms, Folds folds) {
    check(run, study, i -> arms[i], folds, 0);
  }

  private static void check(Run run, Study study, IntUnaryOperator armOf, Folds folds, int least) {
    int arms = study.treatment().arms().size();
    int parts = folds.count();
    long[][] rows = new long[arms][parts + 1];
    Parallel.ofRanges(
            run,
            Math.toIntExact(study.rows()),
            (from, to) -> {
              long[][] counts = new long[arms][parts];
              for (int i = from; i < to; i++) {
                if (study.weight(i) > 0) {
                  counts[armOf.applyAsInt(i)][folds.of(i)]++;
                }
              }
              return counts;
            })
        .forEach(counts -> add(counts, rows));
    for (int arm = 0; arm < arms; arm++) {
      long total = rows[arm][parts];
      if (total < least) {
        throw bad(
            study,
            arm,
            "has %d row%s, fewer than the %d folds. %s out of the relation.",
            total,
            total == 1 ? "" : "s",
            parts,
            total < 2 ? "Leave it" : "Use folds => 2, or leave it");
      }
      for (int k = 0; k < parts; k++) {
        if (total == rows[arm][k]) {
          throw bad(
              study,
              arm,
              "has no rows outside fold %d of %d, so its %s cannot be predicted there. Use fewer folds, or more rows of the arm.",
              k + 1,
              parts,
              study.outcome().isEmpty() ? "chance" : "outcome");
        }
      }
    }
  }

  /** Adds the rows of each fold, and of all behind them. */
  private static void add(long[][] counts, long[][] rows) {
    for (int arm = 0; arm < rows.length; arm++) {
      for (int k = 0; k < counts[arm].length; k++) {
        rows[arm][k] += counts[arm][k];
        rows[arm][counts[arm].length] += counts[arm][k];
      }
    }
  }

  private static WhatifException bad(Study study, int arm, String format, Object... values) {
    Treatment treatment = study.treatment();
    return new WhatifException(
        ErrorCode.BAD_RELATION,
        "treatment => '%s': arm '%s' ".formatted(treatment.column(), treatment.arms().get(arm))
            + String.format(Locale.ROOT, format, values));
  }
}
