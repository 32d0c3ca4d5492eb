/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.whatif.planner.plan.CausalPlan;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule once where it fires and once where it must not; results are those without it. */
final class RulesTest {
  private static final String NUISANCES =
      "treatment => 'd', controls => ['a', 'b'], treatment_learner => 'logit'";
  private static final String SUMMARY =
      "dml_summary(TABLE t, outcome => 'y', reps => 1, outcome_learner => 'ols', "
          + NUISANCES
          + ")";
  private static final String TRIM = "propensity_trim(TABLE t, " + NUISANCES + ")";

  @RegisterExtension final Planned db = new Planned();

  // ---- ShareSession ----

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT s.*, p.* FROM %1$s s, %2$s p ORDER BY ALL LIMIT 9",
        "FROM %1$s s, (SELECT avg(weight) AS w FROM %2$s) p",
        "WITH s AS (FROM %1$s) SELECT s.estimate, (SELECT sum(weight) FROM %2$s) AS w FROM s",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3)"
            + " SELECT n.i, s.estimate, p.weight FROM n, %1$s s, %2$s p ORDER BY ALL LIMIT 5",
        "SELECT estimate FROM %1$s UNION ALL SELECT sum(weight) FROM %2$s",
        "SELECT * FROM (SELECT s.estimate, p.propensity FROM %1$s s JOIN %2$s p ON p.id < 5) ORDER BY ALL"
      })
  void callsOverOneRelationReadItOnce(String sql) throws SQLException {
    String statement = sql.formatted(SUMMARY, TRIM);
    assertThat(db.plan(statement)).contains("session of 2 calls");
    db.changesOnlyThePlan("ShareSession", statement);
  }

  @Test
  void severalOutcomesAndTreatmentsOfOneRelationReadItOnce() throws SQLException {
    String sql =
        "SELECT u.estimate, v.estimate, w.estimate FROM %s u, %s v, %s w"
            .formatted(
                SUMMARY,
                SUMMARY.replace("'y'", "'z'"),
                SUMMARY
                    .replace("'d', controls => ['a', 'b']", "'b', controls => ['a']")
                    .replace("logit", "ols"));
    assertThat(db.plan(sql)).contains("session of 3 calls").contains("cross-fits shared");
    db.changesOnlyThePlan("ShareSession", sql);
  }

  @Test
  void aCommonTableOfTheStatementIsReadOnceByBoth() throws SQLException {
    String sql =
        "WITH young AS (SELECT * FROM t WHERE a < 0.5), other AS (SELECT 1)"
            + " SELECT s.estimate, p.propensity FROM %s s, %s p ORDER BY ALL LIMIT 4"
                .formatted(SUMMARY.replace("TABLE t", "young"), TRIM.replace("TABLE t", "young"));
    assertThat(db.plan(sql)).contains("session of 2 calls");
    db.changesOnlyThePlan("ShareSession", sql);
  }

  @Test
  void aRelationThatDoesNotRepeatIsTheSameForBoth() throws SQLException {
    String relation = "(SELECT * FROM t USING SAMPLE 50% (bernoulli))";
    String sql =
        "SELECT s.n = count(p.id) AS same FROM %s s, %s p GROUP BY s.n"
            .formatted(SUMMARY.replace("TABLE t", relation), TRIM.replace("TABLE t", relation));
    assertThat(db.rows(sql, CausalPlan.RULES)).containsExactly("true|");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // another relation
        "SELECT * FROM %1$s s, propensity_trim((FROM t WHERE a > 0), treatment => 'd', controls => 'b') p",
        // a name that means another table at one of the calls
        "SELECT * FROM %1$s s, (WITH t AS (FROM t WHERE a > 0) FROM %2$s) p",
        // a common table that comes after the first call
        "WITH s AS (FROM %1$s), t AS (SELECT 1) SELECT * FROM s, %2$s p",
        // a session keeps one id
        "FROM dml_summary(TABLE t, outcome => 'y', treatment => 'd', controls => 'a', id => 'id') s,"
            + " dml_summary(TABLE t, outcome => 'y', treatment => 'd', controls => 'a', id => 'b') v",
        // there is no place for a common table
        "DELETE FROM t WHERE a > (SELECT max(estimate) FROM %1$s) AND b < (SELECT sum(weight) FROM %2$s)"
      })
  void callsOfDifferentRelationsKeepTheirSessions(String sql) {
    String statement = sql.formatted(SUMMARY, TRIM);
    assertThat(db.plan(statement)).doesNotContain("session of 2 calls");
    db.leavesThePlan("ShareSession", statement);
  }

  /** DuckDB 2.0.0.1 waits for ever where a LIMIT stops one of two readers of one table. */
  @Test
  @Timeout(60)
  void twoCallsWithRowsJoinedUnderALimitEnd() throws SQLException {
    db.run(
        "CREATE TABLE large AS SELECT i AS id, sin(i * 1.7) AS a, (sin(i * 5.1) > 0)::INT AS d"
            + " FROM range(500000) r(i)");
    String trim =
        "propensity_trim(TABLE large, treatment => 'd', controls => ['a'], treatment_learner => 'ols')";
    assertThat(
            db.rows(
                "SELECT x.propensity + y.weight FROM %s x JOIN %<s y USING (id) LIMIT 5"
                    .formatted(trim),
                CausalPlan.RULES))
        .hasSize(5);
  }

  // ---- ShareCrossFit ----

  @Test
  void equalNuisancesAreFittedOnce() throws SQLException {
    String sql = "SELECT s.estimate, p.* FROM %s s, %s p ORDER BY p.id".formatted(SUMMARY, TRIM);
    assertThat(db.plan(sql)).contains("cross-fits shared");
    db.changesOnlyThePlan("ShareCrossFit", sql);
  }

  @Test
  void itDoesNotMatterWhichCovariatesAreFeaturesNorHowTheyAreOrdered() throws SQLException {
    db.changesOnlyThePlan(
        "ShareCrossFit",
        "SELECT s.*, v.* FROM %s s, %s v ORDER BY ALL"
            .formatted(
                SUMMARY,
                SUMMARY.replace("controls => ['a', 'b']", "features => 'b', controls => 'a'")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"seed => 7", "folds => 3", "nulls => 'drop'", "control => 1"})
  void otherNuisancesAreFittedApart(String argument) {
    String sql =
        "SELECT * FROM %s s, propensity_trim(TABLE t, %s, %s) p"
            .formatted(SUMMARY, NUISANCES, argument);
    assertThat(db.plan(sql)).contains("session of 2 calls").doesNotContain("shared");
    db.leavesThePlan("ShareCrossFit", sql);
  }

  /**
   * The ids of both are equal, but the one is of the first year's rows, the other of the second's.
   */
  @Test
  void otherRowsOfTheSameIdsAreNotTakenForEachOther() throws SQLException {
    db.run(
        """
        CREATE TABLE years AS
        SELECT i // 2 AS id, a, d, if(i % 2 = 0, round(a + d + e, 6), NULL) AS y,
          if(i % 2 = 1, round(a - d + e, 6), NULL) AS z
        FROM (SELECT i, hash(10 * i + 1) % 1000 / 1000 AS a, (hash(10 * i + 2) % 2)::INT AS d,
                hash(10 * i + 3) % 1000 / 1000 AS e
              FROM range(400) r(i))""");
    String call =
        "dml_summary(TABLE years, outcome => 'y', treatment => 'd', controls => 'a', id => 'id',"
            + " treatment_learner => 'logit', outcome_learner => 'ols', reps => 1)";
    db.changesOnlyThePlan(
        "ShareCrossFit",
        "SELECT s.estimate, v.estimate, v.std_error FROM %s s, %s v"
            .formatted(call, call.replace("'y'", "'z'")));
  }

  // ---- PruneColumns ----

  @Test
  void onlyColumnsWithARoleAreRead() throws SQLException {
    String sql = "SELECT estimate FROM " + SUMMARY;
    assertThat(db.plan(sql)).contains("read y, d, a, b of t");
    db.changesOnlyThePlan("PruneColumns", sql);
  }

  @Test
  void oneSessionReadsTheColumnsOfAllItsCalls() throws SQLException {
    String sql =
        "SELECT u.estimate, v.estimate FROM %s u, %s v"
            .formatted(SUMMARY, SUMMARY.replace("'y'", "'z'"));
    assertThat(db.plan(sql)).contains("read y, d, a, b, z of t");
    db.changesOnlyThePlan("PruneColumns", sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dml_summary(TABLE t, outcome => 'y', treatment => 'd')",
        "dml_summary(TABLE t, outcome => 'y', treatment => 'd', controls => 'COLUMNS(^[ab]$)')"
      })
  void allColumnsAreReadWhereControlsAreKnownOnlyThen(String call) {
    assertThat(db.plan("FROM " + call)).contains("read all columns of t");
    db.leavesThePlan("PruneColumns", "FROM " + call);
  }

  // ---- DropOutputs ----

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT id, p.propensity FROM %s p ORDER BY id",
        "SELECT count(*) AS n, avg(propensity * in_support::INT) AS m FROM %s",
        "SELECT id, weight FROM %s WHERE in_support ORDER BY id LIMIT 3",
        "SELECT count(*) FROM t AS x JOIN %s AS p ON p.id = x.id AND p.in_support"
      })
  void columnsThatAreNotNamedAreNotComputed(String sql) throws SQLException {
    String statement = sql.formatted(TRIM);
    assertThat(db.plan(statement)).contains(" -> ");
    db.changesOnlyThePlan("DropOutputs", statement);
  }

  @Test
  void noWeightIsComputedWhereNoneIsAsked() {
    assertThat(db.plan("SELECT id, propensity FROM " + TRIM)).endsWith(") -> propensity");
  }

  @Test
  void rowsAreLeftOutByAColumnThatIsNotNamed() throws SQLException {
    db.changesOnlyThePlan(
        "DropOutputs",
        "SELECT id, propensity FROM propensity_trim(TABLE t, alpha => 0.3, drop => true, %s)"
                .formatted(NUISANCES)
            + " ORDER BY id");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM %s",
        "FROM %s",
        "SELECT p.* FROM %s p",
        "SELECT p FROM %s p",
        "SELECT p.id FROM %s p(a, b, c)",
        "SELECT COLUMNS('prop.*') FROM %s",
        "SELECT id FROM t NATURAL JOIN %s",
        "SELECT #1, #7 FROM %s",
        "SELECT id FROM (FROM %s)",
        "SELECT count(p) FROM %s AS p",
        "SELECT sum(propensity_trim.weight), list(propensity_trim) FROM %s"
      })
  void allColumnsAreThereWhereTheyMayBeUsedUnnamed(String sql) {
    String statement = sql.formatted(TRIM);
    assertThat(db.plan(statement)).doesNotContain(" -> ");
    db.leavesThePlan("DropOutputs", statement);
  }

  // ---- PushKeyFilter ----

  private static final String GROUPED =
      "dml_summary((SELECT *, id % 3 AS g, CASE WHEN id % 2 = 0 THEN 'x' END AS h FROM t),"
          + " outcome => 'y', treatment => 'd', controls => ['a', 'b'], treatment_type => 'binary', partition_by => ['g', 'h'])";

  private static final String GROUPED_TRIM =
      "propensity_trim((SELECT *, id % 3 AS g FROM t), treatment => 'd', controls => ['a', 'b'],"
          + " treatment_type => 'binary', partition_by => ['g'])";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT g, h, term, estimate, p_adjusted FROM %s WHERE g = 0",
        "SELECT g, estimate FROM %s AS s WHERE s.h = 'x' AND estimate < 100 AND s.g IN (0, 1) ORDER BY ALL",
        "SELECT count(*) FROM %s WHERE \"g\" IS NOT NULL AND z > 0 LIMIT 5"
      })
  void onlyTheGroupsAskedForAreFitted(String sql) throws SQLException {
    String statement = sql.formatted(GROUPED);
    assertThat(db.plan(statement)).contains(" WHERE ");
    db.changesOnlyThePlan("PushKeyFilter", statement);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT n FROM %s WHERE estimate > 0",
        "SELECT n FROM %s WHERE g = 0 OR estimate > 0",
        "SELECT n FROM %s WHERE g = n",
        "SELECT n FROM %s s, t WHERE s.g = 0",
        "SELECT n FROM t, %s s WHERE g = 0",
        "SELECT n FROM %s WHERE g = (SELECT max(id) FROM t)",
        "SELECT n FROM %s WHERE g BETWEEN 0 AND 1",
        "SELECT n FROM %s WHERE abs(g) = 1",
        "SELECT n FROM %s WHERE CASE WHEN n > 0 AND g = 0 AND z > 0 THEN false ELSE true END",
        "SELECT * FROM %s WHERE g = 0",
        "SELECT estimate_shrunk FROM %s WHERE g = 0",
        "SELECT estimate FROM %s LIMIT 1"
      })
  void otherConditionsStayOutside(String sql) {
    String statement = sql.formatted(GROUPED);
    assertThat(db.plan(statement)).doesNotContain(" WHERE ");
    db.leavesThePlan("PushKeyFilter", statement);
  }

  @Test
  void groupsThatAreNotThereGiveNoRow() throws SQLException {
    for (String function : List.of(GROUPED, GROUPED_TRIM)) {
      String statement = "SELECT g, count(*) FROM %s WHERE g = 7 GROUP BY g".formatted(function);
      assertThat(db.plan(statement)).contains(" WHERE ");
      assertThat(db.rows(statement, CausalPlan.RULES)).isEmpty();
    }
  }

  @Test
  void theTreatmentIsReadByAllItsValuesUnlessToldHow() {
    db.leavesThePlan(
        "PushKeyFilter",
        "SELECT estimate FROM %s WHERE g = 0"
            .formatted(GROUPED.replace("treatment_type => 'binary',", "")));
  }

  @Test
  void aModelKeepsAllItsGroups() {
    db.leavesThePlan(
        "PushKeyFilter",
        "SELECT * FROM cate_fit(TABLE t, model => 'm', outcome => 'y', treatment => 'd',"
            + " controls => 'a', partition_by => 'b') WHERE b = 1");
  }

  // ---- ChooseBatches ----

  @Test
  void rowsThatWillNotFitBeginInAFile() throws SQLException {
    db.run("CREATE TABLE large AS SELECT t.* FROM t, range(50)");
    db.run("SET VARIABLE whatif_memory_limit = '4MB'");
    String sql = "SELECT estimate FROM " + SUMMARY.replace("TABLE t", "TABLE large");
    assertThat(db.plan(sql)).contains("rows spilled");
    db.changesOnlyThePlan("ChooseBatches", sql);
  }

  @Test
  void rowsThatFitBeginInMemory() {
    db.leavesThePlan("ChooseBatches", "SELECT estimate FROM " + SUMMARY);
  }

  // ---- what needs no rule ----

  /** The copy of the relation that is scored has the filter, the one that is pushed has it not. */
  @Test
  void anOuterFilterReachesTheScoringPassByDuckDbItself() throws Exception {
    String plan = db.lowered("SELECT id, propensity FROM " + TRIM + " WHERE id < 5");
    List<String> path = new ArrayList<>();
    for (Object operator : JSON.std.listFrom(plan)) {
      pathTo("id<5", (Map<?, ?>) operator, path);
    }
    // The body of r comes first in the plan: there the filter is not.
    assertThat(path).anyMatch(o -> o.contains("CTEName=whatif_m"));
  }

  /** What is said of the operators from the root to the one that says {@code text}. */
  private static boolean pathTo(String text, Map<?, ?> operator, List<String> path) {
    path.add(String.valueOf(operator.get("extra_info")).replaceAll("\\s+", ""));
    if (path.get(path.size() - 1).contains(text)) {
      return true;
    }
    for (Object child : (List<?>) operator.get("children")) {
      if (pathTo(text, (Map<?, ?>) child, path)) {
        return true;
      }
    }
    path.remove(path.size() - 1);
    return false;
  }

  // ---- what no rule may do ----

  @Test
  void anOuterFilterOrLimitNeverReachesTheFit() throws SQLException {
    List<String> all = db.rows("SELECT id, propensity FROM " + TRIM + " ORDER BY id", List.of());
    assertThat(
            db.rows(
                "SELECT id, propensity FROM " + TRIM + " WHERE id < 5 ORDER BY id LIMIT 3",
                CausalPlan.RULES))
        .isEqualTo(all.subList(0, 3));
  }
}
