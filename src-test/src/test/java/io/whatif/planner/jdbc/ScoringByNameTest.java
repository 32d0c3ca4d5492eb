/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.duckdb.Whatif;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ScoringByNameTest {
  private static final List<String> FUNCTIONS =
      List.of("cate_effect", "cate_stderr", "cate_lower", "cate_upper", "cate_support");

  private Connection connection;

  @BeforeAll
  void fit() throws SQLException {
    connection = Study.open();
    Mixed.create(connection);
  }

  @AfterAll
  void close() throws SQLException {
    connection.close();
  }

  private List<@Nullable Object> column(String sql) throws SQLException {
    return Study.column(connection, sql);
  }

  @Test
  void featuresAreTheColumnsOfTheirNames() throws SQLException {
    for (String function : FUNCTIONS) {
      List<@Nullable Object> byPosition =
          column(
              "SELECT %s('plain', \"Age x\", n, flag, day, region) FROM mixed ORDER BY id"
                  .formatted(function));
      for (String call :
          List.of("('plain')", "('plain', *)", "('plain', m.*)", "('plain', to_json(m))")) {
        assertThat(column("SELECT " + function + call + " FROM mixed m ORDER BY id"))
            .as(function + call)
            .isEqualTo(byPosition);
      }
    }
  }

  @Test
  void aModelWithoutFeaturesStillTakesNone() throws SQLException {
    assertThat(column("SELECT cate_effect('average')")).hasSize(1).doesNotContainNull();
  }

  @Test
  void viewsScoreByName() throws SQLException {
    Study.run(
        connection,
        "CREATE OR REPLACE VIEW scored AS SELECT id, cate_effect('plain', m.*) AS v FROM mixed m");
    assertThat(column("SELECT v FROM scored ORDER BY id"))
        .isEqualTo(column("SELECT cate_effect('plain') FROM mixed ORDER BY id"));
  }

  @Test
  void aViewThatScoresTellsThatItNeedsWhatif() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE OR REPLACE VIEW w AS SELECT cate_effect('plain') AS v FROM mixed");
      assertThat((Throwable) statement.getWarnings())
          .hasMessageStartingWith(
              "this view or macro scores by Whatif, and fails on a connection without it. cate_publish('model') makes macros that need no Whatif.");
      statement.execute("SELECT cate_effect('plain') AS v FROM mixed LIMIT 1");
      assertThat((Throwable) statement.getWarnings()).isNull();
    }
  }

  @Test
  void aMissingColumnIsToldInOurWords() {
    String message =
        "cate_effect: model 'plain' takes %s, and no such column is here. Name a column so, or pass the features by position.";
    assertThatThrownBy(() -> column("SELECT cate_effect('plain') FROM range(3)"))
        .hasMessageStartingWith(message.formatted("Age x"));
    assertThatThrownBy(
            () ->
                column(
                    "SELECT cate_effect('plain', m.*) FROM (SELECT * EXCLUDE (flag) FROM mixed) m"))
        .hasMessageStartingWith(message.formatted("flag"));
    assertThatThrownBy(
            () ->
                connection.prepareStatement(
                    "SELECT cate_effect('plain') FROM (SELECT * EXCLUDE (n) FROM mixed) m"))
        .hasMessageStartingWith(message.formatted("n"));
    assertThatThrownBy(() -> column("SELECT cate_effect('plain', nothing.*) FROM mixed"))
        .hasMessageContaining("nothing");
  }

  @Test
  void aTextForANumberIsToldInOurWords() {
    assertThatThrownBy(
            () -> column("SELECT cate_effect('plain', 'abc', 1, true, DATE '2020-01-01', 'nörth')"))
        .hasMessageStartingWith(
            "cate_effect: model 'plain' takes a number for Age x, which was DOUBLE at the fit; the call passes 'abc'. Pass a number or NULL.");
  }

  @Test
  void aColumnWithoutNumbersIsToldInOurWords() {
    String age =
        "cate_effect: model 'plain' takes a number for Age x, which was DOUBLE at the fit; column Age x ";
    String text = "(SELECT * REPLACE ('a' || \"Age x\" AS \"Age x\") FROM mixed) AS m";
    for (String call :
        List.of(
            "cate_effect('plain')",
            "cate_effect('plain', m.*)",
            "cate_effect('plain', \"Age x\", 1, true, DATE '2020-01-01', 'nörth')",
            "cate_effect('plain', m.\"Age x\", 1, true, DATE '2020-01-01', 'nörth')")) {
      assertThatThrownBy(() -> column("SELECT " + call + " FROM " + text), call)
          .hasMessageMatching(
              Pattern.quote(age)
                  + "is text and holds 'a[^']*'\\. Leave such rows out, or write TRY_CAST\\(\"Age x\" AS DOUBLE\\)\\. \\(line 1, column 8\\)");
    }
    assertThatThrownBy(
            () ->
                column(
                    "SELECT cate_effect('plain') FROM (SELECT * REPLACE (DATE '2020-01-01' AS \"Age x\") FROM mixed)"))
        .hasMessageStartingWith(age + "is DATE. Cast it, or name another.");
    assertThatThrownBy(
            () -> column("SELECT cate_effect('plain') + region::DOUBLE FROM mixed"),
            "a text's own cast")
        .hasMessageContaining("Conversion Error: Could not convert string");
  }

  /** {@code slope} takes a and {@code both} takes A, of which one is named by the user. */
  @Test
  void ofTwoModelsOfOneColumnTheOneThatLacksItIsTold() throws SQLException {
    Study.run(connection, "CREATE OR REPLACE TABLE small AS SELECT id, y, d, n AS a FROM mixed");
    for (String model : List.of("slope", "both")) {
      Study.run(
          connection,
          """
          SELECT n FROM cate_fit((FROM small WHERE id <= 700), model => '%s', outcome => 'y', treatment => 'd',
            features => 'a', reps => 1, outcome_learner => 'ols', treatment_learner => 'logit')"""
              .formatted(model));
    }
    String told =
        "cate_effect: model 'slope' takes a, and no such column is here. Name a column so, or pass the features by position. (line 1, column %d)";
    assertThatThrownBy(
            () -> column("SELECT cate_effect('slope'), cate_effect('both', A) FROM range(3)"))
        .hasMessageStartingWith(told.formatted(8));
    assertThatThrownBy(
            () -> column("SELECT cate_effect('both', A), cate_effect('slope') FROM range(3)"))
        .hasMessageStartingWith(told.formatted(32));
  }

  @Test
  void aMistakeOfACastOfTheUsersOwnIsNoModels() {
    assertThatThrownBy(
            () ->
                column(
                    "SELECT cate_effect('plain'), (SELECT max(\"Age x\"::DOUBLE) FROM (SELECT 'abc' || i AS \"Age x\" FROM range(3) r(i))) FROM mixed"))
        .hasMessageStartingWith("Conversion Error: Could not convert string 'abc")
        .hasMessageContaining("(line 1, column ");
  }

  @Test
  void longValuesAndNamesAreTold() {
    String age = "(SELECT * REPLACE (repeat('é', 9000) AS \"Age x\") FROM mixed)";
    assertThatThrownBy(() -> column("SELECT cate_effect('plain') FROM " + age))
        .hasMessageContaining(" is text and holds '" + "é".repeat(60) + "...'. Leave such rows");
    for (String value :
        List.of("'" + "''a".repeat(30_000) + "'", "\"" + "a".repeat(90_000) + "\"")) {
      for (String call : List.of("('plain', %s, 1, true, NULL, 'a')", "('plain', to_json(%s))")) {
        assertThatThrownBy(() -> column("SELECT cate_effect" + call.formatted(value)))
            .isInstanceOf(SQLException.class)
            .hasMessageNotContaining("StackOverflow");
      }
    }
    assertThatThrownBy(
            () ->
                column(
                    "FROM dml_summary(mixed, outcome => '%s', treatment => 'd')"
                        .formatted("a".repeat(90_000))))
        .hasMessageEndingWith("(line 1, column 36)");
  }

  @Test
  void nativelyARowAsJsonHasTheFeatures(@TempDir Path folder) throws SQLException {
    Path file = folder.resolve("shop.duckdb");
    try (Connection ours = Study.open(file.toString())) {
      Mixed.create(ours);
    }
    try (Connection plain = DriverManager.getConnection("jdbc:duckdb:" + file)) {
      Whatif.register(plain);
      for (String function : FUNCTIONS) {
        for (String model : List.of("plain", "imputed")) {
          assertThat(
                  Study.column(
                      plain,
                      "SELECT %s('%s', to_json(m)) FROM mixed m WHERE NOT coalesce(isnan(\"Age x\"), false) ORDER BY id"
                          .formatted(function, model)))
              .as(function)
              .isEqualTo(
                  Study.column(
                      plain,
                      "SELECT %s('%s', \"Age x\", n, flag, day, region) FROM mixed WHERE NOT coalesce(isnan(\"Age x\"), false) ORDER BY id"
                          .formatted(function, model)));
        }
      }
      nativeMistakes(plain);
      nativeText(plain);
    }
  }

  private static void nativeMistakes(Connection plain) throws SQLException {
    assertThat(Study.value(plain, "SELECT cate_effect('plain', NULL::JSON)")).isNull();
    assertThat(Study.value(plain, "SELECT cate_effect('plain', 'null'::JSON)")).isNull();
    assertThatThrownBy(
            () -> Study.value(plain, "SELECT cate_effect('plain', to_json({'age X': 1, 'n': 2}))"))
        .hasMessageContaining(
            "cate_effect: model 'plain' takes flag, and the row has no such field (it has age X, n). Name a column so.");
    assertThatThrownBy(() -> Study.value(plain, "SELECT cate_effect('plain', to_json([1]))"))
        .hasMessageContaining(
            "cate_effect: model 'plain' takes its features by name from a JSON object.");
  }

  private static void nativeText(Connection plain) throws SQLException {
    String text = String.valueOf(Study.value(plain, "SELECT cate_sql('plain')"));
    assertThat(Study.value(plain, "SELECT cate_sql('plain', 'lower', 'spark')").toString())
        .contains("`Age x`");
    assertThatThrownBy(() -> Study.value(plain, "SELECT cate_sql('plain', 'efect')"))
        .hasMessageContaining("Did you mean effect?");
    assertThat(Study.column(plain, "SELECT name FROM cate_publish('plain')"))
        .containsExactly("plain_effect", "plain_stderr", "plain_lower", "plain_upper");
    assertThat(
            Study.column(
                plain,
                "SELECT plain_effect(\"Age x\", n, flag, day, region) FROM mixed ORDER BY id"))
        .isEqualTo(Study.column(plain, "SELECT " + text + " FROM mixed ORDER BY id"));
  }
}
