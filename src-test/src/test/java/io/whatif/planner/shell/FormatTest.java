/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.planner.jdbc.DirectConnection;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Properties;
import org.junit.jupiter.api.Test;

final class FormatTest {

  private static String written(Format format, String script) throws SQLException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DirectConnection connection = DirectConnection.open("jdbc:whatif:", new Properties());
        PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
      new SqlRunner(connection, out, format).run(script);
    }
    return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  @Test
  void jsonNumbersReadBackToTheSameBits() throws SQLException {
    assertThat(
            written(
                Format.JSON,
                """
                SELECT 0.1::DOUBLE + 0.2 AS a, 9223372036854775807 AS b,
                  170141183460469231731687303715884105727::HUGEINT AS c,
                  1.20::DECIMAL(5, 2) AS d, 1e300::DOUBLE AS e, 0.1::FLOAT AS f,
                  18446744073709551615::UBIGINT AS g"""))
        .isEqualTo(
            "[{\"a\":0.30000000000000004,\"b\":9223372036854775807,"
                + "\"c\":170141183460469231731687303715884105727,\"d\":1.20,\"e\":1.0E300,\"f\":0.1,"
                + "\"g\":18446744073709551615}]\n");
  }

  @Test
  void jsonKeepsNestedValuesTimesAndTexts() throws SQLException {
    assertThat(
            written(
                Format.JSON,
                """
                SELECT [1, NULL] AS a, {'x': 1, 'y': [{'z': 'q"'}]} AS b, map {'k': 1} AS c,
                  DATE '2020-01-02' AS d, TIMESTAMP '2020-01-02 03:04:05.678' AS e,
                  TIME '01:02:03' AS f, NULL AS g, true AS h, 'NaN'::DOUBLE AS i,
                  E'a\\nb' AS j"""))
        .isEqualTo(
            "[{\"a\":[1,null],\"b\":{\"x\":1,\"y\":[{\"z\":\"q\\\"\"}]},\"c\":{\"k\":1},"
                + "\"d\":\"2020-01-02\",\"e\":\"2020-01-02T03:04:05.678\",\"f\":\"01:02:03\","
                + "\"g\":null,\"h\":true,\"i\":\"NaN\",\"j\":\"a\\nb\"}]\n");
  }

  @Test
  void eachResultIsOneLineOfJsonAndChangesAreSilent() throws SQLException {
    assertThat(
            written(
                Format.JSON,
                """
                CREATE TABLE t (i INT); INSERT INTO t VALUES (1), (2); UPDATE t SET i = i + 1;
                FROM t; SET threads = 2; DELETE FROM t; FROM t;"""))
        .isEqualTo("[{\"i\":2},{\"i\":3}]\n[]\n");
  }

  @Test
  void csvQuotesWhatItMustAndParts() throws SQLException {
    assertThat(
            written(
                Format.CSV,
                "SELECT 1 AS a, 'x,\"y' AS b, '' AS c, NULL AS d, [1, 2] AS e; SELECT 2 AS z"))
        .isEqualTo("a,b,c,d,e\r\n1,\"x,\"\"y\",\"\",,\"[1,2]\"\r\n\r\nz\r\n2\r\n");
  }

  @Test
  void tablesAlignAndRoundForPeople() throws SQLException {
    assertThat(
            written(
                Format.TABLE,
                """
                SELECT * FROM (VALUES ('one', 1.23456789::DOUBLE, 1), ('three', 1234567.8, NULL),
                  (NULL, 0.00001234, 300)) t(name, value, n)"""))
        .isEqualTo(
            """
            name       value     n
            -----  ---------  ----
            one      1.23457     1
            three    1234568  NULL
            NULL   1.234e-05   300
            """);
  }

  @Test
  void warningsStandBelowTheTable() throws SQLException {
    assertThat(
            written(
                Format.TABLE,
                """
                SELECT * FROM (VALUES
                  ('a', [{'code': 'thin', 'severity': 'caution', 'message': 'look out'}]),
                  ('b', [])) t(term, warnings)"""))
        .isEqualTo(
            """
            term
            ----
            a
            b
            warnings of a:
              thin (caution): look out
            """);
  }

  @Test
  void warningsOfGroupsNameTheirKeysAndBreakAtOneHundredCharacters() throws SQLException {
    String words = "word ".repeat(25).strip();
    assertThat(
            written(
                Format.TABLE,
                """
                SELECT * FROM (VALUES
                  (0, 'x', 1.5::DOUBLE, [{'code': 'thin', 'severity': 'info', 'message': '%1$s'}]),
                  (0, NULL, 2.5, [{'code': 'thin', 'severity': 'info', 'message': 'short'}]),
                  (1, 'x', 3.5, [])) t(shop, kind, estimate, warnings)"""
                    .formatted(words)))
        .isEqualTo(
            """
            shop  kind  estimate
            ----  ----  --------
               0  x          1.5
               0  NULL       2.5
               1  x          3.5
            warnings of shop 0, kind x:
              thin (info): %s
                %s
            warnings of shop 0, kind NULL:
              thin (info): short
            """
                .formatted("word ".repeat(17).strip(), "word ".repeat(8).strip()));
  }

  @Test
  void aTextAloneStaysOnOneLineSoThatItCanBeCopied() throws SQLException {
    String text = "CASE WHEN \"a\" = 'New York' THEN 1 END ".repeat(4).strip();
    assertThat(written(Format.TABLE, "SELECT '" + text.replace("'", "''") + "' AS cate_sql"))
        .isEqualTo("cate_sql\n" + "-".repeat(140) + "\n" + text + "\n");
  }

  @Test
  void plansAreDrawnAsTheyAre() throws SQLException {
    String plan =
        written(
            Format.TABLE,
            """
            CREATE TABLE t AS SELECT range AS a_column_with_a_name_that_is_rather_long FROM range(9);
            EXPLAIN SELECT a_column_with_a_name_that_is_rather_long * 1000000 + 1 AS x FROM t""");
    assertThat(plan)
        .startsWith("physical_plan\n-------------")
        .contains("a_name_that_is_rather_long");
    assertThat(plan.lines().skip(2)).allMatch(line -> "╭│╰".indexOf(line.charAt(0)) >= 0);
  }

  @Test
  void eachWarningIsToldOnceWithThePlaceOfItsStatement() throws SQLException {
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    try (DirectConnection connection = DirectConnection.open("jdbc:whatif:", new Properties());
        PrintStream out =
            new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
        PrintStream errors = new PrintStream(told, true, StandardCharsets.UTF_8)) {
      new SqlRunner(connection, out, errors, Format.TABLE)
          .run(
              """
              CREATE TABLE t AS SELECT i % 7 AS x, i % 2 AS d, i % 7 + i % 2 + i % 11 AS y
              FROM range(300) AS r(i);
              FROM cate_fit(t, model => 'm', outcome => 'y', treatment => 'd', features => 'x', reps => 1);
              CREATE TEMP VIEW mine AS SELECT cate_effect('m') FROM t;
              PREPARE p AS SELECT cate_effect('m', ?);
                CREATE VIEW first AS SELECT cate_effect('m') FROM t;
              CREATE MACRO second(x) AS cate_effect('m', x);""");
    }
    assertThat(told.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "Warning: this view or macro scores by Whatif, and fails on a connection without it."
                + " cate_publish('model') makes macros that need no Whatif. (line 6, column 3)");
  }

  @Test
  void aWideRowIsWrittenAColumnALine() throws SQLException {
    String wide = "x".repeat(59) + " " + "y".repeat(50);
    assertThat(
            written(
                Format.TABLE,
                "SELECT 1 AS a, '"
                    + wide
                    + "' AS b, '"
                    + wide
                    + "' AS c, '"
                    + wide
                    + "' AS long_d"))
        .isEqualTo(
            "a       1\n"
                + "b       %1$s\n        %2$s\nc       %1$s\n        %2$s\nlong_d  %1$s\n        %2$s\n"
                    .formatted("x".repeat(59), "y".repeat(50)));
  }

  @Test
  void demoScriptsSpeakBetweenTheirStatements() throws SQLException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DirectConnection connection = DirectConnection.open("jdbc:whatif:", new Properties());
        PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
      DemoCommand.run("--| First\nSELECT 1\n AS a;\n-- silent\n--| Last", connection, out);
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n"))
        .isEqualTo("First\na\n-\n1\nLast\n");
  }
}
