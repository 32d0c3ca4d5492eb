/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code whatif_progress()}, asked on a connection without the driver. */
@Timeout(60)
final class RunningCallsTest {
  private Database db;
  private Connection other;

  @BeforeEach
  void open() throws SQLException {
    db = new Database();
    other = db.another();
    Whatif.register(db.connection);
    Whatif.register(other);
  }

  @AfterEach
  void close() throws SQLException {
    assertThat(db.engine.openSessions()).isZero();
    other.close();
    db.close();
  }

  @Test
  void nothingRuns() throws SQLException {
    assertThat(Database.rows(other, "FROM whatif_progress()")).isEmpty();
    assertThat(Database.rows(other, "SELECT count(*) FROM whatif_progress()")).containsExactly("0");
  }

  @Test
  void aRunningCallIsSeenOnAnotherConnectionUntilItEnds() throws Exception {
    try (Scope scope = db.engine.openScope()) {
      String sql = "FROM " + db.call(scope, "waits", "SELECT i AS a FROM range(1000) r(i)");
      CompletableFuture<String> running = CompletableFuture.supplyAsync(() -> db.failure(sql));
      assertThat(db.functions.waiting.await(5, TimeUnit.SECONDS)).isTrue();
      assertThat(
              Database.rows(
                  other,
                  "SELECT function, model, relation, phase, round(percent, 6), rows_read, scans, elapsed_seconds > 0, memory_bytes > 0, threads > 0 FROM whatif_progress()"))
          .containsExactly(
              "waits|null|SELECT i AS a FROM range(1000) r(i)|waiting 1 of 4|32.5|1000|0.0|true|true|true");
      assertThat(db.engine.openSessions()).isEqualTo(1);
      scope.cancel();
      assertThat(running.get(1, TimeUnit.SECONDS)).contains("was cancelled");
      assertThat(Database.rows(other, "FROM whatif_progress()")).isEmpty();
      assertThat(scope.progress().map(Progress::stoppedText).orElse(""))
          .startsWith("waits stopped at 32% after ");
    }
  }

  @Test
  void askedOverAndOverWhileCallsComeAndGoItNeverFails() throws Exception {
    CompletableFuture<Integer> asking =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                int seen = 0;
                for (int i = 0; i < 300; i++) {
                  seen += Database.rows(other, "FROM whatif_progress()").size();
                }
                return seen;
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    while (!asking.isDone()) {
      List<String> rows =
          db.rows(
              "SELECT n FROM column_sums('SELECT sin(i) AS a FROM range(20000) r(i)', controls := ['a'])");
      assertThat(rows).containsExactly("20000");
    }
    assertThat(asking.get()).isPositive();
  }

  @Test
  void aCallMayReadIt() throws SQLException {
    String sql = "SELECT n FROM column_sums('SELECT count(*) AS running FROM whatif_progress()')";
    assertThat(db.rows(sql)).containsExactly("1");
  }
}
