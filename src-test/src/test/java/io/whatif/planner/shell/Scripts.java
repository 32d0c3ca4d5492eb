/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.whatif.planner.jdbc.DirectConnection;
import io.whatif.planner.jdbc.WhatifDriver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** Scripts of the repository, run in a fresh database in memory as the command line runs them. */
public final class Scripts {
  /** The repository's root, where its users stand. */
  public static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final String SEARCHES_ROOT =
      "SET file_search_path = '" + ROOT.toString().replace("'", "''") + "'";

  private Scripts() {}

  /** What {@code whatif sql FILE} prints. */
  public static String sql(Path script) throws IOException, SQLException {
    return printed(
        script, (text, connection, out) -> new SqlRunner(connection, out, Format.TABLE).run(text));
  }

  /** What {@code whatif demo} prints. */
  public static String demo(Path script) throws IOException, SQLException {
    return printed(script, DemoCommand::run);
  }

  /** A connection on which relative paths are those of the root. */
  public static Connection connect() throws SQLException {
    Connection connection = new WhatifDriver().connect(WhatifDriver.PREFIX, new Properties());
    try (Statement statement = connection.createStatement()) {
      statement.execute(SEARCHES_ROOT);
    }
    return connection;
  }

  private interface Printer {
    void print(String text, DirectConnection connection, PrintStream out) throws SQLException;
  }

  private static String printed(Path script, Printer printer) throws IOException, SQLException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DirectConnection connection =
            DirectConnection.open(WhatifDriver.PREFIX, new Properties());
        PrintStream out = new PrintStream(bytes, false, UTF_8)) {
      connection.run(SEARCHES_ROOT, rows -> {});
      printer.print(Files.readString(script), connection, out);
    }
    return bytes.toString(UTF_8).replace(System.lineSeparator(), "\n");
  }
}
