/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import io.whatif.duckdb.SqlText;
import io.whatif.planner.Plan;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The answer to EXPLAIN: the causal plan, then DuckDB's plan of what the statement becomes. */
final class Explanation {
  private Explanation() {}

  /** A query that gives the rows of DuckDB's EXPLAIN after a row of ours. */
  static String query(Connection duckdb, Plan plan) throws SQLException {
    List<String> rows = new ArrayList<>();
    rows.add(row("causal_plan", plan.explanation()));
    try (Statement statement = duckdb.createStatement();
        ResultSet explained = statement.executeQuery(plan.sql())) {
      while (explained.next()) {
        rows.add(row(explained.getString(1), explained.getString(2)));
      }
    }
    return "FROM (VALUES " + String.join(", ", rows) + ") AS t(explain_key, explain_value)";
  }

  private static String row(String key, String value) {
    return "(" + SqlText.literal(key) + ", " + SqlText.literal(value) + ")";
  }
}
