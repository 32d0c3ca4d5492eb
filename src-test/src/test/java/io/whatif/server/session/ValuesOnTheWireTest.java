/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import static io.whatif.server.process.RawClient.body;
import static io.whatif.server.process.RawClient.types;
import static io.whatif.server.process.Served.rows;
import static io.whatif.server.process.Served.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.server.process.RawClient;
import io.whatif.server.process.RawClient.Answer;
import io.whatif.server.process.RawClient.Body;
import io.whatif.server.process.Served;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** Values at the ends of their types, in results and as parameters. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ValuesOnTheWireTest {
  private static final int NUMERIC = 1700;

  private Served served;

  @BeforeAll
  void serve(@TempDir Path folder) throws Exception {
    served = Served.of(folder.resolve("shop.db"));
  }

  @AfterAll
  void end() throws Exception {
    served.close();
  }

  /** Runs a statement with texts of parameters; the rows' cells, or the SQLSTATE. */
  private static String answer(RawClient client, String sql, int type, String... values)
      throws IOException {
    client.parse("", sql, type).bind("", "", values).execute("", 0).sync();
    return told(client.untilReady());
  }

  private static String told(List<Answer> answers) {
    StringBuilder told = new StringBuilder();
    for (Answer answer : answers) {
      if (answer.type() == 'E') {
        return answer.field('C');
      }
      if (answer.type() == 'D') {
        told.append(new String(answer.body(), 6, answer.body().length - 6, StandardCharsets.UTF_8));
      }
    }
    return told.toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TIME '24:00:00'|24:00:00",
        "'24:00:00'::TIME_NS|24:00:00",
        "TIMETZ '24:00:00+02'|22008",
        "[TIME '24:00:00']|22008",
        "TIMESTAMP_S '290000-01-01'|290000-01-01 00:00:00",
        "'infinity'::TIMESTAMP_S|22008",
        "'-infinity'::TIMESTAMP_MS|-infinity",
        "'infinity'::TIMESTAMP_NS|infinity",
        "DATE '5877642-06-25 (BC)'|5877642-06-25 BC",
      })
  void aValueThatCannotBeSentIsAnErrorThatEndsItsRow(String value, String told) throws IOException {
    try (RawClient client = served.raw().login()) {
      assertThat(told(client.query("SELECT " + value).untilReady())).isEqualTo(told);
      assertThat(types(client.query("SELECT 1").untilReady())).isEqualTo("TDCZ");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void everyTypeOfDuckDbIsSentOrRefused(int format) throws IOException {
    try (RawClient client = served.raw().login()) {
      client.query("CREATE OR REPLACE TEMP TABLE every AS FROM test_all_types()").untilReady();
      List<Answer> columns = client.query("SELECT column_name FROM (DESCRIBE every)").untilReady();
      for (Answer column : columns) {
        if (column.type() != 'D') {
          continue;
        }
        String name = told(List.of(column));
        client.parse("", "SELECT \"" + name + "\" FROM every");
        Body bind = body().string("").string("").int16(0).int16(0).int16(1).int16(format);
        client.send('B', bind).execute("", 0).sync();
        List<Answer> answers = client.untilReady();
        assertThat(types(answers)).as(name).matches("12D{3}CZ|12D*EZ");
        if (types(answers).contains("E")) {
          assertThat(told(answers)).as(name).isEqualTo("22008");
        }
      }
      assertThat(types(client.query("FROM every").untilReady())).matches("TD*[CE]Z");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SELECT $1, 1e5, 100000",
    "SELECT $1, 1e39, 22003",
    "SELECT $1, 1e-999999999, 22003",
    "SELECT $1, 123456789012345678901234567890123456789, 22003",
    "SELECT $1, 99999999999999999999999999999999999999, 99999999999999999999999999999999999999",
    "SELECT $1, 1.50000000000000000000000000000000000000000000, 1.5",
    "INSERT INTO narrow VALUES ($1), 123456789012345678901234567890123456789.5, 22003",
    "INSERT INTO real VALUES ($1) RETURNING r, 1e39, 1e+39",
    "INSERT INTO real VALUES ($1) RETURNING r, 1e-999999999, 0",
    "INSERT INTO real VALUES ($1) RETURNING r, 1e999, 22003",
  })
  void aNumericIsKeptOrRefused(String sql, String value, String told) throws IOException {
    try (RawClient client = served.raw().login()) {
      client.query(
          "CREATE TEMP TABLE narrow (n DECIMAL(18, 3)); CREATE TEMP TABLE real (r DOUBLE)");
      client.untilReady();
      assertThat(answer(client, sql, NUMERIC, value)).isEqualTo(told);
    }
  }

  @Test
  @Timeout(5)
  void aNumericOfVeryManyDigitsIsRefusedAtOnce() throws IOException {
    try (RawClient client = served.raw().login()) {
      assertThat(answer(client, "SELECT $1", NUMERIC, "9".repeat(1_000_000))).isEqualTo("22003");
      assertThat(answer(client, "SELECT $1", NUMERIC, "1." + "0".repeat(1_000))).isEqualTo("1");
    }
  }

  @ParameterizedTest
  @Timeout(5)
  @ValueSource(ints = {32767, -32767})
  void aBinaryNumericOfAnyWeightIsRefusedOrRounded(int weight) throws IOException {
    try (RawClient client = served.raw().login()) {
      client.parse("", "SELECT $1", NUMERIC);
      Body bind = body().string("").string("").int16(1).int16(1).int16(1).int32(10);
      bind.int16(1).int16(weight).int16(0).int16(weight < 0 ? 16383 : 0).int16(1).int16(0);
      client.send('B', bind).execute("", 0).sync();
      assertThat(told(client.untilReady())).matches(weight < 0 ? "0\\.0{38}" : "22003");
    }
  }

  @Test
  void numbersOfAnyPrecisionComeBackFromOneStatement() throws SQLException {
    try (Connection connection = served.connect("prepareThreshold", "1");
        PreparedStatement select =
            connection.prepareStatement("SELECT ?, x FROM (VALUES (7), (8)) AS t (x)")) {
      for (String number : new String[] {"1.5", "100", "0.123456", "-12345678901234567890.5"}) {
        for (int i = 0; i < 3; i++) {
          select.setBigDecimal(1, new BigDecimal(number));
          try (ResultSet rows = select.executeQuery()) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getBigDecimal(1)).isEqualTo(new BigDecimal(number));
            assertThat(rows.getInt(2)).isEqualTo(7);
          }
        }
      }
      select.setBigDecimal(1, null);
      try (ResultSet rows = select.executeQuery()) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getBigDecimal(1)).isNull();
      }
    }
  }

  @Test
  void theTypeOfANumericIsTold() throws IOException {
    try (RawClient client = served.raw().login()) {
      client.parse("", "SELECT $1, typeof($1)", NUMERIC).bind("", "", "1.25");
      client.describe('P', "").execute("", 0).sync();
      List<Answer> answers = client.untilReady();
      assertThat(types(answers)).isEqualTo("12TDCZ");
      assertThat(answers.get(3).text()).contains("1.25").contains("DECIMAL(3,2)");
    }
  }

  @Test
  void aDateThatAClientWritesWithAZoneIsThatDate() throws SQLException {
    try (Connection connection = served.connect();
        PreparedStatement select = connection.prepareStatement("SELECT ?::DATE::VARCHAR")) {
      run(connection, "CREATE TEMP TABLE days (d DATE)");
      try (PreparedStatement insert = connection.prepareStatement("INSERT INTO days VALUES (?)")) {
        insert.setDate(1, Date.valueOf("2020-02-29"));
        insert.execute();
      }
      assertThat(rows(connection, "SELECT d FROM days")).containsExactly("2020-02-29");
      select.setDate(1, Date.valueOf("2020-02-29"));
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        assertThat(rows.getString(1)).isEqualTo("2020-02-29");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "DATE, 0044-03-15 BC",
    "DATE, 0044-03-15 BC +00",
    "TIMESTAMP, 0044-03-15 01:02:03.5 BC",
    "TIMESTAMPTZ, 0044-03-15 01:02:03.5+00 BC",
  })
  void aDateBeforeChristIsReadAsItIsPrinted(String type, String value) throws IOException {
    try (RawClient client = served.raw().login()) {
      client.query("SET TimeZone = 'UTC'").untilReady();
      assertThat(answer(client, "SELECT $1::" + type, 0, value))
          .isEqualTo(value.replace("BC +00", "BC"));
    }
  }

  @Test
  void whatIsCopiedOutIsCopiedInAgain() throws Exception {
    try (Connection connection = served.connect()) {
      run(
          connection,
          """
          CREATE TEMP TABLE odd AS SELECT DATE '0044-03-15 (BC)' AS d,
            TIMESTAMP '0044-03-15 (BC) 01:02:03.5' AS t, TIMESTAMPTZ '0044-03-15 (BC) 01:02:03+00' AS z,
            INTERVAL '14 months -3 days 14706700000 microseconds' AS i""");
      run(connection, "CREATE TEMP TABLE again AS FROM odd LIMIT 0");
      CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
      StringWriter out = new StringWriter();
      copy.copyOut("COPY odd TO STDOUT", out);
      assertThat(out.toString()).contains("1 year 2 mons -3 days +04:05:06.7").contains(" BC");
      copy.copyIn("COPY again FROM STDIN", new StringReader(out.toString()));
      assertThat(rows(connection, "FROM again EXCEPT FROM odd")).isEmpty();
      assertThat(rows(connection, "SELECT count(*) FROM again")).containsExactly("1");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "COPY typed FROM STDIN|1\\t2020-01-01\\n2\\tx\\n",
        "COPY typed FROM STDIN (FORMAT csv, HEADER)|n,d\\n2,x\\n",
        "COPY typed (d, n) FROM STDIN (FORMAT csv)|2020-01-01,1\\nx,2\\n",
      })
  void aCopiedValueThatCannotBeReadIsTold(String sql, String lines) throws Exception {
    try (Connection connection = served.connect()) {
      run(connection, "CREATE TEMP TABLE typed (n INTEGER CHECK (n < 100), d DATE)");
      CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
      StringReader in = new StringReader(lines.replace("\\t", "\t").replace("\\n", "\n"));
      assertThatThrownBy(() -> copy.copyIn(sql, in))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22P02"))
          .hasMessageContaining("invalid input for type DATE: \"x\" (line 2, column \"d\")");
      assertThatThrownBy(
              () -> copy.copyIn("COPY typed FROM STDIN (FORMAT csv)", new StringReader("100,\n")))
          .hasMessageContaining("CHECK constraint");
      assertThat(rows(connection, "SELECT count(*) FROM typed")).containsExactly("0");
    }
  }

  @Test
  void copiedTextsMayHaveTheirBytesAsNumbers() throws Exception {
    try (Connection connection = served.connect()) {
      run(connection, "CREATE TEMP TABLE texts (t VARCHAR)");
      CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
      String lines = "\\x41\n\\101b\n\\303\\251\n\\xc3\\xa9!\n\\x\n\\x4g\n\\\\x41\n";
      copy.copyIn("COPY texts FROM STDIN", new StringReader(lines));
      assertThat(rows(connection, "FROM texts"))
          .containsExactly("A", "Ab", "é", "é!", "x", "\u0004g", "\\x41");
      assertThatThrownBy(() -> copy.copyIn("COPY texts FROM STDIN", new StringReader("\\xff\n")))
          .hasMessageContaining("invalid byte sequence for encoding \"UTF8\"");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1 year 2 mons -3 days +04:05:06.7, 1 year 2 mons -3 days +04:05:06.7",
    "-1 years -2 mons +3 days -04:05:06, -1 years -2 mons +3 days -04:05:06",
    "P1Y2M3DT4H, 1 year 2 mons 3 days 04:00:00",
    "P2W, 14 days",
    "PT-1.5S, -00:00:01.5",
    "3 hours 2 minutes, 03:02:00",
    "00:00:00, 00:00:00",
    "nothing, 22P02",
    "P, 22P02",
  })
  void anIntervalIsReadInTheStylesOfPostgres(String given, String told) throws IOException {
    try (RawClient client = served.raw().login()) {
      assertThat(answer(client, "SELECT $1::INTERVAL", 0, given)).isEqualTo(told);
    }
  }

  @Test
  void aMessageThatSaysWhatCannotBeDoesNotEndTheSession() throws IOException {
    try (RawClient client = served.raw().login()) {
      Body formats = body().string("").string("").int16(3).int16(0).int16(0).int16(0);
      formats.int16(2).int32(-1).int32(-1).int16(0);
      client.parse("", "SELECT $1::INT, $2::INT").send('B', formats).sync();
      assertThat(told(client.untilReady())).isEqualTo("08P01");
      Body format = body().string("").string("").int16(1).int16(7).int16(1).int32(-1).int16(0);
      client.parse("", "SELECT $1::INT").send('B', format).sync();
      assertThat(told(client.untilReady())).isEqualTo("22023");
      Body result = body().string("").string("").int16(0).int16(0).int16(1).int16(9);
      client.parse("", "SELECT 1").send('B', result).sync();
      assertThat(told(client.untilReady())).isEqualTo("22023");
      client.describe('Z', "").sync();
      assertThat(told(client.untilReady())).isEqualTo("08P01");
      assertThat(types(client.query("SELECT 1").untilReady())).isEqualTo("TDCZ");
    }
  }

  @Test
  void moreColumnsThanPostgresHasAreRefused() throws IOException {
    try (RawClient client = served.raw().login()) {
      List<Answer> most = client.query("SELECT " + "1,".repeat(1663) + "1").untilReady();
      assertThat(types(most)).isEqualTo("TDCZ");
      List<Answer> more = client.query("SELECT " + "1,".repeat(1664) + "1").untilReady();
      assertThat(told(more)).isEqualTo("54011");
      client.parse("", "SELECT " + "1,".repeat(1664) + "1").sync();
      assertThat(told(client.untilReady())).isEqualTo("54011");
    }
  }

  @Test
  @Timeout(5)
  void manyParametersWithoutTypesAreSettledTogether() throws IOException {
    try (RawClient client = served.raw().login()) {
      List<String> places = new ArrayList<>();
      List<String> values = new ArrayList<>();
      for (int i = 1; i <= 400; i++) {
        places.add("$" + i);
        values.add("v" + i);
      }
      String sql = "SELECT " + String.join(",", places) + " FROM range(3) AS t (x) WHERE x = $401";
      values.add("1");
      client.parse("", sql).bind("", "", values.toArray(String[]::new)).execute("", 0).sync();
      List<Answer> answers = client.untilReady();
      assertThat(types(answers)).isEqualTo("12DCZ");
      assertThat(answers.get(2).text()).contains("v400");
    }
  }

  @Test
  void aParameterThatIsLeftOutHasNoType() throws IOException {
    try (RawClient client = served.raw().login()) {
      client.parse("", "SELECT $2::INT").sync();
      List<Answer> answers = client.untilReady();
      assertThat(answers.get(0).field('C')).isEqualTo("42P18");
      assertThat(answers.get(0).field('M'))
          .isEqualTo("could not determine data type of parameter $1");
      assertThat(told(client.query("SELECT $1::INT").untilReady())).isEqualTo("42P02");
    }
  }
}
