/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RowEstimateTest {
  private Database db;

  @BeforeEach
  void open() throws SQLException {
    db = new Database();
  }

  @AfterEach
  void close() throws SQLException {
    db.close();
  }

  private void estimate(String query, long rows) {
    assertThat(RowEstimate.of(db.connection, query)).as(query).hasValue(rows);
  }

  private void unknown(String query) {
    assertThat(RowEstimate.of(db.connection, query)).as(query).isEmpty();
  }

  @Test
  void aTableHasItsRows() throws SQLException {
    db.run("CREATE TABLE t AS SELECT i, i % 10 AS g FROM range(100000) r(i)");
    estimate("FROM t", 100_000);
    estimate("FROM range(7) -- a comment", 7);
    assertThat(RowEstimate.of(db.connection, "FROM t WHERE g = 3").orElseThrow())
        .isBetween(1_000L, 50_000L);
  }

  @Test
  void temporaryAndUncommittedRowsAreUnknown() throws SQLException {
    db.run(
        "BEGIN", "CREATE TABLE fresh AS FROM range(500)", "CREATE TEMP TABLE mine AS FROM fresh");
    unknown("FROM fresh");
    unknown("FROM mine");
    db.run("COMMIT");
    estimate("FROM fresh", 500);
    unknown("FROM mine");
  }

  @Test
  void nothingIsRun() throws SQLException {
    db.run("CREATE SEQUENCE s");
    estimate("SELECT nextval('s'), error('run') FROM range(3)", 3);
    assertThat(db.rows("SELECT nextval('s')")).containsExactly("1");
  }

  @Test
  void whatCannotBePlannedIsUnknownAndLeavesTheTransactionWhole() throws SQLException {
    db.run("BEGIN", "CREATE TABLE kept AS SELECT 1 AS a");
    unknown("FROM the_outer_cte");
    unknown("FROM kept WHERE a = ?");
    unknown("FROM kept WHERE a = $1");
    unknown("SELECT nosuch FROM kept");
    unknown("SELEC 1");
    unknown("");
    unknown("FROM 'no such file.parquet'");
    db.run("COMMIT", "BEGIN", "INSERT INTO kept VALUES (2)");
    unknown("FROM range(3)); DROP TABLE kept; FROM (SELECT 1");
    unknown("FROM kept; DROP TABLE kept");
    unknown("DROP TABLE kept");
    db.run("COMMIT");
    assertThat(db.rows("FROM kept")).containsExactly("1", "2");
  }

  @Test
  void aClosedConnectionKnowsNothing() throws SQLException {
    db.connection.close();
    unknown("FROM range(3)");
  }
}
