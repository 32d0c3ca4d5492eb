/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Forests in SQL: what they score, and what they cannot do. */
class ForestModelTest {
  private static final String TABLE =
      """
      CREATE TABLE offers AS
      SELECT i AS id, x AS age, hash(10 * i + 2) / 1.9e19 AS income, letter, took,
             CASE WHEN x > .5 THEN 2 ELSE 0 END * took + unseen + hash(10 * i + 4) / 1.9e19 AS spend
      FROM (SELECT i, x, unseen, CASE WHEN z > .5 THEN 'sent' END AS letter,
                   ((z > .5)::INTEGER + unseen > .8)::INTEGER AS took
            FROM (SELECT i, hash(10 * i + 1) / 1.9e19 AS x, hash(10 * i + 3) / 1.9e19 AS z, hash(10 * i + 5) / 1.9e19 AS unseen
                  FROM range(2000) t(i)))""";

  private static final String ROLES =
      "model => 'm', outcome => 'spend', treatment => 'took', id => 'id', features => ['age', 'income'], outcome_learner => 'ols', "
          + "treatment_learner => 'logit', reps => 1";

  private Refusals db;

  @BeforeEach
  void open() throws SQLException {
    db = new Refusals(Study.open());
    db.run(TABLE);
  }

  @AfterEach
  void close() throws SQLException {
    db.close();
  }

  private static String fit(String more) {
    return "SELECT estimate FROM cate_fit((SELECT * EXCLUDE (letter) FROM offers), "
        + ROLES
        + ", method => 'causal_forest', "
        + more
        + ")";
  }

  private static String instrumental(String relation, String more) {
    return "SELECT ar_lower FROM cate_fit("
        + relation
        + ", "
        + ROLES
        + ", method => 'instrumental_forest', instrument => 'letter', trees => 100"
        + more
        + ")";
  }

  private static final String LETTERS =
      "(SELECT * REPLACE (coalesce(letter, 'none') AS letter) FROM offers)";

  @Test
  void aForestIsNotWrittenAsSql() throws SQLException {
    db.run(fit("trees => 50"));
    String message =
        ": the model is a forest, whose trees are too long for SQL. Score with cate_effect, or fit it with another method.";
    db.refuse("SELECT cate_sql('m')", "cate_sql" + message);
    db.refuse("SELECT * FROM cate_publish('m')", "cate_publish" + message);
  }

  @Test
  void featuresThatAreMissingAreNamedAndNullOnesScoreNull() throws SQLException {
    db.run(fit("trees => 50"));
    db.refuse(
        "SELECT cate_effect('m') FROM (SELECT age FROM offers) o",
        "cate_effect: model 'm' takes income, and no such column is here. Name a column so, or pass the features by position.");
    db.refuse(
        "SELECT cate_effect('m', age) FROM offers",
        "cate_effect: model 'm' takes 2 features (age, income), the call passes 1. Add income.");
    assertThat(Study.value(db.connection, "SELECT cate_effect('m', NULL, .5)")).isNull();
    assertThat(Study.value(db.connection, "SELECT cate_stderr('m', .5, NULL)")).isNull();
    assertThat(Study.value(db.connection, "SELECT cate_lower('m', .5, .5)")).isNotNull();
  }

  @Test
  void treesThatMemoryDoesNotHoldAreRefusedWithHowManyItDoes() throws SQLException {
    db.run("SET threads = 2");
    db.run("SET whatif_memory_limit = '2MB'");
    assertThatThrownBy(() -> db.run(fit("trees => 2000")))
        .hasMessageMatching(
            "(?s)cate_fit: trees => 2000: they take 2\\.3 MB, and whatif_memory_limit leaves [12]\\.\\d MB: 1[67]\\d\\d trees fit\\. "
                + "Grow fewer, or larger leaves by min_node_size, or SET VARIABLE whatif_memory_limit to more\\..*");
    // what is said to fit does, as far as trees are concerned
    db.run("SET whatif_memory_limit = '3MB'");
    db.run(fit("trees => 1700"));
    db.run("RESET whatif_memory_limit");
  }

  @Test
  void anInstrumentIsReadFromItsColumn() throws SQLException {
    assertThat((Double) Study.value(db.connection, instrumental(LETTERS, ""))).isBetween(.5, 1.5);
    assertThat((Double) Study.value(db.connection, "SELECT cate_effect('m', .9, .5)"))
        .isBetween(1.0, 3.0);
    assertThat((Double) Study.value(db.connection, "SELECT cate_effect('m', .1, .5)"))
        .isBetween(-1.0, 1.0);
    assertThat(Study.column(db.connection, "SELECT term || ' ' || kind FROM dml_summary('m')"))
        .containsExactly("average effect average", "anderson-rubin test", "first stage test");
    db.refuse(
        "SELECT * FROM calibration_test('m')",
        "calibration_test: model 'm': is of an effect by an instrument, which this test does not know. See first_stage_f and ar_p_value in cate_explain.");
  }

  @Test
  void instrumentsThatCannotBeUsedAreRefused() throws SQLException {
    db.refuse(
        instrumental("(SELECT * REPLACE ('sent' AS letter) FROM offers)", ""),
        "cate_fit: instrument => 'letter': is the same in every usable row. It must differ between rows.");
    db.refuse(
        instrumental("(SELECT * EXCLUDE (letter) FROM offers)", ""),
        "cate_fit: instrument => 'letter': the relation has no such column. It has id, age, income, took, spend.");
    db.refuse(
        instrumental(LETTERS, ", freq => 'id'"),
        "cate_fit: method => 'instrumental_forest': its trees draw rows, and rows that stand for several (freq) cannot be parted. Expand the rows.");
    db.refuse(
        "SELECT * FROM dml_summary("
            + LETTERS
            + ", outcome => ['spend', 'income'], treatment => 'took', instrument => 'letter', "
            + "method => 'instrumental_forest')",
        "dml_summary: instrument => 'letter': takes one treatment and one outcome. Name one of each.");
    db.refuse(
        "SELECT * FROM dml_summary("
            + LETTERS
            + ", outcome => 'spend', treatment => 'took', instrument => 'letter')",
        "dml_summary: instrument => letter: method 'linear_dml' does not take it, but instrumental_forest. Leave it out, or change the method.");
  }
}
