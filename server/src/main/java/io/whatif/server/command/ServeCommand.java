/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.command;

import io.whatif.duckdb.Errors;
import io.whatif.server.process.Server;
import io.whatif.server.process.ServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code whatif serve}: PostgreSQL's clients reach a database until the process is told to end. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Serve a database to PostgreSQL's clients: psql, JDBC, ODBC, BI tools.")
final class ServeCommand implements Callable<Integer> {
  @Option(
      names = "--db",
      required = true,
      paramLabel = "FILE",
      description = "The DuckDB file to serve.")
  private Path database = Path.of("");

  @Option(
      names = "--port",
      defaultValue = "5433",
      description = "The port to listen on, 0 for any that is free; 5433 if left out.")
  private int port;

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      description = "The address to listen on; 127.0.0.1 if left out. Others need --users and TLS.")
  private String host = "127.0.0.1";

  @Option(names = "--read-only", description = "Open the database for reading only.")
  private boolean readOnly;

  @Option(
      names = "--users",
      paramLabel = "FILE",
      description = "Who may connect, a line each as whatif user writes it.")
  private @Nullable Path users;

  @Option(names = "--tls-cert", paramLabel = "FILE", description = "The certificate, PEM.")
  private @Nullable Path certificate;

  @Option(names = "--tls-key", paramLabel = "FILE", description = "Its key, PEM (PKCS #8).")
  private @Nullable Path key;

  @Option(
      names = "--allow-dir",
      paramLabel = "DIR",
      description = "A folder whose files statements may read and write; may be repeated.")
  private List<Path> folders = new ArrayList<>();

  @Option(
      names = "--max-sessions",
      defaultValue = "100",
      paramLabel = "N",
      description = "How many clients at a time; 100 if left out.")
  private int sessions;

  @Option(
      names = "--write-timeout",
      defaultValue = "300",
      paramLabel = "SECONDS",
      description = "After how long a client that does not read is left; 300 if left out.")
  private int writeSeconds;

  @Override
  public Integer call() throws IOException, InterruptedException {
    String wrong = wrong();
    if (!wrong.isEmpty()) {
      System.err.println("whatif serve: " + wrong);
      return 2;
    }
    Server server;
    try {
      server = Server.start(options());
    } catch (SQLException e) {
      System.err.println("whatif serve: " + Errors.clean(e));
      return 1;
    }
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, ended), "whatif-end"));
    System.out.printf(
        "%s is served on %s port %d (process %d). Connect: psql -h %s -p %d -d %s%n",
        database,
        host,
        server.port(),
        ProcessHandle.current().pid(),
        host,
        server.port(),
        server.database());
    System.out.flush();
    ended.await();
    return 0;
  }

  private String wrong() throws IOException {
    if ((certificate == null) != (key == null)) {
      return "--tls-cert and --tls-key belong together: name both.";
    }
    for (Path folder : folders) {
      if (!Files.isDirectory(folder)) {
        return "--allow-dir => '" + folder + "': there is no such folder.";
      }
    }
    for (Path folder : folders) {
      if (isAround(folder)) {
        return "--allow-dir => '"
            + folder
            + "': holds the database, which statements could overwrite.";
      }
    }
    if (sessions < 1 || writeSeconds < 1) {
      return "--max-sessions and --write-timeout must be positive.";
    }
    if (!Files.isRegularFile(database) && readOnly) {
      return "--db => '" + database + "': there is no such file.";
    }
    return port < 0 || port > 65_535 ? "--port => " + port + ": is no port." : "";
  }

  /** Whether a folder holds the database, by its name or where that leads, or is its own. */
  private boolean isAround(Path folder) throws IOException {
    Path allowed = folder.toRealPath();
    Path named = database.toAbsolutePath().normalize();
    Path parent = named.getParent();
    Path placed =
        parent != null && Files.isDirectory(parent)
            ? parent.toRealPath().resolve(database.getFileName())
            : named;
    Path real = Files.exists(database) ? database.toRealPath() : placed;
    return placed.startsWith(allowed)
        || real.startsWith(allowed)
        || allowed.startsWith(placed + ".tmp");
  }

  private ServerOptions options() throws IOException {
    List<Path> allowed = new ArrayList<>();
    for (Path folder : folders) {
      allowed.add(folder.toRealPath());
    }
    ServerOptions.Limits standard = ServerOptions.Limits.STANDARD;
    return new ServerOptions(
        database,
        host,
        port,
        readOnly,
        users,
        certificate,
        key,
        allowed,
        new ServerOptions.Limits(sessions, standard.login(), Duration.ofSeconds(writeSeconds)));
  }

  private static void end(Server server, CountDownLatch ended) {
    try {
      server.close();
    } catch (IOException | SQLException e) {
      System.err.println("whatif serve: " + e.getMessage());
    } finally {
      ended.countDown();
    }
  }
}
