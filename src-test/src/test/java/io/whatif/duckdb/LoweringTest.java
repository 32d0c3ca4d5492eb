/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoweringTest {
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

  private List<String> sums(String relation, Object... arguments) throws SQLException {
    return db.rows(
        "SELECT name, n, nulls, total FROM " + db.call(scope, "column_sums", relation, arguments));
  }

  @Test
  void aSummaryReadsTheColumnsNamed() throws SQLException {
    db.run("CREATE TABLE t AS SELECT i AS a, i * 2 AS B, 'x' AS c FROM range(5) r(i)");
    assertThat(sums("FROM t", "controls", List.of("b"))).containsExactly("B|5|0|20.0");
  }

  @Test
  void allColumnsAreReadWhenControlsAreLeftOut() throws SQLException {
    assertThat(sums("SELECT 1 AS a, NULL::INTEGER AS b")).containsExactly("a|1|0|1.0", "b|1|1|0.0");
  }

  @Test
  void aRegularExpressionReadsAllColumns() throws SQLException {
    assertThat(sums("SELECT 1 AS a, 2 AS b", "controls", "COLUMNS(a.*)"))
        .containsExactly("a|1|0|1.0", "b|1|0|2.0");
  }

  @Test
  void everyTypeIsReadAsNumberTextOrNothing() throws SQLException {
    db.run("SET TimeZone = 'Asia/Tokyo'", "CREATE TYPE mood AS ENUM ('sad', 'glad')");
    String relation =
        """
        SELECT true AS bool, 7::TINYINT AS tiny, 1.25::DECIMAL(9, 2) AS dec,
          170141183460469231731687303715884105727::HUGEINT AS huge, 0.5::FLOAT AS flt,
          DATE '1970-01-03' AS day, TIMESTAMP '1970-01-01 12:00:00' AS ts,
          TIMESTAMPTZ '1970-01-01 06:00:00+00' AS tstz, TIMESTAMP_NS '1970-01-02 00:00:00' AS ns,
          'north' AS txt, 'glad'::mood AS enm, [1, 2] AS lst, {'a': 1} AS rec,
          TIME '10:00:00' AS tm, INTERVAL 1 DAY AS iv, 'ab'::BLOB AS blb, '101'::BIT AS bit,
          'infinity'::DATE AS never, MAP {'k': 1} AS mp, 'nan'::DOUBLE AS nan
        """;
    assertThat(
            db.rows(
                "SELECT name, kind, nulls, total, texts FROM "
                    + db.call(scope, "column_sums", relation)))
        .containsExactly(
            "bool|NUMBER|0|1.0|null",
            "tiny|NUMBER|0|7.0|null",
            "dec|NUMBER|0|1.25|null",
            "huge|NUMBER|0|1.7014118346046923E38|null",
            "flt|NUMBER|0|0.5|null",
            "day|NUMBER|0|2.0|null",
            "ts|NUMBER|0|0.5|null",
            "tstz|NUMBER|0|0.25|null",
            "ns|NUMBER|0|1.0|null",
            "txt|TEXT|0|null|[north]",
            "enm|TEXT|0|null|[glad]",
            "lst|UNUSABLE|1|0.0|null",
            "rec|UNUSABLE|1|0.0|null",
            "tm|UNUSABLE|1|0.0|null",
            "iv|UNUSABLE|1|0.0|null",
            "blb|UNUSABLE|1|0.0|null",
            "bit|UNUSABLE|1|0.0|null",
            "never|NUMBER|1|0.0|null",
            "mp|UNUSABLE|1|0.0|null",
            "nan|NUMBER|1|0.0|null");
  }

  @Test
  void columnsNamedLikeOurOwnAreSafe() throws SQLException {
    assertThat(
            sums("SELECT 1 AS h, 2 AS whatif_row, 3 AS r, 4 AS j, 5 AS s, 6 AS c, 7 AS \"q\"\"'\""))
        .containsExactly(
            "h|1|0|1.0",
            "whatif_row|1|0|2.0",
            "r|1|0|3.0",
            "j|1|0|4.0",
            "s|1|0|5.0",
            "c|1|0|6.0",
            "q\"'|1|0|7.0");
    assertThat(
            db.rows(
                "FROM "
                    + db.call(
                        scope,
                        "doubled",
                        "SELECT 1 AS h, 2 AS r, 3 AS j, 4 AS whatif_r",
                        "of",
                        "j")))
        .containsExactly("1|2|3|4|6.0|true");
  }

  @Test
  void aRowWiseFunctionGivesTheRowsBackWithTheirOwnValues() throws SQLException {
    db.run(
        "CREATE TABLE t AS SELECT CASE WHEN i % 7 = 0 THEN NULL ELSE i - 3 END AS x, [i] AS l"
            + " FROM range(100000) r(i)");
    String call = db.call(scope, "doubled", "FROM t", "of", "x");
    assertThat(db.rows("SELECT * FROM " + call + " WHERE l[1] IN (0, 1, 5) ORDER BY l"))
        .containsExactly("null|[0]|null|null", "-2|[1]|-4.0|false", "2|[5]|4.0|true");
    assertThat(
            db.rows(
                "SELECT count(*) FILTER (twice IS DISTINCT FROM 2 * x), count(twice), count(*) FROM "
                    + call))
        .containsExactly("0|85714|100000");
  }

  @Test
  void aRowWiseFunctionTakesARelationOfNoFixedOrderOnce() throws SQLException {
    String call = db.call(scope, "doubled", "SELECT random() AS x FROM range(10000)", "of", "x");
    assertThat(db.rows("SELECT count(*) FILTER (twice <> 2 * x) FROM " + call))
        .containsExactly("0");
  }

  @Test
  void aNameThatTheFunctionAddsIsRefused() {
    assertThat(
            db.failure("FROM " + db.call(scope, "doubled", "SELECT 1 AS x, 2 AS Twice", "of", "x")))
        .isEqualTo(
            "Invalid Input Error: doubled: the relation has a column Twice already, which this"
                + " function adds. Rename it, or SELECT * EXCLUDE (\"Twice\").");
  }

  @Test
  void temporaryTablesAndOpenTransactionsAreSeen() throws SQLException {
    db.run("CREATE TEMP TABLE t AS SELECT 1 AS a", "BEGIN", "INSERT INTO t VALUES (41)");
    assertThat(sums("FROM t", "controls", List.of("a"))).containsExactly("a|2|0|42.0");
    db.run("ROLLBACK");
    assertThat(sums("FROM t", "controls", List.of("a"))).containsExactly("a|1|0|1.0");
  }

  @Test
  void aCommonTableExpressionOfTheStatementIsSeen() throws SQLException {
    assertThat(
            db.rows(
                "WITH w AS (SELECT 5 AS a) SELECT total FROM "
                    + db.call(scope, "column_sums", "FROM w")))
        .containsExactly("5.0");
  }

  @Test
  void parametersStandInTheRelationAndInArguments() throws SQLException {
    CausalCall call =
        new CausalCall(
            SampleFunctions.SUMS,
            "SELECT i AS a FROM range(10) r(i) WHERE i > $1",
            null,
            Map.of("controls", List.of("a")),
            Map.of("times", "$2"));
    String sql = "SELECT total FROM " + Lowering.table(call, scope.token());
    assertThat(db.rows(sql, 7, 10)).containsExactly("170.0");
    assertThat(db.rows(sql, 8, 1)).containsExactly("9.0");
  }

  @Test
  void callsNestAndStandSideBySide() throws SQLException {
    String inner = db.call(scope, "doubled", "SELECT 3 AS x", "of", "x");
    String outer = db.call(scope, "column_sums", "SELECT * FROM " + inner + " AS d");
    assertThat(
            db.rows(
                "SELECT a.total + b.total FROM "
                    + outer
                    + " a, "
                    + outer
                    + " b WHERE a.name = 'twice' AND b.name = 'x'"))
        .containsExactly("9.0");
  }

  @Test
  void anEmptyRelationHasNoRows() throws SQLException {
    assertThat(sums("SELECT 1 AS a WHERE false")).containsExactly("a|0|0|0.0");
    assertThat(db.rows("FROM " + db.call(scope, "doubled", "SELECT 1 AS a WHERE false", "of", "a")))
        .isEmpty();
  }

  @Test
  void nothingRunsOnExplainLimitZeroOrPrepare() throws SQLException {
    String call = db.call(scope, "broken", "SELECT 1 AS a");
    assertThat(db.rows("EXPLAIN FROM " + call)).isNotEmpty();
    assertThat(db.rows("DESCRIBE FROM " + call)).hasSize(1);
    assertThat(db.rows("FROM " + call + " LIMIT 0")).isEmpty();
    db.connection.prepareStatement("FROM " + call).close();
    db.run("CREATE VIEW v AS FROM " + call);
    assertThat(scope.failure()).isEmpty();
    assertThat(db.failure("FROM v")).contains("broken: internal fault");
  }

  @Test
  void theMetadataIsKnownBeforeTheStatementRuns() throws SQLException {
    String call = db.call(scope, "column_sums", "SELECT 1 AS a");
    assertThat(db.rows("SELECT column_name, column_type FROM (DESCRIBE FROM " + call + ")"))
        .containsExactly(
            "name|VARCHAR",
            "type|VARCHAR",
            "kind|VARCHAR",
            "n|BIGINT",
            "nulls|BIGINT",
            "total|DOUBLE",
            "texts|VARCHAR[]");
  }

  @Test
  void aMissingColumnIsToldByTheFunctionWithAllNames() {
    assertThat(
            db.failure(
                "FROM "
                    + db.call(
                        scope, "column_sums", "SELECT 1 AS a, 2 AS b", "controls", List.of("z"))))
        .isEqualTo("Invalid Input Error: column_sums: controls => 'z': is no column of (a, b).");
  }

  @Test
  void thousandsOfTextsOverflowTheDictionary() throws SQLException {
    assertThat(
            db.rows(
                "SELECT texts[1] FROM "
                    + db.call(
                        scope, "column_sums", "SELECT 'k' || i AS a FROM range(250000) r(i)")))
        .containsExactly("OVERFLOW");
  }

  @Test
  void anyNumberOfThreadsReadsTheSameRows() throws SQLException {
    db.run(
        "CREATE TABLE big AS SELECT i AS a, (i * 7919) % 1000 AS b, 'g' || (i % 13) AS g"
            + " FROM range(200000) r(i)");
    String sql = "FROM " + db.call(scope, "column_sums", "FROM big");
    db.run("SET threads = 1");
    List<String> one = db.rows(sql);
    db.run("SET threads = 4");
    assertThat(db.rows(sql)).isEqualTo(one);
    assertThat(one.get(0)).startsWith("a|BIGINT|NUMBER|200000|0|1.99999E10");
  }

  @Test
  void anotherConnectionOfTheInstanceHasTheSameEngine() throws SQLException {
    try (Connection other = db.another()) {
      assertThat(Engine.of(other)).isSameAs(db.engine);
      assertThat(
              Database.rows(
                  other, "SELECT total FROM " + db.call(scope, "column_sums", "SELECT 4 AS a")))
          .containsExactly("4.0");
    }
  }
}
