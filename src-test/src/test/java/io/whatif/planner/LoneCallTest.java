/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.duckdb.Scope;
import io.whatif.planner.plan.CausalPlan;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call that stands alone becomes without a planner what it becomes with all rules. */
class LoneCallTest {
  private static final String ROLES = "outcome => 'y', treatment => 'd'";

  @RegisterExtension final Planned db = new Planned();

  private void isTheSame(String sql) {
    Plan alone = Planner.plan(sql, db, Scope.NATIVE);
    Plan planned = Planner.plan(sql, db, Scope.NATIVE, CausalPlan.RULES);
    assertThat(alone.sql()).isNotEqualTo(sql).isEqualTo(planned.sql());
    assertThat(alone.fits()).isEqualTo(planned.fits());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM dml_summary(TABLE t, %s, controls => ['a', 'b'])",
        "FROM dml_summary(TABLE t, %s, controls => 'COLUMNS([ab])', features => ['a'])",
        "FROM dml_summary(TABLE t, %s, exclude => ['z'], id => 'id')",
        "SELECT s.estimate FROM dml_summary((SELECT * FROM t WHERE a > 0), %s, controls => 'b') s",
        "FROM cate_fit(TABLE t, model => 'm', %s, controls => 'b', features => ['a'])",
        "FROM ate(TABLE t, %s, controls => ['a'], estimator => 'ipw')",
        "FROM ate(TABLE t, %s, controls => ['a'], by => 'b')",
        "SELECT (SELECT estimate FROM ate(TABLE t, %s, controls => ['a']))",
        "CREATE VIEW v AS FROM dml_summary(TABLE t, %s, controls => ['a'])",
        "CREATE TABLE kept AS FROM dml_summary(TABLE t, %s, controls => ['a'])",
        "FROM dml_summary(TABLE t, %s, controls => ['a'], partition_by => 'b')",
        "FROM propensity_trim(TABLE t, treatment => 'd', controls => ['a'])",
        "SELECT id FROM propensity_trim(TABLE t, treatment => 'd', controls => ['a'])",
        "FROM dml_summary(TABLE t, %1$s, controls => 'a') x, ate(TABLE t, %1$s, controls => 'a') y",
      })
  void aCallBecomesTheSameText(String sql) {
    isTheSame(sql.formatted(ROLES));
  }

  @Test
  void aCallWithinACallWithAModelOrAParameterDoesToo() throws SQLException {
    String fit = "FROM cate_fit(TABLE t, model => 'm', %s, controls => 'b', features => ['a'])";
    db.rows(fit.formatted(ROLES), CausalPlan.RULES);
    for (String sql :
        List.of(
            "FROM cate_population('m', TABLE t)",
            "FROM cate_projection('m', TABLE t, features => ['a'])",
            "FROM balance((FROM propensity_trim(TABLE t, treatment => 'd', controls => ['a'])),"
                + " treatment => 'd', controls => ['b'])",
            "FROM dml_summary((SELECT * FROM t WHERE a > ?), %s, controls => ['a'])",
            "SELECT ?, estimate FROM ate(TABLE t, %s, controls => ['a']) WHERE estimate > ?")) {
      isTheSame(sql.formatted(ROLES));
    }
  }

  @Test
  void rowsThatWillNotFitBeginInAFile() throws SQLException {
    db.run("CREATE TABLE large AS SELECT t.* FROM t, range(50)");
    db.run("SET VARIABLE whatif_memory_limit = '4MB'");
    String sql = "FROM dml_summary(TABLE large, " + ROLES + ", controls => ['a'])";
    assertThat(Planner.plan(sql, db, Scope.NATIVE).sql()).contains("spilled");
    isTheSame(sql);
  }

  @Test
  void explainShowsThePlan() {
    String sql = "EXPLAIN FROM dml_summary(TABLE t, " + ROLES + ", controls => ['a'])";
    assertThat(Planner.plan(sql, db, Scope.NATIVE).explanation())
        .startsWith("session of 1 call")
        .contains("read y, d, a of t");
  }
}
