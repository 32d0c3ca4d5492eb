/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.data.WhatifException;
import io.whatif.duckdb.CausalCall;
import io.whatif.function.Argument;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  private static CausalCall call(String sql) {
    List<CausalCall> calls = new ArrayList<>();
    CausalStatement.of(sql)
        .write(
            CausalStatement.Writer.each(
                call -> {
                  calls.add(call);
                  return "x";
                },
                call -> "x"));
    assertThat(calls).isNotEmpty();
    return calls.get(calls.size() - 1);
  }

  private static void assertRefused(String sql, String message) {
    assertThatThrownBy(() -> marked(sql)).isInstanceOf(WhatifException.class).hasMessage(message);
  }

  // ---- which names are calls ----

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
  @CsvSource({
    "EXPLAIN FROM t, true",
    "EXPLAIN ANALYZE FROM t, false",
    "'EXPLAIN (FORMAT JSON, ANALYZE) FROM t', false",
    "EXPLAIN (FORMAT JSON) FROM t, true"
  })
  void anAnalyzedPlanIsRun(String sql, boolean explained) {
    assertThat(CausalStatement.of(sql).kind().isExplained()).isEqualTo(explained);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "X'41', false",
        "e'\\u0041', false",
        "E'\\x41', false",
        "e'\\\\u', true",
        "e'a\\n', true"
      })
  void textsWithNumberedCharactersAreExpressions(String text, boolean literal) {
    SqlTokens sql = new SqlTokens(text);
    assertThat(Literal.read(sql, 0, sql.size(), Argument.Type.VALUE).isPresent())
        .isEqualTo(literal);
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

  // ---- relations ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "TABLE t | FROM t",
        "TABLE \"my t\".\"x\" | FROM \"my t\".\"x\"",
        "(SELECT a, (b) FROM t WHERE c = ')') | SELECT a, (b) FROM t WHERE c = ')'",
        "(FROM t) | FROM t",
        "(WITH u AS (FROM t) FROM u) | WITH u AS (FROM t) FROM u",
        "(VALUES (1, 2)) | VALUES (1, 2)",
        "((SELECT 1) UNION ALL (SELECT 2)) | (SELECT 1) UNION ALL (SELECT 2)",
        "data => TABLE t | FROM t",
        "relation := (FROM t) | FROM t",
        "data = t | FROM t",
        "t | FROM t",
        "main.t | FROM main.t",
        "\"T x\" | FROM \"T x\"",
        "'main.t' | FROM \"main\".\"t\"",
        "'My Table' | FROM \"My Table\"",
        "'data/x.parquet' | FROM 'data/x.parquet'",
        "'SELECT * FROM t WHERE a = ''x''' | SELECT * FROM t WHERE a = 'x'",
        "read_csv('x.csv', header = true) | FROM read_csv('x.csv', header = true)"
      })
  void relationsAreTakenInEveryForm(String relation, String expected) {
    String sql = "SELECT * FROM dml_summary(" + relation + ", " + ROLES + ")";
    assertThat(call(sql).relation()).isEqualTo(expected);
    assertThat(call(sql).model()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"'training'", "training", "\"training\"", "model => 'training'"})
  void aNameWithoutRolesIsAModel(String argument) {
    CausalCall call = call("FROM dml_summary(" + argument + ")");
    assertThat(call.model()).isEqualTo("training");
    assertThat(call.relation()).isNull();
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

  // ---- arguments ----

  @Test
  void valuesAreReadInEveryNotation() {
    CausalCall call =
        call(
            """
            FROM cate_fit(t, model := 'm', outcome = y, treatment => "My D", features => ['a', 'b'],
              covariates => ARRAY['c', 'd'], exclude => ('e', 'f'), folds => 3, level => .9,
              seed => -7, nulls => NULL, control => 'it''s'::VARCHAR)""");
    assertThat(call.literals())
        .containsEntry("model", "m")
        .containsEntry("outcome", "y")
        .containsEntry("treatment", "My D")
        .containsEntry("features", List.of("a", "b"))
        .containsEntry("controls", List.of("c", "d"))
        .containsEntry("exclude", List.of("e", "f"))
        .containsEntry("folds", 3L)
        .containsEntry("level", 0.9)
        .containsEntry("seed", -7L)
        .containsEntry("nulls", null)
        .containsEntry("control", "it's");
    assertThat(call.expressions()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "COLUMNS('^x') | COLUMNS(^x)",
        "'COLUMNS(^x)' | COLUMNS(^x)",
        "a | a",
        "'a' | a",
        "\"A b\" | A b"
      })
  void columnsMayBeOneNameOrOnePattern(String written, String expected) {
    assertThat(call("FROM dml_summary(t, " + ROLES + ", controls => " + written + ")").literals())
        .containsEntry("controls", expected);
  }

  @Test
  void otherValuesAreExpressions() {
    CausalCall call =
        call("FROM dml_summary(t, " + ROLES + ", level => 1 - ?, seed => getvariable('s'))");
    assertThat(call.expressions()).isEqualTo(Map.of("level", "1 - $1", "seed", "getvariable('s')"));
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

  // ---- mistakes ----

  @Test
  void columnsCannotBeParameters() {
    assertRefused(
        "FROM dml_summary(t, outcome => ?, treatment => 'd')",
        "dml_summary: outcome => $1: must be written out, it is needed before the statement runs.");
  }

  @Test
  void aMisspeltArgumentIsToldBeforeItRuns() {
    assertRefused(
        "FROM dml_summary(t, " + ROLES + ", feature => ['a'])",
        "dml_summary: there is no argument feature. Did you mean features?");
  }

  @Test
  void aMissingRoleIsTold() {
    assertRefused(
        "FROM dml_summary(t, outcome => 'y')",
        "dml_summary: treatment is missing. Add treatment => 'column'.");
  }

  @Test
  void aMissingRelationIsTold() {
    assertRefused(
        "FROM cate_fit(model => 'm', " + ROLES + ")",
        "cate_fit: the relation is missing. Write cate_fit(TABLE name, ...) or cate_fit((SELECT ...), ...).");
  }

  @Test
  void aSecondPositionalArgumentIsRefused() {
    assertRefused(
        "FROM cate_fit(t, 'y', treatment => 'd')",
        "cate_fit: argument 2 ('y') has no name. Write name => value.");
  }

  @Test
  void anArgumentGivenTwiceIsRefused() {
    assertRefused(
        "FROM dml_summary(t, " + ROLES + ", controls => ['a'], covariates => ['b'])",
        "dml_summary: controls is given twice. Keep one.");
  }

  @Test
  void anEmptyArgumentIsRefused() {
    assertRefused(
        "FROM dml_summary(t, outcome => , treatment => 'd')",
        "dml_summary: an argument is empty. Remove a comma or write its value.");
  }

  @Test
  void scoringTakesNoNamedArguments() {
    assertRefused(
        "SELECT cate_effect('m', age => 3)",
        "cate_effect: age => ...: values are passed by position, in the model's order. Write cate_effect('model', age).");
  }

  @ParameterizedTest
  @ValueSource(strings = {"name", "?", "lower('M')", "t.name"})
  void scoringTakesAQuotedModelName(String model) {
    assertRefused(
        "SELECT cate_effect(" + model + ", a) FROM t",
        "cate_effect: the model is "
            + model.replace("?", "$1")
            + ": it must be a name in quotes. Write cate_effect('model', feature, ...).");
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

  // ---- kinds of statements ----

  @Test
  void explainAndDescribeRunNothing() {
    assertThat(CausalStatement.of("EXPLAIN FROM cate_models()").kind().isExplained()).isTrue();
    assertThat(CausalStatement.of("DESCRIBE FROM cate_models()").kind().isExplained()).isTrue();
    assertThat(CausalStatement.of("EXPLAIN ANALYZE FROM cate_models()").kind().isExplained())
        .isFalse();
    assertThat(CausalStatement.of("SELECT 1").kind().isExplained()).isFalse();
  }

  @Test
  void viewsMacrosAndPreparedTextsAreDefinitions() {
    assertThat(CausalStatement.of("CREATE OR REPLACE TEMP VIEW v AS FROM t").kind().isDefinition())
        .isTrue();
    assertThat(CausalStatement.of("CREATE MACRO m(a) AS a").kind().isDefinition()).isTrue();
    assertThat(CausalStatement.of("PREPARE p AS FROM t").kind().isDefinition()).isTrue();
    assertThat(CausalStatement.of("CREATE TABLE view AS FROM t").kind().isDefinition()).isFalse();
  }

  @Test
  void onlyReadingStatementsAreQueries() {
    assertThat(CausalStatement.of("WITH a AS (FROM t) FROM a").kind().isQuery()).isTrue();
    assertThat(CausalStatement.of("WITH a AS (FROM t) INSERT INTO b FROM a").kind().isQuery())
        .isFalse();
    assertThat(CausalStatement.of("CREATE TABLE u AS FROM t").kind().isQuery()).isFalse();
  }

  // ---- names of items ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SELECT cate_effect('m', a) + 1 FROM t | SELECT {m[a]} + 1 AS \"cate_effect('m', a) + 1\" FROM t",
        "SELECT x, round(cate_effect('m', a), 2), y | SELECT x, round({m[a]}, 2) AS \"round(cate_effect('m', a), 2)\", y",
        "SELECT 1 + cate_effect('m', a) AS e FROM t | SELECT 1 + {m[a]} AS e FROM t",
        "SELECT -cate_effect('m', a) e FROM t | SELECT -{m[a]} e FROM t",
        "SELECT (cate_effect('m', a)) e FROM t | SELECT ({m[a]}) e FROM t",
        "SELECT e: cate_effect('m', a) + 1 FROM t | SELECT e: {m[a]} + 1 FROM t",
        "SELECT CASE WHEN cate_effect('m', a) > 0 THEN 1 END FROM t | SELECT CASE WHEN {m[a]} > 0 THEN 1 END AS \"CASE WHEN cate_effect('m', a) > 0 THEN 1 END\" FROM t",
        "SELECT cate_effect('m', a) IS DISTINCT FROM cate_lower('m', a), 1 | SELECT {m[a]} IS DISTINCT FROM {m[a]} AS \"cate_effect('m', a) IS DISTINCT FROM cate_lower('m', a)\", 1",
        "SELECT greatest(0, cate_effect('m', a)) FROM t | SELECT greatest(0, {m[a]}) AS \"greatest(0, cate_effect('m', a))\" FROM t",
        "SELECT cate_effect('m', a) - cate_lower('m', a) FROM t | SELECT {m[a]} - {m[a]} AS \"cate_effect('m', a) - cate_lower('m', a)\" FROM t",
        "SELECT x FROM t WHERE cate_effect('m', a) + 1 > 0 | SELECT x FROM t WHERE {m[a]} + 1 > 0",
        "SELECT x FROM t ORDER BY cate_effect('m', a) + 1 | SELECT x FROM t ORDER BY {m[a]} + 1",
        "SELECT * REPLACE (cate_effect('m', a) AS b) FROM t | SELECT * REPLACE ({m[a]} AS b) FROM t",
        "SELECT t.* REPLACE (cate_effect('m', a) + 1 AS b), a * cate_effect('m', a) FROM t | SELECT t.* REPLACE ({m[a]} + 1 AS b), a * {m[a]} AS \"a * cate_effect('m', a)\" FROM t",
        "SELECT COLUMNS(lambda c: c = 'x') + cate_effect('m', a) FROM t | SELECT COLUMNS(lambda c: c = 'x') + {m[a]} FROM t",
        "SELECT cate_effect('m', t.*) * 2 FROM t | SELECT {m[a]} * 2 AS \"cate_effect('m', t.*) * 2\" FROM t",
        "UPDATE t SET x = cate_effect('m', a) + 1, y = 2 | UPDATE t SET x = {m[a]} + 1, y = 2"
      })
  void anItemWithAScoreIsNamedByItsOwnText(String sql, String expected) {
    assertThat(named(sql)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SELECT (SELECT estimate FROM dml_summary('m') LIMIT 1) | SELECT (SELECT estimate FROM {m[a]} AS dml_summary LIMIT 1) AS \"(SELECT estimate FROM dml_summary('m') LIMIT 1)\"",
        "SELECT 1, (FROM dml_summary('m')) + 1 AS e | SELECT 1, (FROM {m[a]} AS dml_summary) + 1 AS e",
        "SELECT (SELECT (SELECT n FROM dml_summary('m')) AS a) + 1 | SELECT (SELECT (SELECT n FROM {m[a]} AS dml_summary) AS a) + 1 AS \"(SELECT (SELECT n FROM dml_summary('m')) AS a) + 1\"",
        "SELECT (SELECT cate_effect('m', a) FROM t) | SELECT (SELECT {m[a]} AS cate_effect FROM t) AS \"(SELECT cate_effect('m', a) FROM t)\"",
        "SELECT (SELECT max(n) FROM (SELECT n FROM dml_summary('m'))) AS k | SELECT (SELECT max(n) FROM (SELECT n FROM {m[a]} AS dml_summary)) AS k",
        "SELECT (FROM dml_summary('m')) OFFSET 0 | SELECT (FROM {m[a]} AS dml_summary) AS \"(FROM dml_summary('m'))\" OFFSET 0",
        "SELECT (FROM dml_summary('m')) USING SAMPLE 100% | SELECT (FROM {m[a]} AS dml_summary) AS \"(FROM dml_summary('m'))\" USING SAMPLE 100%",
        "INSERT INTO z SELECT (FROM dml_summary('m')) ON CONFLICT DO NOTHING | INSERT INTO z SELECT (FROM {m[a]} AS dml_summary) AS \"(FROM dml_summary('m'))\" ON CONFLICT DO NOTHING",
        "INSERT INTO z SELECT (FROM dml_summary('m')) RETURNING a | INSERT INTO z SELECT (FROM {m[a]} AS dml_summary) AS \"(FROM dml_summary('m'))\" RETURNING a",
        "CREATE TABLE k AS SELECT (FROM dml_summary('m')) WITH NO DATA | CREATE TABLE k AS SELECT (FROM {m[a]} AS dml_summary) AS \"(FROM dml_summary('m'))\" WITH NO DATA",
        "SELECT (FROM dml_summary('m'))::TIMESTAMP WITH TIME ZONE kk | SELECT (FROM {m[a]} AS dml_summary)::TIMESTAMP WITH TIME ZONE kk",
        "SELECT (FROM dml_summary('m'))::BIGINT kk | SELECT (FROM {m[a]} AS dml_summary)::BIGINT kk",
        "SELECT (FROM dml_summary('m')) + x kk FROM t | SELECT (FROM {m[a]} AS dml_summary) + x kk FROM t",
        "SELECT cate_effect('m', a) + x kk FROM t | SELECT {m[a]} + x kk FROM t",
        "SELECT (FROM dml_summary('m')) > 1 AND x FROM t | SELECT (FROM {m[a]} AS dml_summary) > 1 AND x AS \"(FROM dml_summary('m')) > 1 AND x\" FROM t",
        "SELECT (FROM dml_summary('m')) IS DISTINCT FROM x FROM t | SELECT (FROM {m[a]} AS dml_summary) IS DISTINCT FROM x AS \"(FROM dml_summary('m')) IS DISTINCT FROM x\" FROM t",
        "SELECT DISTINCT ON (x) x, (FROM dml_summary('m')) + 1 FROM t | SELECT DISTINCT ON (x) x, (FROM {m[a]} AS dml_summary) + 1 AS \"(FROM dml_summary('m')) + 1\" FROM t",
        "SELECT x FROM (SELECT 1 AS x FROM dml_summary('m')) | SELECT x FROM (SELECT 1 AS x FROM {m[a]} AS dml_summary)",
        "SELECT x FROM t WHERE y IN (SELECT n FROM dml_summary('m')) | SELECT x FROM t WHERE y IN (SELECT n FROM {m[a]} AS dml_summary)",
        "SELECT estimate FROM dml_summary('m') | SELECT estimate FROM {m[a]} AS dml_summary"
      })
  void anItemWithACallInASubqueryIsNamedByItsOwnText(String sql, String expected) {
    assertThat(named(sql)).isEqualTo(expected);
  }

  private static String named(String sql) {
    return CausalStatement.of(sql)
        .write(
            calls ->
                new CausalStatement.Replacement(
                    Collections.nCopies(calls.size(), "{m[a]}"), Map.of(), true));
  }

  @Test
  void temporaryAndPreparedStatementsEndWithTheirConnection() {
    assertThat(CausalStatement.of("CREATE OR REPLACE VIEW v AS FROM t").kind().outlivesConnection())
        .isTrue();
    assertThat(CausalStatement.of("CREATE MACRO m(a) AS a").kind().outlivesConnection()).isTrue();
    assertThat(
            CausalStatement.of("CREATE OR REPLACE TEMP VIEW v AS FROM t")
                .kind()
                .outlivesConnection())
        .isFalse();
    assertThat(CausalStatement.of("CREATE TEMPORARY MACRO m(a) AS a").kind().outlivesConnection())
        .isFalse();
    assertThat(CausalStatement.of("PREPARE p AS FROM t").kind().outlivesConnection()).isFalse();
  }
}
