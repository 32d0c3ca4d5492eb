/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.server.copy.CopyStatement;
import io.whatif.server.type.ColumnType;
import io.whatif.server.type.PostgresType;
import io.whatif.server.value.Column;
import io.whatif.server.value.InputText;
import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import io.whatif.server.wire.WireException;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
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
  private long firstLine;
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
    firstLine = rows == 0 ? lines : firstLine;
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
    String texts = json.append('}').toString();
    try (PreparedStatement statement = backend.connection().prepareStatement(sql)) {
      statement.setString(1, texts);
      backend.runner().run(statement, sql, statement::execute, backend.timeoutMillis());
    } catch (SQLException e) {
      if (Backend.told(e, sql, -1).report().state().startsWith("22")) {
        throw unreadable(texts, Backend.told(e, sql, -1));
      }
      throw e;
    } finally {
      backend.running().end();
    }
    inserted += rows;
    rows = 0;
    characters = 0;
  }

  /** The first value that is none of its column's type; DuckDB names neither line nor column. */
  private WireException unreadable(String texts, WireException otherwise)
      throws SQLException, IOException {
    backend.transaction().fail(); // Nothing can be asked in a transaction that has failed.
    Unread first = null;
    for (int i = 0; i < columns.size(); i++) {
      Unread found = unread(i, texts);
      if (found != null && (first == null || found.row() < first.row())) {
        first = found;
      }
    }
    return first == null
        ? otherwise
        : new WireException(
            Report.error(
                SqlState.INVALID_TEXT_REPRESENTATION,
                "invalid input for type %s: \"%s\" (line %d, column \"%s\")"
                    .formatted(
                        first.column().duckDbType(),
                        first.text(),
                        firstLine + first.row() - 1,
                        first.column().name())));
  }

  private record Unread(Column column, long row, String text) {}

  private @Nullable Unread unread(int column, String texts) {
    try (PreparedStatement statement = backend.connection().prepareStatement(search(column))) {
      statement.setString(1, texts);
      try (ResultSet found = statement.executeQuery()) {
        return found.next()
            ? new Unread(columns.get(column), found.getLong(1), found.getString(2))
            : null;
      }
    } catch (SQLException e) { // The type has gone with its transaction, or a function reads it.
      return null;
    }
  }

  private String search(int column) {
    return """
        SELECT line, text FROM (
          SELECT unnest(s.c0) AS text, generate_subscripts(s.c0, 1) AS line
          FROM (SELECT from_json($1, '{"c%d":["VARCHAR"]}') AS s))
        WHERE text IS NOT NULL AND TRY_CAST(%s AS %s) IS NULL ORDER BY line LIMIT 1"""
        .replace("c0", "c" + column)
        .formatted(column, cast("text", columns.get(column)), columns.get(column).duckDbType());
  }
}
