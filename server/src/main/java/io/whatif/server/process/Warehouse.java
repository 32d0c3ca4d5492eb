/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.process;

import io.whatif.planner.jdbc.Database;
import io.whatif.planner.jdbc.ReadAhead;
import io.whatif.planner.jdbc.WhatifDriver;
import io.whatif.server.dialect.PostgresCatalog;
import io.whatif.server.session.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * The database of a server, locked down: no statement reaches a file outside of the folders that
 * were allowed, nor a setting that would let it.
 */
final class Warehouse implements AutoCloseable {
  private final Database database;
  private final String name;

  private final Path file;
  private final List<Path> folders;

  private Warehouse(Database database, String name, Path file, List<Path> folders) {
    this.database = database;
    this.name = name;
    this.file = file;
    this.folders = folders;
  }

  static Warehouse open(ServerOptions options) throws IOException, SQLException {
    Properties properties = new Properties();
    properties.setProperty(ReadAhead.SETTING, ReadAhead.depth());
    if (options.readOnly()) {
      properties.setProperty("duckdb.read_only", "true");
    }
    Database database = Database.open(WhatifDriver.PREFIX + options.database(), properties);
    try (Connection connection = database.connect()) {
      lock(connection, options);
      return new Warehouse(
          database, name(connection), options.database().toRealPath(), options.folders());
    } catch (IOException | SQLException | RuntimeException e) {
      try {
        database.close();
      } catch (SQLException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  private static void lock(Connection connection, ServerOptions options) throws SQLException {
    PostgresCatalog.install(connection);
    List<Path> folders = options.folders();
    try (Statement statement = connection.createStatement()) {
      if (options.users() != null) { // DuckDB lets each session read what another has spilled.
        statement.execute("SET GLOBAL temp_directory = ''");
      }
      if (!folders.isEmpty()) {
        String list =
            folders.stream()
                .map(folder -> "'" + folder.toString().replace("'", "''") + "'")
                .collect(Collectors.joining(", "));
        statement.execute("SET GLOBAL allowed_directories = [" + list + "]");
      }
      // What a session may still set: its time zone, and how its own results are handed over.
      statement.execute("SET GLOBAL allowed_configs = ['TimeZone', 'jdbc_stream_results']");
      statement.execute("SET GLOBAL enable_external_access = false");
      statement.execute("SET GLOBAL lock_configuration = true");
    }
  }

  private static String name(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT current_database()")) {
      row.next();
      return row.getString(1);
    }
  }

  /** What DuckDB calls the database. */
  String name() {
    return name;
  }

  Session.Served served() {
    return new Session.Served(name, file, folders);
  }

  Connection connect() throws SQLException {
    return database.connect();
  }

  @Override
  public void close() throws SQLException {
    database.close();
  }
}
