/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.whatif.duckdb.Engine;
import java.sql.Connection;
import java.sql.SQLException;

/** A connection on which mistakes are made, each outside and inside a transaction. */
final class Refusals implements AutoCloseable {
  final Connection connection;
  private final Engine engine;

  Refusals(Connection connection) throws SQLException {
    this.connection = connection;
    this.engine = Engine.of(connection);
  }

  static Refusals withStudy() throws SQLException {
    return new Refusals(Study.openWithTable());
  }

  void run(String sql) throws SQLException {
    Study.run(connection, sql);
  }

  /** The statement fails with just that message, and nothing of it stays behind. */
  void refuse(String sql, String message) throws SQLException {
    fails(sql, message);
    assertThat(Study.value(connection, "SELECT 42")).isEqualTo(42);
    run("BEGIN");
    assertThat(Study.value(connection, "SELECT 42")).isEqualTo(42);
    fails(sql, message);
    run("ROLLBACK");
    assertThat(Study.value(connection, "SELECT 42")).isEqualTo(42);
  }

  private void fails(String sql, String message) throws SQLException {
    boolean autoCommit = connection.getAutoCommit();
    assertThat(catchThrowable(() -> Study.column(connection, sql)))
        .as(sql)
        .isInstanceOf(SQLException.class)
        .message()
        .satisfies(told -> assertThat(Study.withoutPlace(told)).isEqualTo(message))
        .doesNotContain(
            "whatif_r", "whatif_push", "whatif_begin", "\n", "at io.", "Exception", "internal");
    assertThat(connection.getAutoCommit()).isEqualTo(autoCommit);
    assertThat(engine.openSessions()).as("sessions after %s", sql).isZero();
  }

  int openSessions() {
    return engine.openSessions();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
