/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.duckdb.Scope;
import io.whatif.planner.Plan;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;
import org.junit.jupiter.api.Test;

/** What JDBC promises holds for causal statements too, and after failures. */
final class SoundnessTest {
  private static final String REPLACE =
      Study.fit("m", "(SELECT * REPLACE (2 * y AS y) FROM study)")
          .replace("reps => 1", "reps => 1, if_exists => 'replace'");

  @Test
  void aCommitThatFailsTellsItsErrorAndReturnsToAutocommit() throws SQLException {
    Connection duckdb = new DuckDBDriver().connect("jdbc:duckdb:", new Properties());
    try (Connection other = duckdb.unwrap(DuckDBConnection.class).duplicate()) {
      ConnectionHandler session =
          new ConnectionHandler(duckdb, Address.of(WhatifDriver.PREFIX, null));
      Study.run(duckdb, "CREATE TABLE pk (k BIGINT PRIMARY KEY)");
      Plan plan =
          new Plan("", true, List.of("m"), List.of(), List.of(), Map.of(), false, true, false, "");
      try (Scope scope = session.engine().openScope()) {
        assertThatThrownBy(
                () ->
                    new CausalRun(session, scope, "")
                        .run(
                            plan,
                            0,
                            () -> {
                              Study.run(duckdb, "INSERT INTO pk VALUES (400)");
                              Study.run(other, "INSERT INTO pk VALUES (400)");
                              return null;
                            }))
            .isInstanceOf(SQLException.class)
            .message()
            .containsIgnoringCase("constraint")
            .doesNotContain("no transaction is active");
      }
      assertThat(duckdb.getAutoCommit()).isTrue();
      Study.run(duckdb, "BEGIN");
      Study.run(duckdb, "COMMIT");
      assertThat(Study.value(duckdb, "SELECT count(*) FROM pk")).isEqualTo(1L);
    } finally {
      duckdb.close();
    }
  }

  @Test
  void aPreparedBatchKeepsItsRowsWhenTheModelChanges() throws SQLException {
    try (Connection connection = Study.openWithTable()) {
      Study.run(connection, Study.fit("m"));
      Study.run(connection, "CREATE TABLE t (a DOUBLE, u DOUBLE)");
      try (PreparedStatement statement =
          connection.prepareStatement("INSERT INTO t VALUES ($1, cate_effect('m', $1))")) {
        for (int i = 0; i < 3; i++) {
          statement.setDouble(1, i / 4.0);
          statement.addBatch();
        }
        Study.run(connection, REPLACE);
        assertThat(statement.executeBatch()).containsExactly(1, 1, 1);
      }
      assertThat(Study.column(connection, "SELECT a FROM t WHERE u = cate_effect('m', a)"))
          .containsExactly(0.0, 0.25, 0.5);
    }
  }

  @Test
  void aPreparedBatchTellsHowFarItCame() throws SQLException {
    try (Connection connection = Study.openWithTable()) {
      Study.run(connection, Study.fit("m"));
      Study.run(connection, "CREATE TABLE t (a DOUBLE PRIMARY KEY, u DOUBLE)");
      try (PreparedStatement statement =
          connection.prepareStatement("INSERT INTO t VALUES ($1, cate_effect('m', $1))")) {
        for (double a : new double[] {0, 0.5, 0, 1}) {
          statement.setDouble(1, a);
          statement.addBatch();
        }
        assertThatThrownBy(statement::executeBatch)
            .isInstanceOfSatisfying(
                BatchUpdateException.class,
                e -> assertThat(e.getUpdateCounts()).containsExactly(1, 1));
      }
    }
  }

  @Test
  void largeBatchesRun() throws SQLException {
    try (Connection connection = Study.openWithTable();
        Statement statement = connection.createStatement()) {
      Study.run(connection, Study.fit("m"));
      Study.run(connection, "CREATE TABLE t (a DOUBLE, u DOUBLE)");
      statement.addBatch("INSERT INTO t VALUES (1, cate_effect('m', 1))");
      statement.addBatch("INSERT INTO t VALUES (2, NULL)");
      assertThat(statement.executeLargeBatch()).containsExactly(1L, 1L);
      for (String sql :
          List.of("INSERT INTO t VALUES (?, cate_effect('m', 0))", "INSERT INTO t VALUES (?, 0)")) {
        try (PreparedStatement prepared = connection.prepareStatement(sql)) {
          prepared.setDouble(1, 3);
          prepared.addBatch();
          assertThat(prepared.executeLargeBatch()).as(sql).hasSize(1);
        }
      }
      assertThat(Study.value(connection, "SELECT count(*) FROM t")).isEqualTo(4L);
    }
  }

  @Test
  void settingsAreTakenInScripts() throws SQLException {
    try (Connection connection = Study.open()) {
      Study.run(
          connection,
          "SELECT 1; -- " + "a long comment ".repeat(10) + "\nSET whatif_memory_limit = '2GB'");
      assertThat(Study.value(connection, "SELECT getvariable('whatif_memory_limit')"))
          .isEqualTo("2GB");
      assertThatThrownBy(() -> Study.run(connection, "SET whatif_memory_limt = '2GB'"))
          .isInstanceOf(SQLException.class)
          .hasMessage(
              "SET whatif_memory_limt: there is no such setting. Did you mean whatif_memory_limit?");
    }
  }

  @Test
  @SuppressWarnings("try") // closing by hand is what is tested
  void aFailedStatementIsNotClosed() throws SQLException {
    try (Connection connection = Study.openWithTable();
        Statement statement = connection.createStatement();
        PreparedStatement prepared =
            connection.prepareStatement(
                "SELECT n FROM dml_summary((FROM study LIMIT ?), " + Study.ROLES + ")")) {
      assertThatThrownBy(() -> statement.execute("FROM nowhere")).isInstanceOf(SQLException.class);
      assertThat(statement.isClosed()).isFalse();
      statement.setQueryTimeout(10);
      prepared.setInt(1, 0);
      assertThatThrownBy(prepared::execute).isInstanceOf(SQLException.class);
      assertThat(prepared.isClosed()).isFalse();
      statement.close();
      prepared.close();
      assertThat(statement.isClosed()).isTrue();
      assertThat(prepared.isClosed()).isTrue();
    }
  }

  @Test
  void aTimeoutIsNamed() throws SQLException {
    try (Connection connection = Study.openWithTable();
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      assertThatThrownBy(
              () ->
                  statement.execute(
                      Study.fit("long", "(FROM study, range(5000) s(j))")
                          .replace("reps => 1", "reps => 200")))
          .isInstanceOf(SQLTimeoutException.class)
          .hasMessage(
              "the statement took longer than its timeout of 1 s and was stopped; it stored nothing.");
    }
  }

  @Test
  void streamedResultsAndFilesWithASemicolonAreRefused() {
    Properties properties = new Properties();
    properties.setProperty("jdbc_stream_results", "true");
    assertThatThrownBy(() -> DriverManager.getConnection("jdbc:whatif:", properties))
        .hasMessageStartingWith("jdbc_stream_results => 'true': ");
    assertThatThrownBy(() -> Study.open(";jdbc_stream_results=true").close())
        .hasMessageStartingWith("jdbc_stream_results => 'true': ");
    assertThatThrownBy(() -> Study.open("a;b.duckdb").close())
        .hasMessage(
            "jdbc:whatif:a;b.duckdb: 'b.duckdb' after ';' must be name=value; a file's name cannot hold a ';'.");
  }

  @Test
  void propertiesMayBeLeftOut() throws SQLException {
    try (Connection connection = new WhatifDriver().connect("jdbc:whatif:;threads=1", null)) {
      assertThat(connection).isNotNull();
      assertThat(Study.value(connection, "SELECT current_setting('threads')")).isEqualTo(1L);
    }
  }
}
