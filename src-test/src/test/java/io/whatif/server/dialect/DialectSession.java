/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.planner.sql.Script;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A database with the catalog, locked as a server locks it, and one session of it. */
final class DialectSession implements AutoCloseable {
  private final Connection connection;
  private final Dialect dialect;

  private DialectSession(Connection connection, Dialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
  }

  static DialectSession open() throws Exception {
    return open("jdbc:whatif:", Map.of());
  }

  static DialectSession open(Path file) throws Exception {
    return open("jdbc:whatif:" + file, Map.of());
  }

  static DialectSession open(String url, Map<String, String> startup) throws Exception {
    Connection connection = DriverManager.getConnection(url);
    PostgresCatalog.install(connection);
    try (Statement statement = connection.createStatement()) {
      for (String sql : Script.statements(BothDatabases.resource("shop.sql"))) {
        statement.execute(sql);
      }
      statement.execute("SET enable_external_access = false");
      statement.execute("SET lock_configuration = true");
    }
    Dialect dialect = new Dialect(new SessionFacts("ada", "memory", 77, startup), connection);
    DialectSession session = new DialectSession(connection, dialect);
    for (String sql : dialect.opening()) {
      session.execute(sql);
    }
    return session;
  }

  Connection connection() {
    return connection;
  }

  Dialect dialect() {
    return dialect;
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** What the driver is given for the statement. */
  String rewritten(String sql) throws Refused {
    return ((Reading.Run) dialect.read(sql)).sql();
  }

  /** Reads the statement, and runs it if it is to be run. */
  Reading run(String sql) throws SQLException, Refused {
    Reading reading = dialect.read(sql);
    if (reading instanceof Reading.Run run) {
      execute(run.sql());
    }
    return reading;
  }

  /** The rows of a query, their values as texts. */
  List<List<@Nullable String>> rows(String sql) throws SQLException, Refused {
    List<List<@Nullable String>> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(rewritten(sql))) {
      while (result.next()) {
        List<@Nullable String> row = new ArrayList<>();
        for (int c = 1; c <= result.getMetaData().getColumnCount(); c++) {
          row.add(result.getString(c));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /** The names of a query's columns. */
  List<String> heading(String sql) throws SQLException, Refused {
    List<String> names = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(rewritten(sql))) {
      for (int c = 1; c <= result.getMetaData().getColumnCount(); c++) {
        names.add(result.getMetaData().getColumnLabel(c));
      }
    }
    return names;
  }

  /** The one value of a query. */
  @Nullable String value(String sql) throws SQLException, Refused {
    return rows(sql).get(0).get(0);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
