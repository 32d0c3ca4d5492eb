/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A study in groups: sales of regions, one of which is NULL, and of stores. */
final class Sales {
  /** 800 rows, 200 of each region; the effect of a coupon is i % 4 + age. */
  static final String TABLE =
      """
      CREATE TABLE sales AS
      SELECT CASE i % 4 WHEN 0 THEN 'north' WHEN 1 THEN 'east' WHEN 2 THEN 'south' END AS region,
             DATE '2024-01-01' + (i // 200)::INTEGER AS opened, (i % 2)::TINYINT AS store,
             hash(10 * i + 1) / 1.9e19 AS age, hash(10 * i + 2) / 1.9e19 AS income,
             (hash(10 * i + 3) % 2)::INTEGER AS coupon,
             coupon * (i % 4 + age) + income + hash(10 * i + 4) / 1.9e19 AS spend
      FROM range(800) t(i)""";

  static final String ROLES =
      "outcome => 'spend', treatment => 'coupon', features => ['age'], controls => ['income']";

  private Sales() {}

  static Connection openWithTable() throws SQLException {
    Connection connection = Study.open();
    Study.run(connection, TABLE);
    return connection;
  }

  /** A summary of all sales with further arguments. */
  static String summary(String more) {
    return "dml_summary(TABLE sales, " + ROLES + ", " + more + ")";
  }

  /** The names of the result's columns, each with its type. */
  static List<String> columns(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql + " LIMIT 0")) {
      ResultSetMetaData data = rows.getMetaData();
      List<String> columns = new ArrayList<>();
      for (int c = 1; c <= data.getColumnCount(); c++) {
        columns.add(data.getColumnName(c) + " " + data.getColumnTypeName(c));
      }
      return columns;
    }
  }
}
