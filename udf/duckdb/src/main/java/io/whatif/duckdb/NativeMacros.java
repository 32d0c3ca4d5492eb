/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.function.Argument;
import io.whatif.function.Body;
import io.whatif.function.FunctionDescriptor;
import io.whatif.function.SqlType;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The public functions without the driver, as TEMP macros of one connection. A table function hands
 * its arguments to {@code whatif_lower}, which DuckDB folds when it binds; a scoring function turns
 * values of any type into numbers, one macro for each number of values.
 */
final class NativeMacros {
  /** Features a model may have to be scored by the macros. */
  static final int MAX_FEATURES = 40;

  /** Up to here each number of values has a form of its own; beyond, one form has defaults. */
  private static final int OWN_FORMS = 8;

  /** The default of a value that is not given: of a type that no feature can have. */
  private static final String NOT_GIVEN = "NULL::BIT";

  private NativeMacros() {}

  static void create(Connection connection, List<FunctionDescriptor> functions)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE OR REPLACE TEMP MACRO whatif_value(function, model, i, f) AS "
              + CellSql.number(
                  "f", "whatif_named_level(function, current_database(), model, i, f::VARCHAR)"));
      for (FunctionDescriptor function : functions) {
        statement.execute(
            function.scores()
                ? score(function)
                : function.isScalar() ? text(function) : table(function));
      }
    }
  }

  private static String score(FunctionDescriptor function) {
    String forms =
        IntStream.rangeClosed(0, OWN_FORMS)
            .mapToObj(count -> score(function, count))
            .collect(Collectors.joining(", "));
    return "CREATE OR REPLACE TEMP MACRO %s%s, %s"
        .formatted(function.name(), forms, score(function, MAX_FEATURES));
  }

  private static String score(FunctionDescriptor function, int count) {
    String parameters =
        IntStream.range(0, count)
            .mapToObj(i -> ", f" + i + (i > OWN_FORMS ? " := " + NOT_GIVEN : ""))
            .collect(Collectors.joining());
    String types =
        IntStream.range(0, count)
            .mapToObj(i -> "typeof(f" + i + ")")
            .collect(Collectors.joining(" || chr(31) || "));
    String name = SqlText.literal(function.name());
    String values =
        IntStream.range(0, count)
            .mapToObj(i -> ", whatif_value(" + name + ", model, " + i + ", f" + i + ")")
            .collect(Collectors.joining());
    String call =
        "whatif_named(%s, current_database(), model, %s%s)"
            .formatted(name, types.isEmpty() ? "''" : types, values);
    if (count == 1) { // A row as JSON has the features by name; typeof is folded.
      call =
          "CASE WHEN typeof(f0) = 'JSON' THEN whatif_by_name(%s, current_database(), model, f0::VARCHAR) ELSE %s END"
              .formatted(name, call);
    }
    boolean flag = function.result().get(0).type() == SqlType.BOOLEAN;
    return "(model" + parameters + ") AS " + (flag ? "(" + call + " = 1)" : call);
  }

  private static String text(FunctionDescriptor function) {
    List<String> parameters = new ArrayList<>();
    List<String> fields = new ArrayList<>();
    for (Argument argument : function.arguments()) {
      String name = argument.name();
      parameters.add(argument.required() ? name : name + " := NULL");
      fields.add(name + ": " + name);
    }
    return "CREATE OR REPLACE TEMP MACRO %s(%s) AS whatif_text(%s, current_database(), to_json({%s})::VARCHAR)"
        .formatted(
            function.name(),
            String.join(", ", parameters),
            SqlText.literal(function.name()),
            String.join(", ", fields));
  }

  private static String table(FunctionDescriptor function) {
    String first = first(function);
    List<String> parameters = new ArrayList<>();
    List<String> fields = new ArrayList<>();
    if (first != null) {
      parameters.add(first);
    }
    if (function.readsByModel()) {
      parameters.add("relation := NULL");
      fields.add("relation: relation::VARCHAR");
    }
    for (Argument argument : function.arguments()) {
      List<String> names = new ArrayList<>(List.of(argument.name()));
      names.addAll(argument.aliases());
      for (String name : names) {
        if (!name.equals(first)) {
          String quoted = SqlText.quote(name);
          parameters.add(quoted + " := NULL");
          fields.add(quoted + ": " + quoted);
        }
      }
    }
    return "CREATE OR REPLACE TEMP MACRO %s(%s) AS TABLE FROM query(whatif_lower(%s, %s, %s, current_database()))"
        .formatted(
            function.name(),
            String.join(", ", parameters),
            SqlText.literal(function.name()),
            first == null ? "NULL::VARCHAR" : first + "::VARCHAR",
            fields.isEmpty()
                ? "'{}'"
                : fields.stream().collect(Collectors.joining(", ", "to_json({", "})::VARCHAR")));
  }

  /** The first parameter, which is required: the relation, or the model of other functions. */
  private static @Nullable String first(FunctionDescriptor function) {
    if (function.takesRelation() && !function.readsByModel()) {
      return "relation";
    }
    boolean named = function.takes("model");
    return named || function.body(Body.Report.class).isPresent() ? "model" : null;
  }
}
