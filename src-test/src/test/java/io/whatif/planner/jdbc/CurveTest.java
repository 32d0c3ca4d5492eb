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

/** A continuous treatment whose effect bends: spend = .5 price^2 - 2 age price + income + noise. */
class CurveTest {
  private static final String TABLE =
      """
      CREATE TABLE sales AS
      SELECT hash(10 * i + 1) / 1.9e19 AS age, hash(10 * i + 2) / 1.9e19 AS income,
             2 * income + 3 * (hash(10 * i + 3) / 1.9e19) AS price,
             .5 * price ** 2 - 2 * age * price + income + hash(10 * i + 4) / 1.9e19 AS spend
      FROM range(4000) t(i)""";

  private static final String ROLES =
      "TABLE sales, outcome => 'spend', treatment => 'price', features => ['age'], controls => ['income'], "
          + "treatment_basis => 'poly(2)'";

  @RegisterExtension final FreshDatabase db = new FreshDatabase(TABLE);

  private void fit(String more) throws SQLException {
    db.rows("FROM cate_fit(" + ROLES + ", model => 'm'" + more + ")");
  }

  @Test
  void coefficientsAreOfPowersInTheTreatmentsUnit() throws SQLException {
    assertThat(db.rows("SELECT term FROM dml_summary(" + ROLES + ")"))
        .containsExactly(
            "price",
            "price*age",
            "price^2",
            "price^2*age",
            "average effect",
            "heterogeneity",
            "curvature");
    String estimate = "SELECT estimate FROM dml_summary(" + ROLES + ") WHERE term = '%s'";
    assertThat(db.number(estimate.formatted("price^2"))).isCloseTo(.5, within(.05));
    assertThat(db.number(estimate.formatted("price*age"))).isCloseTo(-2, within(.2));
    double slope = db.number("SELECT avg(price - 2 * age) FROM sales");
    assertThat(db.number(estimate.formatted("average effect"))).isCloseTo(slope, within(.03));
    assertThat(db.number("SELECT p_value FROM dml_summary(" + ROLES + ") WHERE term = 'curvature'"))
        .isLessThan(1e-6);
  }

  @Test
  void scoresAreOfOneValueAgainstAnother() throws SQLException {
    fit("");
    assertThat(db.number("SELECT cate_effect('m', .5, arm => 3)")).isCloseTo(1.5, within(.1));
    assertThat(db.number("SELECT cate_effect('m', .5, arm => 3, versus => 1)"))
        .isCloseTo(2, within(.1));
    assertThat(db.number("SELECT cate_marginal('m', 3, .5)")).isCloseTo(2, within(.05));
    assertThat(db.number("SELECT cate_marginal_stderr('m', 3, .5)")).isBetween(0.001, .1);
    assertThat(
            db.number(
                "SELECT max(abs(cate_marginal('m', price) - cate_marginal('m', price, sales.*))) FROM sales"))
        .isZero();
    // the slope is what a small step changes
    double step = db.number("SELECT cate_effect('m', .5, arm => 3.001, versus => 2.999) / .002");
    assertThat(db.number("SELECT cate_marginal('m', 3, .5)")).isCloseTo(step, within(1e-8));
    assertThat(db.number("SELECT cate_lower('m', .5, arm => 3) - cate_effect('m', .5, arm => 3)"))
        .isNegative();
  }

  @Test
  void aLineHasOneSlope() throws SQLException {
    db.rows(
        "FROM cate_fit(TABLE sales, model => 'l', outcome => 'spend', treatment => 'price', features => ['age'])");
    assertThat(db.number("SELECT cate_marginal('l', 3, .5) - cate_effect('l', .5)")).isZero();
  }

  @Test
  void worksWithoutTheDriver() throws SQLException {
    try (Connection plain = DriverManager.getConnection("jdbc:duckdb:")) {
      Whatif.register(plain);
      Study.run(plain, TABLE);
      Study.rows(
          plain,
          "FROM cate_fit('sales', model := 'm', outcome := 'spend', treatment := 'price', features := ['age'], controls := ['income'], treatment_basis := 'poly(2)')");
      fit("");
      assertThat(Study.rows(plain, "SELECT cate_marginal('m', 3, .5), cate_effect('m', .5, 3, 0)"))
          .isEqualTo(db.rows("SELECT cate_marginal('m', 3, .5), cate_effect('m', .5, arm => 3)"));
    }
  }

  @Test
  void mistakesAreOneLine() throws SQLException {
    fit("");
    db.refuses(
        "SELECT cate_effect('m', .5)",
        "cate_effect: the effect by model 'm' depends on the treatment's value. Say which: arm => 10, against versus => 0.");
    db.refuses(
        "SELECT cate_marginal('m')",
        "cate_marginal: the value of the treatment comes after the model. Write cate_marginal('m', 10, ...).");
    db.refuses(
        "FROM dml_summary(TABLE sales, outcome => 'spend', treatment => 'price', treatment_basis => 'log')",
        "dml_summary: treatment_basis => 'log': is no basis. Use linear, or poly(2) to poly(5).");
    db.refuses(
        "FROM dml_summary((SELECT * REPLACE (price > 2 AS price) FROM sales), outcome => 'spend', treatment => 'price', treatment_basis => 'poly(2)')",
        "dml_summary: treatment_basis => 'poly(2)': the treatment has two values, and a line through two points is all there is. Leave treatment_basis out.");
  }
}
