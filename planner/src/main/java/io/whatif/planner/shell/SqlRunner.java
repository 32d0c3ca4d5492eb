/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import io.whatif.planner.sql.CausalStatement;
import io.whatif.planner.sql.Script;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/** Runs scripts on a connection and writes their results. */
final class SqlRunner {
  private final Connection connection;
  private final PrintStream out;
  private final Format format;
  private int results;

  SqlRunner(Connection connection, PrintStream out, Format format) {
    this.connection = connection;
    this.out = out;
    this.format = format;
  }

  /** Runs the statements of {@code script} in order; a failure ends it. */
  void run(String script) throws SQLException {
    for (String sql : Script.statements(script)) {
      statement(sql);
    }
  }

  /** Runs one statement; one without a result writes nothing. */
  void statement(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (statement.execute(sql)) {
        try (ResultSet rows = statement.getResultSet()) {
          if (!isCount(sql, rows)) {
            format.write(rows, out, results++);
          }
        }
      }
      out.flush();
    }
  }

  /** Whether DuckDB only counts the rows a change touched. */
  private static boolean isCount(String sql, ResultSet rows) throws SQLException {
    String word = sql.split("\\W", 2)[0].toUpperCase(Locale.ROOT);
    boolean changes =
        switch (word) {
          case "INSERT", "UPDATE", "DELETE", "MERGE", "CREATE", "COPY" -> true;
          case "WITH" -> !CausalStatement.of(sql).isQuery();
          default -> false;
        };
    return changes
        && rows.getMetaData().getColumnCount() == 1
        && rows.getMetaData().getColumnLabel(1).equals("Count");
  }
}
