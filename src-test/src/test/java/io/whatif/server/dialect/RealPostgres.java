/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * PostgreSQL 15 as Debian's package postgresql-15 lays it out, started on a loopback port with a
 * folder of its own. It refuses to run as root, and runs as the package's own user then. A test
 * that needs it is skipped where it is not installed.
 */
final class RealPostgres {
  static final String USER = "postgres";
  private static final Path PROGRAMS = Path.of("/usr/lib/postgresql/15/bin");

  private final Path folder;
  private final int port;

  private RealPostgres(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  static RealPostgres start() throws IOException, InterruptedException {
    assumeTrue(
        Files.isExecutable(PROGRAMS.resolve("initdb")),
        "PostgreSQL 15 is not installed: Debian's package postgresql has it");
    Path folder = Files.createTempDirectory("whatif-postgres");
    if (isRoot()) {
      run(List.of("chown", USER, folder.toString()));
    }
    RealPostgres postgres = new RealPostgres(folder, freePort());
    String data = folder.resolve("data").toString();
    postgres.program(
        "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8");
    String options =
        "-p %d -k %s -c listen_addresses=127.0.0.1 -c fsync=off -c timezone=UTC"
            .formatted(postgres.port, folder);
    postgres.program(
        "pg_ctl", "-D", data, "-o", options, "-l", folder.resolve("log").toString(), "-w", "start");
    return postgres;
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void program(String name, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("runuser", "-u", USER, "--"));
    }
    command.add(PROGRAMS.resolve(name).toString());
    command.addAll(List.of(arguments));
    run(command);
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(Path.of("/").toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (process.waitFor() != 0) {
      abort("PostgreSQL does not start here: " + String.join(" ", command));
    }
  }

  int port() {
    return port;
  }

  Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s?user=%s&preferQueryMode=simple"
            .formatted(port, database, USER));
  }

  /** Makes a database whose first schema is called as DuckDB's is. */
  void create(String database) throws SQLException {
    try (Connection connection = connect(USER);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + database);
      statement.execute("ALTER DATABASE " + database + " SET search_path = main");
    }
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA public");
      statement.execute("CREATE SCHEMA main");
    }
  }

  void stop() throws IOException, InterruptedException {
    program("pg_ctl", "-D", folder.resolve("data").toString(), "-m", "immediate", "-w", "stop");
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
