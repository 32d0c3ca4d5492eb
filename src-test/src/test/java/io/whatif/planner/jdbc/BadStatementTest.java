/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Odd and broken statements: each gives what it says, or one line. */
final class BadStatementTest {
  private static final String CALL =
      "dml_summary(study, outcome => 'y', treatment => 'd', controls => ['a', 'b'], reps => 1,"
          + " outcome_learner => 'ols', treatment_learner => 'logit')";

  @RegisterExtension final FreshDatabase db = new FreshDatabase(Study.TABLE, Study.fit("m"));

  private String failure(String sql) throws SQLException {
    Throwable failure = catchThrowable(() -> db.column(sql));
    assertThat(failure).as(sql).isInstanceOf(SQLException.class);
    assertThat(db.value("SELECT 42")).isEqualTo(42);
    return String.valueOf(failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 'open FROM " + CALL,
        "SELECT * FROM " + CALL + " WHERE term = 'open",
        "SELECT * FROM " + CALL + " WHERE \"open",
        "SELECT * FROM " + CALL + " /* open",
        "SELECT * FROM " + CALL + " /* open /* closed */",
        "SELECT $$open FROM " + CALL,
        "SELECT * FROM (" + CALL,
        "SELECT * FROM " + CALL + ")",
        "SELECT * FROM [" + CALL + "}",
        "SELECT * FROM dml_summary(study, outcome => 'y', treatment => 'd",
        "SELECT * FROM dml_summary(study, outcome => 'y', treatment => 'd'",
        "SELECT * FROM dml_summary((FROM study, outcome => 'y')",
        "SELECT cate_effect('m', a FROM study",
        "SELECT cate_effect('m', a)) FROM study",
        "SELECT cate_effect('m' a) FROM study",
        "SELECT cate_effect('m', FROM study)",
        "SELECT FROM FROM " + CALL,
        "FROM " + CALL + " FROM study"
      })
  void unbalancedTextsGiveDuckDbsErrorInOneLine(String sql) throws SQLException {
    assertThat(failure(sql)).doesNotContain("whatif_").doesNotContain("\tat ");
    assertThat(failure("SELECT 1;" + sql)).doesNotContain("whatif_");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "FROM dml_summary(TABLE study, outcome => 'y', treatment => | 'd)",
        "FROM dml_summary(TABLE study, outcome => | 'y, treatment => 'd')",
        "FROM dml_summary(TABLE study, outcome => | \"y, treatment => 'd')",
        "FROM dml_summary(TABLE study, outcome => 'y', controls => [ | 'a)",
        "FROM dml_summary(TABLE study, controls => [ | 'a, 'b'], outcome => 'y') WHERE n > 1",
        "FROM dml_summary(TABLE study, outcome => | 'y, treatment => 'd', level => 0.9) ORDER BY 1"
      })
  void aQuoteThatIsNotClosedIsToldWhereItOpens(String before, String quote) throws SQLException {
    String mark = quote.substring(0, 1);
    assertThat(failure(before + " " + quote))
        .isEqualTo(
            "dml_summary: the quote that opens here is not closed. Write %s where its text ends. (line 1, column %d)"
                .formatted(mark, before.length() + 2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "FROM dml_summary(TABLE study | outcome => 'y', treatment => 'd')",
        "FROM dml_summary(TABLE study, treatment => 'd', controls => ['a'] | outcome => 'y')",
        "FROM dml_summary((FROM propensity_trim(study, treatment => 'd', outcome => 'y')) | outcome => 'y', treatment => 'd')",
        "FROM (SELECT 1 outcome), dml_summary('m'), dml_summary(study, treatment => 'd' | outcome => 'y')"
      })
  void aMissingCommaIsToldWithItsPlace(String before, String after) throws SQLException {
    assertThat(failure(before + " " + after))
        .isEqualTo(
            "dml_summary: a comma is missing before outcome =>. (line 1, column %d)"
                .formatted(before.length() + 2));
  }

  @Test
  void otherTextsThatDoNotEndAreToldAsDuckDbDoes() throws SQLException {
    String comment = "FROM dml_summary(TABLE study, outcome => 'y' /* treatment => 'd')";
    assertThat(failure(comment)).contains("unterminated /* comment");
    assertThat(failure("SELECT 1 + 'a")).contains("unterminated string literal");
    assertThat(failure("FROM dml_summary(TABLE study, outcome => 'y'"))
        .contains("its bracket is not closed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "SELECT 'cate_effect(''m'', 1)' | cate_effect('m', 1)",
        "SELECT $$FROM dml_summary('m')$$ | FROM dml_summary('m')",
        "SELECT /* cate_effect('m', 1) */ 1 -- dml_summary('none') | 1",
        "SELECT balance FROM (SELECT 7 AS balance) | 7",
        "SELECT balance.balance FROM (SELECT 7 AS balance) balance | 7",
        "SELECT cate_effect + 1 FROM (SELECT 7 AS cate_effect) | 8",
        "WITH balance(a) AS (SELECT 3) SELECT a FROM balance | 3",
        "SELECT \"cate_effect(\" FROM (SELECT 5 AS \"cate_effect(\") | 5",
        "SELECT cate_effect FROM (SELECT cate_effect('m', 1) > 0 AS cate_effect) | true",
        "SELECT cate_effect IS NOT NULL FROM (SELECT cate_effect('m', cate_effect) FROM (SELECT 1.0 AS cate_effect)) | true",
        "SELECT count(*) FROM dml_summary('m') AS dml_summary(dml_summary) WHERE dml_summary IS NOT NULL | 4",
        "SELECT\u00a0count(*)\u3000FROM\u2003cate_models\u00a0() | 1",
        "SELECT count(*) AS größe FROM cate_models() AS 価格 | 1",
        "SELECT x.e\u0301 FROM (SELECT count(*) AS e\u0301 FROM cate_models()) x | 1",
        "SELECT \"👨\u200d👩\" FROM (SELECT count(*) AS 👨\u200d👩 FROM cate_models()) | 1"
      })
  void namesAndTextsThatLookLikeCallsAreNone(String sql, String expected) throws SQLException {
    assertThat(db.column(sql)).singleElement().hasToString(expected);
  }

  @Test
  void relationsMayHaveAnyName() throws SQLException {
    for (String name :
        new String[] {"größe", "e\u0301", "👨\u200d👩", "\"a b\"", "\"\u00a0\"", "\"x(\""}) {
      db.run("CREATE TABLE " + name + " AS FROM study");
      assertThat(db.value("SELECT n FROM " + CALL.replaceFirst("study", "TABLE " + name)))
          .as(name)
          .isEqualTo(400L);
      assertThat(db.value("SELECT n FROM " + CALL.replaceFirst("study", name)))
          .as(name)
          .isEqualTo(400L);
    }
  }

  @Test
  void callsWithinCallsRunFirst() throws SQLException {
    assertThat(
            db.value(
                "SELECT n FROM dml_summary((SELECT * REPLACE (cate_effect('m', a) AS b) FROM propensity_trim("
                    + "(FROM study WHERE cate_effect('m', a) > -9), treatment => 'd', controls => ['a'], alpha => 0)),"
                    + " outcome => 'y', treatment => 'd', controls => ['b'], reps => 1, outcome_learner => 'ols')"))
        .isEqualTo(400L);
    assertThat(failure("SELECT cate_effect('m', cate_effect('none', a)) FROM study"))
        .startsWith("cate_effect: model => 'none'")
        .endsWith("(line 1, column 37)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"outcome => ?", "controls => ?", "model => ?", "features => ['a', ?]"})
  void argumentsThatShapeTheResultAreWrittenOut(String argument) {
    String sql = "FROM cate_fit(study, treatment => 'd', " + argument + ")";
    Throwable failure = catchThrowable(() -> db.connection().prepareStatement(sql));
    assertThat(failure)
        .hasMessage(
            "cate_fit: %s: must be written out, it is needed before the statement runs. (line 1, column %d)"
                .formatted(argument, sql.indexOf("=>", sql.indexOf(argument)) + 4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"folds => ?", "level => ?", "reps => ?"})
  void otherArgumentsAreCheckedWhenTheStatementRuns(String argument) throws SQLException {
    String name = argument.replace(" => ?", "");
    String sql = "SELECT n FROM " + CALL.replace("reps => 1", argument);
    try (PreparedStatement statement = db.connection().prepareStatement(sql)) {
      statement.setString(1, "many");
      assertThat(catchThrowable(statement::executeQuery))
          .message()
          .startsWith("dml_summary: " + name + " => 'many': must be a")
          .endsWith("(line 1, column " + (sql.indexOf('?') + 1) + ")")
          .doesNotContain("\n");
    }
  }

  @Test
  void aCommonTableThatReadsItselfMayNotBeARelation() throws SQLException {
    String told =
        failure(
            "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n FROM "
                + CALL.replaceFirst("study", "r")
                + ") FROM r");
    assertThat(told).doesNotContain("\n", "whatif_push", "whatif_begin");
  }

  @Test
  void aRecursiveTableMayReadACallBesideItself() throws SQLException {
    assertThat(
            db.column(
                "WITH RECURSIVE r(i) AS (SELECT n FROM "
                    + CALL
                    + " UNION ALL SELECT i + 1 FROM r WHERE i < 402) SELECT i FROM r ORDER BY i"))
        .containsExactly(400L, 401L, 402L);
  }

  @Test
  void aViewThatReadsItselfIsDuckDbs() throws SQLException {
    db.run("CREATE VIEW v AS SELECT n FROM " + CALL);
    db.run("CREATE OR REPLACE VIEW v AS SELECT n FROM " + CALL.replaceFirst("study", "v"));
    assertThat(failure("FROM v")).containsIgnoringCase("recursi").doesNotContain("whatif_push");
  }
}
