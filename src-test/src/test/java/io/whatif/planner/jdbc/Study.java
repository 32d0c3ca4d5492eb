/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A small made-up study, and short ways to ask about it. */
final class Study {
  /** 400 rows: features a and b, treatment d, outcome y with an effect of 1 + a. */
  static final String TABLE =
      """
      CREATE TABLE study AS
      SELECT i AS id, a, b, d, round(b + d * (1 + a) + sin(i * 7.3), 6) AS y
      FROM (SELECT i, round(sin(i * 1.7), 6) AS a, round(cos(i * 2.3), 6) AS b,
              (sin(i * 5.1) + 0.3 * cos(i * 2.3) > 0)::INT AS d
            FROM range(400) t(i))""";

  static final String ROLES =
      "outcome => 'y', treatment => 'd', features => ['a'], controls => ['b'], reps => 1,"
          + " outcome_learner => 'ols', treatment_learner => 'logit'";

  private Study() {}

  static Connection open() throws SQLException {
    return open("");
  }

  static Connection open(String file) throws SQLException {
    return DriverManager.getConnection("jdbc:whatif:" + file);
  }

  static Connection openWithTable() throws SQLException {
    Connection connection = open();
    run(connection, TABLE);
    return connection;
  }

  static String fit(String model) {
    return fit(model, "TABLE study");
  }

  static String fit(String model, String relation) {
    return "SELECT n FROM cate_fit(" + relation + ", model => '" + model + "', " + ROLES + ")";
  }

  static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of the result. */
  static List<@Nullable Object> column(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return column(rows);
    }
  }

  static List<@Nullable Object> column(ResultSet rows) throws SQLException {
    List<@Nullable Object> values = new ArrayList<>();
    while (rows.next()) {
      values.add(rows.getObject(1));
    }
    return values;
  }

  static @Nullable Object value(Connection connection, String sql) throws SQLException {
    List<@Nullable Object> values = column(connection, sql);
    if (values.size() != 1) {
      throw new AssertionError(sql + " gave " + values.size() + " rows");
    }
    return values.get(0);
  }

  /** Rows as texts, cells parted by a bar. */
  static List<String> rows(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows(rows);
    }
  }

  static List<String> rows(ResultSet rows) throws SQLException {
    List<String> texts = new ArrayList<>();
    while (rows.next()) {
      List<String> cells = new ArrayList<>();
      for (int c = 1; c <= rows.getMetaData().getColumnCount(); c++) {
        cells.add(Objects.toString(rows.getObject(c)));
      }
      texts.add(String.join("|", cells));
    }
    return texts;
  }

  /** A message without the place in the statement at its end. */
  static String withoutPlace(String message) {
    return message.replaceFirst(" \\(line \\d+, column \\d+\\)$", "");
  }
}
