/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** EXPLAIN of calls that read stored models alone, or beside a relation. */
final class ExplainedReportsTest {
  private final Refusals db = Refusals.withStudy();

  ExplainedReportsTest() throws SQLException {}

  @BeforeEach
  void model() throws SQLException {
    db.run(Study.fit("m"));
  }

  @AfterEach
  void close() throws SQLException {
    assertThat(db.openSessions()).isZero();
    db.close();
  }

  private String plan(String sql) throws SQLException {
    try (Statement statement = db.connection.createStatement();
        ResultSet rows = statement.executeQuery("EXPLAIN " + sql)) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo("causal_plan");
      String plan = rows.getString(2);
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo("physical_plan");
      return plan;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT * FROM cate_explain('m')|stored model 'm'|cate_explain()",
        "FROM dml_summary('m')|stored model 'm'|dml_summary()",
        "FROM dml_summary('m', averages => true)|stored model 'm'|dml_summary(averages => true)",
        "SELECT feature FROM cate_importance(model => 'm')|stored model 'm'|cate_importance()",
        "FROM cate_models()|all stored models|cate_models()",
        "FROM cate_publish('m')|stored model 'm'|cate_publish(model => 'm')",
        "FROM cate_drop('m')|stored model 'm'|cate_drop(model => 'm')",
        "FROM whatif_progress()|calls that run|whatif_progress()",
        "SELECT cate_sql('m')|stored model 'm' as text|cate_sql('effect', 'duckdb')",
        "SELECT (SELECT estimate FROM dml_summary('m') LIMIT 1)|stored model 'm'|dml_summary()",
      })
  void aReportShowsWhichModelItIsOf(String sql, String subject, String call) throws SQLException {
    assertThat(plan(sql)).isEqualTo(subject + "\n  " + call);
    assertThat(Study.column(db.connection, "SELECT name FROM cate_models()")).containsExactly("m");
  }

  @Test
  void aReportOfARelationShowsWhatIsRead() throws SQLException {
    assertThat(plan("SELECT estimate FROM cate_population('m', study)"))
        .startsWith("session of 1 call")
        .contains("of study", "cate_population(model => 'm')");
  }

  @Test
  void callsAreShownInTheOrderTheyStandIfAllAreReports() throws SQLException {
    assertThat(plan("SELECT * FROM cate_importance('m'), dml_summary('m')"))
        .isEqualTo("stored model 'm'\n  cate_importance()\nstored model 'm'\n  dml_summary()");
  }

  @Test
  void aReportBesideAFitIsShownToo() throws SQLException {
    assertThat(
            plan(
                "SELECT * FROM dml_summary('m') AS m, dml_summary(TABLE study, outcome => 'y', treatment => 'd')"))
        .startsWith("stored model 'm'\n  dml_summary()\nsession of 1 call");
  }

  @Test
  void whatIsNotThereIsToldByExplainToo() throws SQLException {
    db.refuse(
        "EXPLAIN FROM dml_summary('nope')",
        "dml_summary: model => 'nope': there is no such model in database 'memory'. FROM cate_models() lists them.");
  }
}
