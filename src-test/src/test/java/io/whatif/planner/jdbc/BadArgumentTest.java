/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static io.whatif.planner.jdbc.BadInputTest.summary;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Arguments that cannot be used are refused in one line, on its full text. */
final class BadArgumentTest {
  private Refusals db = Refusals.withStudy();

  BadArgumentTest() throws SQLException {}

  @AfterEach
  void close() throws SQLException {
    db.close();
  }

  @Test
  void misspeltArgumentIsRefusedWithTheNearest() throws SQLException {
    db.refuse(
        "FROM dml_summary(study, outcom => 'y', treatment => 'd')",
        "dml_summary: there is no argument outcom. Did you mean outcome?");
  }

  @Test
  void argumentsOfTheWrongTypeAreRefused() throws SQLException {
    db.refuse(
        summary("study", "folds => 'many'"),
        "dml_summary: folds => 'many': must be a whole number.");
    db.refuse(
        summary("study", "folds => 2.5"), "dml_summary: folds => 2.5: must be a whole number.");
    db.refuse(
        "FROM dml_summary(study, outcome => 1, treatment => 'd')",
        "dml_summary: outcome => 1: must be a column name, or a list of them. Write outcome => 'column'.");
    db.refuse(
        summary("study", "controls => ''"),
        "dml_summary: controls => '': must not be empty. Write controls => ['column', ...].");
    db.refuse(
        summary("study", "controls => 3"),
        "dml_summary: controls => 3: must be a list of column names. Write controls => ['column', ...].");
    db.refuse(
        summary("study", "id => ['id']"),
        "dml_summary: id => ['id']: must be a column name. Write id => 'column'.");
    db.refuse(
        summary("study", "outcome_learner => ' '"),
        "dml_summary: outcome_learner => ' ': must not be empty. Write outcome_learner => 'auto'.");
    db.refuse(
        "FROM cate_fit(study, outcome => 'y', treatment => 'd', model => '')",
        "cate_fit: model => '': must not be empty. Write model => 'name'.");
    db.refuse(
        summary("study", "seed => 99999999999999999999"),
        "dml_summary: seed => 1.0E20: must be a whole number.");
  }

  @Test
  void numbersOutOfRangeAreRefused() throws SQLException {
    db.refuse(
        summary("study", "reps => 0"), "dml_summary: reps => 0: must lie between 1 and 1000.");
    db.refuse(
        summary("study", "level => 95"),
        "dml_summary: level => 95: must lie between 0.5 and 1, such as 0.95.");
    String trim = "FROM propensity_trim(study, treatment => 'd', controls => ['a'], alpha => %s)";
    db.refuse(
        trim.formatted("5"),
        "propensity_trim: alpha => 5: must be at least 0 and below 0.5, such as 0.01.");
    db.refuse(
        trim.formatted("1e308"),
        "propensity_trim: alpha => 1.0E308: must be at least 0 and below 0.5, such as 0.01.");
    db.refuse(
        trim.formatted("'crmp'"),
        "propensity_trim: alpha => 'crmp': must be one of 'auto', 'crump'. Did you mean crump?");
  }

  @Test
  void negativeSeedIsFine() throws SQLException {
    assertThat(
            (double)
                Study.column(
                        db.connection,
                        summary(
                            "study", "seed => -5, controls => ['a', 'b'], " + BadInputTest.PLAIN))
                    .get(0))
        .isFinite();
  }

  @Test
  void wordsThatAreNoChoiceAreRefused() throws SQLException {
    db.refuse(
        summary("study", "cov => 'HC9'"),
        "dml_summary: cov => 'HC9': must be one of 'HC0', 'HC1', 'HC2', 'HC3', 'nonrobust'. Did you mean HC0?");
  }

  @Test
  void learnersAreChecked() throws SQLException {
    db.refuse(
        summary("study", "outcome_learner => 'splin'"),
        "dml_summary: outcome_learner => 'splin': there is no such learner. Did you mean spline?");
    db.refuse(
        summary("study", "outcome_learner => 'ridge(alpha=-1)'"),
        "dml_summary: outcome_learner => 'ridge(alpha=-1)': alpha must be positive and finite. Write ridge(alpha=1).");
    db.refuse(
        summary("study", "outcome_learner => 'ridge(beta=1)'"),
        "dml_summary: outcome_learner => 'ridge(beta=1)': ridge has no option 'beta'. Write ridge(alpha=1).");
    db.refuse(
        summary("study", "outcome_learner => 'logit'"),
        "dml_summary: outcome_learner => 'logit': logit predicts the chance of a 0/1 column, and this one is not. Use spline, ridge(alpha=1) or ols.");
  }

  @Test
  void memoryLimitsThatAreNoSizesAreRefusedWhereTheyAreSet() throws SQLException {
    String text = "whatif_memory_limit => '%s': must be a size. Write it like '2GB' or '512MB'.";
    db.refuse("SET whatif_memory_limit = 'lots'", text.formatted("lots"));
    db.refuse("SET SESSION whatif_memory_limit TO ''", text.formatted(""));
    assertThat(Study.value(db.connection, "SELECT getvariable('whatif_memory_limit')"))
        .isNull(); // what an expression gives is known when a call runs
    db.run("SET whatif_memory_limit = '2' || 'GB'");
    db.run("SET whatif_memory_limit = '1 GB'");
    db.run("SET whatif_memory_limit TO DEFAULT");
  }

  @Test
  void columnsThatTellRowsApartAreNoOutcomes() throws SQLException {
    for (String role : List.of("id", "cluster", "fold")) {
      db.refuse(
          summary("study", role + " => 'y'"),
          "dml_summary: %s => 'y': is the outcome as well. Name another column.".formatted(role));
    }
    db.refuse(
        "FROM dml_summary(study, outcome => ['y', 'b'], treatment => 'd', cluster => 'b')",
        "dml_summary: cluster => 'b': is an outcome as well. Name another column.");
  }

  @Test
  void treatmentsOfThreeArmsHaveNoPropensity() throws SQLException {
    for (String function : List.of("balance", "propensity_trim", "trim_summary")) {
      db.refuse(
          "FROM %s(study, treatment => 'd', controls => ['a'], treatment_type => 'arms')"
              .formatted(function),
          function + ": treatment_type => 'arms': must be one of 'auto', 'binary'.");
    }
  }
}
