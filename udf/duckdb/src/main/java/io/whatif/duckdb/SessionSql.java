/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The common tables of a {@link Session}: r, the rows of the relation; s, the session, opened and
 * begun; g, where calls divide the rows, their groups; and p, its handle once all rows are pushed.
 */
final class SessionSql {
  /** What begins the names of columns that are ours. */
  static final String OURS = "whatif ";

  /** The column that numbers rows, named so that no user's column is. */
  static final String ROW = OURS + "row";

  private static final String HANDLE = SqlText.quote(OURS + "handle");
  private static final String ID = SqlText.quote(OURS + "id");

  private final Reading reading;
  private final String token;
  private final String mark;
  private final List<String> keys;

  /**
   * The tables of a reading.
   *
   * @param token the {@link Scope#token}, or {@link Scope#NATIVE}
   * @param mark ends the names of the tables, so that those of two readings differ
   */
  SessionSql(Reading reading, String token, String mark) {
    this.reading = reading;
    this.token = token;
    this.mark = mark;
    this.keys = GroupedSql.keys(reading);
  }

  /** The name of a table, of which {@code letter} is the kind. */
  String table(String letter) {
    return "whatif_" + letter + mark;
  }

  /** The definitions of the tables, without WITH. */
  String tables() {
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
            table("r"),
            table("s"),
            numbered ? "MATERIALIZED" : "NOT MATERIALIZED",
            numbered ? "row_number() OVER ()" : "0",
            SqlText.quote(ROW),
            reading.relation(),
            SqlText.literal(ReadingSpec.of(reading).json()),
            reading.calls().stream()
                .map(CausalCall::expressionsSql)
                .collect(Collectors.joining(" || ',' || ", "'[' || ", " || ']'")),
            StatementContext.SQL,
            models(),
            SqlText.literal(token),
            pushed());
  }

  /** The payload of the model each call reads the rows by, as a JSON list with NULL for none. */
  private String models() {
    if (reading.calls().stream().allMatch(call -> call.header() == null)) {
      return "'[]'";
    }
    return reading.calls().stream()
        .map(CausalCall::header)
        .map(header -> header == null ? "NULL" : header.payload())
        .collect(Collectors.joining(", ", "to_json([", "]::VARCHAR[])::VARCHAR"));
  }

  /** The table p; before it, where calls divide the rows, their groups g. */
  private String pushed() {
    String groups =
        keys.isEmpty() ? "" : "%s AS MATERIALIZED (%s),\n ".formatted(table("g"), pushing());
    String count = keys.isEmpty() ? pushing() : "SELECT sum(n)::BIGINT FROM " + table("g");
    return groups
        + "%s AS MATERIALIZED (SELECT (SELECT h FROM %s) AS h, (%s) AS pushed)"
            .formatted(table("p"), table("s"), count);
  }

  /** A query that pushes every row and gives their number; by group, where calls divide them. */
  private String pushing() {
    return """
        SELECT %1$s
         FROM (SELECT s.%2$s, %3$s%4$s
         FROM (SELECT h AS %2$s%5$s FROM %6$s) s, LATERAL (SELECT %7$s FROM %8$s) r)%9$s"""
        .formatted(
            pushes(),
            HANDLE,
            cells(),
            idParts() + GroupedSql.carried(keys, "r."),
            absent(),
            table("s"),
            columns(),
            table("r"),
            keys.isEmpty() ? "" : " GROUP BY ALL");
  }

  /** The push of all columns, and what is told of it. */
  private String pushes() {
    String carried = GroupedSql.carried(keys, "");
    String arguments = "(%1$s, *COLUMNS(* EXCLUDE (%1$s%2$s)))".formatted(HANDLE, carried);
    return keys.isEmpty()
        ? "sum(whatif_push" + arguments + ")::BIGINT"
        : "min(whatif_place%s) AS %s, count(*) AS n%s"
            .formatted(arguments, SqlText.quote(ROW), carried);
  }

  /** The row's number and the columns read, each as a DOUBLE. */
  private String cells() {
    String others = (reading.id() == null ? "" : ", " + ID) + GroupedSql.carried(keys, "");
    String cells =
        others.isEmpty() ? "COLUMNS(r.*)" : "COLUMNS(r.* EXCLUDE (" + others.substring(2) + "))";
    return CellSql.number(
        cells, "whatif_code(s.%1$s, alias(%2$s), %2$s::VARCHAR)".formatted(HANDLE, cells));
  }

  /** What the id's own column leaves open of it. */
  private String idParts() {
    if (reading.id() == null) {
      return "";
    }
    String id = "r." + ID;
    return """
        ,
         %s AS "whatif id rest", %s AS "whatif id lower\""""
        .formatted(CellSql.idRest(id), CellSql.idLower(id));
  }

  /** The columns to read, and once more the id and the keys, by names of ours. */
  private String columns() {
    List<String> read = reading.columns();
    String id = reading.id();
    return (read == null ? "*" : chosen(read))
        + (id == null ? "" : ", " + SqlText.quote(id) + " AS " + ID)
        + GroupedSql.carriers(keys);
  }

  private static String chosen(List<String> read) {
    List<String> names = new ArrayList<>(List.of(ROW));
    names.addAll(read);
    return names.stream()
        .map(SqlText::literal)
        .collect(Collectors.joining(", ", "COLUMNS(lambda c: lower(c) IN (", "))"));
  }

  /**
   * NULL by the names of the id and the keys. Where the relation has no such column the name is
   * this one, so that it is not DuckDB that tells.
   */
  private String absent() {
    List<String> names = new ArrayList<>(keys);
    String id = reading.id();
    if (id != null && keys.stream().noneMatch(id::equalsIgnoreCase)) {
      names.add(id);
    }
    return names.stream()
        .map(name -> ", NULL::BIT AS " + SqlText.quote(name))
        .collect(Collectors.joining());
  }
}
