/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Relations, columns and limits that cannot be used are refused in one line, on its full text. */
final class BadInputTest {
  static final String PLAIN = "reps => 1, outcome_learner => 'ols', treatment_learner => 'logit'";

  private Refusals db = Refusals.withStudy();

  BadInputTest() throws SQLException {}

  @BeforeEach
  void countsFromNothing() {
    assertThat(db.openSessions()).isZero();
  }

  @AfterEach
  void close() throws SQLException {
    db.close();
  }

  /** A summary of {@code relation}, with {@code more} arguments. */
  static String summary(String relation, String more) {
    return "SELECT estimate FROM dml_summary(%s, outcome => 'y', treatment => 'd'%s)"
        .formatted(relation, more.isEmpty() ? "" : ", " + more);
  }

  private static String replacing(String expression, String column) {
    return "(SELECT * REPLACE (%s AS %s) FROM study)".formatted(expression, column);
  }

  private double estimate(String relation, String more) throws SQLException {
    return (double) Study.column(db.connection, summary(relation, more)).get(0);
  }

  // ---- rows ----

  @Test
  void emptyRelationIsRefused() throws SQLException {
    db.refuse(
        summary("(FROM study WHERE false)", ""),
        "dml_summary: the relation has no rows. Check its WHERE clause or its source.");
    db.refuse(
        "FROM propensity_trim((FROM study LIMIT 0), treatment => 'd', controls => ['a'])",
        "propensity_trim: the relation has no rows. Check its WHERE clause or its source.");
  }

  @Test
  void oneRowIsRefused() throws SQLException {
    db.refuse(
        summary("(FROM study LIMIT 1)", ""),
        "dml_summary: 1 of 1 rows have an outcome and a treatment. An estimate needs at least 2.");
    db.refuse(
        summary("(FROM study WHERE id IN (SELECT min(id) FROM study GROUP BY d))", ""),
        "dml_summary: 2 usable rows cannot bear an effect with 1 coefficient. Use more rows or fewer features.");
  }

  // ---- treatment and outcome ----

  @Test
  void constantTreatmentIsRefused() throws SQLException {
    db.refuse(
        summary(replacing("1", "d"), ""),
        "dml_summary: treatment => 'd': column has only the value 1 in the usable rows. It must differ between rows.");
  }

  @Test
  void threeValuedTreatmentIsRefused() throws SQLException {
    db.refuse(
        summary(replacing("id % 3", "d"), ""),
        "dml_summary: treatment => 'd': column has 3 distinct values (0, 1, 2). Say treatment_type => 'arms' or 'continuous'.");
    db.refuse(
        summary(replacing("['no', 'half', 'yes'][1 + id % 3]", "d"), "treatment_type => 'binary'"),
        "dml_summary: treatment => 'd': column has 3 distinct values (half, no, yes) and treatment_type => 'binary' takes 2. Filter the relation to two of them, or leave treatment_type out.");
  }

  @Test
  void absentControlValueIsRefused() throws SQLException {
    db.refuse(
        summary("study", "control => 7"),
        "dml_summary: control => '7': the treatment 'd' has the values 0 and 1. Use one of them.");
    db.refuse(
        summary(replacing("['no', 'yes'][1 + d]", "d"), "control => 'maybe'"),
        "dml_summary: control => 'maybe': the treatment 'd' has the values no and yes. Use one of them.");
  }

  @Test
  void constantOutcomeIsRefused() throws SQLException {
    db.refuse(
        summary(replacing("1.5", "y"), ""),
        "dml_summary: outcome => 'y': column has only one value in the usable rows. It must differ between rows.");
  }

  @Test
  void outcomeThatIsNoNumberIsRefused() throws SQLException {
    db.refuse(
        summary(replacing("y::VARCHAR", "y"), ""),
        "dml_summary: outcome => 'y': is VARCHAR and must be a number or a boolean. Cast it, or name another column.");
  }

  @Test
  void columnInTwoExclusiveRolesIsRefused() throws SQLException {
    db.refuse(
        "FROM dml_summary(study, outcome => 'y', treatment => 'y')",
        "dml_summary: outcome => 'y': is the treatment as well. Name another column.");
    db.refuse(
        summary("study", "features => ['a', 'y']"),
        "dml_summary: features => 'y': is the outcome as well. Leave it out here.");
    db.refuse(
        summary("study", "controls => ['a', 'd']"),
        "dml_summary: controls => 'd': is the treatment as well. Leave it out here.");
  }

  @Test
  void columnAmongFeaturesAndControlsCountsOnce() throws SQLException {
    assertThat(estimate("study", "features => ['a'], controls => ['a', 'b', 'B'], " + PLAIN))
        .isEqualTo(estimate("study", "features => ['a'], controls => ['b'], " + PLAIN));
  }

  // ---- NULL, infinite and absurd values ----

  @Test
  void allNullColumnsAreRefusedWhereTheyMatter() throws SQLException {
    db.refuse(
        summary(replacing("NULL::DOUBLE", "y"), ""),
        "dml_summary: outcome => 'y': is NULL in every row. Name another column, or check the relation.");
    db.refuse(
        summary(replacing("NULL", "y"), ""),
        "dml_summary: outcome => 'y': is NULL in every row. Name another column, or check the relation.");
    db.refuse(
        summary(replacing("NULL::BOOLEAN", "d"), ""),
        "dml_summary: treatment => 'd': is NULL in every row. Name another column, or check the relation.");
    assertThat(
            estimate(
                replacing("NULL::DOUBLE", "a"), "id => 'id', controls => ['a', 'b'], " + PLAIN))
        .isCloseTo(estimate("study", "id => 'id', controls => ['b'], " + PLAIN), within(1e-9));
  }

  /** Of the other arm it has values: the relation is well. */
  @Test
  void aFeatureThatTwoArmsLackIsNamedWithThem() throws SQLException {
    String three =
        "(SELECT * REPLACE (['n', 'o', 'p'][1 + id % 3] AS d, CASE WHEN id % 6 = 1 THEN a END AS a)"
            + " FROM study)";
    String refusal =
        "features => 'a': is NULL in every usable row of arm 'p' and the control 'n'. These two"
            + " arms are fitted apart: leave 'a' out, or the rows of arm 'p'.";
    for (String method : List.of("linear_dml", "t", "causal_forest")) {
      db.refuse(
          summary(three, "control => 'n', features => ['a', 'b'], method => '" + method + "'"),
          "dml_summary: " + refusal);
    }
    db.refuse(
        summary(
            three, "control => 'n', features => ['a', 'b'], method => 'ci_dml', support => 'none'"),
        "dml_summary: features => 'a': is NULL in every usable row of the control 'n'. Method"
            + " 'ci_dml' needs rows of both arms with all features: leave 'a' out.");
    db.refuse(
        "FROM ate(%s, outcome => 'y', treatment => 'd', control => 'n', features => ['a'], feature_nulls => 'impute')"
            .formatted(three),
        "ate: " + refusal);
  }

  /** No row has all features then, nor is there a median to impute. */
  @Test
  void featuresThatAreAllNullAreNamed() throws SQLException {
    String one = replacing("NULL::DOUBLE", "a");
    String features = "features => ['a', 'b'], ";
    String refusal =
        "dml_summary: features => 'a': is NULL in every usable row. Leave it out, or check the relation.";
    db.refuse(summary(one, "features => ['a'], " + PLAIN), refusal);
    db.refuse(summary(one, features + "feature_nulls => 'impute', " + PLAIN), refusal);
    for (String method :
        List.of(
            "linear_dml",
            "dr",
            "ols",
            "sparse_dml",
            "ci_dml",
            "s",
            "t",
            "x",
            "r",
            "causal_forest")) {
      db.refuse(summary(one, features + "method => '" + method + "'"), refusal);
    }
    db.refuse(
        "FROM ate(%s, outcome => 'y', treatment => 'd', estimator => 'dml', features => ['a'])"
            .formatted(one),
        refusal.replace("dml_summary", "ate"));
    db.refuse(
        summary(
            "(SELECT * REPLACE (NULL::DOUBLE AS a, NULL::INT AS b) FROM study)", features + PLAIN),
        "dml_summary: features => 'a', 'b': are NULL in every usable row. Leave them out, or check the relation.");
    db.refuse(
        summary(replacing("CASE WHEN id < 2 THEN a END", "a"), features + PLAIN),
        "dml_summary: features: 2 rows have all of them, too few for 3 coefficients. Leave out the features that are NULL, or say feature_nulls => 'impute'.");
  }

  @Test
  void nullControlsAreRefusedIfAsked() throws SQLException {
    db.refuse(
        summary(
            replacing("CASE WHEN id > 2 THEN a END", "a"), "controls => ['a'], nulls => 'error'"),
        "dml_summary: controls => 'a': 3 of 400 rows are NULL and nulls => 'error'. Say nulls => 'indicator' or 'drop'.");
  }

  @Test
  void infiniteValuesAreRefused() throws SQLException {
    db.refuse(
        summary(
            replacing("CASE WHEN id = 3 THEN 'inf' ELSE a END::DOUBLE", "a"), "controls => 'a'"),
        "dml_summary: controls => 'a': 1 of 400 rows are infinite. Filter them, or make them NULL with CASE WHEN isfinite(a) THEN a END.");
    db.refuse(
        summary(replacing("CASE WHEN id < 3 THEN '-inf' ELSE y END::DOUBLE", "y"), ""),
        "dml_summary: outcome => 'y': 3 of 400 rows are infinite. Filter them, or make them NULL with CASE WHEN isfinite(y) THEN y END.");
  }

  @Test
  void magnitudesThatNoSumOfSquaresHoldsAreRefused() throws SQLException {
    db.refuse(
        summary(replacing("1e300 * d + id", "y"), ""),
        "dml_summary: outcome => 'y': values reach 1.0e+300, the largest must lie between 1e-60 and 1e+60. Change the unit.");
    db.refuse(
        summary(replacing("1e-300 * (id % 7)", "b"), "controls => 'b'"),
        "dml_summary: controls => 'b': values reach 6.0e-300, the largest must lie between 1e-60 and 1e+60. Change the unit.");
  }

  // ---- overlap, folds and collinearity ----

  @Test
  void collinearControlsChangeNothing() throws SQLException {
    String twins = "(SELECT *, 2 * b + 1 AS b2, 3 * a - b AS ab FROM study)";
    assertThat(estimate(twins, "id => 'id', controls => ['a', 'b', 'b2', 'ab'], " + PLAIN))
        .isCloseTo(estimate("study", "id => 'id', controls => ['a', 'b'], " + PLAIN), within(1e-6));
  }

  @Test
  void foldWithoutAnArmIsRefused() throws SQLException {
    db.refuse(
        summary(
            "(SELECT *, CASE WHEN d = 1 THEN 0 ELSE id % 5 END AS part FROM study)",
            "controls => 'a', fold => 'part'"),
        "dml_summary: treatment => 'd': arm '1' has no rows outside fold 1 of 5, so its outcome cannot be predicted there. Use fewer folds, or more rows of the arm.");
  }

  @Test
  void perfectSeparationIsRefused() throws SQLException {
    db.refuse(
        summary(replacing("(b > 0)::INT", "d"), "controls => ['a', 'b'], " + PLAIN),
        "dml_summary: the controls tell every treated row from every untreated one, so there is nothing to compare. Leave out what follows from the treatment, such as 'b'.");
    db.refuse(
        summary(
            "(SELECT * REPLACE ((b > 0)::INT AS d) FROM study WHERE abs(b) > 0.2)",
            "controls => ['b']"),
        "dml_summary: the controls tell every treated row from every untreated one, so there is nothing to compare. Leave out what follows from the treatment, such as 'b'.");
  }

  @Test
  void foldColumnWithOneValueIsRefused() throws SQLException {
    db.refuse(
        summary("(SELECT *, 1 AS part FROM study)", "fold => 'part'"),
        "dml_summary: fold => 'part': has 1 distinct value. Cross-fitting needs at least 2 folds.");
  }

  @Test
  void foldsOfOneOrMoreThanRowsAreRefused() throws SQLException {
    db.refuse(
        summary("study", "folds => 1"), "dml_summary: folds => 1: must lie between 2 and 1000.");
    db.refuse(
        summary("(FROM study LIMIT 50)", "folds => 60"),
        "dml_summary: folds => 60: there are only 50 rows to divide. Use fewer folds, or more rows.");
  }

  /** What repeats is one unit, whether it is called an id or a cluster. */
  @Test
  void moreFoldsThanClustersAreRefused() throws SQLException {
    String shops = "(SELECT *, id % 3 AS shop FROM study)";
    String refusal =
        ": folds => 5: there are only 3 ids or clusters to divide, and the rows of one share a fold. Use fewer folds, or more ids or clusters.";
    for (String argument : List.of("cluster", "id")) {
      db.refuse(summary(shops, argument + " => 'shop'"), "dml_summary" + refusal);
    }
    db.refuse(
        "FROM propensity_trim(" + shops + ", treatment => 'd', controls => ['a'], id => 'shop')",
        "propensity_trim" + refusal);
  }

  // ---- columns ----

  @Test
  void manyTextsAreRefusedListedOrByDefault() throws SQLException {
    db.run("CREATE TABLE wide AS SELECT *, 's' || (id + 400 * i) AS s FROM study, range(25) r(i)");
    db.refuse(
        summary("wide", "controls => ['s']"),
        "dml_summary: controls => 's': has 10000 different texts, the most that are encoded is 200. Group them into fewer, or leave it out.");
    db.refuse(
        summary("wide", ""),
        "dml_summary: controls => 's': has 10000 different texts, the most that are encoded is 200. Group them into fewer, or leave it out with exclude => ['s'].");
  }

  @Test
  void missingColumnIsRefusedWithTheNearest() throws SQLException {
    db.refuse(
        "FROM dml_summary(study, outcome => 'yy', treatment => 'd')",
        "dml_summary: outcome => 'yy': the relation has no such column. Did you mean y?");
    db.refuse(
        summary("study", "controls => ['quite_another']"),
        "dml_summary: controls => 'quite_another': the relation has no such column. It has id, a, b, d, y.");
    db.refuse(
        summary("study", "exclude => ['nothing']"),
        "dml_summary: exclude => 'nothing': the relation has no such column. It has id, a, b, d, y.");
    db.refuse(
        "FROM dml_summary(study, outcome => 'y\"; DROP TABLE study; --', treatment => 'd')",
        "dml_summary: outcome => 'y\"; DROP TABLE study; --': the relation has no such column. It has id, a, b, d, y.");
    assertThat(Study.value(db.connection, "SELECT count(*) FROM study")).isEqualTo(400L);
  }

  @Test
  void ambiguousColumnOfTheRelationIsRefused() throws SQLException {
    db.refuse(
        summary("(SELECT a FROM study s, study t WHERE s.id = t.id)", ""),
        "Binder Error: Ambiguous reference to column name \"a\" (use: 's.a' or 't.a')");
  }

  @Test
  void typeWithoutANumberIsRefused() throws SQLException {
    db.refuse(
        summary("(SELECT *, [1, 2] AS l FROM study)", "controls => ['l']"),
        "dml_summary: controls => 'l': is INTEGER[], which is neither a number, a text nor a date. Leave it out, or derive a number from it.");
    db.refuse(
        summary("(SELECT *, {'k': 1} AS l FROM study)", ""),
        "dml_summary: controls => 'l': is STRUCT(k INTEGER), which is neither a number, a text nor a date. Leave it out with exclude => ['l'].");
  }

  @Test
  void patternsAreChecked() throws SQLException {
    db.refuse(
        summary("study", "controls => COLUMNS('^zz')"),
        "dml_summary: controls => 'COLUMNS(^zz)': no column of the relation matches. It has id, a, b, d, y.");
    db.refuse(
        summary("study", "controls => COLUMNS('^(a')"),
        "dml_summary: controls => 'COLUMNS(^(a)': is not a regular expression (unclosed group). Write one such as COLUMNS('^pre_').");
    db.refuse(
        summary("study", "controls => COLUMNS('a|y')"),
        "dml_summary: controls => 'y': is the outcome as well. Leave it out here.");
  }

  @Test
  void addedColumnThatIsThereIsRefused() throws SQLException {
    db.refuse(
        "FROM propensity_trim((SELECT *, 1 AS Weight FROM study), treatment => 'd', controls => ['a'])",
        "propensity_trim: the relation has a column Weight already, which this function adds. Rename it, or SELECT * EXCLUDE (\"Weight\").");
  }

  // ---- memory ----

  @Test
  void tooSmallAMemoryLimitIsRefused() throws SQLException {
    db.run("SET whatif_memory_limit = '10KB'");
    db.run("SET threads = 2");
    db.refuse(
        summary("study", "controls => ['a']"),
        "dml_summary: the keys and the order of rows need 12.0 KB, the limit is 10.0 KB. SET VARIABLE whatif_memory_limit to more, name fewer columns, or sample the relation.");
    db.run("SET VARIABLE whatif_memory_limit = 'lots'");
    db.refuse(
        summary("study", "controls => ['a']"),
        "dml_summary: whatif_memory_limit => 'lots': must be a size. Write it like '2GB' or '512MB'.");
    db.run("RESET whatif_memory_limit");
    assertThat(estimate("study", "controls => ['a'], " + PLAIN)).isFinite();
  }
}
