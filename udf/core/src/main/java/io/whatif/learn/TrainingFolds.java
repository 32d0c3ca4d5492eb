/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.ErrorCode;
import io.whatif.data.Schema;
import io.whatif.data.WhatifException;
import java.util.List;

/**
 * Refuses folds whose other rows no model can be fitted on. Folds are counted from 1 in messages.
 */
final class TrainingFolds {
  private TrainingFolds() {}

  static void checkRows(Moments.Summary moments, Folds folds) {
    for (int k = 0; k < folds.count(); k++) {
      if (moments.rows() - moments.foldRows(k) == 0) {
        throw new WhatifException(
            ErrorCode.BAD_RELATION,
            "fold "
                + (k + 1)
                + " of "
                + folds.count()
                + " holds every row, so no model can be fitted without it. "
                + "Give each fold some rows, or leave out fold =>.");
      }
    }
  }

  /** Each probability needs rows of both kinds outside every fold. */
  static void checkClasses(
      Moments.Summary moments, Folds folds, List<Target> targets, Schema schema) {
    checkRows(moments, folds);
    for (int t = 0; t < targets.size(); t++) {
      double ones = 0;
      for (int k = 0; k < folds.count(); k++) {
        ones += moments.foldTotal(k, t);
      }
      for (int k = 0; k < folds.count(); k++) {
        long rows = moments.rows() - moments.foldRows(k);
        double treated = ones - moments.foldTotal(k, t);
        if (targets.get(t).kind() == Target.Kind.PROBABILITY && (treated == 0 || treated == rows)) {
          throw oneClass(k, folds, treated == 0, schema.column(targets.get(t).column()).name());
        }
      }
    }
  }

  private static WhatifException oneClass(int fold, Folds folds, boolean none, String column) {
    return new WhatifException(
        ErrorCode.BAD_RELATION,
        "column '"
            + column
            + "' has no "
            + (none ? "treated" : "untreated")
            + " rows outside fold "
            + (fold + 1)
            + " of "
            + folds.count()
            + ", so its probability cannot be fitted there. "
            + "Use fewer folds, or more "
            + (none ? "treated" : "untreated")
            + " rows.");
  }
}
