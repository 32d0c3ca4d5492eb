/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.planner.plan.CausalPlan;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scores of linear models as formulas: where the rule fires, where not, and the same values. */
final class InlineScoreTest {
  @RegisterExtension final Planned db = new Planned();

  private void fitModel() throws SQLException {
    db.rows(
        "SELECT n FROM cate_fit(TABLE t, model => 'm', outcome => 'y', treatment => 'd',"
            + " features => ['a', 'b'], reps => 1)",
        CausalPlan.RULES);
  }

  @Test
  void aLinearModelBecomesItsFormula() throws SQLException {
    fitModel();
    String sql =
        "SELECT id, cate_effect('m', a, b + 1) AS effect, cate_upper('m', a, NULL) AS none,"
            + " cate_stderr('m', a, b) AS se FROM t ORDER BY id";
    assertThat(db.plan(sql)).contains("score cate_effect by model 'm' (a, b + 1) as SQL");
    db.changesOnlyThePlan("InlineScore", sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT cate_support('m', a, b) FROM t",
        "SELECT cate_effect('m', a, random()) FROM t",
        "SELECT cate_effect('m', a, length($$'$$) * random() * length($$'$$)) FROM t",
        "SELECT cate_effect('m', a, coalesce(try_cast(E'\\'' AS DOUBLE), random(), try_cast(E'\\'' AS DOUBLE))) FROM t",
        "SELECT cate_effect('m', a, f\u2122(b)) FROM t",
        "SELECT cate_effect('m', a, cafe\u0301 (b)) FROM t",
        "SELECT cate_effect('m', a, 1 + \u0e01\u0e33(b)) FROM t",
        "SELECT cate_effect('m', a, \u0926\u0940(b)) FROM t",
        "SELECT cate_effect('m', a, \"a b\"(b)) FROM t",
        "SELECT cate_effect('m', a, s.abs(b)) FROM t",
        "SELECT cate_effect('m', a, (TABLE one)) FROM t",
        "SELECT cate_effect('m', a, (SELECT max(b) FROM t)) FROM t"
      })
  void whatHasNoFormulaIsScoredByTheModel(String sql) throws SQLException {
    fitModel();
    db.run("CREATE SCHEMA s; CREATE VIEW one AS SELECT random() AS r");
    for (String name :
        List.of("f\u2122", "cafe\u0301", "\u0e01\u0e33", "\u0926\u0940", "a b", "s\".\"abs")) {
      db.run("CREATE MACRO \"" + name + "\"(x) AS x + random()");
    }
    assertThat(db.plan(sql)).contains("score ").doesNotContain("as SQL");
    db.leavesThePlan("InlineScore", sql);
  }

  @Test
  void categoriesAreComparedAsTheModelDoesWhateverTheirCollation() throws SQLException {
    db.run("CREATE TABLE named AS SELECT *, CASE WHEN b > 0 THEN 'n' ELSE 's' END AS g FROM t");
    db.rows(
        "SELECT n FROM cate_fit(TABLE named, model => 'm', outcome => 'y', treatment => 'd',"
            + " features => ['g'], controls => ['a'], reps => 1)",
        CausalPlan.RULES);
    db.run(
        "CREATE TABLE folded (g VARCHAR COLLATE NOCASE); INSERT INTO folded VALUES ('N'), ('s')");
    String sql =
        "SELECT cate_effect('m', g) IS NULL AS effect, cate_stderr('m', g) IS NULL AS se FROM folded";
    assertThat(db.rows(sql, CausalPlan.RULES)).containsExactly("true|true|", "false|false|");
    db.changesOnlyThePlan("InlineScore", sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE s (a DOUBLE, e DOUBLE GENERATED ALWAYS AS (cate_effect('m', a, 1)))",
        "CREATE TABLE s (a DOUBLE CHECK (cate_effect('m', a, 1) < 9))",
        "CREATE INDEX i ON t (cate_effect('m', a, b))",
        "ALTER TABLE t ALTER a SET DEFAULT cate_effect('m', 1, 1)"
      })
  void noDefinitionOfATableKeepsAFormula(String sql) throws SQLException {
    fitModel();
    assertThatThrownBy(() -> Planner.plan(sql, db, ""))
        .hasMessageStartingWith("cate_effect: cannot stand in the definition of a table");
  }

  @Test
  void aModelWithoutFeaturesIsNoLiteral() throws SQLException {
    db.rows(
        "SELECT n FROM cate_fit(TABLE t, model => 'm', outcome => 'y', treatment => 'd',"
            + " controls => ['a', 'b'], reps => 1)",
        CausalPlan.RULES);
    assertThat(db.rows("SELECT id FROM t ORDER BY cate_effect('m'), id", CausalPlan.RULES))
        .hasSize(600);
  }

  @Test
  void aViewKeepsTheModelNotItsFormula() throws SQLException {
    fitModel();
    String sql = "CREATE VIEW v AS SELECT cate_effect('m', a, b) AS effect FROM t";
    assertThat(Planner.plan(sql, db, "").sql()).contains("whatif_score");
  }
}
