/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.process;

import static io.whatif.server.process.Served.rows;
import static io.whatif.server.process.Served.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.planner.jdbc.ServerFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process: who holds the file, and what is left when it ends. */
final class ServerProcessTest {
  static String customers(int rows) {
    return "CREATE TABLE customers AS SELECT (i % 2)::DOUBLE AS coupon, ((i * 7919) % 101) / 10.0 AS age,"
        + " 10 + 3 * (i % 2) + ((i * 7919) % 101) / 10.0 + ((i * 31) % 17) / 5.0 AS spend FROM range("
        + rows
        + ") t(i)";
  }

  static String fit(String model) {
    return "SELECT model FROM cate_fit(TABLE customers, model => '%s', outcome => 'spend', treatment => 'coupon', features => ['age'], if_exists => 'replace')"
        .formatted(model);
  }

  private static Connection open(Path file) throws SQLException {
    return DriverManager.getConnection("jdbc:whatif:" + file);
  }

  @Test
  void othersAreToldWhoHoldsTheFileUntilTheServerHasEnded(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("shop.db");
    try (ServerProcess server = ServerProcess.start(file)) {
      Path note = folder.resolve("shop.db.whatif-server");
      assertThat(Files.readAllLines(note))
          .containsExactly("127.0.0.1", "" + server.port(), "" + server.pid());
      assertThat(server.line())
          .endsWith("Connect: psql -h 127.0.0.1 -p %d -d shop".formatted(server.port()));
      try (Connection connection = server.connect()) {
        run(connection, "CREATE TABLE kept AS SELECT 1 AS a");
      }
      assertThatThrownBy(() -> open(file))
          .hasMessage(
              "%s is served by process %d, and DuckDB lets one process write it. Connect to it: psql -h 127.0.0.1 -p %d"
                  .formatted(file, server.pid(), server.port()))
          .extracting(e -> ((SQLException) e).getSQLState())
          .isEqualTo("55006");
      assertThat(said("sql", "--db", file.toString(), "-c", "SELECT 1"))
          .containsExactly(
              "%s is served by process %d, and DuckDB lets one process write it. Connect to it: psql -h 127.0.0.1 -p %d"
                  .formatted(file, server.pid(), server.port()));
      Files.delete(note);
      assertThatThrownBy(() -> open(file))
          .hasMessageStartingWith(file + " is open in process " + server.pid());
      Files.writeString(note, "127.0.0.1\n1\n999999999\n");
      assertThatThrownBy(() -> open(file))
          .hasMessageStartingWith(file + " is open in process " + server.pid());
      Files.delete(note);
      assertThat(server.stop()).isEqualTo(143); // as a process that SIGTERM has ended
    }
    try (Connection connection = open(file)) {
      assertThat(rows(connection, "SELECT a FROM kept")).containsExactly("1");
    }
  }

  private static List<String> said(String... arguments) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(ServerProcess.command(arguments)).redirectErrorStream(true).start();
    String all = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return all.lines().toList();
  }

  @Test
  void aServerThatIsToldToEndTellsItsClientsAndTakesItsNoteAway(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("shop.db");
    try (ServerProcess server = ServerProcess.start(file);
        RawClient idle = new RawClient(server.port()).login();
        RawClient busy = new RawClient(server.port()).login()) {
      busy.query(
          "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = 7");
      Thread.sleep(300);
      long start = System.nanoTime();
      server.stop();
      assertThat((System.nanoTime() - start) / 1e9).isLessThan(60);
      assertThat(idle.untilClosed().get(0).field('C')).isEqualTo("57P01");
      assertThat(busy.untilClosed().get(0).field('C')).isEqualTo("57P01");
    }
    assertThat(ServerFile.of(file)).doesNotExist();
    assertThat(folder.resolve("shop.db.wal")).doesNotExist();
  }

  /** The long form, of fifty times, is src-test/bench/server.sh. */
  @Test
  void aServerThatIsKilledLeavesEveryModelThatWasCommitted(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("shop.db");
    Random random = new Random(11);
    List<String> committed = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      try (ServerProcess server = ServerProcess.start(file)) {
        try (Connection connection = server.connect()) {
          if (round == 0) {
            run(connection, customers(20_000));
          }
          rows(connection, fit("m" + round));
          committed.add("m" + round);
        }
        int number = round;
        CompletableFuture<Void> fitting =
            CompletableFuture.runAsync(
                () -> {
                  try (Connection connection = server.connect()) {
                    for (int i = 0; i < 1000; i++) {
                      rows(connection, fit("more" + number + "_" + i));
                    }
                  } catch (SQLException killed) {
                    assertThat(killed.getMessage()).isNotEmpty();
                  }
                });
        Thread.sleep(random.nextInt(600));
        server.kill();
        fitting.get(20, TimeUnit.SECONDS);
      }
      assertThat(ServerFile.of(file)).exists();
      try (Connection connection = open(file)) {
        assertThat(rows(connection, "SELECT name FROM cate_models()")).containsAll(committed);
        assertThat(
                rows(connection, "SELECT count(*) FROM customers WHERE cate_effect('m0', age) > 0"))
            .containsExactly("20000");
      }
    }
  }

  @Test
  void aUsersLineIsMadeOfAPassword() throws Exception {
    Process process = new ProcessBuilder(ServerProcess.command("user", "anna")).start();
    process.getOutputStream().write("secret\n".getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(line).matches("anna SCRAM-SHA-256\\$4096:[^$]+\\$[^:]+:\\S+\\s+");
  }

  @Test
  void whatCannotBeServedIsToldInOneLine(@TempDir Path folder) throws Exception {
    assertThat(said("serve", "--db", folder.resolve("no/such.db").toString(), "--port", "0"))
        .hasSize(1);
    assertThat(said("serve", "--db", "x.db", "--tls-cert", "x"))
        .containsExactly("whatif serve: --tls-cert and --tls-key belong together: name both.");
    assertThat(said("serve", "--db", "x.db", "--host", "0.0.0.0"))
        .containsExactly(
            "whatif serve: --host => '0.0.0.0': others can reach it, so it needs --users, --tls-cert and --tls-key");
    assertThat(said("serve", "--db", "x.db", "--allow-dir", "/no/such"))
        .containsExactly("whatif serve: --allow-dir => '/no/such': there is no such folder.");
  }
}
