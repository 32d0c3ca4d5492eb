/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.duckdb.Whatif;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** cate_tree in SQL: DuckDB itself is asked which rows its conditions select. */
final class CateTreeSqlTest {
  /** Columns of every type, with NULLs, NaNs, quotes, and borders that are no short decimals. */
  private static final String MANY_TYPES =
      """
      CREATE TABLE many AS
      SELECT i AS id, d, (2 + whole / 20 - 3 * (text = 'O''Neil')::INT + flag::INT + 2 * coalesce(part, 1)) * d
          + sin(i * 7.3) AS y, whole, part, "a ""b\""" , exact, tiny, big, day, moment, flag, text
      FROM (SELECT i, (sin(i * 5.1) > 0)::INT AS d, (i * 7) % 61 AS whole,
          CASE WHEN i % 9 = 0 THEN NULL WHEN i % 11 = 0 THEN 'NaN'::DOUBLE ELSE sin(i * 1.3) / 3 END AS part,
          cos(i * 2.1) AS "a ""b\""", (sin(i * 0.7) * 100)::DECIMAL(18, 3) AS exact,
          sin(i * 2.9)::FLOAT AS tiny, (((i * 37) % 1500) * 12345678901235)::BIGINT AS big,
          DATE '2020-01-01' + (i % 400)::INT AS day,
          TIMESTAMP '2021-03-01 12:00:00' + to_microseconds(((i * 7919) % 5000 * 86400123)::BIGINT) AS moment,
          i % 3 = 0 AS flag,
          CASE WHEN i % 13 = 0 THEN NULL ELSE ['O''Neil', 'b', 'c', 'd'][i % 4 + 1] END AS text
        FROM range(900) t(i))""";

  private final Refusals db = Refusals.withStudy();

  CateTreeSqlTest() throws SQLException {}

  @AfterEach
  void close() throws SQLException {
    assertThat(db.openSessions()).isZero();
    db.close();
  }

  private double number(String sql) throws SQLException {
    return ((Number) java.util.Objects.requireNonNull(Study.value(db.connection, sql)))
        .doubleValue();
  }

  private List<String> texts(String sql) throws SQLException {
    return Study.column(db.connection, sql).stream().map(String::valueOf).toList();
  }

  /** Checks the leaves of a call against the relation; gives the rules. */
  private List<String> verify(String model, String relation, String options, String contrast)
      throws SQLException {
    db.run("DROP TABLE IF EXISTS tree");
    db.run(
        "CREATE TABLE tree AS SELECT * EXCLUDE warnings FROM cate_tree('%s', (FROM %s)%s) WHERE contrast = '%s'"
            .formatted(model, relation, options, contrast));
    String arm = contrast.startsWith("none") ? ", arm => '" + contrast.substring(8) + "'" : "";
    db.run("DROP TABLE IF EXISTS scored");
    db.run(
        "CREATE TABLE scored AS SELECT *, cate_effect('%s', r.*%s) AS effect FROM %s r"
            .formatted(model, arm, relation));
    List<String> conditions = texts("SELECT condition_sql FROM tree ORDER BY leaf");
    List<String> cases = texts("SELECT DISTINCT case_sql FROM tree");
    assertThat(cases).hasSize(1);
    String hits =
        conditions.stream()
            .map(c -> "coalesce((" + c + ")::INT, 0)")
            .collect(Collectors.joining(" + "));
    db.run("DROP TABLE IF EXISTS told");
    db.run(
        "CREATE TABLE told AS SELECT *, %s AS label, %s AS hits FROM scored"
            .formatted(cases.get(0), hits));
    assertThat(number("SELECT count(*) FROM told WHERE hits <> (effect IS NOT NULL)::INT"))
        .as("rows that are not in just one leaf")
        .isZero();
    assertThat(number("SELECT count(*) FROM told WHERE effect IS NULL AND label IS NOT NULL"))
        .isZero();
    List<String> found = new ArrayList<>();
    for (int l = 0; l < conditions.size(); l++) {
      found.add(
          "SELECT %d AS leaf, count(*) AS n, avg(effect) AS mean, min(label) AS low, max(label) AS high FROM told WHERE %s"
              .formatted(l + 1, conditions.get(l)));
    }
    assertThat(
            texts(
                """
                SELECT t.condition_sql FROM tree t LEFT JOIN (%s) f USING (leaf) WHERE f.n IS DISTINCT FROM t.n
                  OR abs(f.mean - t.mean_effect) > 1e-9 OR f.low IS DISTINCT FROM t.mean_effect
                  OR f.high IS DISTINCT FROM t.mean_effect"""
                    .formatted(String.join(" UNION ALL ", found))))
        .as("leaves whose rows, mean or CASE are others")
        .isEmpty();
    return texts("SELECT rule FROM tree ORDER BY leaf");
  }

  @Test
  void conditionsSelectTheRowsOfTheirLeaf() throws SQLException {
    db.run(Study.fit("m"));
    assertThat(verify("m", "study", "", "0 -> 1")).hasSize(4).allMatch(rule -> rule.contains("a "));
    assertThat(verify("m", "study", ", depth => 5, min_rows => 3", "0 -> 1"))
        .hasSizeGreaterThan(16);
    db.run("CREATE TABLE gaps AS SELECT CASE WHEN id % 3 = 0 THEN NULL ELSE a END AS A FROM study");
    verify("m", "gaps", "", "0 -> 1");
  }

  @Test
  void columnsOfEveryTypePartAsDuckDbPartsThem() throws SQLException {
    db.run(MANY_TYPES);
    for (String nulls : List.of("exclude", "impute")) {
      db.run(
          """
          SELECT n FROM cate_fit((FROM many WHERE text <> 'd' OR text IS NULL), model => 'k', outcome => 'y',
            treatment => 'd', method => 't', if_exists => 'replace', outcome_learner => 'gbt(trees=40, depth=4)',
            treatment_learner => 'logit', reps => 1, folds => 2, controls => [], feature_nulls => '%s',
            features => ['whole', 'part', 'a "b"', 'exact', 'tiny', 'big', 'day', 'moment', 'flag', 'text'])"""
              .formatted(nulls));
      List<String> rules = verify("k", "many", ", depth => 8, min_rows => 2", "0 -> 1");
      assertThat(rules).as(nulls).hasSizeGreaterThan(60);
      assertThat(rules.toString()).contains("text = 'O''Neil'");
      verify("k", "many", "", "0 -> 1");
    }
    for (String column :
        List.of(
            "whole", "part", "a \"b\"", "exact", "tiny", "big", "day", "moment", "flag", "text")) {
      db.run(
          """
          SELECT n FROM cate_fit(TABLE many, model => 'one', outcome => 'y', treatment => 'd', method => 's',
            outcome_learner => 'gbt(trees=40, depth=5)', if_exists => 'replace', treatment_learner => 'logit',
            reps => 1, folds => 2, controls => [],
            features => ['%s'], feature_nulls => 'impute')"""
              .formatted(column));
      assertThat(verify("one", "many", ", depth => 8, min_rows => 1", "0 -> 1"))
          .as(column)
          .hasSizeGreaterThan(1);
    }
  }

  @Test
  void typesThatAreCastPartAlike() throws SQLException {
    db.run(MANY_TYPES);
    db.run("CREATE TYPE letters AS ENUM ('O''Neil', 'b', 'c', 'd', 'unused')");
    db.run("SET TimeZone = 'America/New_York'");
    for (String column :
        List.of(
            "text::letters AS text",
            "to_json(text) AS text",
            "moment::TIMESTAMPTZ AS moment",
            "moment::TIMESTAMP_NS AS moment",
            "moment::TIMESTAMP_S AS moment",
            "exact::DECIMAL(38, 20) AS exact",
            "(big * 1000::HUGEINT) AS big",
            "(whole * 1e50) AS whole",
            "(whole * 1e-50) AS whole")) {
      db.run("CREATE OR REPLACE TABLE cast_many AS SELECT * REPLACE (" + column + ") FROM many");
      db.run(
          """
          SELECT n FROM cate_fit(TABLE cast_many, model => 'one', outcome => 'y', treatment => 'd',
            outcome_learner => 'linear', if_exists => 'replace', treatment_learner => 'logit',
            reps => 1, folds => 2, controls => [], features => ['%s'], feature_nulls => 'impute')"""
              .formatted(column.substring(column.lastIndexOf(' ') + 1)));
      assertThat(verify("one", "cast_many", ", depth => 8, min_rows => 1", "0 -> 1"))
          .as(column)
          .hasSizeGreaterThan(1);
    }
  }

  @Test
  void everyArmHasItsTree() throws SQLException {
    db.run(
        "CREATE TABLE arms AS SELECT a, b, ['none', 'call', 'mail'][(id * 31) % 3 + 1] AS arm, y + a * (id % 3) AS y FROM study");
    db.run(
        """
        SELECT n FROM cate_fit(TABLE arms, model => 'arms', outcome => 'y', treatment => 'arm', control => 'none',
          features => ['a'], controls => ['b'], reps => 1, outcome_learner => 'ols', treatment_learner => 'logit')""");
    assertThat(texts("SELECT DISTINCT contrast FROM cate_tree('arms', TABLE arms) ORDER BY 1"))
        .containsExactly("none -> call", "none -> mail");
    verify("arms", "arms", "", "none -> call");
    verify("arms", "arms", "", "none -> mail");
  }

  @Test
  void onlyFeaturesAreReadAndAPlainConnectionHasTheSame(@TempDir Path folder) throws SQLException {
    db.run(Study.fit("m"));
    assertThat(
            texts("EXPLAIN SELECT rule FROM cate_tree('m', TABLE study, depth => 3)").toString()
                + Study.value(
                    db.connection,
                    "SELECT count(*) FROM cate_tree('m', (SELECT *, [1] AS list, 1 AS n FROM study))"))
        .endsWith("4");
    String rules = texts("SELECT rule FROM cate_tree('m', TABLE study) ORDER BY leaf").toString();
    String file = folder.resolve("x.duckdb").toString();
    try (Connection plain = DriverManager.getConnection("jdbc:duckdb:" + file)) {
      Whatif.register(plain);
      Study.run(plain, Study.TABLE);
      Study.run(plain, Study.fit("m", "study"));
      assertThat(
              Study.column(
                      plain, "SELECT rule FROM cate_tree('m', study, depth => 2) ORDER BY leaf")
                  .toString())
          .isEqualTo(rules);
      assertThat(Study.column(plain, "SELECT term FROM calibration_test('m')"))
          .containsExactly("mean prediction", "differential prediction");
    }
  }

  @Test
  void theTestOfCalibrationIsKeptWithTheModel() throws SQLException {
    db.run(Study.fit("m"));
    assertThat(
            number(
                "SELECT estimate FROM calibration_test('m') WHERE term = 'differential prediction'"))
        .isEqualTo(number("SELECT value FROM cate_explain('m') WHERE item = 'calibration_slope'"));
    assertThat(number("SELECT df FROM calibration_test('m') LIMIT 1")).isEqualTo(398);
    db.run(
        "SELECT n FROM cate_fit(TABLE study, model => 'plain', outcome => 'y', treatment => 'd', controls => ['a'], features => [], reps => 1)");
    db.refuse(
        "FROM calibration_test('plain')",
        "calibration_test: model 'plain' has no such test: it is of the effect of two values or arms, and of an effect that varies with features. cate_fit with features keeps it.");
    db.refuse(
        "FROM calibration_test()",
        "calibration_test: the model is missing. Write calibration_test('model').");
  }

  @Test
  void ofABentEffectTheSlopeIsTold() throws SQLException {
    db.run(
        "SELECT n FROM cate_fit(TABLE study, model => 'c', outcome => 'y', treatment => 'b', features => ['a'],"
            + " controls => [], treatment_basis => 'poly(2)', reps => 1)");
    db.refuse(
        "FROM cate_tree('c', TABLE study)",
        "cate_tree: model 'c' has an effect that depends on the value of the treatment (treatment_basis), so that a row has many. Say at => with a value of it for the mean slope there, or average cate_effect over the rows.");
    assertThat(
            number(
                "SELECT sum(n * mean_effect) / sum(n) FROM cate_tree('c', TABLE study, at => 0.5)"))
        .isCloseTo(number("SELECT avg(cate_marginal('c', 0.5, a)) FROM study"), within(1e-9));
  }

  @Test
  void mistakesAreOneLine() throws SQLException {
    db.run(Study.fit("m"));
    db.refuse(
        "FROM cate_tree('m')",
        "cate_tree: the relation is missing. Say which rows are meant: cate_tree('m', TABLE name) or cate_tree('m', (SELECT ...)).");
    db.refuse(
        "FROM cate_tree('m', TABLE study, depth => 0)",
        "cate_tree: depth => 0: must lie between 1 and 8.");
    db.refuse(
        "FROM cate_tree('m', TABLE study, depth => 9)",
        "cate_tree: depth => 9: must lie between 1 and 8.");
    db.refuse(
        "FROM cate_tree('m', (FROM study LIMIT 3))",
        "cate_tree: depth => 2: makes up to 4 leaves, and only 3 rows have an effect. Pass more rows, or a smaller depth.");
    db.refuse(
        "FROM cate_tree('m', (SELECT b FROM study))",
        "cate_tree: model 'm' takes a, and the relation has no such column. Rename b with AS, if that is meant.");
    db.refuse(
        "FROM cate_tree('m', TABLE study, min_rows => 201)",
        "cate_tree: min_rows => 201: 400 rows have an effect, so that no two leaves have as many. Pass at most 200.");
    db.run("CREATE TABLE halves AS SELECT *, id % 2 = 0 AS even FROM study");
    db.run(
        "SELECT n FROM cate_fit(TABLE halves, model => 'g', partition_by => ['even'], "
            + Study.ROLES
            + ")");
    db.refuse(
        "FROM cate_tree('g', TABLE halves)",
        "cate_tree: model 'g' was fitted with partition_by: its groups have effects of their own, which one tree does not tell. Fit a model without it, the keys among its features.");
  }
}
