/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable.RawColumn;
import io.whatif.data.WhatifException;
import io.whatif.function.ResultColumn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a relation as DESCRIBE gives them.
 *
 * @param read those that are pushed, in the relation's order
 * @param allNames all of them
 */
record RelationColumns(List<RawColumn> read, List<String> allNames) {
  static RelationColumns parse(String json, ReadingSpec spec) {
    List<RawColumn> read = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Object item : JsonText.list(json)) {
      Map<?, ?> column = (Map<?, ?>) item;
      String name = String.valueOf(column.get("n"));
      checkName(name);
      names.add(name);
      if (spec.reads(name)) {
        String type = String.valueOf(column.get("t"));
        read.add(new RawColumn(name, type, CellSql.kind(type)));
      }
    }
    checkSingle(names, spec);
    return new RelationColumns(List.copyOf(read), List.copyOf(names));
  }

  private static void checkName(String name) {
    if (name.toLowerCase(Locale.ROOT).startsWith(SessionSql.OURS)) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          "the relation has a column \"%s\", and names that begin so are ours. Rename it with AS."
              .formatted(name));
    }
  }

  /**
   * Refuses a name that is read and stands for two columns. DuckDB calls the second {@code x_1}, so
   * that is none of the user's names either.
   */
  private static void checkSingle(List<String> names, ReadingSpec spec) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      String lower = name.toLowerCase(Locale.ROOT);
      boolean again = !seen.add(lower);
      if (again && (spec.reads(name) || spec.readsNumbered(lower))) {
        throw new WhatifException(
            ErrorCode.BAD_COLUMN,
            "%sthe relation has two columns of that name. Rename one with AS."
                .formatted(spec.told(name)));
      }
    }
  }

  /** How many columns beside its own the id has, as {@link RawColumn#idColumns}; 0 without one. */
  int idColumns(@Nullable String id) {
    return read.stream()
        .filter(column -> column.name().equalsIgnoreCase(id))
        .findFirst()
        .map(RawColumn::idColumns)
        .orElse(0);
  }

  /** Refuses a relation that has a column of the name of one that is to be added. */
  void checkFree(List<ResultColumn> added) {
    for (ResultColumn column : added) {
      for (String name : allNames) {
        if (name.equalsIgnoreCase(column.name())) {
          throw new WhatifException(
              ErrorCode.BAD_COLUMN,
              "the relation has a column %s already, which this function adds. Rename it, or SELECT * EXCLUDE (%s)."
                  .formatted(name, SqlText.quote(name)));
        }
      }
    }
  }
}
