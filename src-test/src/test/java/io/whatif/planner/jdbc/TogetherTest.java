/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.duckdb.Whatif;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several treatments in one regression, in SQL: spend = (1 + age) price - 2 discount + noise. */
class TogetherTest {
  private static final String TABLE =
      """
      CREATE TABLE sales AS
      SELECT hash(10 * i + 1) / 1.9e19 AS age, hash(10 * i + 2) / 1.9e19 AS income,
             income + 2 * (hash(10 * i + 3) / 1.9e19) AS price,
             .5 * price + hash(10 * i + 4) / 1.9e19 AS discount, i % 3 AS region,
             (1 + age) * price - 2 * discount + income + hash(10 * i + 5) / 1.9e19 AS spend,
             ['none', 'call', 'mail'][1 + (hash(10 * i + 6) % 3)::INTEGER] AS offer
      FROM range(3000) t(i)""";

  private static final String ROLES =
      "TABLE sales, outcome => 'spend', treatment => ['price', 'discount'], together => true,"
          + " features => ['age'], controls => ['income'], reps => 1";

  @RegisterExtension final FreshDatabase db = new FreshDatabase(TABLE);

  @Test
  void eachTreatmentHasTheRowsOfAnEffect() throws SQLException {
    assertThat(
            db.rows(
                "SELECT treatment, term, contrast, round(estimate, 0) FROM dml_summary("
                    + ROLES
                    + ") WHERE kind <> 'test'"))
        .containsExactly(
            "price|intercept|price: +1 unit|1.0",
            "price|age|price: +1 unit|1.0",
            "price|average effect|price: +1 unit|1.0",
            "discount|intercept|discount: +1 unit|-2.0",
            "discount|age|discount: +1 unit|0.0",
            "discount|average effect|discount: +1 unit|-2.0");
    assertThat(
            db.rows(
                "SELECT count(*), count(DISTINCT region) FROM dml_summary("
                    + ROLES
                    + ", partition_by => ['region'])"))
        .containsExactly("24|3");
  }

  @Test
  void aModelScoresEachTreatmentAndOneAgainstAnother() throws SQLException {
    assertThat(
            db.rows(
                "SELECT contrast, features, verdict FROM cate_fit(" + ROLES + ", model => 'm')"))
        .containsExactly("price: +1 unit|[age]|ok", "discount: +1 unit|[age]|ok");
    assertThat(db.number("SELECT cate_effect('m', 1.0, arm => 'price')")).isCloseTo(2, within(.1));
    assertThat(db.number("SELECT cate_effect('m', 1.0, arm => 'price', versus => 'discount')"))
        .isCloseTo(4, within(.2));
    assertThat(db.number("SELECT cate_stderr('m', 1.0, arm => 'price', versus => 'discount')"))
        .isBetween(.001, .2);
    assertThat(db.rows("SELECT outcome, treatment FROM cate_models()"))
        .containsExactly("spend|price, discount");
    assertThat(
            db.rows("SELECT contrast, round(estimate, 1) FROM cate_population('m', TABLE sales)"))
        .containsExactly("price: +1 unit|1.5", "discount: +1 unit|-2.0");
    assertThat(db.rows("SELECT sentence FROM cate_insights('m') WHERE kind = 'average'"))
        .first()
        .asString()
        .contains("price: +1 unit: the treatment changes spend by 1.46 on average");
    assertThat(db.rows("SELECT spec::JSON ->> 'together' FROM cate_models()"))
        .containsExactly("true");
  }

  @Test
  void armsTogether() throws SQLException {
    String call =
        "(TABLE sales, outcome => 'spend', treatment => 'offer', control => 'none', together => true,"
            + " controls => ['income', 'price', 'discount'], outcome_learner => 'linear',"
            + " treatment_learner => 'linear', reps => 1%s)";
    assertThat(
            db.rows(
                "SELECT contrast, abs(z) < 4, len(list_filter(warnings, lambda w: w.code = 'contamination')) FROM dml_summary"
                    + call.formatted("")))
        .containsExactly("none -> call|true|1", "none -> mail|true|1");
    db.rows("FROM cate_fit" + call.formatted(", model => 'a', features => ['age']"));
    assertThat(db.number("SELECT cate_stderr('a', .5, arm => 'call', versus => 'mail')"))
        .isBetween(.001, .2);
    assertThat(
            db.rows(
                "SELECT contrast, std_error > 0 FROM dml_summary"
                    + call.formatted(", inference => 'bootstrap', draws => 20, folds => 2")))
        .containsExactly("none -> call|true", "none -> mail|true");
  }

  @Test
  void worksWithoutTheDriver() throws SQLException {
    String estimates = "SELECT estimate, std_error FROM dml_summary(%s)";
    try (Connection plain = DriverManager.getConnection("jdbc:duckdb:")) {
      Whatif.register(plain);
      Study.run(plain, TABLE);
      assertThat(
              Study.rows(
                  plain,
                  estimates.formatted(ROLES.replace("TABLE sales", "'sales'").replace("=>", ":="))))
          .isEqualTo(db.rows(estimates.formatted(ROLES)));
    }
  }

  @Test
  void mistakesAreOneLine() throws SQLException {
    db.refuses(
        "FROM cate_fit(" + ROLES.replace("together => true", "model => 'm'") + ")",
        "cate_fit: treatment => ['price', 'discount']: a model is of one treatment. Say together => true for one regression of all, or fit a model for each.");
    db.refuses(
        "FROM cate_fit(TABLE sales, model => 'm', outcome => ['spend', 'income'], treatment => 'price')",
        "cate_fit: outcome => ['spend', 'income']: a model is of one outcome. Fit one for each, or use dml_summary, which takes several.");
  }
}
