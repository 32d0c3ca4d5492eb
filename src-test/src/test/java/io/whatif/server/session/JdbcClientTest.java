/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import static io.whatif.server.process.Served.rows;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PGobject;

/** What Java's clients do, through PostgreSQL's own driver. */
final class JdbcClientTest extends JdbcSales {
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
