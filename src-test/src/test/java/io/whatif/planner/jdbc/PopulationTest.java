/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.duckdb.Whatif;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Relations read by stored models, in SQL: cate_population, and what is told of the model. */
final class PopulationTest {
  private Refusals db = Refusals.withStudy();

  PopulationTest() throws SQLException {
    db.run(Study.fit("m"));
  }

  @AfterEach
  void close() throws SQLException {
    assertThat(db.openSessions()).isZero();
    db.close();
  }

  private double number(String sql) throws SQLException {
    return ((Number) java.util.Objects.requireNonNull(Study.value(db.connection, sql)))
        .doubleValue();
  }

  private String plan(String sql) throws SQLException {
    try (Statement statement = db.connection.createStatement();
        ResultSet rows = statement.executeQuery("EXPLAIN " + sql)) {
      rows.next();
      return rows.getString(2);
    }
  }

  @Test
  void aRelationIsWrittenInAnyWay() throws SQLException {
    double mean = number("SELECT avg(cate_effect('m', a)) FROM study");
    for (String call :
        List.of(
            "cate_population('m', TABLE study)",
            "cate_population('m', study)",
            "cate_population('m', 'study')",
            "cate_population('m', 'FROM study')",
            "cate_population('m', (SELECT * FROM study))",
            "cate_population('m', (FROM study), level => 0.9)",
            "cate_population(TABLE study, model => 'm')",
            "cate_population(model => 'm', relation => study)",
            "cate_population('m', se => 'fixed_x', data => (FROM study))")) {
      assertThat(number("SELECT estimate FROM " + call)).as(call).isCloseTo(mean, within(1e-12));
    }
    assertThat(number("WITH c AS (FROM study) SELECT estimate FROM cate_population('m', c)"))
        .isCloseTo(mean, within(1e-12));
  }

  @Test
  void figuresAreThoseOfScoredRows() throws SQLException {
    db.run(
        """
        CREATE TABLE figures AS FROM cate_population('m', (SELECT a - 0.5 AS a, 'x' AS other FROM study
        UNION ALL SELECT NULL, 'y'))""");
    db.run(
        """
        CREATE TABLE scored AS SELECT cate_effect('m', a - 0.5) AS e, cate_lower('m', a - 0.5) AS l,
        cate_support('m', a - 0.5) AS s FROM study""");
    String same = "SELECT f.%s - s.v FROM figures f, (SELECT %s::DOUBLE AS v FROM scored) s";
    for (String[] pair :
        new String[][] {
          {"estimate", "avg(e)"},
          {"effect_sd", "stddev_samp(e)"},
          {"effect_p10", "quantile_cont(e, 0.1)"},
          {"effect_p75", "quantile_cont(e, 0.75)"},
          {"share_positive", "avg((e > 0)::INT)"},
          {"share_pointwise_positive", "avg((l > 0)::INT)"},
          {"share_outside_support", "avg((NOT s)::INT)"},
          {"estimate_in_support", "avg(e) FILTER (s)"},
          {"n", "count(*)"}
        }) {
      assertThat(number(same.formatted(pair[0], pair[1]))).as(pair[0]).isCloseTo(0, within(1e-12));
    }
    assertThat(number("SELECT n_null FROM figures")).isEqualTo(1);
    assertThat(number("SELECT len(warnings) FROM figures")).isGreaterThanOrEqualTo(1);
  }

  @Test
  void onlyTheFeaturesAreRead() throws SQLException {
    assertThat(plan("SELECT estimate FROM cate_population('m', TABLE study)"))
        .contains("read a of study", "cate_population(model => 'm')");
    // a column that cannot be read as a number, and one of a name that is ours elsewhere
    assertThat(
            number(
                "SELECT n FROM cate_population('m', (SELECT *, [1, 2] AS list, 1 AS estimate FROM study))"))
        .isEqualTo(400);
  }

  @Test
  void callsOverOneRelationReadItOnce() throws SQLException {
    db.run(Study.fit("other").replace("features => ['a']", "features => ['a', 'b']"));
    String sql =
        """
        SELECT p.estimate - q.estimate FROM cate_population('m', TABLE study) p,
        cate_population('other', TABLE study) q, dml_summary(TABLE study, %s) s LIMIT 1"""
            .formatted(Study.ROLES);
    assertThat(plan(sql)).contains("session of 3 calls").doesNotContain("cross-fits shared");
    double apart =
        number("SELECT estimate FROM cate_population('m', TABLE study)")
            - number("SELECT estimate FROM cate_population('other', TABLE study)");
    assertThat(number(sql)).isEqualTo(apart);
  }

  @Test
  void aModelOfAnOpenTransactionIsRead() throws SQLException {
    db.run("BEGIN");
    db.run(Study.fit("open"));
    db.run("INSERT INTO study SELECT id, a + 1, b, d, y FROM study");
    assertThat(number("SELECT n FROM cate_population('open', TABLE study)")).isEqualTo(800);
    db.run("ROLLBACK");
    db.refuse(
        "FROM cate_population('open', TABLE study)",
        "cate_population: model => 'open': there is no such model in database 'memory'. FROM cate_models() lists them.");
  }

  @Test
  void viewsAndPreparedStatementsFollowTheModel() throws SQLException {
    db.run("CREATE VIEW v AS SELECT estimate FROM cate_population('m', TABLE study)");
    double first = number("FROM v");
    db.run(
        Study.fit("m", "(FROM study WHERE id > 100)")
            .replace("model => 'm'", "model => 'm', if_exists => 'replace'"));
    assertThat(number("FROM v")).isNotEqualTo(first);
    try (PreparedStatement statement =
        db.connection.prepareStatement(
            "SELECT n FROM cate_population('m', (FROM study WHERE id < ?), level => ?)")) {
      statement.setInt(1, 50);
      statement.setDouble(2, .9);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        assertThat(rows.getLong(1)).isEqualTo(50);
      }
    }
    db.run(
        "SELECT n FROM cate_fit(TABLE study, model => 'm', if_exists => 'replace', "
            + Study.ROLES
                .replace("['a']", "['b']")
                .replace("controls => ['b']", "controls => ['a']")
            + ")");
    db.refuse(
        "FROM v",
        "cate_population: model 'm' takes b, but this call was written when it did not. Create the view again.");
    db.run("FROM cate_drop('m')");
    db.refuse(
        "FROM v",
        "cate_population: model => 'm': there is no such model any more. Fit it again with cate_fit.");
  }

  @Test
  void textsBeyondAnyDictionaryAreUnseen() throws SQLException {
    db.run(
        "CREATE TABLE places AS SELECT *, CASE WHEN b > 0 THEN 'zz' ELSE 'zy' END AS place FROM study");
    db.run(
        Study.fit("texts", "TABLE places")
            .replace("features => ['a']", "features => ['a', 'place']"));
    assertThat(
            Study.column(
                db.connection,
                """
                SELECT n || ' ' || n_unseen FROM cate_population('texts', (
                  SELECT 0 AS a, 'p' || i AS place FROM range(60000) t(i)
                  UNION ALL SELECT 0, 'zz' FROM range(10)))"""))
        .containsExactly("10 60000");
  }

  @Test
  void groupedModelsTakeTheirKeys() throws SQLException {
    db.run("CREATE TABLE halves AS SELECT *, id % 2 = 0 AS even FROM study");
    db.run(
        "SELECT n FROM cate_fit(TABLE halves, model => 'g', partition_by => ['even'], "
            + Study.ROLES
            + ")");
    assertThat(number("SELECT estimate FROM cate_population('g', TABLE halves)"))
        .isCloseTo(number("SELECT avg(cate_effect('g', even, a)) FROM halves"), within(1e-12));
    assertThat(Study.column(db.connection, "SELECT even FROM cate_importance('g') ORDER BY even"))
        .containsExactly(false, true);
    assertThat(number("SELECT count(DISTINCT even) FROM cate_insights('g')")).isEqualTo(2);
    db.refuse(
        "FROM cate_population('g', TABLE study)",
        "cate_population: model 'g' takes even, and the relation has no such column. Add it, or name one so with AS.");
  }

  @Test
  void aModelTellsWhatItFound() throws SQLException {
    assertThat(Study.column(db.connection, "SELECT sentence FROM cate_insights('m')"))
        .asString()
        .contains("d (0 -> 1) changes y by", "As a rises the effect rises");
    assertThat(number("SELECT importance FROM cate_importance('m')")).isCloseTo(1, within(1e-9));
    assertThat(
            number("SELECT sd FROM cate_explain('m') WHERE kind = 'term' AND item = 'a'")
                - number("SELECT stddev_pop(a) FROM study"))
        .isCloseTo(0, within(1e-12));
  }

  @Test
  void methodsWithoutErrorsGiveNone() throws SQLException {
    db.run(Study.fit("t").replace("reps => 1", "reps => 1, method => 't'"));
    assertThat(
            Study.column(
                db.connection,
                """
                SELECT (std_error IS NULL AND share_pointwise_positive IS NULL AND share_fdr_positive IS NULL
                  AND estimate_in_support IS NOT NULL AND share_positive > 0) || ' ' || warnings[1].code
                FROM cate_population('t', TABLE study)"""))
        .containsExactly("true no_valid_interval");
    assertThat(number("SELECT estimate FROM cate_population('t', TABLE study)"))
        .isCloseTo(number("SELECT avg(cate_effect('t', a)) FROM study"), within(1e-12));
    assertThat(number("SELECT importance FROM cate_importance('t')")).isCloseTo(1, within(.05));
    assertThat(Study.column(db.connection, "SELECT sentence FROM cate_insights('t')"))
        .asString()
        .contains("d (0 -> 1) changes y by", "The fifth with the largest predicted effects");
  }

  @Test
  void effectsOfClustersHaveErrors() throws SQLException {
    db.run(
        Study.fit("k")
            .replace("features => ['a']", "features => ['a', 'b']")
            .replace("reps => 1", "reps => 1, method => 'ci_dml', clusters => 3"));
    assertThat(number("SELECT estimate FROM cate_population('k', TABLE study)"))
        .isCloseTo(number("SELECT avg(cate_effect('k', a, b)) FROM study"), within(1e-12));
    assertThat(number("SELECT std_error FROM cate_population('k', TABLE study, se => 'fixed_x')"))
        .isPositive();
    // of one row it is the row's own
    assertThat(
            number(
                "SELECT std_error FROM cate_population('k', (SELECT 0.3 AS a, 0.2 AS b), se => 'fixed_x')"))
        .isCloseTo(number("SELECT cate_stderr('k', 0.3, 0.2)"), within(1e-10));
    assertThat(Study.column(db.connection, "SELECT sentence FROM cate_insights('k')")).isNotEmpty();
  }

  @Test
  void aBentEffectHasAMeanSlopeAtAValueOfTheTreatment() throws SQLException {
    db.run(
        "SELECT n FROM cate_fit(TABLE study, model => 'c', outcome => 'y', treatment => 'b', features => ['a'],"
            + " controls => [], treatment_basis => 'poly(2)', reps => 1)");
    db.refuse(
        "FROM cate_population('c', TABLE study)",
        "cate_population: model 'c' has an effect that depends on the value of the treatment (treatment_basis), so that a row has many. Say at => with a value of it for the mean slope there, or average cate_effect over the rows.");
    assertThat(number("SELECT estimate FROM cate_population('c', TABLE study, at => .4)"))
        .isCloseTo(number("SELECT avg(cate_marginal('c', .4, a)) FROM study"), within(1e-12));
    // of one row it is the row's own
    assertThat(
            number(
                "SELECT std_error FROM cate_population('c', (SELECT 0.3 AS a), at => .4, se => 'fixed_x')"))
        .isCloseTo(number("SELECT cate_marginal_stderr('c', .4, 0.3)"), within(1e-12));
    assertThat(
            Study.column(
                db.connection, "SELECT contrast FROM cate_population('c', TABLE study, at => .4)"))
        .containsExactly("+1 unit at 0.4");
    db.run(
        "SELECT n FROM cate_fit((SELECT *, id % 2 AS half FROM study), model => 'g', outcome => 'y', treatment => 'b',"
            + " features => ['a'], controls => [], treatment_basis => 'poly(2)', partition_by => ['half'])");
    assertThat(
            number(
                "SELECT estimate FROM cate_population('g', (SELECT *, id % 2 AS half FROM study), at => .4)"))
        .isCloseTo(
            number(
                "SELECT avg(cate_marginal('g', .4, half, a)) FROM (SELECT *, id % 2 AS half FROM study)"),
            within(1e-12));
    assertThat(Study.column(db.connection, "SELECT importance FROM cate_importance('c')"))
        .containsOnlyNulls();
    assertThat(Study.column(db.connection, "SELECT sentence FROM cate_insights('c')")).isNotEmpty();
  }

  @Test
  void mistakesAreOneLine() throws SQLException {
    db.refuse(
        "FROM cate_population('m')",
        "cate_population: the relation is missing. Say which rows are meant: cate_population('m', TABLE name) or cate_population('m', (SELECT ...)).");
    db.refuse(
        "FROM cate_population(TABLE study)",
        "cate_population: the model is missing. Write cate_population('model', TABLE name).");
    db.refuse(
        "FROM cate_population()",
        "cate_population: the model is missing. Write cate_population('model', TABLE name).");
    db.refuse(
        "FROM cate_population('n', TABLE study)",
        "cate_population: model => 'n': there is no such model in database 'memory'. Did you mean 'm'?");
    db.refuse(
        "FROM cate_population('m', (SELECT b AS aa FROM study))",
        "cate_population: model 'm' takes a, and the relation has no such column. Rename aa with AS, if that is meant.");
    db.refuse(
        "FROM cate_population('m', (SELECT a::VARCHAR AS a FROM study))",
        "cate_population: model 'm' takes a number for a, which was DECIMAL(18,6) at the fit; the relation has VARCHAR. Cast it."
            .replace(
                "DECIMAL(18,6)",
                String.valueOf(Study.value(db.connection, "SELECT typeof(a) FROM study LIMIT 1"))));
    db.refuse(
        "FROM cate_population('m', (SELECT DATE '2020-01-01' AS a FROM study))",
        "cate_population: model 'm' takes a number for a, which was %s at the fit; the relation has DATE. Cast it."
            .formatted(Study.value(db.connection, "SELECT typeof(a) FROM study LIMIT 1")));
    db.refuse(
        "FROM cate_population('m', (SELECT [a] AS a FROM study))",
        "cate_population: model 'm' takes a number for a, which was %s at the fit; the relation has %1$s[]. Cast it."
            .formatted(Study.value(db.connection, "SELECT typeof(a) FROM study LIMIT 1")));
    db.refuse(
        "FROM cate_population('m', (FROM study WHERE false))",
        "cate_population: the relation has no rows. Check its WHERE clause or its source.");
    db.refuse(
        "FROM cate_population('m', TABLE study, level => 95)",
        "cate_population: level => 95: must lie between 0.5 and 1, such as 0.95.");
    db.refuse(
        "FROM cate_population('m', TABLE study, se => 'robust')",
        "cate_population: se => 'robust': must be one of 'sampled', 'fixed_x'.");
    db.refuse(
        "FROM cate_population('m', TABLE study, 7)",
        "cate_population: argument 3 (7) has no name. Write name => value.");
    db.refuse(
        "FROM cate_importance('n')",
        "cate_importance: model => 'n': there is no such model in database 'memory'. Did you mean 'm'?");
    db.refuse(
        "FROM cate_insights()",
        "cate_insights: the model is missing. Write cate_insights('model').");
    db.run("CREATE TABLE copy AS SELECT n FROM cate_population('m', TABLE study)");
    assertThat(number("FROM copy")).isEqualTo(400);
  }

  @Test
  void aPlainConnectionHasTheSame(@TempDir Path folder) throws SQLException {
    String file = folder.resolve("x.duckdb").toString();
    try (Connection native_ = DriverManager.getConnection("jdbc:duckdb:" + file)) {
      Whatif.register(native_);
      Study.run(native_, Study.TABLE);
      Study.run(native_, Study.fit("m", "study"));
      double driver = number("SELECT estimate FROM cate_population('m', TABLE study)");
      for (String call :
          List.of(
              "cate_population('m', 'study')",
              "cate_population('m', 'FROM study')",
              "cate_population('m', study)",
              "cate_population('m', relation => 'FROM study', level => 0.9)")) {
        assertThat((Double) Study.value(native_, "SELECT estimate FROM " + call))
            .as(call)
            .isCloseTo(driver, within(1e-12));
      }
      assertThat(Study.column(native_, "SELECT sentence FROM cate_insights('m')")).isNotEmpty();
      assertThat(Study.value(native_, "SELECT importance FROM cate_importance('m')"))
          .isEqualTo(1.0);
      refuse(
          native_,
          "FROM cate_population('m')",
          "cate_population: the relation is missing. Say which rows are meant: cate_population('m', 'FROM name').");
      refuse(
          native_,
          "FROM cate_population('n', 'study')",
          "cate_population: model => 'n': there is no such model in database 'x'. Did you mean 'm'?");
      refuse(
          native_,
          "FROM cate_population(NULL, 'study')",
          "cate_population: the model is missing. Write cate_population('model', 'FROM name').");
      refuse(
          native_,
          "FROM cate_population('m', 'SELECT b FROM study')",
          "cate_population: model 'm' takes a, and the relation has no such column.");
      refuse(
          native_,
          "FROM cate_population('m', 'FROM study WHERE false')",
          "cate_population: the relation has no rows.");
      refuse(
          native_,
          "FROM cate_population('m', 'FROM study', level => 'high')",
          "cate_population: level => 'high': must be a number.");
    }
  }

  private static void refuse(Connection connection, String sql, String message) {
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> Study.column(connection, sql)))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining(message);
  }
}
