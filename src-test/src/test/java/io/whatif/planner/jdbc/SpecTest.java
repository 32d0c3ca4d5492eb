/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.duckdb.Whatif;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arguments as JSON. */
class SpecTest {
  private static final String TABLE =
      """
      CREATE TABLE customers AS
      SELECT hash(10 * i + 1) / 1.9e19 AS pre_age, hash(10 * i + 2) / 1.9e19 AS pre_income,
             hash(10 * i + 5) / 1.9e19 AS tenure, (hash(10 * i + 3) % 2)::INTEGER AS treatment_coupon,
             treatment_coupon + pre_age + hash(10 * i + 4) / 1.9e19 AS post_spend
      FROM range(800) t(i)""";

  private static final String SPEC =
      """
      {"macros": {"BEFORE": {"regex": "^pre_"}},
       "roles": {"outcome": "post_spend", "treatment": "treatment_coupon", "controls": "BEFORE"},
       "outcome_model": {"learner": "ridge", "alpha": 0.01},
       "treatment_model": {"learner": "logistic", "c": 1},
       "effect_model": {"method": "linear_dml"},
       "folds": 3, "averages": true}""";

  private static final String WRITTEN =
      "outcome => 'post_spend', treatment => 'treatment_coupon', controls => 'COLUMNS(^pre_)', "
          + "outcome_learner => 'ridge(alpha=0.01)', treatment_learner => 'logistic(c=1)', folds => 3, averages => true";

  @RegisterExtension final FreshDatabase db = new FreshDatabase(TABLE);

  @TempDir private Path folder;

  private static String estimates(String arguments) {
    return "SELECT estimate, std_error FROM dml_summary(TABLE customers, " + arguments + ")";
  }

  @Test
  void aSpecSaysWhatArgumentsSay() throws SQLException, IOException {
    List<String> written = db.rows(estimates(WRITTEN));
    assertThat(written).hasSize(3);
    assertThat(db.rows(estimates("spec => '" + SPEC + "'"))).isEqualTo(written);
    Path file = Files.writeString(folder.resolve("coupon.json"), SPEC);
    assertThat(db.rows(estimates("spec_file => '" + file + "'"))).isEqualTo(written);
    // an argument beside it that says the same is no contradiction
    assertThat(db.rows(estimates("folds => 3, spec => '" + SPEC + "'"))).isEqualTo(written);
  }

  @Test
  void aSpecWorksWithoutTheDriver() throws SQLException {
    try (Connection plain = DriverManager.getConnection("jdbc:duckdb:")) {
      Whatif.register(plain);
      Study.run(plain, TABLE);
      assertThat(
              Study.rows(
                  plain,
                  "SELECT estimate, std_error FROM dml_summary('customers', spec := '"
                      + SPEC
                      + "')"))
          .isEqualTo(db.rows(estimates(WRITTEN)));
    }
  }

  @Test
  void theSpecOfAModelGivesItAgain() throws SQLException {
    String fit = "SELECT estimate, std_error FROM cate_fit(TABLE customers, ";
    List<String> first =
        db.rows(
            fit
                + WRITTEN.replace(", averages => true", "")
                + ", model => 'm', features => ['pre_age'])");
    String spec = db.rows("SELECT spec, name FROM cate_models()").get(0);
    spec = spec.substring(0, spec.lastIndexOf('|'));
    assertThat(db.rows(fit + "if_exists => 'replace', spec => '" + spec + "')")).isEqualTo(first);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "spec => '{}' | dml_summary: spec: names no argument. Write one such as {\"roles\": {\"outcome\": \"y\", \"treatment\": \"d\"}}.",
        "spec => '[1]' | dml_summary: spec: must be a JSON object. Write {\"roles\": {...}}.",
        "spec => '{\"folds\": }' | dml_summary: spec: is no JSON from its line 1, character 11 on. Correct it.",
        "spec => '{\"fold_s\": 3}' | dml_summary: spec: there is no argument fold_s. Did you mean folds?",
        "spec => '{\"folds\": 3}', folds => 5 | dml_summary: spec: says folds is 3, and the call 5. Keep one.",
        "spec => '{\"folds\": 3, \"effect_model\": {\"folds\": 3}}' | dml_summary: spec: names folds twice. Keep one.",
        "spec => '{\"roles\": 3}' | dml_summary: spec: roles must be an object. Write \"roles\": {...}.",
        "spec => '{\"spec\": \"{}\"}' | dml_summary: spec: spec cannot stand within a spec. Write its arguments themselves.",
        "spec => '{\"roles\": {\"spec_file\": \"a\"}}' | dml_summary: spec: spec_file cannot stand within a spec. Write its arguments themselves.",
        "spec => '{\"effect_model\": {\"roles\": {}}}' | dml_summary: spec: roles cannot stand within effect_model. Write it at the top.",
        "spec => '{\"roles\": {\"macros\": {}}}' | dml_summary: spec: macros cannot stand within roles. Write it at the top.",
        "spec => '{\"rols\": {}}' | dml_summary: spec: there is no argument rols. Did you mean roles?",
        "spec => '{\"outcome_model\": {\"alpha\": 3}}' | dml_summary: spec: outcome_model names no learner. Write {\"learner\": \"spline\"}.",
        "spec => '{\"outcome\": {\"like\": \"a\"}}' | dml_summary: spec: outcome is an object. Write a name, a list, or {\"regex\": \"^pre_\"}.",
        "spec => '{\"folds\": 3}' | dml_summary: outcome is missing. Add outcome => 'column'.",
        "spec => '{\"folds\": 3}', spec_file => 'x' | dml_summary: spec and spec_file are both given. Keep one.",
        "spec => ? | dml_summary: spec => ?: must be written out, it is needed before the statement runs.",
        "spec_file => '/no/such.json' | dml_summary: spec_file => '/no/such.json': names no file. Name one file."
      })
  void mistakesAreOneLine(String arguments, String message) {
    assertThatThrownBy(() -> db.rows("FROM dml_summary(TABLE customers, " + arguments + ")"))
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 999, 1000, 1001, 100_000})
  void deepNestingIsOneLine(int depth) {
    String nested = "[".repeat(depth - 1) + "]".repeat(depth - 1);
    String message =
        depth <= 1000
            ? "dml_summary: folds => %s: must be a whole number."
                .formatted(depth == 3 ? "[[]]" : "[[[...]]]")
            : "dml_summary: spec: is nested more than 1000 deep, or holds a text or number too long to be read. Write {\"roles\": {\"outcome\": \"y\", \"treatment\": \"d\"}}.";
    assertThatThrownBy(
            () ->
                db.rows(
                    "FROM dml_summary(TABLE customers, outcome => 'y', treatment => 'd', spec => '{\"folds\": "
                        + nested
                        + "}')"))
        .message()
        .satisfies(told -> assertThat(Study.withoutPlace(told)).isEqualTo(message));
  }

  @Test
  void aFileIsReadOnlyWhereDuckDbMay() throws SQLException, IOException {
    Path file = Files.writeString(folder.resolve("coupon.json"), SPEC);
    db.run("SET enable_external_access = false");
    assertThatThrownBy(() -> db.rows(estimates("spec_file => '" + file + "'")))
        .hasMessageContaining("spec_file")
        .hasMessageContaining("disabled");
  }
}
