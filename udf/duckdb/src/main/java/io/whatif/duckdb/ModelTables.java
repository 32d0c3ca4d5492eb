/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The tables {@code whatif.models} of the databases that a connection has attached: which there
 * are, and how SQL names them.
 *
 * @param database the one that the store is of
 */
record ModelTables(Connection connection, String database) {

  /** Whether the store's own database has the table. */
  boolean hasOwn() throws SQLException {
    return databases().contains(database);
  }

  /** Databases that have the table, the store's own first. */
  List<String> databases() throws SQLException {
    String sql =
        """
        SELECT database_name FROM duckdb_tables()
        WHERE schema_name = 'whatif' AND table_name = 'models' AND NOT temporary
        ORDER BY database_name <> ?, database_name""";
    List<String> names = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, database);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
    }
    return names;
  }

  /** Makes the table of the store's own database, unless it is there. */
  void create() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA IF NOT EXISTS " + SqlText.quote(database) + ".whatif");
      statement.execute(
          """
          CREATE TABLE IF NOT EXISTS %s (key BIGINT NOT NULL, name VARCHAR NOT NULL,
            version BIGINT NOT NULL, method VARCHAR NOT NULL, created_at TIMESTAMP NOT NULL,
            n BIGINT NOT NULL, spec VARCHAR NOT NULL, payload BLOB NOT NULL)"""
              .formatted(own()));
    }
  }

  /** The table of the store's own database, by its full name. */
  String own() {
    return of(database);
  }

  /** The table of {@code database}, by its full name. */
  static String of(String database) {
    return SqlText.quote(database) + ".whatif.models";
  }

  /**
   * The table of {@code from} as it stands in lowered text: without its database if it is the
   * current one, so that a view lives on in a copy of the file under another name; but with it
   * where a database called whatif would make the short name ambiguous.
   */
  String lowered(String from) throws SQLException {
    if (!from.equals(database)) {
      return of(from);
    }
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM duckdb_databases() WHERE database_name = 'whatif'")) {
      row.next();
      return row.getLong(1) > 0 ? of(from) : "whatif.models";
    }
  }
}
