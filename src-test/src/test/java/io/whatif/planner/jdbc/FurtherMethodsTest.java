/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code ci_dml}, {@code ols} and {@code sparse_dml} in SQL: a true effect of 1 + 2 age. */
class FurtherMethodsTest {
  private static final String TABLE =
      """
      CREATE TABLE offers AS
      SELECT ['north', 'south'][1 + (hash(10 * i + 5) % 2)::INTEGER] AS region,
             hash(10 * i + 1) / 1.9e19 AS age, hash(10 * i + 2) / 1.9e19 AS income,
             (hash(10 * i + 3) / 1.9e19 < .3 + .3 * age)::INTEGER AS called,
             (1 + 2 * age) * called + income + hash(10 * i + 4) / 1.9e19 AS spend
      FROM range(3000) t(i)""";

  private static final String ROLES =
      "TABLE offers, outcome => 'spend', treatment => 'called', features => ['age', 'region'], "
          + "controls => ['income'], outcome_learner => 'ols', treatment_learner => 'logit', reps => 1";

  @RegisterExtension final FreshDatabase db = new FreshDatabase(TABLE);

  @Test
  void customersAreScoredByTheirClusters() throws SQLException {
    assertThat(
            db.rows(
                "SELECT method, estimand FROM cate_fit("
                    + ROLES
                    + ", model => 'm', method => 'ci_dml', estimand => 'ATT', clusters => 4)"))
        .containsExactly("ci_dml|ATT among kept rows");
    double young = db.number("SELECT cate_effect('m', 0.1, 'north')");
    double old = db.number("SELECT cate_effect('m', 0.9, 'north')");
    assertThat(young).isBetween(.8, 2.0);
    assertThat(old).isBetween(2.0, 3.2);
    assertThat(db.number("SELECT cate_lower('m', 0.9, 'north')")).isBetween(1.5, old);
    assertThat(
            db.rows(
                "SELECT cate_effect('m', 0.5, 'west'), cate_effect('m', NULL, 'north'), "
                    + "cate_support('m', 0.5, 'south'), cate_support('m', 40, 'south')"))
        .containsExactly("null|null|true|false");
    // scored over the table, the mean over the treated is the row of the summary
    double mean =
        db.number("SELECT avg(cate_effect('m', age, region)) FROM offers WHERE called = 1");
    double told =
        db.number(
            "SELECT estimate FROM dml_summary('m', averages => true) WHERE term = 'mean of customer effects'");
    assertThat(mean).isCloseTo(told, within(.02)); // of kept rows, nearly all
    assertThat(
            db.rows(
                "SELECT item, value FROM cate_explain('m') WHERE item IN ('n_clusters', 'n_components')"))
        .containsExactly("n_clusters|4.0", "n_components|2.0");
    assertThat(
            db.rows(
                "SELECT kind, ci_lower FROM dml_summary('m') WHERE term LIKE 'customers whose%'"))
        .containsExactly("share|null");
  }

  @Test
  void clustersAreNotWrittenAsSql() throws SQLException {
    db.rows("FROM cate_fit(" + ROLES + ", model => 'm', method => 'ci_dml', clusters => 4)");
    db.refuses(
        "SELECT cate_sql('m')",
        "the model's effect is by cluster scores, which are too long for SQL. Score with cate_effect,"
            + " or fit it with another method.");
  }

  @Test
  void groupsAreClusteredApart() throws SQLException {
    assertThat(
            db.rows(
                "SELECT region, estimand FROM cate_fit(TABLE offers PARTITION BY region, model => 'm', outcome => 'spend', "
                    + "treatment => 'called', features => ['age'], method => 'ci_dml', clusters => 3) ORDER BY region"))
        .containsExactly("north|ATE among kept rows", "south|ATE among kept rows");
    assertThat(db.number("SELECT cate_effect('m', 'south', 0.9)")).isBetween(2.0, 3.4);
  }

  @Test
  void leastSquaresAndSparseModelsScoreAndLeaveAsSql() throws SQLException {
    for (String method : List.of("ols", "sparse_dml")) {
      db.rows(
          "FROM cate_fit(" + ROLES + ", model => '" + method + "', method => '" + method + "')");
      assertThat(db.number("SELECT cate_effect('" + method + "', 0.5, 'north')"))
          .isCloseTo(2, within(.2));
      assertThat(db.rows("SELECT cate_sql('" + method + "')").get(0)).contains("age");
      assertThat(db.rows("SELECT term FROM dml_summary('" + method + "')"))
          .containsExactly("intercept", "age", "region=south", "average effect", "heterogeneity");
    }
  }

  @Test
  void severalArmsAreComparedWithTheControl() throws SQLException {
    for (String method : List.of("ols", "ci_dml", "sparse_dml")) {
      assertThat(
              db.rows(
                  "SELECT DISTINCT contrast FROM dml_summary((SELECT *, CASE WHEN called = 0 THEN 'no' WHEN income < .5 THEN "
                      + "'call' ELSE 'visit' END AS arm FROM offers), outcome => 'spend', treatment => 'arm', control => 'no', "
                      + "features => ['age'], controls => ['region'], outcome_learner => 'ols', treatment_learner => 'logit', "
                      + "method => '"
                      + method
                      + "') ORDER BY contrast"))
          .contains("no -> call", "no -> visit");
    }
  }

  @Test
  void anOptionOfAnotherMethodIsRefused() {
    db.refuses(
        "FROM dml_summary(" + ROLES + ", method => 'ols', clusters => 5)",
        "clusters => 5: method 'ols' does not take it, but ci_dml. Leave it out, or change the method.");
  }
}
