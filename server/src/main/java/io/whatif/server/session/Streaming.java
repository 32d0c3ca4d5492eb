/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.planner.Planner;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Whether DuckDB gives a result while it computes it, through a buffer of a few megabytes, or holds
 * all of it in memory first. A result that streams must be read to its end before the next
 * statement, and a causal call stores its model only after it; so only a plain query that is read
 * at once and by itself streams.
 */
final class Streaming {
  /** What DuckDB's JDBC says where such a query fails before its first row, whatever the reason. */
  private static final String UNTOLD = "Invalid result set";

  private final Connection connection;
  private boolean on;

  Streaming(Connection connection) {
    this.connection = connection;
  }

  /** Whether a statement may stream that is read at once outside of any transaction. */
  static boolean suits(Command command, String sql) {
    return switch (command.acting()) {
      case "SELECT", "FROM", "VALUES", "TABLE" -> !Planner.concerns(sql);
      default -> false;
    };
  }

  void set(boolean wanted) throws SQLException {
    if (on != wanted) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET jdbc_stream_results = " + wanted);
      }
      on = wanted;
    }
  }

  /** Whether the reason of a failure is to be had by running the query again without streaming. */
  boolean hides(SQLException failure) {
    return on && String.valueOf(failure.getMessage()).contains(UNTOLD);
  }
}
