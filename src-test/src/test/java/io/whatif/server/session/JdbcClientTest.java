/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import static io.whatif.server.process.Served.rows;
import static io.whatif.server.process.Served.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.whatif.server.process.Served;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.util.PGobject;
import org.postgresql.util.PSQLException;

/** What Java's clients do, through PostgreSQL's own driver. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JdbcClientTest {
  private Served served;

  @BeforeAll
  void serve(@TempDir Path folder) throws Exception {
    served = Served.of(folder.resolve("shop.db"));
    try (Connection connection = served.connect()) {
      run(
          connection,
          """
          CREATE TABLE sales AS SELECT i AS id, (i % 2)::DOUBLE AS coupon, (i % 7)::DOUBLE AS age,
            10 + 3 * (i % 2) + (i % 7) + ((i * 7919) % 13) / 10.0 AS spend
          FROM range(2000) t(i)""");
    }
  }

  @AfterAll
  void end() throws Exception {
    served.close();
  }

  @Test
  void aCausalCallIsAnswered() throws SQLException {
    try (Connection connection = served.connect()) {
      List<String> rows =
          rows(
              connection,
              "SELECT term, round(estimate, 1), n FROM dml_summary(TABLE sales, outcome => 'spend',"
                  + " treatment => 'coupon', controls => ['age'])");
      assertThat(rows).containsExactly("treatment|3|2000");
    }
  }

  @Test
  void aModelThatIsFittedInATransactionGoesWithItsRollback() throws SQLException {
    try (Connection connection = served.connect()) {
      connection.setAutoCommit(false);
      String fit =
          "SELECT model FROM cate_fit(TABLE sales, model => 'gone', outcome => 'spend',"
              + " treatment => 'coupon', features => ['age'])";
      assertThat(rows(connection, fit)).containsExactly("gone");
      assertThat(rows(connection, "SELECT count(*) FROM cate_models() WHERE name = 'gone'"))
          .containsExactly("1");
      connection.rollback();
      assertThat(rows(connection, "SELECT count(*) FROM cate_models() WHERE name = 'gone'"))
          .containsExactly("0");
    }
  }

  /** The fifth run of a prepared statement is the first whose values travel in binary. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void valuesOfAllTypesComeBackAsTheyWereSent(int threshold) throws Exception {
    try (Connection connection =
            served.connect(
                "prepareThreshold",
                threshold == 0 ? "0" : "-1",
                "binaryTransfer",
                threshold == 0 ? "false" : "true");
        PreparedStatement statement =
            connection.prepareStatement(
                """
                SELECT ?::BOOLEAN, ?::SMALLINT, ?::INTEGER, ?::BIGINT, ?::REAL, ?::DOUBLE,
                  ?::DECIMAL(20, 5), ?::VARCHAR, ?::BLOB, ?::DATE, ?::TIME, ?::TIMESTAMP,
                  ?::TIMESTAMPTZ, ?::UUID, ?::JSON, ?::INTEGER[], ?::VARCHAR[], ?::DOUBLE[]""")) {
      UUID uuid = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
      Object[] values = {
        true,
        (short) -7,
        42,
        1L << 40,
        1.5f,
        0.1,
        new BigDecimal("-12345678.90000"),
        "a'b\u00e9\u4e2d",
        new byte[] {0, (byte) 0xff, 5},
        LocalDate.of(1969, 7, 20),
        LocalTime.of(1, 2, 3, 456_000),
        LocalDateTime.of(2020, 2, 29, 23, 59, 59, 123_456_000),
        OffsetDateTime.parse("2020-02-29T23:59:59.5+02:00"),
        uuid,
        "{\"a\": [1]}"
      };
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.setArray(16, connection.createArrayOf("int4", new Object[] {1, null, -3}));
      statement.setArray(
          17, connection.createArrayOf("text", new Object[] {"a b", "", null, "q\"\\,{}", "NULL"}));
      statement.setArray(18, connection.createArrayOf("float8", new Object[] {0.5, null}));
      try (ResultSet row = statement.executeQuery()) {
        assertThat(row.next()).isTrue();
        assertThat(row.getBoolean(1)).isTrue();
        assertThat(row.getShort(2)).isEqualTo((short) -7);
        assertThat(row.getInt(3)).isEqualTo(42);
        assertThat(row.getLong(4)).isEqualTo(1L << 40);
        assertThat(row.getFloat(5)).isEqualTo(1.5f);
        assertThat(row.getDouble(6)).isEqualTo(0.1);
        assertThat(row.getBigDecimal(7)).isEqualTo(new BigDecimal("-12345678.90000"));
        assertThat(row.getString(8)).isEqualTo("a'b\u00e9\u4e2d");
        assertThat(row.getBytes(9)).containsExactly(0, 0xff, 5);
        assertThat(row.getObject(10, LocalDate.class)).isEqualTo(values[9]);
        assertThat(row.getObject(11, LocalTime.class)).isEqualTo(values[10]);
        assertThat(row.getObject(12, LocalDateTime.class)).isEqualTo(values[11]);
        assertThat(row.getObject(13, OffsetDateTime.class).toInstant())
            .isEqualTo(((OffsetDateTime) values[12]).toInstant());
        assertThat(row.getObject(14)).isEqualTo(uuid);
        assertThat(((PGobject) row.getObject(15)).getValue()).isEqualTo("{\"a\": [1]}");
        assertThat((Object[]) row.getArray(16).getArray()).containsExactly(1, null, -3);
        assertThat((Object[]) row.getArray(17).getArray())
            .containsExactly("a b", "", null, "q\"\\,{}", "NULL");
        assertThat((Object[]) row.getArray(18).getArray()).containsExactly(0.5, null);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1"})
  void whatDuckDbHoldsArrivesInBothFormats(String threshold) throws SQLException {
    try (Connection connection = served.connect("prepareThreshold", threshold);
        PreparedStatement statement =
            connection.prepareStatement(
                """
                SELECT NULL::INTEGER, 'NaN'::DOUBLE, '-Infinity'::DOUBLE, 1e300::DOUBLE, 'infinity'::DATE,
                  interval '1 year 2 months -3 days 04:05:06.7', 255::UTINYINT,
                  170141183460469231731687303715884105727::HUGEINT, 0.00::DECIMAL(4,2), [1.5::REAL],
                  [true, NULL], []::INTEGER[], {'a': 1}, DATE '0044-03-15 (BC)', 123.45::DECIMAL(9,4),
                  [DATE '2020-01-02'], 10000::DECIMAL(9,4)""");
        ResultSet row = statement.executeQuery()) {
      assertThat(row.next()).isTrue();
      assertThat(row.getObject(1)).isNull();
      assertThat(row.getDouble(2)).isNaN();
      assertThat(row.getDouble(3)).isEqualTo(Double.NEGATIVE_INFINITY);
      assertThat(row.getDouble(4)).isEqualTo(1e300);
      assertThat(row.getString(5)).isEqualTo("infinity");
      assertThat(row.getString(6)).startsWith("1 year");
      assertThat(row.getInt(7)).isEqualTo(255);
      assertThat(row.getBigDecimal(8))
          .isEqualTo(new BigDecimal("170141183460469231731687303715884105727"));
      assertThat(row.getBigDecimal(9)).isEqualTo(new BigDecimal("0.00"));
      assertThat((Object[]) row.getArray(10).getArray()).containsExactly(1.5f);
      assertThat((Object[]) row.getArray(11).getArray()).containsExactly(true, null);
      assertThat((Object[]) row.getArray(12).getArray()).isEmpty();
      assertThat(row.getString(13)).isEqualTo("{'a': 1}");
      assertThat(row.getString(14)).isEqualTo("0044-03-15 BC");
      assertThat(row.getBigDecimal(15)).isEqualTo(new BigDecimal("123.4500"));
      assertThat((Object[]) row.getArray(16).getArray())
          .containsExactly(Date.valueOf("2020-01-02"));
      assertThat(row.getBigDecimal(17)).isEqualTo(new BigDecimal("10000.0000"));
    }
  }

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

  @Test
  void rowsAreCopiedInAndOut() throws Exception {
    try (Connection connection = served.connect()) {
      run(
          connection,
          "CREATE TABLE copied (a INTEGER, b VARCHAR, c DOUBLE, d DATE, e BOOLEAN, f BLOB, g INTEGER[])");
      CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
      String text =
          "1\ta\\tb\t1.5\t2020-01-02\tt\t\\\\x00ff\t{1,2}\n2\t\\N\tNaN\t\\N\tf\t\\N\t{}\n";
      assertThat(copy.copyIn("COPY copied FROM STDIN", new StringReader(text))).isEqualTo(2);
      StringWriter out = new StringWriter();
      assertThat(copy.copyOut("COPY (SELECT * FROM copied ORDER BY a) TO STDOUT", out))
          .isEqualTo(2);
      assertThat(out.toString()).isEqualTo(text);
      String csv = "b,a\n\"x, \"\"y\"\"\",3\n,4\n\"\",5\n\"two\nlines\",6\n";
      assertThat(
              copy.copyIn(
                  "COPY copied (b, a) FROM STDIN WITH (FORMAT csv, HEADER)", new StringReader(csv)))
          .isEqualTo(4);
      StringWriter again = new StringWriter();
      copy.copyOut(
          "COPY (SELECT b, a FROM copied WHERE a > 2 ORDER BY a) TO STDOUT WITH CSV HEADER", again);
      assertThat(again.toString()).isEqualTo(csv);
      StringWriter bars = new StringWriter();
      copy.copyOut("COPY (SELECT NULL, 'a|b', 'c') TO STDOUT (DELIMITER '|', NULL '-')", bars);
      assertThat(bars.toString()).isEqualTo("-|a\\|b|c\n");
    }
  }

  @Test
  void aCopyThatFailsKeepsNoRow() throws Exception {
    try (Connection connection = served.connect()) {
      run(connection, "CREATE TABLE kept (a INTEGER, b VARCHAR)");
      CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
      StringBuilder many = new StringBuilder();
      for (int i = 0; i < 50_000; i++) {
        many.append(i).append("\tname ").append(i).append('\n');
      }
      String bad = many + "x\ty\n";
      assertThatThrownBy(() -> copy.copyIn("COPY kept FROM STDIN", new StringReader(bad)))
          .extracting(e -> ((SQLException) e).getSQLState())
          .isEqualTo("22P02");
      assertThatThrownBy(() -> copy.copyIn("COPY kept FROM STDIN", new StringReader("1\ta\n2\n")))
          .hasMessageContaining("missing data for column \"b\", line 2");
      assertThat(rows(connection, "SELECT count(*) FROM kept")).containsExactly("0");
      assertThat(copy.copyIn("COPY kept FROM STDIN", new StringReader(many.toString())))
          .isEqualTo(50_000);
      assertThat(rows(connection, "SELECT count(*), sum(a) FROM kept"))
          .containsExactly("50000|1249975000");
    }
  }

  @Test
  void parametersOfWhichNobodyKnowsTheTypeAreText() throws SQLException {
    try (Connection connection = served.connect();
        PreparedStatement statement = connection.prepareStatement("SELECT ?, ? || 'x', ? + 1")) {
      statement.setString(1, "12");
      statement.setString(2, "a");
      statement.setInt(3, 4);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        assertThat(row.getString(1)).isEqualTo("12");
        assertThat(row.getString(2)).isEqualTo("ax");
        assertThat(row.getInt(3)).isEqualTo(5);
      }
    }
  }

  @Test
  void aModelIsScoredWithParameters() throws SQLException {
    try (Connection connection = served.connect()) {
      rows(
          connection,
          "SELECT model FROM cate_fit(TABLE sales, model => 'lift', outcome => 'spend',"
              + " treatment => 'coupon', features => ['age'], if_exists => 'replace')");
      try (PreparedStatement statement =
          connection.prepareStatement("SELECT cate_effect('lift', ?::DOUBLE)")) {
        statement.setDouble(1, 3);
        try (ResultSet row = statement.executeQuery()) {
          row.next();
          assertThat(row.getDouble(1)).isBetween(2.5, 3.5);
        }
      }
      Array none = connection.createArrayOf("int4", new Object[0]);
      assertThat((Object[]) none.getArray()).isEmpty();
    }
  }
}
