/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Treatments with several arms, in SQL: true effects 1 + 2 age of a call, 2 of a mail. */
class ArmsTest {
  private static final String TABLE =
      """
      CREATE TABLE offers AS
      SELECT ['none', 'call', 'mail'][1 + (hash(10 * i + 3) % 3)::INTEGER] AS offer,
             hash(10 * i + 1) / 1.9e19 AS age, hash(10 * i + 2) / 1.9e19 AS income,
             CASE offer WHEN 'call' THEN 1 + 2 * age WHEN 'mail' THEN 2 ELSE 0 END
               + income + hash(10 * i + 4) / 1.9e19 AS spend
      FROM range(6000) t(i)""";

  private static final String ROLES =
      "TABLE offers, outcome => 'spend', treatment => 'offer', control => 'none', method => 'linear_dml', "
          + "features => ['age'], controls => ['income'], outcome_learner => 'ols', treatment_learner => 'logit'";

  @RegisterExtension final FreshDatabase db = new FreshDatabase(TABLE);

  private void fit() throws SQLException {
    db.rows("FROM cate_fit(" + ROLES + ", model => 'm')");
  }

  @Test
  void everyArmHasItsRows() throws SQLException {
    assertThat(db.rows("SELECT term, contrast FROM dml_summary(" + ROLES + ")"))
        .containsExactly(
            "intercept|none -> call",
            "age|none -> call",
            "average effect|none -> call",
            "heterogeneity|none -> call",
            "intercept|none -> mail",
            "age|none -> mail",
            "average effect|none -> mail",
            "heterogeneity|none -> mail");
    assertThat(db.rows("SELECT contrast, n < 4500 FROM cate_fit(" + ROLES + ", model => 'm')"))
        .containsExactly("none -> call|true", "none -> mail|true");
  }

  @Test
  void anArmIsEstimatedAsIfOthersWereNotThere() throws SQLException {
    String rest = ROLES.replace("TABLE offers", "(FROM offers WHERE offer <> 'mail')");
    for (String figure : List.of("estimate", "std_error")) {
      String one =
          "SELECT "
              + figure
              + " FROM dml_summary(%s, id => 'income') WHERE contrast = 'none -> call' AND term = 'age'";
      // the same sums; means of columns come from another scan
      assertThat(db.number(one.formatted(ROLES)))
          .isCloseTo(db.number(one.formatted(rest)), withinPercentage(1e-8));
    }
  }

  @Test
  void aScoreNamesItsArm() throws SQLException {
    fit();
    assertThat(db.number("SELECT cate_effect('m', 0.5, arm => 'call')")).isCloseTo(2, within(.1));
    assertThat(db.number("SELECT cate_effect('m', 1.0, arm => 'call', versus => 'mail')"))
        .isCloseTo(1, within(.2));
    assertThat(db.number("SELECT cate_effect('m', 1.0, arm => 'none', versus => 'call')"))
        .isCloseTo(-3, within(.2));
    assertThat(
            db.rows(
                "SELECT cate_effect('m', 0.5, arm => NULL), cate_effect('m', 0.5, arm => 'none')"))
        .containsExactly("null|0.0");
    assertThat(
            db.number(
                "SELECT max(abs(cate_effect('m', arm => offer) - cate_effect('m', offers.*, arm => offer))) FROM offers"))
        .isZero();
    assertThat(
            db.rows(
                "SELECT DISTINCT offer, cate_effect('m', arm => offer) IS NULL, cate_stderr('m', age, arm => offer) < .1 FROM offers ORDER BY 1"))
        .containsExactly("call|false|true", "mail|false|true", "none|false|true");
  }

  @Test
  void theErrorBetweenArmsFittedApartIsNotKnown() throws SQLException {
    fit();
    assertThat(db.rows("SELECT cate_stderr('m', .5, arm => 'call', versus => 'mail')"))
        .containsExactly("null");
  }

  @Test
  void groupsHaveArms() throws SQLException {
    db.rows(
        "FROM cate_fit("
            + ROLES.replace("TABLE offers", "(SELECT *, income > .5 AS rich FROM offers)")
            + ", model => 'g', partition_by => ['rich'])");
    assertThat(db.number("SELECT cate_effect('g', true, .5, arm => 'call')"))
        .isCloseTo(2, within(.2));
  }

  @Test
  void mistakesAreOneLine() throws SQLException {
    fit();
    db.refuses(
        "SELECT cate_effect('m', .5)",
        "cate_effect: model 'm' has the arms call, mail. Say which: arm => 'call'.");
    db.refuses(
        "SELECT cate_effect('m', .5, arm => 'post')",
        "cate_effect: arm => 'post': model 'm' has the arms call, mail, and the control none. Use one of them.");
    db.refuses(
        "SELECT cate_effect('m', .5, arm => 'call', arm => 'mail')",
        "cate_effect: arm is given twice. Keep one.");
    db.refuses("SELECT cate_effect('m', .5, 1, arm => 'call')", "the call passes");
    db.refuses("SELECT cate_sql('m')", "has several arms, which are not written as SQL");
    db.rows(
        "FROM cate_fit((FROM offers WHERE offer <> 'mail'), model => 'two', outcome => 'spend', treatment => 'offer', features => ['age'])");
    db.refuses(
        "SELECT cate_effect('two', .5, arm => 'call')",
        "cate_effect: arm => 'call': model 'two' was fitted to a treatment without several arms. Leave arm out.");
  }
}
