/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBResultSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DriverTest {

  // ---- plain statements ----

  @Test
  void theDriverIsFoundByItsUrl() throws SQLException {
    assertThat(DriverManager.getDriver("jdbc:whatif:")).isInstanceOf(WhatifDriver.class);
    assertThat(new WhatifDriver().connect("jdbc:duckdb:", new java.util.Properties())).isNull();
  }

  @Test
  void plainStatementsGiveDuckDbsOwnResults() throws SQLException {
    try (Connection connection = Study.open();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 42 AS a, [1, 2] AS b")) {
      assertThat(rows).isInstanceOf(DuckDBResultSet.class);
      rows.next();
      assertThat(rows.getInt("a")).isEqualTo(42);
    }
  }

  @Test
  void plainMistakesKeepDuckDbsWords() throws SQLException {
    try (Connection connection = Study.open()) {
      assertThatThrownBy(() -> Study.run(connection, "SELECT x FROM range(3) t(a)"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("Referenced column \"x\" not found in FROM clause!")
          .hasMessageContaining("LINE 1: SELECT x FROM range(3) t(a)");
    }
  }

  @Test
  void aStatementStaysUsableAfterAFailure() throws SQLException {
    try (Connection connection = Study.open();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute("FROM nowhere")).isInstanceOf(SQLException.class);
      assertThat(Study.column(statement.executeQuery("FROM range(1)"))).containsExactly(0L);
    }
  }

  @Test
  void aStatementThatFailedCanBeAskedForItsWarnings() throws SQLException {
    try (Connection connection = Study.open();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute("FROM nowhere")).isInstanceOf(SQLException.class);
      assertThat((Throwable) statement.getWarnings()).isNull();
      statement.clearWarnings();
      assertThat(Study.column(statement.executeQuery("FROM range(1)"))).containsExactly(0L);
    }
  }

  @Test
  void connectionsAndStatementsUnwrapToDuckDbs() throws SQLException {
    try (Connection connection = Study.open();
        Statement statement = connection.createStatement()) {
      assertThat(connection.unwrap(DuckDBConnection.class)).isNotNull();
      assertThat(connection.isWrapperFor(DuckDBConnection.class)).isTrue();
      assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
      assertThat(statement.getConnection()).isSameAs(connection);
      assertThat(connection.getMetaData().getConnection()).isSameAs(connection);
      assertThat(connection.getMetaData().getURL()).isEqualTo("jdbc:whatif:");
      assertThatThrownBy(() -> connection.unwrap(String.class))
          .hasMessage("this object wraps no java.lang.String");
    }
  }

  @Test
  void ourSettingsAreTakenAsDuckDbsAre() throws SQLException {
    try (Connection connection = Study.open()) {
      Study.run(connection, "SET whatif_memory_limit = '2GB'");
      assertThat(Study.value(connection, "SELECT getvariable('whatif_memory_limit')"))
          .isEqualTo("2GB");
      Study.run(connection, "RESET whatif_memory_limit");
      assertThat(Study.value(connection, "SELECT getvariable('whatif_memory_limit')")).isNull();
    }
  }

  // ---- causal statements ----

  @Test
  void aModelIsFittedScoredSummarisedAndDropped() throws SQLException {
    try (Connection connection = Study.openWithTable()) {
      assertThat(Study.value(connection, Study.fit("m"))).isEqualTo(400L);
      assertThat(Study.column(connection, "SELECT name FROM cate_models()")).containsExactly("m");
      Object slope =
          Study.value(connection, "SELECT cate_effect('m', 1.0) - cate_effect('m', 0.0)");
      assertThat((Double) slope).isBetween(0.7, 1.3);
      assertThat(Study.column(connection, "SELECT term FROM dml_summary('m')"))
          .contains("intercept", "a");
      assertThat(Study.value(connection, "SELECT versions_dropped FROM cate_drop('m')"))
          .isEqualTo(1L);
      assertThat(Study.column(connection, "SELECT name FROM cate_models()")).isEmpty();
    }
  }

  @Test
  void everyFormOfARelationGivesTheSameEstimate() throws SQLException {
    try (Connection connection = Study.openWithTable()) {
      Object expected = estimate(connection, "TABLE study");
      for (String relation :
          List.of(
              "(SELECT * FROM study)",
              "(FROM study)",
              "data => TABLE study",
              "study",
              "'study'",
              "'SELECT * FROM main.study'",
              "\"study\"")) {
        assertThat(estimate(connection, relation)).as(relation).isEqualTo(expected);
      }
    }
  }

  private static Object estimate(Connection connection, String relation) throws SQLException {
    return java.util.Objects.requireNonNull(
        Study.value(
            connection,
            "SELECT estimate FROM dml_summary("
                + relation
                + ", outcome => 'y', treatment => 'd', controls => ['b'], reps => 1,"
                + " outcome_learner => 'ols', treatment_learner => 'logit')"));
  }

  @Test
  void callsSeeTemporaryTablesCommonTablesAndUncommittedRows() throws SQLException {
    try (Connection connection = Study.openWithTable()) {
      Study.run(connection, "CREATE TEMP TABLE half AS FROM study WHERE id % 2 = 0");
      assertThat(Study.value(connection, Study.fit("temp", "half"))).isEqualTo(200L);
      assertThat(
              Study.value(
                  connection,
                  "WITH third AS (FROM study WHERE id % 4 = 0) " + Study.fit("cte", "TABLE third")))
          .isEqualTo(100L);
      connection.setAutoCommit(false);
      Study.run(connection, "INSERT INTO study FROM study");
      assertThat(Study.value(connection, Study.fit("more"))).isEqualTo(800L);
      connection.rollback();
      connection.setAutoCommit(true);
      assertThat(Study.column(connection, "SELECT name FROM cate_models()"))
          .containsExactly("cte", "temp");
    }
  }

  @Test
  void aModelBelongsToTheTransactionOfTheUser() throws SQLException {
    try (Connection connection = Study.openWithTable()) {
      for (String begin : List.of("jdbc", "BEGIN")) {
        if (begin.equals("jdbc")) {
          connection.setAutoCommit(false);
        } else {
          Study.run(connection, begin);
        }
        Study.run(connection, Study.fit("m"));
        assertThat(Study.value(connection, "SELECT cate_effect('m', 0.5) IS NOT NULL"))
            .isEqualTo(true);
        if (begin.equals("jdbc")) {
          connection.rollback();
          connection.setAutoCommit(true);
        } else {
          Study.run(connection, "ROLLBACK");
        }
        assertThatThrownBy(() -> Study.value(connection, "SELECT cate_effect('m', 0.5)"))
            .hasMessageStartingWith("cate_effect: model => 'm'");
      }
    }
  }

  @Test
  void aRolledBackDropKeepsTheModel() throws SQLException {
    try (Connection connection = Study.openWithTable()) {
      Study.run(connection, Study.fit("m"));
      connection.setAutoCommit(false);
      Study.run(connection, "CALL cate_drop('m')");
      assertThat(Study.column(connection, "SELECT name FROM cate_models()")).isEmpty();
      connection.rollback();
      connection.setAutoCommit(true);
      assertThat(Study.column(connection, "SELECT name FROM cate_models()")).containsExactly("m");
    }
  }

  @Test
  void explainingAndDescribingFitAndStoreNothing() throws SQLException {
    try (Connection connection = Study.openWithTable()) {
      Study.run(connection, "EXPLAIN " + Study.fit("m"));
      Study.run(connection, "DESCRIBE " + Study.fit("m"));
      Study.run(connection, Study.fit("m") + " LIMIT 0");
      assertThat(Study.column(connection, "SELECT name FROM cate_models()")).isEmpty();
    }
  }

  @Test
  void scoresStandWhereverAnExpressionMay() throws SQLException {
    try (Connection connection = Study.openWithTable()) {
      Study.run(connection, Study.fit("m"));
      Study.run(connection, "CREATE TABLE target AS SELECT id, a, NULL::DOUBLE AS u FROM study");
      Study.run(connection, "UPDATE target SET u = cate_effect('m', a) WHERE id < 300");
      Study.run(connection, "DELETE FROM target WHERE cate_effect('m', a) < 0 AND id < 100");
      Study.run(
          connection,
          "INSERT INTO target SELECT id + 1000, a, cate_lower('m', a) FROM study WHERE id < 10");
      Study.run(
          connection,
          """
          MERGE INTO target USING study ON target.id = study.id
          WHEN MATCHED AND target.u IS NULL THEN UPDATE SET u = cate_upper('m', study.a)""");
      assertThat(Study.value(connection, "SELECT count(*) FROM target WHERE u IS NULL"))
          .isEqualTo(0L);
      assertThat(
              Study.value(
                  connection,
                  "SELECT count(*) FROM target WHERE id < 300 AND abs(u - cate_effect('m', a)) > 1e-12"))
          .isEqualTo(0L);
      Study.run(connection, "CREATE VIEW scored AS SELECT id, cate_effect('m', a) AS u FROM study");
      assertThat(Study.value(connection, "SELECT count(u) FROM scored")).isEqualTo(400L);
      assertThat(
              Study.value(
                  connection,
                  """
                  SELECT sum(rows) FROM (
                    SELECT count(*) AS rows FROM study GROUP BY cate_effect('m', a) > 1)"""))
          .hasToString("400");
      assertThat(
              Study.value(
                  connection,
                  """
                  SELECT count(*) FROM (
                    SELECT rank() OVER (ORDER BY cate_effect('m', a) DESC) AS place FROM study)
                  WHERE place <= 10"""))
          .isEqualTo(10L);
    }
  }

  @Test
  void aCreatedTableAndItsModelComeTogether() throws SQLException {
    try (Connection connection = Study.openWithTable()) {
      Study.run(connection, "CREATE TABLE report AS " + Study.fit("m"));
      assertThat(Study.value(connection, "FROM report")).isEqualTo(400L);
      assertThatThrownBy(() -> Study.run(connection, "CREATE TABLE report AS " + Study.fit("n")))
          .isInstanceOf(SQLException.class);
      assertThat(Study.column(connection, "SELECT name FROM cate_models()")).containsExactly("m");
    }
  }

  @Test
  void scriptsRunOneStatementAfterTheOther() throws SQLException {
    try (Connection connection = Study.open()) {
      assertThat(
              Study.value(
                  connection,
                  Study.TABLE + ";" + Study.fit("m") + "; SELECT cate_effect('m', 0) > 0;"))
          .isEqualTo(true);
    }
  }

  @Test
  void batchesMayScore() throws SQLException {
    try (Connection connection = Study.openWithTable();
        Statement statement = connection.createStatement()) {
      Study.run(connection, Study.fit("m"));
      statement.addBatch("CREATE TABLE t AS SELECT a FROM study LIMIT 3");
      statement.addBatch("DELETE FROM t WHERE cate_effect('m', a) IS NOT NULL");
      assertThat(statement.executeBatch()).hasSize(2);
      assertThat(Study.value(connection, "SELECT count(*) FROM t")).isEqualTo(0L);
    }
  }

  @Test
  void modelsTravelWithTheFile(@TempDir Path folder) throws SQLException {
    String file = folder.resolve("a.duckdb").toString();
    Object before;
    try (Connection connection = Study.open(file)) {
      Study.run(connection, Study.TABLE);
      Study.run(connection, Study.fit("m"));
      Study.run(connection, "CREATE VIEW scored AS SELECT cate_effect('m', a) AS u FROM study");
      before = Study.value(connection, "SELECT sum(u) FROM scored");
    }
    try (Connection connection = Study.open(file)) {
      assertThat(Study.value(connection, "SELECT sum(u) FROM scored")).isEqualTo(before);
      assertThat(Study.value(connection, "SELECT sum(cate_effect('m', a)) FROM study"))
          .isEqualTo(before);
    }
  }

  @Test
  void twoConnectionsFitAtOnce(@TempDir Path folder) throws Exception {
    String file = folder.resolve("two.duckdb").toString();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Connection first = Study.open(file)) {
      Study.run(first, Study.TABLE);
      List<Future<Object>> fits = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String model = "m" + i;
        fits.add(
            threads.submit(
                () -> {
                  try (Connection connection = Study.open(file)) {
                    return Study.value(connection, Study.fit(model));
                  }
                }));
      }
      for (Future<Object> fit : fits) {
        assertThat(fit.get()).isEqualTo(400L);
      }
      assertThat(Study.column(first, "SELECT name FROM cate_models()"))
          .containsExactly("m0", "m1", "m2", "m3");
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aRunningEstimateStopsWithinASecondOfItsCancel() throws Exception {
    try (Connection connection = Study.openWithTable();
        Statement statement = connection.createStatement()) {
      Study.run(connection, Study.fit("warm"));
      long[] cancelled = new long[1];
      Thread other =
          new Thread(
              () -> {
                try {
                  Thread.sleep(700);
                  cancelled[0] = System.nanoTime();
                  statement.cancel();
                } catch (InterruptedException | SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      other.start();
      assertThatThrownBy(
              () ->
                  statement.execute(
                      Study.fit("long", "(FROM study, range(5000) s(j))")
                          .replace("reps => 1", "reps => 200")))
          .isInstanceOf(SQLException.class)
          .hasMessageMatching(
              "cate_fit: was cancelled\\.|the statement was cancelled; it stored nothing\\.");
      long waited = System.nanoTime() - cancelled[0];
      other.join();
      assertThat(waited).isLessThan(1_000_000_000L);
      assertThat(Study.column(statement.executeQuery("SELECT name FROM cate_models()")))
          .containsExactly("warm");
    }
  }

  @Test
  void aTimeoutStopsAnEstimate() throws SQLException {
    try (Connection connection = Study.openWithTable();
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      long start = System.nanoTime();
      assertThatThrownBy(
              () ->
                  statement.execute(
                      Study.fit("long", "(FROM study, range(5000) s(j))")
                          .replace("reps => 1", "reps => 200")))
          .isInstanceOf(SQLException.class);
      assertThat(System.nanoTime() - start).isLessThan(2_500_000_000L);
    }
  }
}
