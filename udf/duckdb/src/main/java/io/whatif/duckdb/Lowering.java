/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.Batches;
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
  private static final String KEY = "\"whatif id\"";

  /** What begins the names of columns that are ours. */
  static final String OURS = "whatif ";

  private Lowering() {}

  /**
   * A table function's call as a query in parentheses, to stand in a FROM clause; the caller adds
   * the alias. Each expression stands in it once, the relation's text twice: as what is read, and
   * where its columns are described, which runs nothing. So parameters in it have numbers.
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
      String value = "whatif_out(j.h, " + i + ", r." + SqlText.quote(ROW) + ")";
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
         (SELECT to_json(list({n: column_name, t: column_type}))::VARCHAR FROM (DESCRIBE %s
        )),
         %s) AS h FROM whatif_open(%s))"""
        .formatted(
            materialized,
            row,
            SqlText.quote(ROW),
            relation,
            SqlText.literal(spec(call).json()),
            expressions(call),
            relation,
            StatementContext.SQL,
            SqlText.literal(token));
  }

  /** A scalar subquery that pushes every row and gives their number. */
  private static String pushed(CausalCall call) {
    List<String> read = columnsRead(call);
    List<String> chosen = new ArrayList<>(List.of(ROW));
    chosen.addAll(read == null ? List.of() : read);
    String columns =
        read == null
            ? "*"
            : chosen.stream()
                .map(SqlText::literal)
                .collect(Collectors.joining(", ", "COLUMNS(lambda c: lower(c) IN (", "))"));
    String id = id(call);
    String cells = id == null ? "COLUMNS(r.*)" : "COLUMNS(r.* EXCLUDE (" + KEY + "))";
    return """
        (SELECT sum(whatif_push(%1$s, *COLUMNS(* EXCLUDE (%1$s))))::BIGINT
         FROM (SELECT s.%1$s, %2$s%3$s
         FROM (SELECT h AS %1$s%4$s FROM whatif_s) s, LATERAL (SELECT %5$s%6$s FROM whatif_r) r))"""
        .formatted(
            SqlText.quote(HANDLE),
            CellSql.number(
                cells,
                "whatif_code(s.%s, alias(%s), %s::VARCHAR)"
                    .formatted(SqlText.quote(HANDLE), cells, cells)),
            id == null ? "" : key("r." + KEY),
            // Where the relation has no such column the name is this one, so that it is not DuckDB
            // that tells.
            id == null ? "" : ", NULL::BIT AS " + SqlText.quote(id),
            columns,
            id == null ? "" : ", " + SqlText.quote(id) + " AS " + KEY);
  }

  private static String key(String id) {
    return """
        ,
         %s AS "whatif id upper", %s AS "whatif id lower\""""
        .formatted(CellSql.upperHalf(id), CellSql.lowerHalf(id));
  }

  private static @Nullable String id(CausalCall call) {
    for (Argument argument : call.function().arguments()) {
      if (argument.name().equals("id") && given(call.literals(), argument) instanceof String name) {
        return name.isEmpty() ? null : name;
      }
    }
    return null;
  }

  /**
   * A report on a stored model as a query in parentheses, which sees the user's own transaction.
   *
   * @param header the model, looked up on the user's connection
   */
  public static String report(CausalCall call, ModelHeader header) {
    return report(
        call,
        "(SELECT base64(payload) FROM %s WHERE name = %s %s LIMIT 1)"
            .formatted(header.table(), SqlText.literal(header.name()), ModelStore.NEWEST_FIRST));
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
        call.function().name(),
        arguments,
        call.relation(),
        call.model(),
        columnsRead(call),
        id(call),
        Batches.MEMORY);
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
        "(SELECT key FROM %s WHERE name = %s %s LIMIT 1)"
            .formatted(header.table(), SqlText.literal(header.name()), ModelStore.NEWEST_FIRST);
    String about = SqlText.literal(scalar.name()) + ", " + SqlText.literal(header.name());
    StringBuilder call = new StringBuilder();
    call.append("whatif_score(%s, %s, ".formatted(SqlText.literal(scalar.name()), key));
    call.append(SqlText.literal(header.name())).append(", ");
    call.append(SqlText.literal(LoadedModel.signature(header.features())));
    for (int i = 0; i < arguments.size(); i++) {
      call.append(", ").append(value(about, header.features().get(i), i, key, arguments.get(i)));
    }
    call.append(')');
    return scalar.result().get(0).type() == SqlType.BOOLEAN
        ? "(" + call + " = 1)"
        : call.toString();
  }

  private static String value(
      String about, Feature feature, int index, String key, String argument) {
    if (feature.isCategorical()) {
      return "whatif_level(%s, %s, (%s)::VARCHAR)".formatted(about, key + ", " + index, argument);
    }
    return CellSql.number(feature, argument);
  }
}
