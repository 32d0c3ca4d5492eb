/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionTest {
  private Database db;
  private Scope scope;

  @BeforeEach
  void open() throws SQLException {
    db = new Database();
    scope = db.engine.openScope();
  }

  @AfterEach
  void close() throws SQLException {
    assertThat(db.engine.openSessions()).isZero();
    scope.close();
    db.close();
  }

  @Test
  void cancelThroughTheScopeStopsWithinASecondAndFreesTheSession() throws Exception {
    String sql = "FROM " + db.call(scope, "waits", "SELECT 1 AS a");
    CompletableFuture<String> running = CompletableFuture.supplyAsync(() -> db.failure(sql));
    assertThat(db.functions.waiting.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(db.engine.openSessions()).isEqualTo(1);
    assertThat(scope.progress().map(Progress::phase)).hasValue("waiting 1 of 4");
    scope.cancel();
    assertThat(running.get(1, TimeUnit.SECONDS))
        .isEqualTo("Invalid Input Error: waits: was cancelled.");
    assertThat(scope.failure().map(WhatifException::code)).hasValue(ErrorCode.CANCELLED);
    assertThat(db.engine.openSessions()).isZero();
  }

  @Test
  void workThatDoesNotLookIsGivenUpWithinASecondAndKeepsItsColumnsUntilItDoes() throws Exception {
    String sql =
        "FROM " + db.call(scope, "looks_away", "SELECT i AS a FROM range(3000) r(i) ORDER BY i");
    db.run("SET threads = 1");
    CompletableFuture<String> running = CompletableFuture.supplyAsync(() -> db.failure(sql));
    assertThat(db.functions.working.await(5, TimeUnit.SECONDS)).isTrue();
    scope.cancel();
    assertThat(running.get(1, TimeUnit.SECONDS))
        .isEqualTo("Invalid Input Error: looks_away: was cancelled.");
    assertThat(db.engine.openSessions()).isZero();
    assertThat(db.rows("SELECT 1")).containsExactly("1");
    db.functions.goOn.countDown();
    assertThat(db.functions.stopped.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aScopeRunsAgainAfterReset() throws SQLException {
    String sql = "SELECT total FROM " + db.call(scope, "column_sums", "SELECT 1 AS a");
    scope.cancel();
    assertThat(db.failure(sql)).contains("was cancelled");
    scope.reset();
    assertThat(scope.failure()).isEmpty();
    assertThat(db.rows(sql)).containsExactly("1.0");
  }

  @Test
  void cancellingTheStatementWhileRowsArePushedFreesTheSession() throws Exception {
    String sql =
        "FROM " + db.call(scope, "column_sums", "SELECT sin(a.range) AS a FROM range(100000000) a");
    try (java.sql.Statement statement = db.connection.createStatement()) {
      CompletableFuture<String> running =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  statement.execute(sql);
                  return "done";
                } catch (SQLException e) {
                  return String.valueOf(e.getMessage());
                }
              });
      while (db.engine.openSessions() == 0) {
        Thread.sleep(5);
      }
      statement.cancel();
      assertThat(running.get(2, TimeUnit.SECONDS)).contains("INTERRUPT");
    }
    assertThat(db.engine.openSessions()).isZero();
  }

  @Test
  void anErrorInTheRelationFreesTheSession() throws SQLException {
    assertThat(
            db.failure(
                "FROM "
                    + db.call(
                        scope,
                        "column_sums",
                        "SELECT CASE WHEN range = 150000 THEN error('late') ELSE 1 END AS a FROM range(200000)")))
        .contains("late");
    assertThat(db.engine.openSessions()).isZero();
    assertThat(db.rows("SELECT 1")).containsExactly("1");
  }

  @Test
  void aFaultOfOursIsOneLineWithoutTheClass() {
    String message = db.failure("FROM " + db.call(scope, "broken", "SELECT 1 AS a"));
    assertThat(message)
        .isEqualTo(
            "Invalid Input Error: broken: internal fault: first line. Please report it;"
                + " -Dwhatif.trace=true prints the trace.");
    assertThat(scope.failure().map(WhatifException::code)).hasValue(ErrorCode.INTERNAL);
  }

  @Test
  void aWrongArgumentIsToldBeforeRowsAreRead() {
    CausalCall call =
        new CausalCall(
            SampleFunctions.SUMS,
            "SELECT error('read') AS a FROM range(10)",
            null,
            Map.of("controls", List.of("a")),
            Map.of("times", "'many'"));
    assertThat(db.failure("FROM " + Lowering.table(call, scope.token())))
        .isEqualTo("Invalid Input Error: column_sums: times => 'many': must be a number.");
  }

  @Test
  void memoryIsCheckedBeforeItIsTaken() throws SQLException {
    db.run("SET VARIABLE whatif_memory_limit = '3MB'", "SET temp_directory = ''");
    String call =
        db.call(scope, "column_sums", "SELECT i AS a, i AS b, i AS c FROM range(500000) r(i)");
    db.run("SET threads = 1");
    assertThat(db.failure("FROM " + call))
        .isEqualTo(
            "Invalid Input Error: column_sums: 67,584 rows of 3 columns need 3.15 MB, the limit is"
                + " 3.00 MB, and no file may hold rows: temp_directory is empty."
                + " SET VARIABLE whatif_memory_limit to more, name fewer columns, or sample the"
                + " relation.");
    assertThat(scope.failure().map(WhatifException::code)).hasValue(ErrorCode.OUT_OF_MEMORY);
    db.run("SET VARIABLE whatif_memory_limit = '64MB'");
    assertThat(db.rows("FROM " + call)).hasSize(3);
  }

  @Test
  void aLimitThatIsNoSizeIsRefused() throws SQLException {
    db.run("SET VARIABLE whatif_memory_limit = 'lots'");
    assertThat(db.failure("FROM " + db.call(scope, "column_sums", "SELECT 1 AS a")))
        .isEqualTo(
            "Invalid Input Error: column_sums: whatif_memory_limit => 'lots': must be a size."
                + " Write it like '2GB' or '512MB'.");
  }

  @Test
  void aPlanKnowsTheLimitOfItsConnection() throws SQLException {
    assertThat(MemoryLimit.of(db.connection)).isEqualTo(MemoryLimit.standard());
    db.run("SET VARIABLE whatif_memory_limit = '64MB'");
    assertThat(MemoryLimit.of(db.connection)).isEqualTo(64_000_000);
    db.run("SET VARIABLE whatif_memory_limit = 5000000");
    assertThat(MemoryLimit.of(db.connection)).isEqualTo(5_000_000);
    db.run("SET VARIABLE whatif_memory_limit = 'lots'");
    assertThat(MemoryLimit.of(db.connection)).isEqualTo(MemoryLimit.standard());
  }

  @Test
  void theMessageIsCleanedForTheDriver() {
    assertThat(
            Errors.clean(
                "Invalid Input Error: cate_fit: model => 'm': a model of that name is stored already."))
        .isEqualTo("cate_fit: model => 'm': a model of that name is stored already.");
    assertThat(
            Errors.clean(
                "Catalog Error: Table with name nosuch does not exist!\nDid you mean \"t\"?\n\nLINE 1:"
                    + " ... AS NOT MATERIALIZED (SELECT 0 AS \"whatif row\"\n        ^^^^^^"))
        .isEqualTo("Catalog Error: Table with name nosuch does not exist! Did you mean \"t\"?");
  }

  @Test
  void sizesAreReadAndShown() {
    assertThat(MemoryLimit.parse("2GB")).isEqualTo(2_000_000_000L);
    assertThat(MemoryLimit.parse(" 1.5 gib ")).isEqualTo(1_610_612_736L);
    assertThat(MemoryLimit.parse("100000")).isEqualTo(100_000L);
    assertThat(MemoryLimit.parse("512m")).isEqualTo(512_000_000L);
    assertThat(MemoryLimit.show(2_000_000_000L)).isEqualTo("2.00 GB");
    assertThat(MemoryLimit.show(12)).isEqualTo("12 bytes");
  }
}
