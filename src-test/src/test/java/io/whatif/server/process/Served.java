/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.process;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** A server in this JVM, for tests, on a port of its own. */
public final class Served implements AutoCloseable {
  private final Server server;

  private Served(Server server) {
    this.server = server;
  }

  /** What a server is started with, unless a test wants it otherwise. */
  public static ServerOptions options(Path database) {
    return new ServerOptions(
        database, "127.0.0.1", 0, false, null, null, null, List.of(), limits(40));
  }

  public static ServerOptions.Limits limits(int sessions) {
    return new ServerOptions.Limits(sessions, Duration.ofSeconds(5), Duration.ofSeconds(5));
  }

  public static Served of(Path database) throws IOException, SQLException {
    return of(options(database));
  }

  public static Served of(ServerOptions options) throws IOException, SQLException {
    return new Served(Server.start(options));
  }

  public int port() {
    return server.port();
  }

  public int sessions() {
    return server.sessions();
  }

  public String database() {
    return server.database();
  }

  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database();
  }

  /** A connection of pgjdbc's, as user tester. */
  public Connection connect(String... settings) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "tester");
    properties.setProperty("password", "secret");
    for (int i = 0; i < settings.length; i += 2) {
      properties.setProperty(settings[i], settings[i + 1]);
    }
    return DriverManager.getConnection(url(), properties);
  }

  public RawClient raw() throws IOException {
    return new RawClient(port());
  }

  /** The rows of a query, each as its cells with | between them. */
  public static List<String> rows(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        List<String> cells = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          cells.add(rows.getString(i));
        }
        all.add(String.join("|", cells));
      }
      return all;
    }
  }

  public static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws IOException, SQLException {
    server.close();
  }
}
