/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a user and an attacker found, each once wrong. */
final class ReviewedMistakesTest {
  private static final String DATA =
      """
      CREATE TABLE d AS
      SELECT i, hash(10 * i + 1) / 1.9e19 AS x, ['None', 'none', 'pill'][1 + (hash(10 * i + 2) % 3)::INT] AS c,
             CASE c WHEN 'None' THEN 0 WHEN 'none' THEN 10 ELSE 20 END + x + hash(10 * i + 3) / 1.9e19 AS y,
             (hash(10 * i + 4) % 2)::INT AS t, CASE WHEN i < 3 THEN 'tiny' || i ELSE 'big' END AS grp
      FROM range(900) r(i)""";

  @RegisterExtension final FreshDatabase db = new FreshDatabase(DATA);

  private static String effect(String control) {
    return "SELECT round(estimate) FROM ate(TABLE d, outcome => 'y', treatment => 'c', control => '"
        + control
        + "', controls => ['x'], outcome_learner => 'linear', treatment_learner => 'linear', reps => 1)";
  }

  @Test
  void theControlIsTheValueThatIsWrittenSo() throws SQLException {
    assertThat(db.column(effect("none"))).containsExactly(-10.0, 10.0);
    assertThat(db.column(effect("None"))).containsExactly(10.0, 20.0);
    assertThat(db.column(effect("PILL"))).containsExactly(-20.0, -10.0);
    assertThatThrownBy(() -> db.column(effect("NONE")))
        .hasMessageContaining(
            "ate: control => 'NONE': the treatment 'c' has the values None, none and pill. Use one of them, in its own case.");
  }

  @Test
  void numbersThatAreNotFiniteAreRefused() {
    assertThatThrownBy(
            () ->
                db.column(
                    "SELECT estimate FROM ate(TABLE d, outcome => 'y', treatment => 't', controls => ['x'], level => 'nan'::DOUBLE)"))
        .hasMessageContaining("ate: level => NaN: must be a finite number.");
    assertThatThrownBy(
            () ->
                db.column(
                    "SELECT estimate FROM dml_summary(TABLE d, outcome => 'y', treatment => 't', controls => ['x'], method => 'dr', clip => '-infinity'::DOUBLE)"))
        .hasMessageContaining("dml_summary: clip => -Infinity: must be a finite number.");
  }

  @Test
  void aGroupThatLacksAnArmHasNoError() throws SQLException {
    String call =
        "FROM ate(TABLE d, outcome => 'y', treatment => 't', controls => ['x'], by => 'grp',"
            + " outcome_learner => 'linear', treatment_learner => 'linear', reps => 1)";
    assertThat(
            db.column(
                "SELECT count(*) "
                    + call
                    + " WHERE grp <> 'big' AND std_error IS NULL AND p_adjusted IS NULL AND ci_lower IS NULL AND estimate_shrunk IS NULL"))
        .containsExactly(3L);
    assertThat(db.column("SELECT std_error > 0 " + call + " WHERE grp = 'big'"))
        .containsExactly(true);
  }

  @Test
  void errorsOfFewTreesAndOfMeansOverForestsAreDoubted() throws SQLException {
    String codes = "SELECT list_transform(warnings, lambda w: w.code)::VARCHAR FROM ";
    String fit =
        "cate_fit(TABLE d, model => 'f', outcome => 'y', treatment => 't', features => ['x'], controls => [],"
            + " method => 'causal_forest', trees => 4, outcome_learner => 'linear', treatment_learner => 'linear', reps => 1)";
    assertThat(db.column(codes + fit).toString()).contains("few_trees");
    assertThat(db.column(codes + "cate_population('f', TABLE d)").toString())
        .contains("no_valid_interval");
  }
}
