/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable.Kind;
import io.whatif.data.RawTable.RawColumn;
import io.whatif.data.WhatifException;
import io.whatif.function.ResultColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The columns of a relation as DESCRIBE gives them.
 *
 * @param read those that are pushed, in the relation's order
 * @param allNames all of them
 */
record RelationColumns(List<RawColumn> read, List<String> allNames) {
  private static final Set<String> NUMBERS =
      Set.of(
          "\"NULL\"",
          "BOOLEAN",
          "TINYINT",
          "SMALLINT",
          "INTEGER",
          "BIGINT",
          "HUGEINT",
          "UTINYINT",
          "USMALLINT",
          "UINTEGER",
          "UBIGINT",
          "UHUGEINT",
          "FLOAT",
          "DOUBLE",
          "DATE",
          "TIMESTAMP",
          "TIMESTAMP_S",
          "TIMESTAMP_MS",
          "TIMESTAMP_NS",
          "TIMESTAMP WITH TIME ZONE");

  static RelationColumns parse(String json, CallSpec spec) {
    List<RawColumn> read = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Object item : JsonText.list(json)) {
      Map<?, ?> column = (Map<?, ?>) item;
      String name = String.valueOf(column.get("n"));
      if (name.equals(Lowering.ROW)) {
        continue;
      }
      names.add(name);
      if (spec.reads(name)) {
        String type = String.valueOf(column.get("t"));
        read.add(new RawColumn(name, type, kind(type)));
      }
    }
    return new RelationColumns(List.copyOf(read), List.copyOf(names));
  }

  static Kind kind(String type) {
    if (type.endsWith("]")) {
      return Kind.UNUSABLE;
    }
    if (type.equals("VARCHAR") || type.equals("JSON") || type.startsWith("ENUM(")) {
      return Kind.TEXT;
    }
    return NUMBERS.contains(type) || type.startsWith("DECIMAL(") ? Kind.NUMBER : Kind.UNUSABLE;
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
