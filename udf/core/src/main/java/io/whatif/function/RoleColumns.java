/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The columns of a relation that play a part, read and named as the user named them. A text column
 * is refused here if its dictionary did not hold it.
 */
record RoleColumns(Run run, RawTable table, Arguments arguments, RelationRoles roles) {
  /** The largest value of a column, and one over it the smallest of such; squares are summed. */
  private static final double LARGEST = 1e60;

  String name(int column) {
    return table.columns().get(column).name();
  }

  String role(int column) {
    if (roles.listed().treatments().contains(column)) {
      return "treatment";
    }
    if (roles.listed().outcomes().contains(column)) {
      return "outcome";
    }
    if (roles.features().contains(column)) {
      return "features";
    }
    if (roles.controls().contains(column)) {
      return "controls";
    }
    if (Integer.valueOf(column).equals(roles.id())) {
      return roles.rows().clustered() ? "cluster" : "id";
    }
    for (Map.Entry<String, Integer> number : roles.rows().numbers().entrySet()) {
      if (number.getValue() == column) {
        return number.getKey();
      }
    }
    if (Integer.valueOf(column).equals(roles.rows().instrument())) {
      return "instrument";
    }
    if (roles.rows().by().contains(column)) {
      return "by";
    }
    return Integer.valueOf(column).equals(roles.fold()) ? "fold" : "id";
  }

  /**
   * The values of a covariate, whose room is given back where it plays no other part and nobody
   * else reads the relation.
   */
  double[] covariate(int column, int[] rows) {
    double[] values = values(column, rows);
    if (!roles.isUsedBesides(column)) {
      table.tiles().release(column);
    }
    return values;
  }

  double[] all(int column) {
    run.checkCancelled();
    double[] values = new double[(int) table.rows()];
    table.tiles().read(column, 0, values, values.length);
    if (column < table.columns().size() && isText(column)) {
      checkHeld(column, values);
    }
    return values;
  }

  double[] values(int column, int[] rows) {
    double[] all = all(column);
    if (rows.length == all.length) {
      return all;
    }
    double[] values = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      values[i] = all[rows[i]];
    }
    return values;
  }

  private void checkHeld(int column, double[] codes) {
    for (double code : codes) {
      if (code == RawTable.OVERFLOW) {
        throw new WhatifException(
            ErrorCode.BAD_COLUMN,
            "%s => '%s': has too many different texts to read. Group them into fewer, or leave it out%s."
                .formatted(role(column), name(column), exclusion(column)));
      }
    }
  }

  /** How a column that was not named is left out, to end a sentence. */
  String exclusion(int column) {
    return role(column).equals("controls") && !arguments.isGiven("controls")
        ? " with exclude => ['" + name(column) + "']"
        : "";
  }

  boolean isText(int column) {
    return table.columns().get(column).kind() == RawTable.Kind.TEXT;
  }

  List<String> dictionary(int column) {
    return table.dictionary(column);
  }

  /** Refuses infinite values, and those whose fourth powers no double holds. */
  void checkRange(int column, double[] values) {
    long infinite = 0;
    double largest = 0;
    for (double v : values) {
      infinite += Double.isInfinite(v) ? 1 : 0;
      largest = Math.max(largest, Double.isNaN(v) ? 0 : Math.abs(v));
    }
    if (infinite > 0) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          String.format(
              Locale.ROOT,
              "%s => '%s': %d of %d rows are infinite. Filter them, or make them NULL with CASE WHEN isfinite(%s) THEN %s END.",
              role(column),
              name(column),
              infinite,
              table.rows(),
              name(column),
              name(column)));
    }
    if (largest > LARGEST || (largest > 0 && largest < 1 / LARGEST)) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          String.format(
              Locale.ROOT,
              "%s => '%s': values reach %.1e, the largest must lie between %.0e and %.0e. Change the unit.",
              role(column),
              name(column),
              largest,
              1 / LARGEST,
              LARGEST));
    }
  }
}
