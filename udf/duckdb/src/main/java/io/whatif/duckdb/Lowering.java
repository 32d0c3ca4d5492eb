/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.function.Argument;
import io.whatif.function.Body;
import io.whatif.function.FunctionDescriptor;
import io.whatif.function.ResultColumn;
import io.whatif.function.SqlType;
import io.whatif.model.Feature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes causal calls as plain DuckDB SQL over the hidden functions of {@link Engine}.
 *
 * <p>The text knows no types: it dispatches on {@code typeof}, which DuckDB folds, and learns the
 * columns by DESCRIBE inside the statement. So it needs no look-up before, and a view of it follows
 * its tables.
 */
public final class Lowering {
  /** The column that numbers rows, named so that no user's column is. */
  static final String ROW = "whatif row";

  private static final String HANDLE = "whatif handle";

  private Lowering() {}

  /**
   * A table function's call as a query in parentheses, to stand in a FROM clause; the caller adds
   * the alias. The relation's text and each expression stand in it once, the relation first.
   *
   * <p>A function that reads a relation or a model reads the relation if the call has one; the
   * model is then a committed one. A driver writes {@link #report(CausalCall, ModelHeader)} for it.
   * Registry functions are no query: see {@link ModelStore#listSql} and {@link ModelStore#drop}.
   *
   * @param token the {@link Scope#token}, or {@link Scope#NATIVE}
   */
  public static String table(CausalCall call, String token) {
    FunctionDescriptor function = call.function();
    String relation = call.relation();
    if (relation != null && function.body(Body.RowWise.class).isPresent()) {
      return rowWise(call, relation, token);
    }
    if (relation != null && function.body(Body.Summary.class).isPresent()) {
      return summary(call, relation, token);
    }
    String model = call.model();
    if (model != null && function.body(Body.Report.class).isPresent()) {
      return report(call, "NULL::VARCHAR");
    }
    throw new WhatifException(
        ErrorCode.BAD_RELATION,
        function.takesRelation()
            ? function.name() + ": relation is missing. Begin with TABLE t or (SELECT ...)."
            : function.name() + ": model is missing. Begin with the model's name.");
  }

  private static String summary(CausalCall call, String relation, String token) {
    return """
        (%s,
         whatif_j AS MATERIALIZED (SELECT whatif_finish((SELECT h FROM whatif_s), %s) AS j)
         SELECT e.* FROM (SELECT unnest(from_json(j, %s)) AS e FROM whatif_j))"""
        .formatted(
            session(call, relation, token, "NOT MATERIALIZED", "0"),
            pushed(call),
            SqlText.literal(rowType(call.function().result())));
  }

  private static String rowWise(CausalCall call, String relation, String token) {
    List<ResultColumn> result = call.function().result();
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < result.size(); i++) {
      String value = "whatif_out(j.h, %d, r.%s)".formatted(i, SqlText.quote(ROW));
      SqlType type = result.get(i).type();
      String typed =
          switch (type) {
            case DOUBLE -> value;
            case BOOLEAN -> value + " = 1";
            case BIGINT -> value + "::BIGINT";
            default -> throw new IllegalStateException("a row-wise column of type " + type);
          };
      outputs.add(typed + " AS " + SqlText.quote(result.get(i).name()));
    }
    Body.RowWise body = call.function().body(Body.RowWise.class).orElseThrow(AssertionError::new);
    String keep = body.keepWhere(call.literals());
    return """
        (%s,
         whatif_j AS MATERIALIZED (SELECT whatif_ready((SELECT h FROM whatif_s), %s) AS h)
         SELECT r.* EXCLUDE (%s), %s FROM whatif_r r, whatif_j j%s)"""
        .formatted(
            session(call, relation, token, "MATERIALIZED", "row_number() OVER ()"),
            pushed(call),
            SqlText.quote(ROW),
            String.join(", ", outputs),
            keep == null ? "" : " WHERE " + SqlText.quote(keep));
  }

  private static String session(
      CausalCall call, String relation, String token, String materialized, String row) {
    return """
        WITH whatif_r AS %s (SELECT %s AS %s, * FROM (%s
        )),
         whatif_s AS MATERIALIZED (SELECT whatif_begin(h, %s, %s,
         (SELECT to_json(list({n: column_name, t: column_type}))::VARCHAR FROM (DESCRIBE FROM whatif_r)),
         %s) AS h FROM whatif_open(%s))"""
        .formatted(
            materialized,
            row,
            SqlText.quote(ROW),
            relation,
            SqlText.literal(spec(call).json()),
            expressions(call),
            StatementContext.SQL,
            SqlText.literal(token));
  }

  /** A scalar subquery that pushes every row and gives their number. */
  private static String pushed(CausalCall call) {
    List<String> read = columnsRead(call);
    String columns = "*";
    if (read != null) {
      columns =
          "COLUMNS(lambda c: lower(c) IN (%s, %s))"
              .formatted(
                  SqlText.literal(ROW),
                  read.stream().map(SqlText::literal).collect(Collectors.joining(", ")));
      columns = columns.replace(", )", ")");
    }
    String handle = SqlText.quote(HANDLE);
    return """
        (SELECT sum(whatif_push(%s, *COLUMNS(* EXCLUDE (%s))))::BIGINT
         FROM (SELECT s.h AS %s, %s FROM whatif_s s, (SELECT %s FROM whatif_r) r))"""
        .formatted(
            handle,
            handle,
            handle,
            cell("COLUMNS(r.*)", "whatif_code(s.h, COLUMNS(r.*)::VARCHAR)"),
            columns);
  }

  /**
   * A value of any type as a DOUBLE; {@code typeof} folds, so only one branch is left to run.
   *
   * @param textCode SQL that gives the code of a text
   */
  static String cell(String column, String textCode) {
    return """
        CASE WHEN typeof(%1$s) IN ('VARCHAR', 'JSON') OR typeof(%1$s) LIKE 'ENUM%%' THEN %2$s
         WHEN typeof(%1$s) IN ('DATE', 'TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS') THEN epoch(TRY_CAST(%1$s AS TIMESTAMP)) / 86400
         WHEN typeof(%1$s) = 'TIMESTAMP WITH TIME ZONE' THEN epoch(TRY_CAST(%1$s AS TIMESTAMPTZ)) / 86400
         WHEN typeof(%1$s) = 'BIT' THEN NULL
         ELSE TRY_CAST(%1$s AS DOUBLE) END"""
        .formatted(column, textCode);
  }

  /**
   * A report on a stored model as a query in parentheses, which sees the user's own transaction.
   *
   * @param header the model, looked up on the user's connection
   */
  public static String report(CausalCall call, ModelHeader header) {
    return report(
        call,
        "(SELECT base64(arg_max(payload, version)) FROM %s WHERE name = %s)"
            .formatted(header.table(), SqlText.literal(header.name())));
  }

  private static String report(CausalCall call, String payload) {
    return """
        (SELECT e.* FROM (SELECT unnest(from_json(whatif_report(%s, %s, %s, %s), %s)) AS e))"""
        .formatted(
            SqlText.literal(spec(call).json()),
            expressions(call),
            payload,
            StatementContext.SQL,
            SqlText.literal(rowType(call.function().result())));
  }

  /** Fixed rows of a function's result, as a query in parentheses. */
  public static String rows(
      FunctionDescriptor function, List<? extends Map<String, ? extends @Nullable Object>> rows) {
    return "(SELECT e.* FROM (SELECT unnest(from_json(%s, %s)) AS e))"
        .formatted(
            SqlText.literal(JsonText.rows(rows)), SqlText.literal(rowType(function.result())));
  }

  /** The result type as {@code from_json} takes it: a list of one object. */
  static String rowType(List<ResultColumn> columns) {
    return columns.stream()
        .map(column -> JsonText.write(column.name()) + ":" + column.type().json())
        .collect(Collectors.joining(",", "[{", "}]"));
  }

  private static CallSpec spec(CausalCall call) {
    Map<String, @Nullable Object> arguments = new LinkedHashMap<>(call.literals());
    boolean takesModel =
        call.function().arguments().stream().anyMatch(a -> a.name().equals("model"));
    if (call.model() != null && takesModel) {
      arguments.putIfAbsent("model", call.model());
    }
    return new CallSpec(
        call.function().name(), arguments, call.relation(), call.model(), columnsRead(call));
  }

  /** Arguments that are not literals, as one SQL expression that gives a JSON object. */
  private static String expressions(CausalCall call) {
    if (call.expressions().isEmpty()) {
      return "'{}'";
    }
    return call.expressions().entrySet().stream()
        .map(entry -> SqlText.quote(entry.getKey()) + ": (" + entry.getValue() + ")")
        .collect(Collectors.joining(", ", "to_json({", "})::VARCHAR"));
  }

  /**
   * Lower-case names of the columns to read, or null for all: when {@code controls} are left out,
   * when columns are given by a regular expression, or when they are known only at run time.
   */
  private static @Nullable List<String> columnsRead(CausalCall call) {
    Set<String> names = new LinkedHashSet<>();
    for (Argument argument : call.function().arguments()) {
      boolean oneColumn = argument.type() == Argument.Type.COLUMN;
      if (!oneColumn && argument.type() != Argument.Type.COLUMNS) {
        continue;
      }
      if (given(call.expressions(), argument) != null) {
        return null;
      }
      Object value = given(call.literals(), argument);
      if (value == null && argument.name().equals("controls")) {
        return null;
      }
      for (Object name :
          value instanceof List<?> list ? list : List.of(value == null ? "" : value)) {
        String column = String.valueOf(name).toLowerCase(Locale.ROOT);
        if (column.startsWith("columns(")) {
          return null;
        }
        names.add(column);
      }
    }
    names.remove("");
    return List.copyOf(names);
  }

  private static @Nullable Object given(
      Map<String, ? extends @Nullable Object> values, Argument argument) {
    for (Map.Entry<String, ? extends @Nullable Object> entry : values.entrySet()) {
      if (entry.getKey().equalsIgnoreCase(argument.name())
          || argument.aliases().stream().anyMatch(entry.getKey()::equalsIgnoreCase)) {
        return entry.getValue();
      }
    }
    return null;
  }

  /**
   * A scoring call as a scalar expression. Each argument stands in it once, in order.
   *
   * @param scalar one of the scoring functions
   * @param header the model, looked up on the user's connection
   * @param arguments the SQL text of each feature, in the model's order
   * @throws WhatifException BAD_ARGUMENT if the number of arguments is wrong
   */
  public static String score(
      FunctionDescriptor scalar, ModelHeader header, List<String> arguments) {
    LoadedModel.checkArity(scalar.name(), header.name(), header.features(), arguments.size());
    String key =
        "(SELECT arg_max(key, version) FROM %s WHERE name = %s)"
            .formatted(header.table(), SqlText.literal(header.name()));
    StringBuilder call = new StringBuilder();
    call.append("whatif_score(%s, %s, ".formatted(SqlText.literal(scalar.name()), key));
    call.append(SqlText.literal(header.name())).append(", ");
    call.append(SqlText.literal(LoadedModel.signature(header.features())));
    for (int i = 0; i < arguments.size(); i++) {
      call.append(", ").append(value(header.features().get(i), i, key, arguments.get(i)));
    }
    call.append(')');
    return scalar.result().get(0).type() == SqlType.BOOLEAN
        ? "(" + call + " = 1)"
        : call.toString();
  }

  private static String value(Feature feature, int index, String key, String argument) {
    if (feature.isCategorical()) {
      return "whatif_level(%s, %d, (%s)::VARCHAR)".formatted(key, index, argument);
    }
    String type = feature.sqlType().toUpperCase(Locale.ROOT);
    if (type.equals("TIMESTAMP WITH TIME ZONE")) {
      return "epoch((%s)::TIMESTAMPTZ) / 86400".formatted(argument);
    }
    if (type.equals("DATE") || type.startsWith("TIMESTAMP")) {
      return "epoch((%s)::TIMESTAMP) / 86400".formatted(argument);
    }
    return "(%s)::DOUBLE".formatted(argument);
  }
}
