/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The relations and functions of PostgreSQL's catalog: views and macros in a database in memory
 * that is attached beside the user's. Nothing is written to the user's.
 */
public final class PostgresCatalog {
  private PostgresCatalog() {}

  /**
   * Attaches the catalog, for every connection of the database instance. To be called once, before
   * {@code lock_configuration}; it also allows sessions to set their time zone under that lock.
   */
  public static void install(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET allowed_configs = ['TimeZone']");
      for (String sql : CatalogScript.statements()) {
        try {
          statement.execute(sql);
        } catch (SQLException e) {
          String start = sql.substring(0, Math.min(60, sql.length()));
          throw new SQLException("the catalog: " + start + ": " + e.getMessage(), e);
        }
      }
    }
  }
}
