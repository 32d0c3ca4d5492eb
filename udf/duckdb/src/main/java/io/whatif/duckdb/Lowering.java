/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.function.Body;
import io.whatif.function.FunctionDescriptor;
import io.whatif.function.ResultColumn;
import io.whatif.function.SqlType;
import io.whatif.model.Feature;
import io.whatif.model.PartitionedCate;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    String names = "whatif_%s" + mark;
    List<String> tables = new ArrayList<>(List.of(session(reading, token, names)));
    List<String> calls = new ArrayList<>();
    for (int i = 0; i < reading.calls().size(); i++) {
      CausalCall call = reading.calls().get(i);
      boolean rowWise = call.function().body(Body.RowWise.class).isPresent();
      String index = i == 0 ? "" : "_" + i;
      String answer = names.formatted("j") + index;
      String rows = names.formatted("m") + index;
      if (rowWise) {
        // Where one of several readers of a table stops early, by a LIMIT, others wait for ever
        // (DuckDB 2.0.0.1), be it push or another call. So each call has a table of its own.
        tables.add("%s AS MATERIALIZED (FROM %s)".formatted(rows, names.formatted("r")));
      }
      tables.add(
          "%s AS MATERIALIZED (SELECT %s AS j FROM %s)"
              .formatted(
                  answer,
                  rowWise
                      ? "whatif_ready(h, pushed, %s)".formatted(i)
                      : "whatif_finish(h, pushed, %s, %s)"
                          .formatted(i, GroupedSql.count(call, reading, names.formatted("g"))),
                  names.formatted("p")));
      calls.add(
          rowWise
              ? rowWise(call, i, rows, answer)
              : summary(call, reading, names.formatted("g"), answer));
    }
    return new Shared(String.join(",\n ", tables), calls);
  }

  private static String summary(CausalCall call, Reading reading, String groups, String answer) {
    return GroupedSql.keys(call).isEmpty()
        ? "SELECT e.* FROM (SELECT unnest(from_json(j, %s)) AS e FROM %s)"
            .formatted(SqlText.literal(rowType(call.function().result())), answer)
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
            SqlText.quote(ROW),
            outputs,
            GroupedSql.relation(GroupedSql.keys(call), rows),
            answer,
            where);
  }

  private static String output(SqlType type, int call, int column) {
    String value = "whatif_out(j.j, %s, %s, r.%s)".formatted(call, column, SqlText.quote(ROW));
    return switch (type) {
      case DOUBLE -> value;
      case BOOLEAN -> value + " = 1";
      case BIGINT -> value + "::BIGINT";
      default -> throw new IllegalStateException("a row-wise column of type " + type);
    };
  }

  /** The tables r, the rows; s, the session; and p, its handle once all rows are pushed. */
  private static String session(Reading reading, String token, String names) {
    boolean numbered = reading.numbered();
    return """
        %1$s AS %3$s (SELECT %4$s AS %5$s, * FROM (%6$s
        )),
         %2$s AS MATERIALIZED (SELECT whatif_begin(h, %7$s, %8$s,
         (SELECT to_json(list({n: column_name, t: column_type}))::VARCHAR FROM (DESCRIBE %6$s
        )),
         %9$s, %10$s) AS h FROM whatif_open(%11$s)),
         %12$s"""
        .formatted(
            names.formatted("r"),
            names.formatted("s"),
            numbered ? "MATERIALIZED" : "NOT MATERIALIZED",
            numbered ? "row_number() OVER ()" : "0",
            SqlText.quote(ROW),
            reading.relation(),
            SqlText.literal(ReadingSpec.of(reading).json()),
            reading.calls().stream()
                .map(Lowering::expressions)
                .collect(Collectors.joining(" || ',' || ", "'[' || ", " || ']'")),
            StatementContext.SQL,
            models(reading),
            SqlText.literal(token),
            pushing(reading, names));
  }

  /** The payload of the model each call reads the rows by, as a JSON list with NULL for none. */
  private static String models(Reading reading) {
    if (reading.calls().stream().allMatch(call -> call.header() == null)) {
      return "'[]'";
    }
    return reading.calls().stream()
        .map(CausalCall::header)
        .map(header -> header == null ? "NULL" : payload(header))
        .collect(Collectors.joining(", ", "to_json([", "]::VARCHAR[])::VARCHAR"));
  }

  /** The table p; before it, where calls divide the rows, their groups g. */
  private static String pushing(Reading reading, String names) {
    String pushed = pushed(reading, names.formatted("s"), names.formatted("r"));
    boolean grouped = !GroupedSql.keys(reading).isEmpty();
    String handle =
        "%s AS MATERIALIZED (SELECT (SELECT h FROM %s) AS h, %%s AS pushed)"
            .formatted(names.formatted("p"), names.formatted("s"));
    return grouped
        ? "%s AS MATERIALIZED (%s),\n %s"
            .formatted(
                names.formatted("g"),
                pushed,
                handle.formatted("(SELECT sum(n)::BIGINT FROM %s)".formatted(names.formatted("g"))))
        : handle.formatted("(" + pushed + ")");
  }

  /** A query that pushes every row and gives their number; by group, where calls divide them. */
  private static String pushed(Reading reading, String session, String rows) {
    List<String> read = reading.columns();
    List<String> chosen = new ArrayList<>(List.of(ROW));
    chosen.addAll(read == null ? List.of() : read);
    String columns =
        read == null
            ? "*"
            : chosen.stream()
                .map(SqlText::literal)
                .collect(Collectors.joining(", ", "COLUMNS(lambda c: lower(c) IN (", "))"));
    String id = reading.id();
    List<String> keys = GroupedSql.keys(reading);
    String carried = (id == null ? "" : ", " + KEY) + GroupedSql.carried(keys, "");
    String cells =
        carried.isEmpty() ? "COLUMNS(r.*)" : "COLUMNS(r.* EXCLUDE (" + carried.substring(2) + "))";
    String push =
        "(%s, *COLUMNS(* EXCLUDE (%s%s)))"
            .formatted(SqlText.quote(HANDLE), SqlText.quote(HANDLE), GroupedSql.carried(keys, ""));
    return """
        SELECT %1$s
         FROM (SELECT s.%2$s, %3$s%4$s%5$s
         FROM (SELECT h AS %2$s%6$s FROM %7$s) s, LATERAL (SELECT %8$s%9$s FROM %10$s) r)%11$s"""
        .formatted(
            keys.isEmpty()
                ? "sum(whatif_push" + push + ")::BIGINT"
                : "min(whatif_place%s) AS %s, count(*) AS n%s"
                    .formatted(push, SqlText.quote(ROW), GroupedSql.carried(keys, "")),
            SqlText.quote(HANDLE),
            CellSql.number(
                cells,
                "whatif_code(s.%s, alias(%s), %s::VARCHAR)"
                    .formatted(SqlText.quote(HANDLE), cells, cells)),
            id == null ? "" : key("r." + KEY),
            GroupedSql.carried(keys, "r."),
            // Where the relation has no such column the name is this one, so that it is not DuckDB
            // that tells.
            named(id, keys).stream()
                .map(name -> ", NULL::BIT AS " + SqlText.quote(name))
                .collect(Collectors.joining()),
            session,
            columns,
            (id == null ? "" : ", " + SqlText.quote(id) + " AS " + KEY) + carriers(keys),
            rows,
            keys.isEmpty() ? "" : " GROUP BY ALL");
  }

  private static List<String> named(@Nullable String id, List<String> keys) {
    List<String> names = new ArrayList<>(keys);
    if (id != null && keys.stream().noneMatch(id::equalsIgnoreCase)) {
      names.add(id);
    }
    return names;
  }

  private static String carriers(List<String> keys) {
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < keys.size(); k++) {
      text.append(", %s AS %s".formatted(SqlText.quote(keys.get(k)), GroupedSql.carried(k)));
    }
    return text.toString();
  }

  private static String key(String id) {
    return """
        ,
         %s AS "whatif id rest", %s AS "whatif id lower\""""
        .formatted(CellSql.idRest(id), CellSql.idLower(id));
  }

  /**
   * A report on a stored model as a query in parentheses, which sees the user's own transaction.
   *
   * @param header the model, looked up on the user's connection
   */
  public static String report(CausalCall call, ModelHeader header) {
    return report(call, payload(header), header.keys());
  }

  private static String payload(ModelHeader header) {
    return "(SELECT base64(payload) FROM %s WHERE name = %s %s LIMIT 1)"
        .formatted(header.table(), SqlText.literal(header.name()), ModelStore.NEWEST_FIRST);
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
                expressions(call),
                payload,
                StatementContext.SQL);
    return rows(call.function(), rows, keys);
  }

  private static String rows(FunctionDescriptor function, String json, List<Feature> keys) {
    return keys.isEmpty()
        ? "(SELECT e.* FROM (SELECT unnest(from_json(%s, %s)) AS e))"
            .formatted(json, SqlText.literal(rowType(function.result())))
        : "(%s)"
            .formatted(
                GroupedSql.stored(
                    keys,
                    function.takesGroups() ? function.groupedResult() : function.result(),
                    json));
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
                .map(Lowering::payload)
                .collect(Collectors.joining(", ", "to_json([", "]::VARCHAR[])::VARCHAR"));
    String json =
        "whatif_merge(%s, %s, %s, %s, current_database())"
            .formatted(
                SqlText.literal(token),
                SqlText.literal(call.function().name()),
                SqlText.literal(JsonText.write(call.literals())),
                payloads);
    return rows(call.function(), json, List.of());
  }

  /** Fixed rows of a function's result, as a query in parentheses. */
  public static String rows(
      FunctionDescriptor function, List<? extends Map<String, ? extends @Nullable Object>> rows) {
    return rows(function, SqlText.literal(JsonText.rows(rows)), List.of());
  }

  /** The rows of the calls that run when the query does, in parentheses. */
  public static String running(FunctionDescriptor function) {
    return rows(function, "whatif_running()", List.of());
  }

  /** The report rows of a stored model, as a query in parentheses. */
  public static String rows(FunctionDescriptor function, StoredModel model) {
    return rows(
        function,
        SqlText.literal(JsonText.rows(model.reports())),
        model.model() instanceof PartitionedCate groups ? groups.keys() : List.of());
  }

  /** The result type as {@code from_json} takes it: a list of one object. */
  static String rowType(List<ResultColumn> columns) {
    return columns.stream()
        .map(column -> JsonText.write(column.name()) + ":" + column.type().json())
        .collect(Collectors.joining(",", "[{", "}]"));
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
