/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.function.Body;
import io.whatif.function.FunctionDescriptor;
import io.whatif.function.ResultColumn;
import io.whatif.function.SqlType;
import io.whatif.model.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes the calls of table functions as plain DuckDB SQL over the hidden functions of {@link
 * Engine}. {@link ScoreSql} writes those of scoring functions.
 *
 * <p>The text knows no types: it dispatches on {@code typeof}, which DuckDB folds, and learns the
 * columns by DESCRIBE inside the statement. So it needs no look-up before, and a view of it follows
 * its tables.
 */
public final class Lowering {
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
    if (call.relation() != null && function.takesRelation()) {
      Reading reading = Reading.of(call);
      return table(reading.of(reading.needed().orElse(null)), token);
    }
    String model = call.model();
    if (model != null && function.body(Body.Report.class).isPresent()) {
      return committed(call, List.of());
    }
    throw new WhatifException(
        ErrorCode.BAD_RELATION,
        function.takesRelation()
            ? function.name() + ": relation is missing. Begin with TABLE t or (SELECT ...)."
            : function.name() + ": model is missing. Begin with the model's name.");
  }

  /** The only call of a reading as a query in parentheses, which holds the reading as well. */
  public static String table(Reading reading, String token) {
    Shared shared = shared(reading, token, "");
    return "(WITH %s\n%s)".formatted(shared.commonTables(), shared.calls().get(0));
  }

  /**
   * A reading for several calls.
   *
   * @param commonTables definitions, without WITH, that must be in sight of every call
   * @param calls for each call a query, without parentheses
   */
  public record Shared(String commonTables, List<String> calls) {
    public Shared {
      calls = List.copyOf(calls);
    }
  }

  /**
   * A reading and its calls apart.
   *
   * @param mark ends the names of its common tables, so that those of two readings differ
   */
  public static Shared shared(Reading reading, String token, String mark) {
    SessionSql session = new SessionSql(reading, token, mark);
    List<String> tables = new ArrayList<>(List.of(session.tables()));
    List<String> calls = new ArrayList<>();
    for (int i = 0; i < reading.calls().size(); i++) {
      CausalCall call = reading.calls().get(i);
      String index = i == 0 ? "" : "_" + i;
      String answer = session.table("j") + index;
      if (call.function().body(Body.RowWise.class).isPresent()) {
        // Where one of several readers of a table stops early, by a LIMIT, others wait for ever
        // (DuckDB 2.0.0.1), be it push or another call. So each call has a table of its own.
        String rows = session.table("m") + index;
        tables.add("%s AS MATERIALIZED (FROM %s)".formatted(rows, session.table("r")));
        tables.add(answer(answer, "whatif_ready(h, pushed, %s)".formatted(i), session));
        calls.add(rowWise(call, i, rows, answer));
      } else {
        String groups = GroupedSql.count(call, reading, session.table("g"));
        tables.add(
            answer(answer, "whatif_finish(h, pushed, %s, %s)".formatted(i, groups), session));
        calls.add(summary(call, reading, session.table("g"), answer));
      }
    }
    return new Shared(String.join(",\n ", tables), calls);
  }

  /** The table of one row that holds what the session says to a call. */
  private static String answer(String name, String said, SessionSql session) {
    return "%s AS MATERIALIZED (SELECT %s AS j FROM %s)".formatted(name, said, session.table("p"));
  }

  private static String summary(CausalCall call, Reading reading, String groups, String answer) {
    return GroupedSql.keys(call).isEmpty()
        ? ResultSql.answered(answer, ResultSql.rowType(call.function().result()))
        : GroupedSql.summary(call, reading, groups, answer);
  }

  private static String rowWise(CausalCall call, int index, String rows, String answer) {
    CallSpec spec = CallSpec.of(call);
    List<ResultColumn> result = call.function().result();
    StringBuilder outputs = new StringBuilder();
    String keep = call.function().body(Body.RowWise.class).orElseThrow().keepWhere(call.literals());
    String where = "";
    for (int i = 0; i < result.size(); i++) {
      String name = result.get(i).name();
      String value = output(result.get(i).type(), index, i);
      if (spec.asks(name)) {
        outputs.append(", ").append(value).append(" AS ").append(SqlText.quote(name));
      }
      if (name.equals(keep)) {
        where = " WHERE " + value;
      }
    }
    return "SELECT r.* EXCLUDE (%s)%s FROM %s r, %s j%s"
        .formatted(
            SqlText.quote(SessionSql.ROW),
            outputs,
            GroupedSql.relation(GroupedSql.keys(call), rows),
            answer,
            where);
  }

  private static String output(SqlType type, int call, int column) {
    String value =
        "whatif_out(j.j, %s, %s, r.%s)".formatted(call, column, SqlText.quote(SessionSql.ROW));
    return switch (type) {
      case DOUBLE -> value;
      case BOOLEAN -> value + " = 1";
      case BIGINT -> value + "::BIGINT";
      default -> throw new IllegalStateException("a row-wise column of type " + type);
    };
  }

  /**
   * A report on a stored model as a query in parentheses, which sees the user's own transaction.
   *
   * @param header the model, looked up on the user's connection
   */
  public static String report(CausalCall call, ModelHeader header) {
    return report(call, header.payload(), header.keys());
  }

  /**
   * A report on a committed model.
   *
   * @param keys the model's keys, empty if it was not fitted in groups
   */
  static String committed(CausalCall call, List<Feature> keys) {
    return report(call, "NULL::VARCHAR", keys);
  }

  private static String report(CausalCall call, String payload, List<Feature> keys) {
    String rows =
        "whatif_report(%s, %s, %s, %s)"
            .formatted(
                SqlText.literal(CallSpec.of(call).json()),
                call.expressionsSql(),
                payload,
                StatementContext.SQL);
    return ResultSql.of(call.function(), rows, keys);
  }

  /**
   * A call that makes a model of others, as a query in parentheses that sees the user's own
   * transaction.
   *
   * @param headers of the models it names, looked up on the user's connection; none where they are
   *     to be those that are committed
   * @param token the {@link Scope#token}, or {@link Scope#NATIVE}
   */
  public static String merge(CausalCall call, List<ModelHeader> headers, String token) {
    String payloads =
        headers.isEmpty()
            ? "NULL::VARCHAR"
            : headers.stream()
                .map(ModelHeader::payload)
                .collect(Collectors.joining(", ", "to_json([", "]::VARCHAR[])::VARCHAR"));
    String rows =
        "whatif_merge(%s, %s, %s, %s, current_database())"
            .formatted(
                SqlText.literal(token),
                SqlText.literal(call.function().name()),
                SqlText.literal(JsonText.write(call.literals())),
                payloads);
    return ResultSql.of(call.function(), rows);
  }

  /** The rows of the calls that run when the query does, in parentheses. */
  public static String running(FunctionDescriptor function) {
    return ResultSql.of(function, "whatif_running()");
  }
}
