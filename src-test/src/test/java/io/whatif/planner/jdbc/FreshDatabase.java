/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A database for each test, open while it runs, with what statements have made of it before. */
final class FreshDatabase implements BeforeEachCallback, AfterEachCallback {
  private final String[] before;
  private @Nullable Connection connection;

  FreshDatabase(String... before) {
    this.before = before;
  }

  @Override
  public void beforeEach(ExtensionContext test) throws SQLException {
    connection = Study.open();
    for (String sql : before) {
      run(sql);
    }
  }

  @Override
  public void afterEach(ExtensionContext test) throws SQLException {
    connection().close();
  }

  Connection connection() {
    return Objects.requireNonNull(connection, "no test runs");
  }

  void run(String sql) throws SQLException {
    Study.run(connection(), sql);
  }

  /** Rows as texts, cells parted by a bar. */
  List<String> rows(String sql) throws SQLException {
    return Study.rows(connection(), sql);
  }

  /** The first column of the result. */
  List<@Nullable Object> column(String sql) throws SQLException {
    return Study.column(connection(), sql);
  }

  /** The only value of the result. */
  @Nullable Object value(String sql) throws SQLException {
    return Study.value(connection(), sql);
  }

  /** The number in the first row. */
  double number(String sql) throws SQLException {
    return Double.parseDouble(rows(sql).get(0));
  }

  /** The names of the result's columns, each with its type. */
  List<String> columns(String sql) throws SQLException {
    try (Statement statement = connection().createStatement();
        ResultSet rows = statement.executeQuery(sql + " LIMIT 0")) {
      ResultSetMetaData data = rows.getMetaData();
      List<String> columns = new ArrayList<>();
      for (int c = 1; c <= data.getColumnCount(); c++) {
        columns.add(data.getColumnName(c) + " " + data.getColumnTypeName(c));
      }
      return columns;
    }
  }

  /** The statement fails, and says so. */
  void refuses(String sql, String message) {
    assertThatThrownBy(() -> rows(sql)).as(sql).hasMessageContaining(message);
  }
}
