/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * A connection that runs one statement after the other, for a command line. It is the driver's
 * without the objects of JDBC before it, whose classes the JVM makes at run time: a tenth of the
 * start of a small statement.
 */
public final class DirectConnection implements AutoCloseable {
  private final ConnectionHandler handler;

  private DirectConnection(ConnectionHandler handler) {
    this.handler = handler;
  }

  /** Opens what {@code jdbc:whatif:...} names, with the properties of {@link WhatifDriver}. */
  public static DirectConnection open(String url, Properties info) throws SQLException {
    return new DirectConnection(WhatifDriver.handler(url, info, true));
  }

  /** Takes the rows of a statement, which are closed afterwards. */
  @FunctionalInterface
  public interface Rows {
    void take(ResultSet rows) throws SQLException;
  }

  /** Runs a statement, and gives its warnings; one without a result gives no rows. */
  public List<String> run(String sql, Rows rows) throws SQLException {
    try (StatementHandler statement = handler.statement()) {
      if (statement.execute(sql)) {
        try (ResultSet result = statement.target().getResultSet()) {
          rows.take(result);
        }
      }
      List<String> warnings = new ArrayList<>();
      for (SQLWarning w = statement.warnings(); w != null; w = w.getNextWarning()) {
        warnings.add(String.valueOf(w.getMessage()));
      }
      return warnings;
    }
  }

  @Override
  public void close() throws SQLException {
    handler.duckdb().close();
  }
}
