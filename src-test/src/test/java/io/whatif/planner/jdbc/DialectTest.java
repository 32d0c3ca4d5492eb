/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every statement of {@code statements.sql} gives through the driver what DuckDB alone gives. */
final class DialectTest {
  private static final Pattern FIRST_WORD = Pattern.compile("^\\(*\\s*(\\w+)");
  private static final Set<String> TAKES_WITH =
      Set.of(
          "SELECT", "FROM", "VALUES", "WITH", "PIVOT", "UNPIVOT", "TABLE", "INSERT", "UPDATE",
          "DELETE", "MERGE");

  @TempDir private Path folder = Path.of(".");

  private static Connection duckdb() throws SQLException {
    return DriverManager.getConnection("jdbc:duckdb:");
  }

  @Test
  void theFileShowsNinetyFeatures() {
    assertThat(DialectStatements.all(folder)).hasSizeGreaterThanOrEqualTo(90);
  }

  @Test
  void everyStatementGivesWhatDuckDbGives() throws SQLException {
    SoftAssertions equal = new SoftAssertions();
    try (Connection ours = Study.open();
        Connection theirs = duckdb()) {
      for (DialectStatements.Shown shown : DialectStatements.all(folder)) {
        equal
            .assertThat(told(ours, shown.sql()))
            .as(shown.feature())
            .isEqualTo(told(theirs, shown.sql()));
      }
    }
    equal.assertAll();
  }

  @Test
  void everyStatementGivesTheSamePrepared() throws SQLException {
    SoftAssertions equal = new SoftAssertions();
    try (Connection ours = Study.open();
        Connection theirs = duckdb()) {
      for (DialectStatements.Shown shown : DialectStatements.all(folder)) {
        equal
            .assertThat(toldPrepared(ours, shown.sql()))
            .as(shown.feature())
            .isEqualTo(toldPrepared(theirs, shown.sql()));
      }
    }
    equal.assertAll();
  }

  @Test
  void everyStatementGivesTheSameBesideACausalCall() throws SQLException {
    SoftAssertions equal = new SoftAssertions();
    int rewritten = 0;
    try (Connection ours = Study.open();
        Connection theirs = duckdb()) {
      for (DialectStatements.Shown shown : DialectStatements.all(folder)) {
        String forced = withCall(shown.sql());
        rewritten += forced.equals(shown.sql()) ? 0 : 1;
        equal
            .assertThat(told(ours, forced))
            .as(shown.feature())
            .isEqualTo(told(theirs, shown.sql()));
      }
    }
    equal.assertAll();
    assertThat(rewritten).isGreaterThanOrEqualTo(90);
  }

  /** The statement with a common table more, which is a causal call and read by nothing. */
  private static String withCall(String sql) {
    var first = FIRST_WORD.matcher(sql);
    String word = first.find() ? first.group(1) : "";
    String added = "whatif_added AS (SELECT name FROM cate_models())";
    if (sql.startsWith("WITH RECURSIVE ")) {
      return "WITH RECURSIVE " + added + ", " + sql.substring("WITH RECURSIVE ".length());
    }
    if (word.equals("WITH")) {
      return "WITH " + added + ", " + sql.substring("WITH ".length());
    }
    return TAKES_WITH.contains(word) ? "WITH " + added + " " + sql : sql;
  }

  private static String told(Connection connection, String sql) {
    try (Statement statement = connection.createStatement()) {
      return statement.execute(sql)
          ? told(statement.getResultSet())
          : "changed " + statement.getUpdateCount();
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  private static String toldPrepared(Connection connection, String sql) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      ParameterMetaData parameters = statement.getParameterMetaData();
      ResultSetMetaData before = statement.getMetaData();
      String head =
          parameters.getParameterCount() + " " + (before == null ? "none" : columns(before)) + "\n";
      return head
          + (statement.execute()
              ? told(statement.getResultSet())
              : "changed " + statement.getUpdateCount());
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  private static String told(ResultSet rows) throws SQLException {
    try (rows) {
      ResultSetMetaData columns = rows.getMetaData();
      StringBuilder told = new StringBuilder(columns(columns));
      while (rows.next()) {
        List<String> cells = new ArrayList<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
          Object cell = rows.getObject(i);
          cells.add(cell instanceof java.sql.Blob ? rows.getString(i) : String.valueOf(cell));
        }
        told.append('\n').append(cells);
      }
      return told.toString();
    }
  }

  private static String columns(ResultSetMetaData columns) throws SQLException {
    List<String> told = new ArrayList<>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      told.add(
          String.join(
              " ",
              columns.getColumnLabel(i),
              columns.getColumnName(i),
              columns.getColumnTypeName(i),
              String.valueOf(columns.getColumnType(i)),
              String.valueOf(columns.isNullable(i)),
              String.valueOf(columns.getPrecision(i)),
              String.valueOf(columns.getScale(i)),
              columns.getColumnClassName(i)));
    }
    return told.toString();
  }
}
