/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import static io.whatif.server.process.Served.rows;
import static io.whatif.server.process.Served.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;

/** How statements of Java's clients are run: prepared, in batches, cancelled, failing. */
final class JdbcStatementsTest extends JdbcSales {
  @Test
  void aFetchSizeReadsAResultInPartsWhileOtherStatementsRun() throws SQLException {
    try (Connection connection = served.connect()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.setFetchSize(100);
        long sum = 0;
        try (ResultSet rows = statement.executeQuery("SELECT i FROM range(1050) t(i)")) {
          while (rows.next()) {
            sum += rows.getLong(1);
            if (rows.getRow() == 150) {
              assertThat(rows(connection, "SELECT 42")).containsExactly("42");
            }
          }
        }
        assertThat(sum).isEqualTo(1050L * 1049 / 2);
      }
      connection.commit();
    }
  }

  @Test
  void aPreparedStatementIsRunManyTimes() throws SQLException {
    try (Connection connection = served.connect();
        PreparedStatement statement =
            connection.prepareStatement("SELECT spend FROM sales WHERE id = ?")) {
      for (int i = 0; i < 20; i++) {
        statement.setInt(1, i);
        try (ResultSet row = statement.executeQuery()) {
          assertThat(row.next()).isTrue();
          assertThat(row.getBigDecimal(1)).isPositive();
        }
      }
    }
  }

  @Test
  void aPreparedStatementThatFailedIsRunAgain() throws SQLException {
    try (Connection connection = served.connect("prepareThreshold", "1");
        PreparedStatement statement = connection.prepareStatement("SELECT (?::VARCHAR)::INTEGER")) {
      for (String value : List.of("1", "x", "3", "y", "5")) {
        statement.setString(1, value);
        if (Character.isDigit(value.charAt(0))) {
          try (ResultSet row = statement.executeQuery()) {
            row.next();
            assertThat(row.getInt(1)).isEqualTo(Integer.parseInt(value));
          }
        } else {
          assertThat(
                  catchThrowableOfType(PSQLException.class, statement::executeQuery).getSQLState())
              .isEqualTo("22P02");
        }
      }
    }
  }

  @Test
  void aBatchIsOneTransaction() throws SQLException {
    try (Connection connection = served.connect()) {
      run(connection, "CREATE TABLE batch (a INTEGER PRIMARY KEY, b VARCHAR)");
      try (PreparedStatement statement =
          connection.prepareStatement("INSERT INTO batch VALUES (?, ?)")) {
        for (int i = 0; i < 50; i++) {
          statement.setInt(1, i);
          statement.setString(2, "row " + i);
          statement.addBatch();
        }
        assertThat(statement.executeBatch()).hasSize(50).containsOnly(1);
        for (int a : new int[] {100, 101, 7, 102}) {
          statement.setInt(1, a);
          statement.setString(2, "again");
          statement.addBatch();
        }
        assertThatThrownBy(statement::executeBatch)
            .isInstanceOf(BatchUpdateException.class)
            .extracting(e -> ((SQLException) e).getSQLState())
            .isEqualTo("23505");
      }
      assertThat(rows(connection, "SELECT count(*) FROM batch")).containsExactly("50");
    }
  }

  @Test
  void updatesAreCounted() throws SQLException {
    try (Connection connection = served.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE counted AS SELECT i AS a FROM range(10) t(i)");
      assertThat(statement.executeUpdate("UPDATE counted SET a = a + 1 WHERE a < 4")).isEqualTo(4);
      assertThat(statement.executeUpdate("DELETE FROM counted WHERE a > 8")).isEqualTo(1);
      try (ResultSet row =
          statement.executeQuery("INSERT INTO counted VALUES (77) RETURNING a + 1")) {
        assertThat(row.next()).isTrue();
        assertThat(row.getInt(1)).isEqualTo(78);
      }
    }
  }

  @Test
  void anErrorHasItsStateItsPlaceAndItsHint() throws SQLException {
    try (Connection connection = served.connect()) {
      PSQLException missing = failure(connection, "SELECT *\nFROM sales s\nWHERE spent > 1");
      assertThat(missing.getSQLState()).isEqualTo("42703");
      assertThat(missing.getServerErrorMessage().getPosition()).isEqualTo(29);
      assertThat(missing.getServerErrorMessage().getHint()).contains("spend");
      PSQLException ours =
          failure(
              connection,
              "SELECT * FROM dml_summary(TABLE sales, outcome => 'spend', treatment => 'cupon')");
      assertThat(ours.getSQLState()).isEqualTo("22023");
      assertThat(ours.getServerErrorMessage().getMessage())
          .isEqualTo("dml_summary: treatment => 'cupon': the relation has no such column.");
      assertThat(ours.getServerErrorMessage().getHint()).isEqualTo("Did you mean coupon?");
      assertThat(ours.getServerErrorMessage().getPosition()).isEqualTo(73);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "42601|SELEC 1",
        "42P01|SELECT * FROM nowhere",
        "42703|SELECT nothing FROM sales",
        "42883|SELECT no_such_function(1)",
        "42P07|CREATE TABLE sales (a INTEGER)",
        "22P02|SELECT ('x' || id)::INTEGER FROM sales",
        "22003|SELECT 300::UTINYINT",
        "3F000|CREATE TABLE nowhere.t (a INTEGER)",
        "42501|COPY sales TO 'out.csv'",
        "42501|ATTACH 'other.db' AS other",
        "0A000|SAVEPOINT a",
      })
  void failuresHavePostgresStates(String expected) throws SQLException {
    try (Connection connection = served.connect()) {
      String[] parts = expected.split("\\|", 2);
      assertThat(failure(connection, parts[1]).getSQLState()).isEqualTo(parts[0]);
    }
  }

  private static PSQLException failure(Connection connection, String sql) {
    return catchThrowableOfType(PSQLException.class, () -> run(connection, sql));
  }

  @Test
  void aStatementIsCancelled() throws Exception {
    try (Connection connection = served.connect();
        Statement statement = connection.createStatement()) {
      CompletableFuture<Void> cancelled =
          CompletableFuture.runAsync(
              () -> {
                try {
                  Thread.sleep(500);
                  statement.cancel();
                } catch (InterruptedException | SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      long start = System.nanoTime();
      assertThatThrownBy(
              () ->
                  statement.execute(
                      "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = 7"))
          .extracting(e -> ((SQLException) e).getSQLState())
          .isEqualTo("57014");
      assertThat((System.nanoTime() - start) / 1e9).isLessThan(30);
      cancelled.get();
      assertThat(rows(connection, "SELECT 1")).containsExactly("1");
    }
  }

  @Test
  void aStatementTimesOut() throws Exception {
    try (Connection connection = served.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET statement_timeout = '300ms'");
      assertThatThrownBy(
              () ->
                  statement.execute(
                      "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = 7"))
          .hasMessageContaining("canceling statement due to statement timeout");
    }
  }
}
