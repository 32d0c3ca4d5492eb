/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import java.util.Locale;

/** Looks for values of a column that no sum of squares can bear, and for NULLs, block by block. */
final class RangeCheck {
  /** The largest value of a column, and one over it the smallest of such; squares are summed. */
  private static final double LARGEST = 1e60;

  private long infinite;
  private long missing;
  private double largest;

  void add(double[] values, int from, int to) {
    int none = 0;
    double most = largest;
    for (int i = from; i < to; i++) {
      double size = Math.abs(values[i]);
      none += Double.isNaN(size) ? 1 : 0;
      most = size > most ? size : most;
    }
    missing += none;
    if (most == Double.POSITIVE_INFINITY) {
      for (int i = from; i < to; i++) {
        infinite += Double.isInfinite(values[i]) ? 1 : 0;
      }
    }
    largest = most;
  }

  /** Whether a column with this largest value can be summed; also one without any. */
  static boolean isFine(double largest) {
    return !(largest > LARGEST || (largest > 0 && largest < 1 / LARGEST));
  }

  /** How many values were NULL. */
  long missing() {
    return missing;
  }

  /** Takes in what another has seen. */
  void add(RangeCheck other) {
    infinite += other.infinite;
    missing += other.missing;
    largest = Math.max(largest, other.largest);
  }

  /** Refuses infinite values, and those whose fourth powers no double holds. */
  void check(RoleColumns columns, int column) {
    String role = columns.role(column);
    String name = columns.name(column);
    if (infinite > 0) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          String.format(
              Locale.ROOT,
              "%s => '%s': %d of %d rows are infinite. Filter them, or make them NULL with CASE WHEN isfinite(%s) THEN %s END.",
              role,
              name,
              infinite,
              columns.table().rows(),
              name,
              name));
    }
    if (!isFine(largest)) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          String.format(
              Locale.ROOT,
              "%s => '%s': values reach %.1e, the largest must lie between %.0e and %.0e. Change the unit.",
              role,
              name,
              largest,
              1 / LARGEST,
              LARGEST));
    }
  }
}
