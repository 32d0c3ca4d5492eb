/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Input that is odd but right, and statements that put calls in odd places. */
final class OddInputTest {
  private static final String PLAIN =
      "id => 'id', reps => 1, outcome_learner => 'ols', treatment_learner => 'logit'";
  private static final String CALL =
      "dml_summary(study, outcome => 'y', treatment => 'd', controls => ['a', 'b'], " + PLAIN + ")";

  private Refusals db = Refusals.withStudy();

  OddInputTest() throws SQLException {}

  @AfterEach
  void close() throws SQLException {
    assertThat(db.openSessions()).isZero();
    db.close();
  }

  private double first(String sql) throws SQLException {
    return (double) Study.column(db.connection, sql).get(0);
  }

  private double plain() throws SQLException {
    return first("SELECT estimate FROM " + CALL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        "we;ird.\"q\"",
        "select",
        "😀",
        "it's",
        "whatif_row",
        "whatif_j",
        "h",
        "e",
        "j",
        "r",
        "c",
        "fold",
        "propensity",
        "COLUMNS(b)",
        "--x",
        "?",
        "$1",
        "n"
      })
  void aControlHasAnyName(String name) throws SQLException {
    String quoted = "\"" + name.replace("\"", "\"\"") + "\"";
    String text = "'" + name.replace("'", "''") + "'";
    String relation = "(SELECT * RENAME (b AS " + quoted + ") FROM study)";
    assertThat(
            first(
                "SELECT estimate FROM dml_summary(%s, outcome => 'y', treatment => 'd', controls => ['a', %s], %s)"
                    .formatted(relation, text, PLAIN)))
        .isCloseTo(plain(), within(1e-12));
    assertThat(
            first(
                "SELECT estimate FROM dml_summary(%s, outcome => 'y', treatment => 'd', %s, features => [%s])"
                    .formatted(relation, PLAIN, text)))
        .isFinite();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(SELECT * FROM study -- at the end\n)",
        "(/* first */ FROM study /* ) */)",
        "'SELECT * FROM study;'",
        "'FROM study -- at the end'",
        "'/* c */ FROM study'",
        "((FROM study))",
        "(SELECT *, '?' AS q, 'it''s; (?' AS r, $$a'b?c$$ AS s FROM study WHERE '?' = '?')",
        "(SELECT * FROM study WHERE \"id\" >= 0 AND ')' <> '(')",
        "STUDY",
        "main.study",
        "\"study\"",
        "(SELECT * FROM propensity_trim(study, treatment => 'd', controls => ['a'], alpha => 0))",
        "(SELECT * REPLACE (CASE WHEN id >= 0 THEN d = 1 END AS d) FROM study)",
        "(SELECT * REPLACE (2 * d - 1 AS d) FROM study)",
        "(SELECT * REPLACE (['no', 'yes'][1 + d] AS d) FROM study)"
      })
  void relationsAreReadAsWritten(String relation) throws SQLException {
    assertThat(
            first(
                "SELECT estimate FROM "
                    + CALL.replaceFirst(
                        "study", java.util.regex.Matcher.quoteReplacement(relation))))
        .isEqualTo(plain());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "b::FLOAT",
        "(1000 * b)::INTEGER::HUGEINT",
        "b::DECIMAL(9, 3)",
        "TIMESTAMPTZ '2020-01-01 00:00:00+00' + to_hours(id)",
        "DATE '2020-01-01' + (100 * b)::INT",
        "b > 0",
        "['', 'it''s', 'ü😀'][1 + id % 3]::ENUM('', 'it''s', 'ü😀')",
        "['', 'a\"b', 'a,b', 'NULL', 'x;--'][1 + id % 5]",
        "CASE WHEN id % 9 = 0 THEN 'nan'::DOUBLE ELSE b END",
        "CASE WHEN id % 9 > 0 THEN id % 2 = 0 END",
        "1e12 + b",
        "1e-30 * b",
        "NULL"
      })
  void controlsHaveAnyTypeThatMeansANumberOrAText(String expression) throws SQLException {
    assertThat(
            first(
                "SELECT estimate FROM dml_summary((SELECT * REPLACE (%s AS b) FROM study), outcome => 'y', treatment => 'd', controls => ['a', 'b'], %s)"
                    .formatted(expression, PLAIN)))
        .isBetween(0.5, 1.5);
  }

  @Test
  void textsOfEveryKindScore() throws SQLException {
    db.run(
        "CREATE TABLE texts AS SELECT *, ['', 'it''s', 'ü😀', 'a\"b', 'NULL'][1 + id % 5] AS s FROM study");
    db.run(Study.fit("m", "texts").replace("features => ['a']", "features => ['a', 's']"));
    assertThat(
            Study.value(
                db.connection,
                "SELECT count(DISTINCT cate_effect) FROM (SELECT s, cate_effect('m', 0, s) FROM texts)"))
        .isEqualTo(5L);
    assertThat(
            Study.column(
                db.connection,
                "SELECT cate_support('m', 0, s) FROM (VALUES (''), ('ü😀'), ('new'), (NULL)) v(s)"))
        .containsExactly(true, true, false, null);
  }

  @Test
  void callsStandWhereRelationsDo() throws SQLException {
    double plain = plain();
    assertThat(first("SELECT (SELECT estimate FROM " + CALL + ") FROM study")).isEqualTo(plain);
    assertThat(first("WITH q AS (SELECT estimate FROM " + CALL + ") SELECT q.estimate FROM q, q p"))
        .isEqualTo(plain);
    assertThat(first("SELECT s.estimate FROM " + CALL + " s JOIN " + CALL + " t USING (term)"))
        .isEqualTo(plain);
    assertThat(
            Study.column(
                db.connection,
                "SELECT estimate FROM " + CALL + " UNION ALL SELECT estimate FROM " + CALL))
        .isEqualTo(List.of(plain, plain));
    db.run("CREATE TABLE kept AS SELECT estimate FROM " + CALL);
    db.run("INSERT INTO kept SELECT estimate FROM " + CALL);
    assertThat(Study.column(db.connection, "FROM kept")).isEqualTo(List.of(plain, plain));
    db.run(
        "CREATE TABLE n(v DOUBLE); INSERT INTO n SELECT estimate FROM "
            + CALL
            + "; DROP TABLE kept");
    assertThat(first("FROM n")).isEqualTo(plain);
  }

  @Test
  void explainDescribeAndLimitZeroFitNothing() throws SQLException {
    String fit = Study.fit("m");
    assertThat(Study.column(db.connection, "EXPLAIN " + fit)).isNotEmpty();
    assertThat(Study.column(db.connection, "DESCRIBE " + fit)).containsExactly("n");
    assertThat(Study.column(db.connection, fit + " LIMIT 0")).isEmpty();
    assertThat(Study.column(db.connection, "FROM cate_models()")).isEmpty();
  }

  @Test
  void scoredColumnsAreNamedByTheirFunction() throws SQLException {
    db.run(Study.fit("m"));
    try (Statement statement = db.connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT id, cate_effect('m', a), cate_lower('m', a) AS low, cate_support('m', a) FROM study LIMIT 1")) {
      assertThat(rows.getMetaData().getColumnName(2)).isEqualTo("cate_effect");
      assertThat(rows.getMetaData().getColumnName(3)).isEqualTo("low");
      assertThat(rows.getMetaData().getColumnName(4)).isEqualTo("cate_support");
    }
  }

  @Test
  void twoConnectionsFitTheSameNameAtOnce() throws Exception {
    try (Connection other = db.connection.unwrap(DuckDBConnection.class).duplicate()) {
      io.whatif.duckdb.Whatif.register(other);
      CompletableFuture<String> second =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return String.valueOf(Study.value(other, Study.fit("m", "study")));
                } catch (SQLException e) {
                  return String.valueOf(e.getMessage());
                }
              });
      String first;
      try {
        first = String.valueOf(Study.value(db.connection, Study.fit("m", "study")));
      } catch (SQLException e) {
        first = e.getMessage();
      }
      List<String> outcomes = List.of(first, second.get());
      assertThat(outcomes).contains("400");
      assertThat(outcomes)
          .allMatch(
              o ->
                  o.equals("400")
                      || o.contains(
                          "cate_fit: model => 'm': a model of that name is stored already.")
                      || o.contains(
                          "cate_fit: model => 'm': another connection is writing models"));
    }
    assertThat(Study.column(db.connection, "SELECT name FROM cate_models()")).containsExactly("m");
  }
}
