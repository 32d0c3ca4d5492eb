/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.duckdb.Whatif;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Kept rows in SQL: cate_oob, ate of a model, cate_projection and cate_merge, with the driver and
 * without.
 */
final class KeptRowsSqlTest {
  /** Ids beyond what a double tells apart, as texts too, and dates. */
  private static final String SHOPPERS =
      """
      CREATE TABLE shoppers AS
      SELECT 9007199254740993 + 2 * i AS id, 'c' || i AS customer, uuid() AS guid, DATE '2020-01-01' + i::INT AS day,
        (sin(i * 5.1) > 0)::INT AS d, (i * 7919 % 1009) / 1009 AS age, (i * 104729 % 997) / 997 AS visits,
        ['north', 'south'][1 + i % 2] AS region,
        (sin(i * 5.1) > 0)::INT * ((i * 7919 % 1009) / 1009) + sin(i * 12.9) AS y
      FROM range(1200) t(i)""";

  private final Refusals db = Refusals.withStudy();

  KeptRowsSqlTest() throws SQLException {}

  @BeforeEach
  void shoppers() throws SQLException {
    db.run(SHOPPERS);
  }

  @AfterEach
  void close() throws SQLException {
    assertThat(db.openSessions()).isZero();
    db.close();
  }

  private static String fit(String model, String relation, String more) {
    return "FROM cate_fit(%s, model => '%s', outcome => 'y', treatment => 'd', features => ['age', 'visits'], controls => ['age', 'visits'], method => 'causal_forest', outcome_learner => 'ols', treatment_learner => 'logit', reps => 1%s)"
        .formatted(relation, model, more);
  }

  private double number(String sql) throws SQLException {
    return number(db.connection, sql);
  }

  private static double number(Connection connection, String sql) throws SQLException {
    return ((Number) Objects.requireNonNull(Study.value(connection, sql))).doubleValue();
  }

  @Test
  void largeIdsTextsAndDatesComeBackAsTheyWere() throws SQLException {
    for (String id : List.of("id", "customer", "day")) {
      db.run(fit(id, "TABLE shoppers", ", trees => 20, id => '" + id + "'"));
      assertThat(
              number(
                  "SELECT count(DISTINCT s.%s) FROM cate_oob('%s') o JOIN shoppers s ON s.%s = o.id"
                      .formatted(id, id, id)))
          .as(id)
          .isEqualTo(1200);
      assertThat(
              number(
                  "SELECT n_missing FROM cate_projection('%s', TABLE shoppers, features => ['region']) LIMIT 1"
                      .formatted(id)))
          .as(id)
          .isZero();
    }
    db.run(fit("guid", "TABLE shoppers", ", trees => 20, id => 'guid'"));
    assertThat(number("SELECT count(*) FROM cate_oob('guid') WHERE id IS NULL")).isEqualTo(1200);
    db.refuse(
        "FROM cate_projection('guid', TABLE shoppers, features => ['region'])",
        "cate_projection: model 'guid' was fitted with id => 'guid', which is UUID: such ids are not kept. Cast it to VARCHAR, and fit it again.");
  }

  /** Ends, and what once stood for NULL: the second of each list. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BIGINT|-9223372036854775808,-9223372036854775807,-1,0,1,4294967296,9223372036854775806,9223372036854775807",
        "UBIGINT|0,9223372036854775809,1,4294967296,9223372036854775807,9223372036854775808,18446744073709551614,18446744073709551615"
      })
  void allNumbersOf64BitsAreIds(String type, String ids) throws SQLException {
    List<String> extremes = List.of(ids.split(","));
    db.run(
        "CREATE TABLE edge AS SELECT CASE WHEN i < 8 THEN [%s][i + 1] ELSE 1000 + i END::%s AS id, d, age, visits, region, y FROM (SELECT *, row_number() OVER (ORDER BY id) - 1 AS i FROM shoppers)"
            .formatted(ids.replaceAll("([^,]+)", "'$1'::HUGEINT"), type));
    db.run(fit("edge", "TABLE edge", ", trees => 20, id => 'id'"));
    for (String id : extremes) {
      assertThat(number("SELECT count(*) FROM cate_oob('edge') WHERE id = '%s'".formatted(id)))
          .as(id)
          .isEqualTo(1);
    }
    assertThat(
            number("SELECT count(*) FROM cate_oob('edge') o JOIN edge e ON e.id::VARCHAR = o.id"))
        .isEqualTo(1200);
    String projection = "FROM cate_projection('edge', TABLE edge, features => ['region']) LIMIT 1";
    assertThat(number("SELECT n_missing " + projection)).isZero();
    assertThat(number("SELECT n " + projection))
        .isEqualTo(number("SELECT count(effect) FROM cate_oob('edge')"));
  }

  @Test
  void anIdBeyondTheOtherTypesNumbersIsNoneOfThem() throws SQLException {
    db.run(
        "CREATE TABLE edge AS SELECT CASE i WHEN 0 THEN 9223372036854775807 WHEN 1 THEN -1 ELSE i END::BIGINT AS id, d, age, visits, y FROM (SELECT *, row_number() OVER (ORDER BY id) - 1 AS i FROM shoppers)");
    db.run(fit("edge", "TABLE edge", ", trees => 20, id => 'id'"));
    String found =
        "SELECT n FROM cate_projection('edge', (SELECT id::%s AS id, age FROM (SELECT CASE WHEN id = 9223372036854775807 THEN 9223372036854775808 WHEN id = -1 THEN 18446744073709551615 ELSE id END AS id, age FROM edge)), features => ['age']) LIMIT 1";
    double others =
        number(
            "SELECT count(effect) FROM cate_oob('edge') WHERE id NOT IN ('9223372036854775807', '-1')");
    assertThat(number(found.formatted("DOUBLE"))).as("of doubles").isEqualTo(others);
    assertThat(number(found.formatted("UBIGINT"))).as("without a sign").isEqualTo(others);
  }

  @Test
  void withinClustersARowMayLackItsIdAndNoLargeOneIsKept() throws SQLException {
    db.run(
        "CREATE TABLE homes AS SELECT *, i // 4 AS home, CASE WHEN i > 0 THEN i END AS small, CASE WHEN i > 0 THEN i / 8 END AS part FROM (SELECT *, row_number() OVER (ORDER BY id) - 1 AS i FROM shoppers)");
    for (String id : List.of("small", "part")) {
      db.run(fit(id, "TABLE homes", ", trees => 20, cluster => 'home', id => '" + id + "'"));
      assertThat(
              Study.column(
                  db.connection,
                  "SELECT count(*) || ' of ' || count(id) FROM cate_oob('%s')".formatted(id)))
          .as(id)
          .containsExactly("1200 of 1199");
    }
    db.run(fit("id", "TABLE homes", ", trees => 20, cluster => 'home', id => 'id'"));
    assertThat(number("SELECT count(id) FROM cate_oob('id')")).isZero();
    db.refuse(
        "FROM cate_projection('id', TABLE homes, features => ['age'])",
        "cate_projection: model 'id' was fitted with id => 'id', which is BIGINT: such ids are not kept. Cast it to VARCHAR, and fit it again.");
  }

  @Test
  void idsThatADoubleDoesNotHoldAreNotKept() throws SQLException {
    db.run(
        "CREATE TABLE wide AS SELECT TIMESTAMP '2020-01-01' + to_microseconds(i) AS moment, moment::TIMESTAMPTZ AS instant, 100000000000000000000::HUGEINT + i AS huge, (1e15::BIGINT + i)::DECIMAL(18, 0) AS digits, (i / 8)::DECIMAL(15, 3) AS few, (i / 8)::DOUBLE AS number, y, d, age, visits FROM (SELECT *, (row_number() OVER ())::BIGINT AS i FROM shoppers)");
    for (String id : List.of("moment", "instant", "huge", "digits")) {
      db.run(fit(id, "TABLE wide", ", trees => 4, id => '" + id + "'"));
      assertThat(number("SELECT count(*) FROM cate_oob('%s') WHERE id IS NULL".formatted(id)))
          .as(id)
          .isEqualTo(1200);
      db.refuse(
          "FROM cate_projection('%s', TABLE wide, features => ['age'])".formatted(id),
          "cate_projection: model '%s' was fitted with id => '%s', which is %s: such ids are not kept. Cast it to VARCHAR, and fit it again."
              .formatted(
                  id,
                  id,
                  Study.value(db.connection, "SELECT typeof(" + id + ") FROM wide LIMIT 1")));
    }
    for (String id : List.of("few", "number")) {
      db.run(fit(id, "TABLE wide", ", trees => 4, id => '" + id + "'"));
      assertThat(
              number(
                  "SELECT count(DISTINCT s.%s) FROM cate_oob('%s') o JOIN wide s ON s.%s = o.id"
                      .formatted(id, id, id)))
          .as(id)
          .isEqualTo(1200);
    }
  }

  @Test
  void modelsMayBeNamed() throws SQLException {
    db.run(fit("m", "TABLE shoppers", ", trees => 20, id => 'id'"));
    for (String function :
        List.of("cate_oob", "cate_explain", "calibration_test", "cate_importance", "ate")) {
      assertThat(number("SELECT count(*) FROM %s(model => 'm')".formatted(function)))
          .as(function)
          .isEqualTo(number("SELECT count(*) FROM %s('m')".formatted(function)));
      db.refuse(
          "FROM %s('m', model => 'm')".formatted(function),
          function + ": model is given twice. Keep one.");
    }
    assertThat(number("SELECT count(*) FROM cate_oob(level => 0.9, model => 'm')")).isEqualTo(1200);
  }

  @Test
  void whatAnAverageOfAModelCannotHeedIsTold() throws SQLException {
    db.run(fit("m", "TABLE shoppers", ", trees => 20, id => 'id'"));
    db.refuse(
        "FROM ate('m', outcome => 'y', treatment => 'd')",
        "ate: 'm' is no table. Of a stored model write ate('m') without outcome and treatment, which it has, with estimand and level alone.");
    db.refuse(
        "FROM ate('m', folds => 3)",
        "ate: folds: the model 'm' is fitted already. Call ate on the relation, or leave this out.");
    db.refuse(
        "FROM ate(TABLE shoppers, outcome => 'y', treatment => 'd', instrument => 'age')",
        "ate: there is no argument instrument. Use cate_fit(..., method => 'instrumental_forest', instrument => 'column'), whose average is in dml_summary.");
  }

  @Test
  void moreTextIdsThanColumnsMayHoldAreKept() throws SQLException {
    db.run(
        "CREATE TABLE many AS SELECT 'k' || i AS id, (sin(i * 5.1) > 0)::INT AS d, (i * 7919 % 1009) / 1009 AS age, (i * 104729 % 997) / 997 AS visits, sin(i * 12.9) AS y FROM range(60000) t(i)");
    db.run(fit("m", "TABLE many", ", trees => 4, id => 'id'"));
    assertThat(number("SELECT count(DISTINCT id) FROM cate_oob('m')")).isEqualTo(60_000);
    assertThat(number("SELECT n_missing FROM cate_projection('m', TABLE many, features => [])"))
        .isZero();
  }

  @Test
  void groupsAreAveragedByJoiningScores() throws SQLException {
    db.run(fit("m", "TABLE shoppers", ", trees => 50, id => 'id'"));
    double north =
        number(
            "SELECT avg(score) FROM cate_oob('m') o JOIN shoppers s ON s.id = o.id WHERE region = 'north'");
    assertThat(
            number(
                "SELECT estimate FROM cate_projection('m', TABLE shoppers, features => ['region']) WHERE term = 'intercept'"))
        .isCloseTo(north, within(1e-11));
    assertThat(
            number(
                "SELECT estimate FROM cate_projection('m', (FROM shoppers WHERE region = 'north'), features => [])"))
        .isCloseTo(north, within(1e-11));
    assertThat(number("SELECT estimate FROM ate('m')"))
        .isCloseTo(number("SELECT avg(score) FROM cate_oob('m')"), within(1e-11));
  }

  @Test
  void theIdMayHaveAnotherNameAndFeaturesComeByPattern() throws SQLException {
    db.run(fit("m", "TABLE shoppers", ", trees => 20, id => 'id'"));
    assertThat(
            Study.column(
                db.connection,
                "SELECT term FROM cate_projection('m', (SELECT id AS k, age, visits FROM shoppers), features => COLUMNS('a|k|i'), id => 'k')"))
        .containsExactly("intercept", "age", "visits");
    db.refuse(
        "FROM cate_projection('m', (SELECT id AS k, age FROM shoppers), features => ['age'])",
        "cate_projection: id => 'id': the relation has no such column. It has k, age.");
    db.refuse(
        "FROM cate_projection('m', TABLE shoppers)",
        "cate_projection: features is missing. Add features => ['column', ...].");
    db.refuse(
        "FROM cate_projection('m', features => ['age'])",
        "cate_projection: the relation is missing. Say which rows are meant: cate_projection('m', TABLE name) or cate_projection('m', (SELECT ...)).");
  }

  @Test
  void mergedForestsAreStoredInTheTransaction() throws SQLException {
    db.run(fit("a", "TABLE shoppers", ", trees => 20, id => 'id'"));
    db.run(fit("b", "TABLE shoppers", ", trees => 30, id => 'id', first_tree => 20"));
    db.run(fit("all", "TABLE shoppers", ", trees => 50, id => 'id'"));
    db.run("BEGIN");
    db.run("FROM cate_merge('ab', ['a', 'b'])");
    assertThat(number("SELECT max(abs(cate_effect('ab') - cate_effect('all'))) FROM shoppers"))
        .isZero();
    db.run("ROLLBACK");
    assertThat(Study.column(db.connection, "SELECT name FROM cate_models()"))
        .containsExactly("a", "all", "b");
    db.run("FROM cate_merge(model => 'ab', models => ['a', 'b'])");
    assertThat(number("SELECT estimate FROM ate('ab')"))
        .isCloseTo(number("SELECT estimate FROM ate('all')"), within(1e-11));
    assertThat(Study.column(db.connection, "SELECT outcome FROM cate_models() WHERE name = 'ab'"))
        .containsExactly("y");
    db.refuse(
        "FROM cate_merge('ab', ['a', 'b'])",
        "cate_merge: model => 'ab': a model of that name is stored already. Use if_exists => 'replace' or 'skip', or another name.");
    assertThat(
            Study.column(
                db.connection,
                "SELECT model FROM cate_merge('ab', ['a', 'b'], if_exists => 'skip')"))
        .containsExactly("ab");
    db.run("FROM cate_merge('ab', ['b', 'a'], if_exists => 'replace')");
    assertThat(number("SELECT version FROM cate_models() WHERE name = 'ab'")).isEqualTo(2);
    db.refuse(
        "FROM cate_merge('x', ['a', 'nope'])",
        "cate_merge: model => 'nope': there is no such model in database 'memory'. FROM cate_models() lists them.");
    db.refuse(
        "FROM cate_merge('x', ['a', 'a'])",
        "cate_merge: model 'a' has a tree that is among the others: of the same seed and number it counts once. Fit it with another seed or first_tree.");
    db.refuse(
        "FROM cate_merge('x')", "cate_merge: models is missing. Add models => ['name', ...].");
    db.refuse(
        "FROM cate_merge('x', ['a', 'b'], 3)",
        "cate_merge: if_exists => 3: must be one of 'error', 'replace', 'skip'.");
    db.refuse(
        "CREATE VIEW v AS FROM cate_merge('x', ['a', 'b'])",
        "cate_merge: changes the stored models and cannot stand in a view, macro or PREPARE. Run it as a statement of its own.");
  }

  @Test
  void theyWorkWithoutTheDriver(@TempDir Path folder) throws SQLException {
    db.run(fit("a", "TABLE shoppers", ", trees => 20, id => 'id'"));
    double average = number("SELECT estimate FROM ate('a', estimand => 'ATT')");
    double slope =
        number(
            "SELECT estimate FROM cate_projection('a', TABLE shoppers, features => ['age']) WHERE term = 'age'");
    String file = folder.resolve("x.duckdb").toString();
    try (Connection plain = DriverManager.getConnection("jdbc:duckdb:" + file)) {
      Whatif.register(plain);
      Study.run(plain, SHOPPERS);
      Study.run(plain, fit("a", "shoppers", ", trees => 20, id => 'id'"));
      Study.run(plain, fit("b", "shoppers", ", trees => 20, id => 'id', first_tree => 20"));
      Study.run(plain, fit("all", "shoppers", ", trees => 40, id => 'id'"));
      assertThat(number(plain, "SELECT estimate FROM ate('a', estimand => 'ATT')"))
          .isEqualTo(average);
      assertThat(
              number(
                  plain,
                  "SELECT estimate FROM cate_projection('a', shoppers, features => ['age']) WHERE term = 'age'"))
          .isEqualTo(slope);
      assertThat(
              number(plain, "SELECT count(*) FROM cate_oob('a') o JOIN shoppers s ON s.id = o.id"))
          .isEqualTo(1200);
      Study.run(plain, "FROM cate_merge('ab', ['a', 'b'])");
      assertThat(number(plain, "SELECT estimate FROM ate('ab')"))
          .isCloseTo(number(plain, "SELECT estimate FROM ate('all')"), within(1e-11));
      assertThat(
              number(
                  plain,
                  "SELECT max(abs(cate_effect('ab', age, visits) - cate_effect('all', age, visits))) FROM shoppers"))
          .isZero();
    }
  }

  @Test
  void theRelationFormOfAteIsAsItWas() throws SQLException {
    db.run(fit("m", "TABLE shoppers", ", trees => 20, id => 'id'"));
    db.refuse(
        "FROM ate(TABLE shoppers, treatment => 'd')",
        "ate: outcome is missing. Add outcome => 'column'.");
    db.refuse(
        "FROM ate('nope')",
        "ate: model => 'nope': there is no such model in database 'memory'. FROM cate_models() lists them.");
    assertThat(
            number(
                "SELECT n FROM ate(TABLE shoppers, outcome => 'y', treatment => 'd', controls => ['age'])"))
        .isEqualTo(1200);
    assertThat(Study.column(db.connection, "SELECT estimator FROM ate('m')"))
        .containsExactly("causal_forest");
  }
}
