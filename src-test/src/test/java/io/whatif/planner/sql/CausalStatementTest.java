/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.data.WhatifException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which names are calls, where they may stand, and what of the text is replaced. */
final class CausalStatementTest {
  private static final String ROLES = "outcome => 'y', treatment => 'd'";

  /** Marks each call by brackets around its relation, model or features. */
  private static String marked(String sql) {
    return CausalStatement.of(sql)
        .write(
            CausalStatement.Writer.each(
                call -> "<" + (call.relation() == null ? call.model() : call.relation()) + ">",
                call -> "{" + call.model() + call.features() + "}"));
  }

  private static void assertRefused(String sql, String message) {
    assertThatThrownBy(() -> marked(sql)).isInstanceOf(WhatifException.class).hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT balance FROM t",
        "SELECT balances(1), my_balance(2)",
        "'balance'",
        "balance"
      })
  void aNameAloneIsNoMention(String sql) {
    assertThat(CausalStatement.mentionsFunction(sql)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM Balance (a)",
        "FROM \"balance\"(a)",
        "FROM balance/* */(a)",
        "balance\u00a0("
      })
  void aNameBeforeABracketIsAMention(String sql) {
    assertThat(CausalStatement.mentionsFunction(sql)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 'cate_effect(1)' -- cate_effect(2)",
        "SELECT cate_effect FROM cate_fit",
        "SELECT other.cate_effect('m', 1)",
        "CREATE TABLE cate_fit(a INT)",
        "CREATE TABLE IF NOT EXISTS dml_summary (a INT)",
        "INSERT INTO dml_summary(a) VALUES (1)",
        "WITH dml_summary(a) AS (SELECT 1) FROM dml_summary",
        "WITH x AS (SELECT 1), dml_summary(a) AS NOT MATERIALIZED (SELECT 1) FROM dml_summary",
        "FROM t AS dml_summary(a)",
        "FROM t dml_summary(a)",
        "FROM (SELECT 1) dml_summary(a)",
        "CREATE INDEX i ON dml_summary (a)",
        "CREATE MACRO cate_effect(a, b) AS a + b",
        "COPY dml_summary(a) FROM 'x.csv'",
        "SELECT $$ FROM cate_models() $$, \"cate_models(\"",
        "CREATE TABLE t(a INT REFERENCES dml_summary(a))"
      })
  void otherThingsOfTheSameNameAreLeftAlone(String sql) {
    assertThat(CausalStatement.of(sql).isCausal()).isFalse();
    assertThat(marked(sql)).isEqualTo(sql);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "SELECT DISTINCT ON (e) cate_effect('m', a) FROM t | SELECT DISTINCT ON (e) {m[a]} AS cate_effect FROM t",
        "SELECT DISTINCT ON (e, f(g)) h, cate_effect('m', a) FROM t | SELECT DISTINCT ON (e, f(g)) h, {m[a]} AS cate_effect FROM t",
        "SELECT cate_effect('m', a, b) FROM t | SELECT {m[a, b]} AS cate_effect FROM t",
        "SELECT a+CATE_EFFECT ( 'm' , f(a, b) ) | SELECT a+{m[f(a, b)]}",
        "SELECT \"cate_effect\"('m', a) | SELECT {m[a]} AS cate_effect",
        "UPDATE t SET u = cate_effect('m', a), v = cate_lower('m', a) | UPDATE t SET u = {m[a]}, v = {m[a]}",
        "DELETE FROM t WHERE NOT cate_support('m', a) | DELETE FROM t WHERE NOT {m[a]}",
        "SELECT x FROM t GROUP BY cate_effect('m', a) HAVING cate_effect('m', a) > 0 | SELECT x FROM t GROUP BY {m[a]} HAVING {m[a]} > 0",
        "SELECT CASE WHEN cate_effect('m', a) > 0 THEN cate_lower('m', a) ELSE cate_upper('m', a) END | SELECT CASE WHEN {m[a]} > 0 THEN {m[a]} ELSE {m[a]} END",
        "SELECT [cate_effect('m', a)], {'k': cate_effect('m', b)} | SELECT [{m[a]}], {'k': {m[b]}}",
        "SELECT sum(cate_effect('m', a)) OVER (PARTITION BY cate_support('m', a)) | SELECT sum({m[a]}) OVER (PARTITION BY {m[a]})",
        "SELECT cate_effect('m', *COLUMNS(['a', 'b'])) FROM t | SELECT {m[\"a\", \"b\"]} AS cate_effect FROM t",
        "CREATE MACRO u(a) AS cate_effect('m', a) | CREATE MACRO u(a) AS {m[a]}",
        "SELECT a IS DISTINCT FROM cate_effect('m', a) FROM t | SELECT a IS DISTINCT FROM {m[a]} FROM t",
        "SELECT cate_effect('a', cate_effect('b', c)) | SELECT {a[{b[c]}]} AS cate_effect",
        "CALL cate_drop('m') | FROM <m> AS cate_drop",
        "FROM cate_models() | FROM <null> AS cate_models",
        "SELECT * FROM t, cate_models() c JOIN cate_explain('m') USING (a) | SELECT * FROM t, <null> c JOIN <m> AS cate_explain USING (a)",
        "SELECT * FROM (cate_models() a JOIN cate_models() b ON true) | SELECT * FROM (<null> a JOIN <null> b ON true)",
        "SELECT cate_effect('m', a)x, 1 FROM cate_models()WHERE b | SELECT {m[a]} x, 1 FROM <null> AS cate_models WHERE b",
        "SELECT\"cate_effect\"('m', a)FROM t | SELECT {m[a]} AS cate_effect FROM t",
        "SELECT cate_effect('m', ?)WHERE?LIMIT? | SELECT {m[$1]} AS cate_effect WHERE $2LIMIT $3",
        "SELECT (SELECT count(*) FROM cate_models()) | SELECT (SELECT count(*) FROM <null> AS cate_models)"
      })
  void callsAreReplacedAndAllElseStays(String sql, String expected) {
    assertThat(marked(sql)).isEqualTo(expected);
  }

  @Test
  void callsWithinRelationsAreReplacedFirst() {
    assertThat(
            marked(
                "FROM dml_summary((SELECT *, cate_effect('m', a) AS u FROM t), "
                    + ROLES
                    + ") AS s"))
        .isEqualTo("FROM <SELECT *, {m[a]} AS u FROM t> AS s");
  }

  @Test
  void parametersKeepTheirOrderWhereTextMoves() {
    CausalStatement statement =
        CausalStatement.of(
            "SELECT ? FROM dml_summary(level => -?, data => (SELECT ? FROM t), "
                + ROLES
                + ") WHERE z > ?");
    assertThat(
            statement.write(
                CausalStatement.Writer.each(c -> c.relation() + "/" + c.expressions(), c -> "x")))
        .isEqualTo("SELECT $1 FROM SELECT $3 FROM t/{level=-$2} AS dml_summary WHERE z > $4");
  }

  @Test
  void scoringDoesNotStandInFrom() {
    assertRefused(
        "SELECT * FROM cate_effect('m', 1)",
        "cate_effect: gives one value for each row and cannot stand in FROM. Write SELECT cate_effect('model', ...) FROM name.");
  }

  @Test
  void relationFunctionsStandInFromOnly() {
    assertRefused(
        "SELECT dml_summary('m')",
        "dml_summary: gives rows and stands in FROM. Write SELECT * FROM dml_summary(...).");
  }
}
