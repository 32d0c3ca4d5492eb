/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeCallsTest {
  private Database db;

  @BeforeEach
  void open() throws SQLException {
    db = new Database();
    Whatif.register(db.connection);
    db.run(
        "CREATE TABLE t AS SELECT i AS age, CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' END AS region"
            + " FROM range(4) r(i)");
  }

  @AfterEach
  void close() throws SQLException {
    assertThat(db.engine.openSessions()).isZero();
    db.close();
  }

  @Test
  void aRelationIsANameAQuotedNameOrAQuery() throws SQLException {
    db.run("CREATE TABLE \"My T\" AS SELECT 7 AS age");
    String sums = "SELECT total FROM column_sums(%s, controls := ['age'])";
    assertThat(db.rows(sums.formatted("t"))).containsExactly("6.0");
    assertThat(db.rows(sums.formatted("'t'"))).containsExactly("6.0");
    assertThat(db.rows(sums.formatted("main.t"))).containsExactly("6.0");
    assertThat(db.rows(sums.formatted("'memory.main.t'"))).containsExactly("6.0");
    assertThat(db.rows(sums.formatted("\"My T\""))).containsExactly("7.0");
    assertThat(db.rows(sums.formatted("'FROM t WHERE age > 1'"))).containsExactly("5.0");
    assertThat(db.rows(sums.formatted("'SELECT * FROM t WHERE region = ''a'';'")))
        .containsExactly("2.0");
    assertThat(db.rows(sums.formatted("?"), "t")).containsExactly("6.0");
  }

  @Test
  void aFileIsARelation(@TempDir Path folder) throws SQLException {
    db.run("COPY t TO '" + folder.resolve("x.csv") + "'");
    assertThat(
            db.rows(
                "SELECT total FROM column_sums('"
                    + folder.resolve("x.csv")
                    + "', controls => 'age')"))
        .containsExactly("6.0");
  }

  @Test
  void aliasesWorkAndBothSpellingsAreOneTooMany() throws SQLException {
    assertThat(db.rows("SELECT total FROM column_sums(t, covariates => ['age'], times => 2)"))
        .containsExactly("12.0");
    assertThat(db.failure("FROM column_sums(t, covariates => ['age'], controls => 'age')"))
        .contains("column_sums: controls is given twice. Keep one.");
  }

  @Test
  void temporaryTablesAndOpenTransactionsAreSeen() throws SQLException {
    db.run("CREATE TEMP TABLE tmp AS SELECT 1 AS age", "BEGIN", "INSERT INTO tmp VALUES (2)");
    assertThat(db.rows("SELECT total FROM column_sums(tmp)")).containsExactly("3.0");
    db.run("COMMIT");
  }

  @Test
  void rowWiseFunctionsGiveTheRowsBack() throws SQLException {
    assertThat(db.rows("FROM doubled('t', of => 'age') WHERE positive ORDER BY age DESC LIMIT 1"))
        .containsExactly("3|b|6.0|true");
    db.run("CREATE VIEW v AS FROM doubled('t', of => 'age')");
    assertThat(db.rows("SELECT sum(twice) FROM v")).containsExactly("12.0");
  }

  @Test
  void aWrongArgumentIsToldWhenTheStatementIsBound() {
    assertThat(db.failure("FROM doubled('t')"))
        .startsWith(
            "Invalid Input Error: doubled: of is missing. Add of => 'column'.\n\nLINE 1: FROM");
    assertThat(db.failure("FROM column_sums(t, times => 'many')"))
        .startsWith("Invalid Input Error: column_sums: times => 'many': must be a number.");
    assertThat(db.failure("FROM column_sums(t, tims => 2)")).contains("column_sums(relation");
  }

  @Test
  void aFitIsStoredAndScoresEverywhere() throws SQLException {
    assertThat(db.rows("FROM fit_sample(t, model => 'm', controls => ['age', 'region'])"))
        .containsExactly("m|4");
    assertThat(db.rows("SELECT cate_effect('m', age, region) FROM t ORDER BY age"))
        .containsExactly("1.0", "12.0", "3.0", "14.0");
    assertThat(db.rows("SELECT cate_effect('m', 5, 'b'), cate_effect('m', NULL, 'b')"))
        .containsExactly("16.0|null");
    assertThat(db.rows("SELECT count(*) FROM t WHERE cate_effect('m', age, region) > 2"))
        .containsExactly("3");
    assertThat(db.rows("SELECT cate_support('m', 5, 'b'), cate_support('m', 5, 'zz')"))
        .containsExactly("true|false");
    db.run("CREATE VIEW scored AS SELECT *, cate_effect('m', age, region) AS e FROM t");
    assertThat(db.rows("SELECT sum(e) FROM scored")).containsExactly("30.0");
    assertThat(db.rows("FROM sample_report('m')"))
        .containsExactly("intercept|1.0", "age|1.0", "region[1]|10.0");
    assertThat(db.rows("SELECT name, version, features FROM cate_models()"))
        .containsExactly("m|1|[age, region]");
    assertThat(db.rows("FROM cate_drop('m')")).containsExactly("m|1");
    assertThat(db.rows("FROM cate_models()")).isEmpty();
  }

  @Test
  void numbersScoreThroughTheDoubles() throws SQLException {
    db.rows("FROM fit_sample(t, model => 'm', controls => ['age'])");
    assertThat(db.rows("SELECT sum(cate_effect('m', range)) FROM range(10000)"))
        .containsExactly("5.0005E7");
    assertThat(db.failure("SELECT cate_effect('m', 1, 2)"))
        .isEqualTo(
            "Invalid Input Error: cate_effect: model 'm' takes 1 feature (age), the call passes 2."
                + " Pass only these.");
    assertThat(db.failure("SELECT cate_effect('mm', 1)"))
        .isEqualTo(
            "Invalid Input Error: cate_effect: model => 'mm': there is no such model in database"
                + " 'memory'. Did you mean 'm'?");
  }

  @Test
  void valuesOfTheWrongKindAndNamedOnesAreRefused() throws SQLException {
    db.rows("FROM fit_sample(t, model => 'm', controls => ['age', 'region'])");
    assertThat(db.failure("SELECT cate_effect('m', 1, 2)"))
        .isEqualTo(
            "Invalid Input Error: cate_effect: model 'm' takes a text for region, which was VARCHAR"
                + " at the fit; the call passes INTEGER. Cast it.");
    assertThat(db.failure("SELECT cate_effect('m', 'b', 'b')"))
        .isEqualTo(
            "Invalid Input Error: cate_effect: model 'm' takes a number for age, which was BIGINT at"
                + " the fit; the call passes VARCHAR. Cast it.");
    assertThat(db.failure("SELECT cate_effect('m', age := 1, region := 'b')"))
        .contains("Macro cate_effect() does not support the supplied arguments");
  }

  @Test
  void aModelOfManyFeaturesScores() throws SQLException {
    String columns = names(20);
    db.run("CREATE TABLE wide AS SELECT " + columns.replaceAll("c(\\d+)", "$1 AS c$1"));
    db.rows(
        "FROM fit_sample(wide, model => 'm', controls => ['"
            + columns.replace(", ", "', '")
            + "'])");
    assertThat(db.rows("SELECT cate_effect('m', " + columns + ") FROM wide"))
        .containsExactly("191.0");
    assertThat(db.failure("SELECT cate_effect('m', " + names(19) + ") FROM wide"))
        .endsWith("the call passes 19. Add c19.");
  }

  private static String names(int count) {
    return IntStream.range(0, count).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
  }

  @Test
  void modelNamesMayChangeFromRowToRow() throws SQLException {
    db.rows("FROM fit_sample(t, model => 'm', controls => ['age'])");
    db.rows("FROM fit_sample(t, model => 'n', controls => ['age'])");
    assertThat(db.rows("SELECT cate_effect(k, 1) FROM (VALUES ('m'), ('n'), (NULL), ('m')) v(k)"))
        .containsExactly("2.0", "2.0", "null", "2.0");
  }

  @Test
  void aReplacedModelScoresAtOnce() throws SQLException {
    db.rows("FROM fit_sample(t, model => 'm', controls => ['age'])");
    assertThat(db.rows("SELECT cate_effect('m', 1)")).containsExactly("2.0");
    assertThat(db.failure("FROM fit_sample(t, model => 'm', controls => ['age', 'region'])"))
        .isEqualTo(
            "Invalid Input Error: fit_sample: model => 'm': a model of that name is stored already."
                + " Use if_exists => 'replace' or 'skip', or another name.");
    assertThat(
            db.rows(
                "FROM fit_sample('FROM t LIMIT 1', model => 'm', controls => 'age', if_exists => 'skip')"))
        .containsExactly("m|4");
    db.rows(
        "FROM fit_sample(t, model => 'm', controls => ['age', 'region'], if_exists => 'replace')");
    assertThat(db.rows("SELECT cate_effect('m', 1, 'b')")).containsExactly("12.0");
  }

  @Test
  void theStoreIsThatOfTheCurrentDatabase(@TempDir Path folder) throws SQLException {
    db.run("ATTACH '" + folder.resolve("w.duckdb") + "' AS w", "USE w");
    db.rows("FROM fit_sample('memory.main.t', model => 'm', controls => ['age'])");
    assertThat(db.rows("SELECT database_name FROM duckdb_tables() WHERE schema_name = 'whatif'"))
        .containsExactly("w");
    assertThat(db.rows("SELECT name FROM cate_models()")).containsExactly("m");
    assertThat(db.rows("FROM sample_report('m')")).hasSize(2);
    assertThat(db.rows("SELECT cate_effect('m', 1)")).containsExactly("2.0");
  }

  @Test
  void scoresFollowTheCurrentDatabase(@TempDir Path folder) throws SQLException {
    db.rows("FROM fit_sample('t', model => 'm', controls => ['age'])");
    db.run("ATTACH '" + folder.resolve("w.duckdb") + "' AS w", "USE w");
    db.rows("FROM fit_sample('memory.main.t', model => 'm', controls => ['age', 'region'])");
    assertThat(db.rows("SELECT cate_effect('m', 1, 'b')")).containsExactly("12.0");
    db.run("USE memory");
    assertThat(db.rows("SELECT cate_effect('m', 1)")).containsExactly("2.0");
    db.run("USE w");
    assertThat(db.rows("SELECT cate_effect('m', 1, 'a')")).containsExactly("2.0");
  }

  @Test
  void nothingIsFittedOnExplainOrLimitZero() throws SQLException {
    String fit = "FROM fit_sample(t, model => 'm', controls => ['age'])";
    assertThat(db.rows("EXPLAIN " + fit)).isNotEmpty();
    assertThat(db.rows(fit + " LIMIT 0")).isEmpty();
    db.connection.prepareStatement(fit).close();
    assertThat(db.rows("FROM cate_models()")).isEmpty();
  }

  @Test
  void anotherConnectionThatRegistersScores() throws SQLException {
    db.rows("FROM fit_sample(t, model => 'm', controls => ['age'])");
    try (Connection other = db.another()) {
      Whatif.register(other);
      assertThat(Database.rows(other, "SELECT cate_effect('m', 1)")).containsExactly("2.0");
      assertThat(Database.rows(other, "SELECT name FROM cate_models()")).containsExactly("m");
    }
  }

  @Test
  void openingADatabaseWritesNothing() throws SQLException {
    assertThat(db.rows("SELECT count(*) FROM duckdb_schemas() WHERE schema_name = 'whatif'"))
        .containsExactly("0");
  }
}
