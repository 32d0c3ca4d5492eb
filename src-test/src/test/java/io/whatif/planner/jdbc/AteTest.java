/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.duckdb.Whatif;
import io.whatif.function.Relations;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Average effects in SQL: true effects 1 + 2 age of a call, 2 of a mail, age uniform. */
class AteTest {
  private static final String TABLE =
      """
      CREATE TABLE offers AS
      SELECT ['none', 'call', 'mail'][1 + (hash(10 * i + 3) % 3)::INTEGER] AS offer,
             hash(10 * i + 1) / 1.9e19 AS age, hash(10 * i + 2) / 1.9e19 AS income,
             [DATE '2026-01-01', DATE '2026-02-01', NULL][1 + (hash(10 * i + 5) % 3)::INTEGER] AS since,
             (i % 2 = 0) AS member, i % 4 AS part,
             CASE offer WHEN 'call' THEN 1 + 2 * age WHEN 'mail' THEN 2 ELSE 0 END
               + income + hash(10 * i + 4) / 1.9e19 AS spend
      FROM range(6000) t(i)""";

  private static final String ROLES =
      "outcome => 'spend', treatment => 'offer', control => 'none', features => ['age'],"
          + " controls => ['income'], outcome_learner => 'ols', treatment_learner => 'logit', reps => 1";

  private Refusals db = new Refusals(Study.open());

  AteTest() throws SQLException {}

  @BeforeEach
  void makeTable() throws SQLException {
    db.run(TABLE);
  }

  @AfterEach
  void close() throws SQLException {
    db.close();
  }

  private List<String> rows(String sql) throws SQLException {
    return Study.rows(db.connection, sql);
  }

  private static String ate(String columns, String more) {
    return "SELECT %s FROM ate(TABLE offers, %s%s)"
        .formatted(columns, ROLES, more.isEmpty() ? "" : ", " + more);
  }

  private double number(String sql) throws SQLException {
    return Double.parseDouble(rows(sql).get(0));
  }

  @Test
  void everyArmHasARow() throws SQLException {
    assertThat(rows(ate("estimator, estimand, contrast, abs(estimate - 2) < .1, n, verdict", "")))
        .containsExactly(
            "aipw|ATE|none -> call|true|6000|ok", "aipw|ATE|none -> mail|true|6000|ok");
    assertThat(rows(ate("estimand, n_effect < 4500", "estimand => 'overlap'")))
        .containsOnly("overlap-weighted average among rows of the two arms|true");
    assertThat(rows(ate("estimand, abs(estimate - 2) < .1", "estimator => 'dml'")))
        .containsOnly("ATE among rows of the two arms|true");
    assertThat(rows(ate("estimand, abs(estimate - 2) < .1", "estimand => 'ATC'")))
        .containsOnly("ATC|true");
  }

  @Test
  void groupsKeepTheirTypesAndOrder() throws SQLException {
    assertThat(
            rows(
                ate(
                    "since, member, contrast, typeof(since), typeof(member), n > 900",
                    "by => ['since', 'member']")))
        .hasSize(12)
        .startsWith(
            "2026-01-01|false|none -> call|DATE|BOOLEAN|true",
            "2026-01-01|false|none -> mail|DATE|BOOLEAN|true",
            "2026-01-01|true|none -> call|DATE|BOOLEAN|true")
        .endsWith("null|true|none -> mail|DATE|BOOLEAN|true");
  }

  @Test
  void groupsHaveAveragesOfTheSameScores() throws SQLException {
    // the scores of all rows are averaged, so groups weigh up to the whole
    double whole = number(ate("estimate", "") + " WHERE contrast = 'none -> call'");
    double weighed =
        number(
            ate("sum(estimate * n) / sum(n)", "by => 'member'")
                + " WHERE contrast = 'none -> call'");
    assertThat(weighed).isCloseTo(whole, within(1e-12));
    assertThat(
            rows(
                ate(
                    "count(estimate_shrunk) = 4, count(DISTINCT between_groups_p) = 2,"
                        + " bool_and(p_adjusted >= p_value)",
                    "by => ['member']")))
        .containsExactly("true|true|true");
  }

  @Test
  void partitionsAreFittedAlone() throws SQLException {
    assertThat(rows(ate("member, contrast, n, verdict", "partition_by => ['member']")))
        .containsExactly(
            "false|none -> call|3000|ok",
            "false|none -> mail|3000|ok",
            "true|none -> call|3000|ok",
            "true|none -> mail|3000|ok");
    assertThat(
            rows(
                "SELECT part, estimate IS NULL, verdict FROM ate((FROM offers WHERE part > 1 OR offer = 'none'), "
                    + ROLES
                    + ", partition_by => ['part']) WHERE estimate IS NULL"))
        .containsExactly("0|true|do_not_use", "1|true|do_not_use");
  }

  @Test
  void aConditionOnGroupsChangesNoScore() throws SQLException {
    String groups = ate("estimate", "by => ['member'], treatment_type => 'arms'");
    assertThat(rows(groups + " WHERE member"))
        .isEqualTo(rows("SELECT * FROM (" + groups + " ) LIMIT 2 OFFSET 2"));
  }

  @Test
  void callsThatShareAFitGiveWhatTheyGiveAlone() throws SQLException {
    String relation =
        "(SELECT * REPLACE (round(age, 1) AS age, round(income, 1) AS income) FROM offers)";
    String all = "(SELECT max(estimate) FROM ate(%s, %s))".formatted(relation, ROLES);
    String groups =
        "(SELECT max(estimate) FROM ate(%s, %s, by => ['member', 'since']))"
            .formatted(relation, ROLES);
    assertThat(rows("SELECT %s, %s".formatted(all, groups)))
        .containsExactly(rows("SELECT " + all).get(0) + "|" + rows("SELECT " + groups).get(0));
  }

  @Test
  void everyEstimatorAnswersForTwoArms() throws SQLException {
    String two =
        "SELECT estimator, estimand, abs(estimate - 2) < .15, std_error < .05, n_treated > 1900, learners"
            + " FROM ate((FROM offers WHERE offer <> 'mail'), outcome => 'spend', treatment => 'offer',"
            + " control => 'none', controls => ['age', 'income'], reps => 1";
    for (String estimator : List.of("aipw", "dml", "ipw", "regression", "naive")) {
      assertThat(rows(two + ", estimator => '" + estimator + "')"))
          .first()
          .asString()
          .startsWith(
              estimator
                  + (estimator.equals("naive") ? "|difference of means" : "|ATE")
                  + "|true|true|true");
    }
  }

  @Test
  void givenPredictionsAreUsed() throws SQLException {
    String two =
        "(SELECT *, 0.5 AS half, income + age AS forecast FROM offers WHERE offer <> 'mail')";
    String call =
        "SELECT e_min, e_max, learners, abs(estimate - 2) < .1 FROM ate(%s, outcome => 'spend', treatment => 'offer',"
            + " control => 'none', controls => ['age', 'income'], reps => 1, outcome_learner => 'ols', %s)";
    assertThat(rows(call.formatted(two, "propensity => 'half'")))
        .containsExactly("0.5|0.5|outcome: ols in each arm; treatment: given|true");
    assertThat(
            rows(
                call.formatted(
                    two,
                    "estimator => 'dml', propensity => 'half', outcome_prediction => 'forecast'")))
        .containsExactly("0.5|0.5|outcome: given; treatment: given|true");
  }

  @Test
  void continuousTreatmentsHaveAverageSlopes() throws SQLException {
    String call =
        "SELECT estimator, estimand, contrast, abs(estimate - 1) < 4 * std_error FROM ate(TABLE offers, outcome => 'spend',"
            + " treatment => 'income', controls => ['age'], outcome_learner => 'ols', treatment_learner => 'ols'%s)";
    assertThat(rows(call.formatted(""))).containsExactly("dml|average slope|+1 unit|true");
    assertThat(rows(call.formatted(", estimand => 'overlap', by => ['member']")))
        .containsOnly("dml|variance-weighted average slope|+1 unit|true");
  }

  @Test
  void anotherConnectionAnswersAlike() throws SQLException {
    try (Connection plain = DriverManager.getConnection("jdbc:duckdb:")) {
      Whatif.register(plain);
      Study.run(plain, TABLE);
      for (String more : List.of("", "by => ['member', 'since']")) {
        String native_ = ate("* EXCLUDE (seconds)", more).replace("TABLE offers", "offers");
        assertThat(Study.rows(plain, native_)).isEqualTo(rows(ate("* EXCLUDE (seconds)", more)));
      }
    }
  }

  @Test
  void threeArmsAgreeWithTheirTrueEffects() throws SQLException {
    Path file = Relations.shared("data/multi_arm_50k.parquet");
    String call =
        "SELECT contrast, abs(estimate - truth) / std_error FROM ate('%s', outcome => 'y', treatment => 'arm',"
            + " control => 'none', controls => 'COLUMNS(^x\\d)', outcome_learner => 'ols',"
            + " treatment_learner => 'logit') a JOIN (SELECT avg(tau_discount) AS truth, 'none -> discount' AS"
            + " contrast FROM '%s' UNION ALL SELECT avg(tau_support), 'none -> support' FROM '%s') USING (contrast)";
    for (String row : rows(call.formatted(file, file, file))) {
      assertThat(Double.parseDouble(row.split("\\|", -1)[1])).as(row).isLessThan(3);
    }
  }

  // ---- mistakes ----

  private void refuse(String more, String message) throws SQLException {
    db.refuse(ate("estimate", more), "ate: " + message);
  }

  @Test
  void armsThatFoldsCannotBearAreNamed() throws SQLException {
    db.refuse(
        "FROM ate((SELECT *, CASE WHEN offer = 'call' THEN 1 ELSE part END AS f FROM offers), "
            + ROLES
            + ", fold => 'f')",
        "ate: treatment => 'offer': arm 'call' has no rows outside fold 2 of 4, so its outcome cannot be predicted there. Use fewer folds, or more rows of the arm.");
    db.refuse(
        "FROM ate((FROM offers WHERE offer <> 'mail' UNION ALL (FROM offers WHERE offer = 'mail' LIMIT 3)), "
            + ROLES
            + ")",
        "ate: treatment => 'offer': arm 'mail' has 3 rows, fewer than the 5 folds. Use folds => 2, or leave it out of the relation.");
    db.refuse(
        "FROM ate((FROM offers WHERE offer <> 'mail' UNION ALL (FROM offers WHERE offer = 'mail' LIMIT 1)), "
            + ROLES
            + ", estimator => 'dml')",
        "ate: treatment => 'offer': arm 'mail' has 1 row, fewer than the 5 folds. Leave it out of the relation.");
  }

  @Test
  void estimandsThatAnEstimatorDoesNotGiveAreRefused() throws SQLException {
    refuse(
        "estimator => 'naive'",
        "outcome_learner => 'ols': estimator 'naive' fits no such model. Leave it out.");
    db.refuse(
        "FROM ate(TABLE offers, outcome => 'spend', treatment => 'offer', estimator => 'naive', estimand => 'overlap')",
        "ate: estimand => 'overlap': estimator 'naive' gives 'ATE'. Use estimator => 'aipw', 'dml' or 'ipw'.");
    refuse(
        "estimand => 'AT'",
        "estimand => 'AT': must be one of 'ATE', 'ATT', 'ATC', 'overlap'. Did you mean ATC?");
    refuse(
        "estimator => 'matching'",
        "estimator => 'matching': must be one of 'aipw', 'dml', 'ipw', 'regression', 'naive', 'ci_po'.");
    refuse(
        "normalize => false",
        "normalize => false: estimator 'aipw' does not take it, but ipw. Leave it out, or change the estimator.");
  }

  @Test
  void aContinuousTreatmentHasNoTreated() throws SQLException {
    String call =
        "FROM ate(TABLE offers, outcome => 'spend', treatment => 'income', controls => ['age'], %s)";
    db.refuse(
        call.formatted("estimand => 'ATT'"),
        "ate: estimand => 'ATT': the treatment 'income' is continuous, so no row is treated or untreated. Use 'ATE', the average slope, or 'overlap'.");
    db.refuse(
        call.formatted("estimator => 'aipw'"),
        "ate: estimator => 'aipw': compares arms, and the treatment 'income' is continuous. Use estimator => 'dml', or a treatment with two values.");
    db.refuse(
        call.formatted("by => ['member']"),
        "ate: estimand => 'ATE': the average slope of a continuous treatment has one model for all rows, so groups of them have none of their own. Use estimand => 'overlap', or partition_by for fits of their own.");
    db.refuse(
        call.formatted("propensity => 'part'"),
        "ate: propensity => 'part': is the chance of one of two arms, and the treatment 'income' is continuous. Leave it out.");
  }

  @Test
  void predictionsThatCannotBeUsedAreRefused() throws SQLException {
    String call =
        "FROM ate((SELECT *, %s AS p FROM offers WHERE offer <> 'mail' LIMIT 400), outcome => 'spend', treatment => 'offer',"
            + " control => 'none', controls => ['age', 'income'], %s)";
    db.refuse(
        call.formatted("CASE WHEN part = 0 THEN 1.5 ELSE .5 END", "propensity => 'p'"),
        "ate: propensity => 'p': 99 of 400 rows hold no chance inside (0, 1), such as 1.5. Filter the relation to the others.");
    db.refuse(
        call.formatted("nullif(part, 2)", "outcome_prediction => 'p', estimator => 'dml'"),
        "ate: outcome_prediction => 'p': 92 of 400 rows hold no number, such as NULL. Filter the relation to the others.");
    db.refuse(
        call.formatted("part", "outcome_prediction => 'p'"),
        "ate: outcome_prediction => 'p': estimator 'aipw' does not use it. Leave it out.");
    refuse(
        "propensity => 'part'",
        "propensity => 'part': is the chance of one of two arms, and the treatment 'offer' has 3. Leave it out.");
  }

  @Test
  void columnsThatCannotDivideAreRefused() throws SQLException {
    refuse("by => ['offer']", "by => 'offer': is the treatment as well. Leave it out here.");
    refuse("by => ['spend']", "by => 'spend': is the outcome as well. Leave it out here.");
    refuse(
        "by => ['membre']",
        "by => 'membre': the relation has no such column. Did you mean member?");
    refuse(
        "by => 'COLUMNS(m)'",
        "by => 'COLUMNS(m)': takes names alone, for they name columns of the result. List them.");
    refuse(
        "by => ['member'], partition_by => ['part']",
        "by => ['member']: partition_by divides the rows already, into fits of their own. Keep one of them.");
    db.refuse(
        "FROM ate((SELECT *, 1 AS n FROM offers), " + ROLES + ", by => ['n'])",
        "ate: by => 'n': the result has a column n already. Rename it with AS.");
  }
}
