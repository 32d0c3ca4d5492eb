/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.duckdb.Engine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Causal calls in every kind of statement give what they give by themselves. */
final class CausalCallsAnywhereTest {
  private static final String ARGUMENTS =
      "outcome => 'y', treatment => 'd', controls => ['a', 'b'], reps => 1,"
          + " outcome_learner => 'ols', treatment_learner => 'logit'";

  private final Connection connection = Study.open();

  CausalCallsAnywhereTest() throws SQLException {}

  @BeforeEach
  void open() throws SQLException {
    Engine.of(connection);
    run(Study.TABLE);
    run("CREATE TABLE half AS FROM study WHERE id % 2 = 0");
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  private void run(String sql) throws SQLException {
    Study.run(connection, sql);
  }

  private List<Object> column(String sql) throws SQLException {
    return Study.column(connection, sql);
  }

  private static String summary(String relation) {
    return "dml_summary(" + relation + ", " + ARGUMENTS + ")";
  }

  /** The estimate over {@code relation}, in a statement of nothing else. */
  private Object estimate(String relation) throws SQLException {
    return column("SELECT estimate FROM " + summary(relation)).get(0);
  }

  /** How many sessions were opened since the last time it was asked, or before. */
  private long sessions() throws SQLException {
    return (long) column("SELECT h FROM whatif_open('')").get(0);
  }

  private void assertOpensNoSession(String sql) throws SQLException {
    long before = sessions();
    column(sql);
    assertThat(sessions() - before - 1).as(sql).isZero();
  }

  // ---- common tables ----

  @ParameterizedTest
  @ValueSource(
      strings = {
        "WITH h AS (FROM half) SELECT estimate FROM %s",
        "WITH h AS MATERIALIZED (FROM half) SELECT estimate FROM %s",
        "WITH RECURSIVE h AS (FROM half) SELECT estimate FROM %s",
        "WITH half AS (FROM study), h AS (FROM main.half) SELECT estimate FROM %s",
        "WITH h AS (FROM study) SELECT (WITH h AS (FROM half) SELECT estimate FROM %s) AS e",
        "WITH h AS (FROM study), e AS (WITH h AS (FROM half) SELECT estimate FROM %s) FROM e",
        "WITH h AS (FROM half), e AS (SELECT estimate FROM %s) SELECT * FROM e WHERE estimate IS NOT NULL",
        "WITH g AS (FROM half), h AS (FROM g) SELECT estimate FROM (SELECT * FROM (SELECT * FROM %s))",
        "WITH h(id, a, b, d, y) AS (SELECT id, a, b, d, y FROM half) SELECT s.estimate FROM h JOIN %s s ON h.id = 0",
        "SELECT x.estimate FROM (WITH h AS (FROM half) SELECT estimate FROM %s) x"
      })
  void aRelationMayBeACommonTable(String sql) throws SQLException {
    Object expected = estimate("TABLE half");
    assertThat(column(sql.formatted(summary("TABLE h")))).first().isEqualTo(expected);
    assertThat(column(sql.formatted(summary("(SELECT * FROM h)")))).first().isEqualTo(expected);
    assertThat(column(sql.formatted(summary("h")))).first().isEqualTo(expected);
  }

  @Test
  void aRelationMayHideATableByACommonTableOfItsOwn() throws SQLException {
    assertThat(estimate("(WITH study AS (FROM half) FROM study)")).isEqualTo(estimate("half"));
  }

  // ---- queries ----

  @Test
  void joinsReadEachCallForItself() throws SQLException {
    Object all = estimate("study");
    Object half = estimate("half");
    assertThat(
            column(
                "SELECT [s.estimate, h.estimate] FROM %s s JOIN %s h USING (term) LEFT JOIN study t ON t.id = 1"
                    .formatted(summary("study"), summary("half"))))
        .singleElement()
        .hasToString("[" + all + ", " + half + "]");
    assertThat(
            column(
                "SELECT estimate FROM %s s, (SELECT max(id) AS top FROM study) WHERE s.n > top"
                    .formatted(summary("study"))))
        .containsExactly(all);
    assertThat(
            column(
                "SELECT estimate FROM range(2) r(i) LEFT JOIN %s ON i = 1 ORDER BY i"
                    .formatted(summary("study"))))
        .containsExactly(null, all);
  }

  @Test
  void subqueriesMayBeCalls() throws SQLException {
    Object all = estimate("study");
    String scalar = "(SELECT estimate FROM " + summary("study") + ")";
    assertThat(column("SELECT " + scalar + " FROM range(2)")).containsExactly(all, all);
    assertThat(column("SELECT count(*) FROM study WHERE y > " + scalar))
        .isEqualTo(column("SELECT count(*) FROM study WHERE y > " + all));
    assertThat(
            column(
                "WITH s AS (FROM "
                    + summary("study")
                    + ") SELECT count(*) FROM study WHERE EXISTS (FROM s WHERE n = id + 1)"))
        .containsExactly(1L);
    assertThat(
            column(
                "SELECT i FROM range(500) r(i) WHERE i IN (SELECT n FROM " + summary("half") + ")"))
        .containsExactly(200L);
    assertThat(column("SELECT CASE WHEN i = 0 THEN " + scalar + " END FROM range(1) r(i)"))
        .containsExactly(all);
  }

  @Test
  void setOperationsTakeCallsOnBothSides() throws SQLException {
    Object all = estimate("study");
    Object half = estimate("half");
    String two = "SELECT estimate FROM %s %s SELECT estimate FROM %s";
    assertThat(column(two.formatted(summary("study"), "UNION ALL", summary("half"))))
        .containsExactly(all, half);
    assertThat(column(two.formatted(summary("study"), "INTERSECT", summary("study"))))
        .containsExactly(all);
    assertThat(column(two.formatted(summary("study"), "EXCEPT", summary("study")))).isEmpty();
    assertThat(
            column(
                "SELECT estimate FROM %s UNION ALL BY NAME FROM %s SELECT n, estimate ORDER BY n NULLS FIRST"
                    .formatted(summary("study"), summary("half"))))
        .containsExactly(all, half);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM %s SELECT estimate",
        "SELECT estimate FROM %s ORDER BY ALL",
        "SELECT estimate FROM %s AS s QUALIFY row_number() OVER () = 1",
        "SELECT max(estimate) FROM %s GROUP BY ALL",
        "SELECT DISTINCT ON (term) estimate FROM %s",
        "SELECT COLUMNS('^estimate$') FROM %s",
        "SELECT * EXCLUDE (term) FROM (SELECT term, estimate FROM %s)",
        "FROM (FROM %s) s SELECT s.estimate",
        "SELECT s.x FROM (SELECT term, estimate FROM %s) s(t, x)",
        "SELECT e: estimate FROM %s",
        "SELECT estimate /* ) */ FROM ( -- (\n %s )",
        "SELECT list_transform([estimate], lambda x : x)[1] FROM %s",
        "(SELECT estimate FROM %s)",
        "SELECT estimate FROM %s POSITIONAL JOIN range(1)",
        "SELECT estimate FROM range(1) CROSS JOIN %s",
        "SELECT s.estimate FROM range(1) r, LATERAL (SELECT estimate FROM %s) s",
        "UNPIVOT (SELECT estimate FROM %s) ON estimate INTO NAME k VALUE v SELECT v",
        "SELECT estimate FROM %s USING SAMPLE 100 PERCENT",
        "SELECT s.estimate FROM %s AS s TABLESAMPLE 100%%"
      })
  void dialectAroundACallIsDuckDbs(String sql) throws SQLException {
    String statement = sql.formatted(summary("study"));
    if (sql.startsWith("UNPIVOT")) {
      statement = "SELECT v FROM (" + statement.replace(" SELECT v", "") + ")";
    }
    assertThat(column(statement)).containsExactly(estimate("study"));
  }

  // ---- statements that write ----

  @Test
  void tablesAreMadeAndFilledFromCalls() throws SQLException {
    Object all = estimate("study");
    run("CREATE TABLE made AS SELECT term, estimate FROM " + summary("study"));
    run("INSERT INTO made SELECT term, estimate FROM " + summary("study"));
    run("INSERT INTO made BY NAME (SELECT estimate FROM " + summary("study") + ")");
    run("INSERT INTO made (estimate) WITH s AS (FROM study) SELECT estimate FROM " + summary("s"));
    run("WITH s AS (FROM study) INSERT INTO made (estimate) SELECT estimate FROM " + summary("s"));
    run("INSERT INTO made VALUES ('value', (SELECT estimate FROM " + summary("study") + "))");
    run("CREATE TEMP TABLE IF NOT EXISTS half_made AS FROM " + summary("half"));
    assertThat(column("SELECT estimate FROM made")).hasSize(6).containsOnly(all);
    assertThat(column("SELECT estimate FROM half_made")).containsExactly(estimate("half"));
    assertThat(
            column(
                "INSERT INTO made (estimate) SELECT estimate FROM "
                    + summary("study")
                    + " RETURNING estimate"))
        .containsExactly(all);
  }

  @Test
  void changesMayReadCalls() throws SQLException {
    Object all = estimate("study");
    run("CREATE TABLE target AS SELECT range AS id, 0::DOUBLE AS e FROM range(3)");
    run("UPDATE target SET e = s.estimate FROM " + summary("study") + " s WHERE id = 0");
    run("UPDATE target SET e = (SELECT estimate FROM " + summary("study") + ") WHERE id = 1");
    run(
        "MERGE INTO target USING (SELECT 2 AS id, estimate FROM "
            + summary("study")
            + ") s ON target.id = s.id WHEN MATCHED THEN UPDATE SET e = s.estimate");
    assertThat(column("SELECT e FROM target")).hasSize(3).containsOnly(all);
    run(
        "DELETE FROM target USING "
            + summary("study")
            + " s WHERE target.e = s.estimate AND id > 0");
    assertThat(column("SELECT id FROM target")).containsExactly(0L);
  }

  @Test
  void copyWritesWhatACallGives(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("summary.csv");
    run("COPY (SELECT estimate FROM %s) TO '%s' (HEADER false)".formatted(summary("study"), file));
    assertThat(Double.parseDouble(Files.readString(file).strip())).isEqualTo(estimate("study"));
    assertThat(estimate("(FROM read_csv('" + scored(folder) + "'))")).isEqualTo(estimate("study"));
  }

  /** A file of the study, written with a score in it. */
  private Path scored(Path folder) throws SQLException {
    run(Study.fit("m"));
    Path file = folder.resolve("scored.csv");
    run("COPY (SELECT *, cate_effect('m', a) AS u FROM study) TO '" + file + "'");
    assertThat(column("SELECT count(*) FROM '" + file + "' WHERE u > 0")).isNotEqualTo(List.of(0L));
    return file;
  }

  // ---- definitions ----

  @Test
  void viewsRunTheirCallWhenTheyAreRead() throws SQLException {
    Object before = estimate("study");
    run("CREATE VIEW effect AS SELECT term, estimate FROM " + summary("TABLE study"));
    run("CREATE OR REPLACE TEMP VIEW named(t, e) AS FROM effect");
    assertThat(column("SELECT estimate FROM effect")).containsExactly(before);
    assertThat(column("SELECT e FROM named")).containsExactly(before);
    assertThat(
            column("SELECT count(*) FROM effect JOIN " + summary("study") + " s USING (estimate)"))
        .containsExactly(1L);
    run("UPDATE study SET y = 2 * y");
    assertThat(column("SELECT estimate FROM effect"))
        .containsExactly(estimate("study"))
        .doesNotContain(before);
  }

  @Test
  void tableMacrosTakeParametersInTheRelationAndOutside() throws SQLException {
    run(
        "CREATE MACRO effect_below(top, least) AS TABLE SELECT estimate FROM "
            + summary("(FROM study WHERE id < top)")
            + " WHERE n >= least");
    assertThat(column("FROM effect_below(200, 0)"))
        .containsExactly(estimate("(FROM study WHERE id < 200)"));
    assertThat(column("FROM effect_below(300, 1)"))
        .containsExactly(estimate("(FROM study WHERE id < 300)"));
    assertThat(column("FROM effect_below(300, 301)")).isEmpty();
  }

  @Test
  void scalarMacrosScore() throws SQLException {
    run(Study.fit("m"));
    run("CREATE MACRO uplift(x) AS round(cate_effect('m', x), 3)");
    run("CREATE MACRO uplift_of(i) AS (SELECT cate_effect('m', a) FROM study WHERE id = i)");
    assertThat(column("SELECT uplift(0.5)"))
        .isEqualTo(column("SELECT round(cate_effect('m', 0.5), 3)"));
    assertThat(column("SELECT uplift_of(7)"))
        .isEqualTo(column("SELECT cate_effect('m', a) FROM study WHERE id = 7"));
  }

  // ---- nothing is fitted where nothing is asked ----

  @ParameterizedTest
  @ValueSource(
      strings = {
        "EXPLAIN SELECT * FROM %s",
        "EXPLAIN (FORMAT json) SELECT * FROM %s",
        "DESCRIBE SELECT * FROM %s",
        "DESCRIBE FROM %s",
        "SHOW (SELECT * FROM %s)",
        "SELECT * FROM %s LIMIT 0",
        "SELECT * FROM (SELECT * FROM %s) AS probe LIMIT 0",
        "SELECT * FROM (SELECT * FROM %s) AS probe WHERE 1 = 0",
        "SELECT * FROM %s WHERE false",
        "WITH probe AS (SELECT * FROM %s) SELECT * FROM probe WHERE 0 = 1",
        "SELECT * FROM (DESCRIBE SELECT * FROM %s)"
      })
  void probesOpenNoSession(String sql) throws SQLException {
    assertOpensNoSession(sql.formatted(summary("TABLE study")));
    assertOpensNoSession(
        sql.formatted("propensity_trim(TABLE study, treatment => 'd', controls => ['a'])"));
    assertOpensNoSession(sql.formatted("cate_fit(TABLE study, model => 'm', " + Study.ROLES + ")"));
    assertThat(column("FROM cate_models()")).isEmpty();
  }

  @Test
  void anAnalyzedPlanRunsTheCall() throws SQLException {
    long before = sessions();
    column("EXPLAIN ANALYZE SELECT * FROM " + summary("TABLE study"));
    assertThat(sessions() - before - 1).isEqualTo(1);
  }

  @Test
  void describingNamesTheColumnsOfACall() throws SQLException {
    assertThat(column("DESCRIBE SELECT term, estimate AS e FROM " + summary("study")))
        .containsExactly("term", "e");
    assertThat(
            column(
                "SELECT column_type FROM (DESCRIBE SELECT term, n FROM " + summary("study") + ")"))
        .containsExactly("VARCHAR", "BIGINT");
    assertThat(column("SUMMARIZE SELECT n FROM " + summary("study"))).containsExactly("n");
  }

  // ---- scripts and transactions ----

  @Test
  void aScriptFitsScoresAndDropsInItsTransaction() throws SQLException {
    run(
        """
        BEGIN;
        CREATE TABLE log AS %s;
        INSERT INTO log SELECT count(cate_effect('m', a)) FROM study; -- ';'
        COMMIT;
        BEGIN;
        CALL cate_drop('m');
        INSERT INTO log VALUES (0);
        ROLLBACK;
        """
            .formatted(Study.fit("m")));
    assertThat(column("FROM log")).containsExactly(400L, 400L);
    assertThat(column("SELECT name FROM cate_models()")).containsExactly("m");
  }

  @Test
  void aScriptEndsAtItsFirstMistake() throws SQLException {
    assertThatThrownBy(
            () ->
                run(
                    "CREATE TABLE one AS SELECT 1 AS a; %s; SELECT cate_effect('none', 1); CREATE TABLE two AS SELECT 2 AS a"
                        .formatted(Study.fit("m"))))
        .hasMessageStartingWith("cate_effect: model => 'none'");
    assertThat(column("SELECT name FROM cate_models()")).containsExactly("m");
    assertThat(column("FROM one")).containsExactly(1);
    assertThatThrownBy(() -> column("FROM two")).isInstanceOf(SQLException.class);
  }

  @Test
  void resultsOfAScriptAreThoseOfItsLastStatement() throws SQLException {
    assertThat(column("CREATE TABLE l AS SELECT 1; SELECT estimate FROM " + summary("study") + ";"))
        .containsExactly(estimate("study"));
  }
}
