/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.function.Argument;
import io.whatif.function.Catalog;
import io.whatif.function.FunctionDescriptor;
import io.whatif.function.ResultColumn;
import io.whatif.function.SqlType;
import io.whatif.server.type.ColumnType;
import io.whatif.server.type.PostgresType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The causal functions as pg_proc and information_schema.routines list them. */
final class CausalFunctionRows {
  /** Below those of the user's objects, above those of PostgreSQL's own. */
  private static final int FIRST_OID = 15_000;

  private static final ColumnType TEXT = new ColumnType(PostgresType.TEXT, false, -1);
  private static final ColumnType ANYTHING = new ColumnType(PostgresType.ANY, false, -1);

  /**
   * What a function takes or gives. Its mode is i, v for any number of values, or t for a column.
   */
  private record Parameter(String name, ColumnType type, char mode, boolean optional) {
    String text() {
      String variadic = mode == 'v' ? "VARIADIC " : "";
      return variadic + name + " " + sqlName(type) + (optional ? " DEFAULT NULL" : "");
    }
  }

  private CausalFunctionRows() {}

  /** A row for each function. */
  static List<String> rows() {
    List<String> rows = new ArrayList<>();
    int oid = FIRST_OID;
    for (FunctionDescriptor function : Catalog.ALL) {
      rows.add(row(function, oid++));
    }
    return rows;
  }

  private static String row(FunctionDescriptor function, int oid) {
    List<Parameter> given = given(function);
    List<Parameter> all = new ArrayList<>(given);
    ColumnType result = new ColumnType(PostgresType.RECORD, false, -1);
    if (function.isScalar()) {
      result = new ColumnType(PostgresType.FLOAT8, false, -1);
      if (!function.scores()) {
        result = TEXT;
      }
    } else {
      for (ResultColumn column : function.result()) {
        all.add(new Parameter(column.name(), type(column.type()), 't', false));
      }
    }
    String table =
        all.stream()
            .filter(p -> p.mode() == 't')
            .map(Parameter::text)
            .collect(Collectors.joining(", "));
    return "(%d, %s, %s, %d, %s, %s, %s, %s, %s, %s)"
        .formatted(
            oid,
            quote(function.name()),
            !function.isScalar(),
            result.oid(),
            quote(function.isScalar() ? sqlName(result) : "TABLE(" + table + ")"),
            list(all.stream().map(p -> quote(p.name())).toList()),
            list(all.stream().map(p -> Integer.toString(p.type().oid())).toList()),
            list(all.stream().map(p -> quote(Character.toString(p.mode()))).toList()),
            quote(given.stream().map(Parameter::text).collect(Collectors.joining(", "))),
            quote(function.text()));
  }

  private static List<Parameter> given(FunctionDescriptor function) {
    List<Parameter> given = new ArrayList<>();
    boolean reads = function.takesRelation();
    if (function.isScalar() || !reads || function.readsByModel()) {
      boolean named = function.arguments().stream().anyMatch(a -> a.name().equals("model"));
      if (!named && !function.result().isEmpty() && takesModel(function)) {
        given.add(new Parameter("model", TEXT, 'i', false));
      }
    }
    if (reads) {
      given.add(new Parameter("relation", ANYTHING, 'i', false));
    }
    if (function.takesDose()) {
      given.add(new Parameter("dose", new ColumnType(PostgresType.FLOAT8, false, -1), 'i', false));
    }
    for (Argument argument : function.arguments()) {
      given.add(new Parameter(argument.name(), type(argument), 'i', !argument.required()));
    }
    if (function.scores()) {
      given.add(new Parameter("features", ANYTHING, 'v', false));
    }
    return given;
  }

  /** Whether it is called with a model's name; lists of all models and of running calls are not. */
  private static boolean takesModel(FunctionDescriptor function) {
    return function.isScalar()
        || function.readsByModel()
        || function.body(io.whatif.function.Body.Report.class).isPresent();
  }

  private static ColumnType type(Argument argument) {
    return switch (argument.type()) {
      case COLUMN, TEXT, WORD -> TEXT;
      case COLUMNS, NAMES -> new ColumnType(PostgresType.TEXT, true, -1);
      case NUMBER -> new ColumnType(PostgresType.FLOAT8, false, -1);
      case INTEGER -> new ColumnType(PostgresType.INT8, false, -1);
      case BOOLEAN -> new ColumnType(PostgresType.BOOL, false, -1);
      case NUMBER_OR_WORD, VALUE -> ANYTHING;
    };
  }

  private static ColumnType type(SqlType type) {
    return ColumnType.of(type.sql());
  }

  private static String sqlName(ColumnType type) {
    return TypeRows.sqlName(type.element()) + (type.array() ? "[]" : "");
  }

  private static String list(List<String> items) {
    return "[" + String.join(", ", items) + "]";
  }

  static String quote(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
