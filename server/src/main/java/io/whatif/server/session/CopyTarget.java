/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.server.copy.CopyStatement;
import io.whatif.server.type.ColumnType;
import io.whatif.server.type.PostgresType;
import io.whatif.server.value.Column;
import io.whatif.server.value.InputText;
import io.whatif.server.wire.WireException;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Inserts rows of texts, many at a time: they go to DuckDB as one JSON text, which it reads column
 * by column and casts as INSERT casts.
 */
final class CopyTarget {
  private static final int MOST_ROWS = 20_000;
  private static final int MOST_CHARACTERS = 4 << 20;

  private final Backend backend;
  private final String sql;
  private final List<Column> columns;
  private final List<StringBuilder> values = new ArrayList<>();
  private final boolean skipsHeader;
  private long lines;
  private int rows;
  private long characters;
  private long inserted;
  private @Nullable WireException mistake;

  CopyTarget(Backend backend, CopyStatement copy, List<Column> columns) {
    this.backend = backend;
    this.columns = columns;
    this.skipsHeader = copy.format().header();
    this.sql = sql(copy, columns);
    columns.forEach(column -> values.add(new StringBuilder("[")));
  }

  private static String sql(CopyStatement copy, List<Column> columns) {
    List<String> shape = new ArrayList<>();
    List<String> selected = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      shape.add("\"c%d\":[\"VARCHAR\"]".formatted(i));
      selected.add(cast("unnest(s.c" + i + ")", columns.get(i)));
    }
    return "INSERT INTO %s%s SELECT %s FROM (SELECT from_json($1, '{%s}') AS s)"
        .formatted(
            copy.source(),
            copy.columns().isEmpty() ? "" : " (" + copy.list() + ")",
            String.join(", ", selected),
            String.join(",", shape));
  }

  /** PostgreSQL writes bytes and arrays in another way than DuckDB reads them. */
  private static String cast(String value, Column column) {
    ColumnType type = ColumnType.of(column.duckDbType());
    if (type.array()) {
      return "regexp_replace(%s, '^\\{(.*)\\}$', '[\\1]', 's')".formatted(value);
    }
    return type.element() == PostgresType.BYTEA
        ? "unhex(regexp_replace(%s, '^\\\\x', ''))".formatted(value)
        : value;
  }

  /** Adds a row; what is wrong with it is told at the next insert. */
  void add(List<@Nullable String> row) {
    lines++;
    if (mistake != null || (skipsHeader && lines == 1)) {
      return;
    }
    if (row.size() != columns.size()) {
      boolean fewer = row.size() < columns.size();
      mistake =
          Copying.bad(
              (fewer
                  ? "missing data for column \"%s\", line %d"
                      .formatted(columns.get(row.size()).name(), lines)
                  : "extra data after last expected column, line " + lines));
      return;
    }
    for (int i = 0; i < row.size(); i++) {
      StringBuilder column = values.get(i);
      column.append(rows == 0 ? "" : ",");
      String value = row.get(i);
      if (value == null) {
        column.append("null");
      } else {
        quote(column, InputText.of(columns.get(i).sent().element(), value));
        characters += value.length();
      }
    }
    rows++;
  }

  private static void quote(StringBuilder json, String value) {
    json.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append("\\u00").append(c < 16 ? "0" : "").append(Integer.toHexString(c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }

  void insertIfFull() throws SQLException, IOException, WireException {
    if (rows >= MOST_ROWS || characters >= MOST_CHARACTERS || mistake != null) {
      insert();
    }
  }

  /** Inserts what is left, and tells how many rows were inserted in all. */
  long finish() throws SQLException, IOException, WireException {
    insert();
    return inserted;
  }

  private void insert() throws SQLException, IOException, WireException {
    if (mistake != null) {
      throw mistake;
    }
    if (rows == 0) {
      return;
    }
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < values.size(); i++) {
      json.append(i == 0 ? "" : ",").append("\"c").append(i).append("\":");
      json.append(values.get(i)).append(']');
      values.set(i, new StringBuilder("["));
    }
    try (PreparedStatement statement = backend.connection().prepareStatement(sql)) {
      statement.setString(1, json.append('}').toString());
      backend.runner().run(statement, sql, statement::execute, backend.timeoutMillis());
    } finally {
      backend.running().end();
    }
    inserted += rows;
    rows = 0;
    characters = 0;
  }
}
