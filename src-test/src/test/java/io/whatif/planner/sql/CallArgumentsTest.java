/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.data.WhatifException;
import io.whatif.duckdb.CausalCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the relation, the model and the other arguments of a call are read. */
final class CallArgumentsTest {
  private static final String ROLES = "outcome => 'y', treatment => 'd'";

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
    assertThatThrownBy(() -> call(sql)).isInstanceOf(WhatifException.class).hasMessage(message);
  }

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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "t outcome => 'y', treatment => 'd' | outcome",
        "TABLE t outcome => 'y', treatment => 'd' | outcome",
        "(SELECT a FROM t) outcome => 'y', treatment => 'd' | outcome",
        "TABLE t PARTITION BY g \"Outcome\" := 'y', treatment => 'd' | Outcome",
        "t, outcome => 'y' treatment => 'd' | treatment",
        "t, outcome => y treatment => 'd' | treatment",
        "t, outcome => 'y', treatment => 'd', controls => ['age'] exclude => ['black'] | exclude",
        "t, outcome => 'y', treatment => 'd', level => 0.9 folds => 3 | folds",
        "t, outcome => 'y', treatment => 'd', level => ? covariates => ['a'] | covariates"
      })
  void aMissingCommaIsTold(String arguments, String name) {
    assertRefused(
        "FROM dml_summary(" + arguments + ")",
        "dml_summary: a comma is missing before " + name + " =>.");
  }

  @Test
  void aMissingCommaOfAScoreIsTold() {
    assertRefused(
        "SELECT cate_effect('m', a arm => 'b')", "cate_effect: a comma is missing before arm =>.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(FROM f(t, outcome => 'x')), ",
        "(SELECT 'y' outcome, list_filter(l, level -> level = 1) folds FROM f(t, level := 1)), ",
        "read_csv('outcome => x.csv', header => true), ",
        "FROM t WHERE outcome = 'y' AND treatment = 1, ",
        "t, level => CASE WHEN g(folds => 3) THEN 0.9 ELSE 'folds => 3'::DOUBLE END, ",
        "t, level => /* folds => 3 */ 0.9, "
      })
  void whatLooksLikeAnArgumentWithinAValueLacksNoComma(String before) {
    assertThat(call("FROM dml_summary(" + before + ROLES + ")").literals())
        .containsEntry("outcome", "y")
        .containsEntry("treatment", "d");
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
  void aFunctionOfConstantsTakesNoMoreThanItHas() {
    String message = "cate_sql: takes at most 3 arguments.";
    assertRefused("SELECT cate_sql('m', 'effect', 'duckdb', 1)", message);
    assertRefused("SELECT cate_sql(a => 1, b => 2, c => 3, d => 4, 'm')", message);
  }
}
