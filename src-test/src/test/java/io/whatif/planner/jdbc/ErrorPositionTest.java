/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each statement marks by « the place its message is to name. */
final class ErrorPositionTest {
  private static final String ROLES = "outcome => 'y', treatment => 'd', controls => ['a']";

  @RegisterExtension final FreshDatabase db = new FreshDatabase(Study.TABLE, Study.fit("m"));

  private String failure(String sql) {
    Throwable failure = catchThrowable(() -> db.column(sql));
    assertThat(failure).as(sql).isInstanceOf(SQLException.class);
    return String.valueOf(failure.getMessage());
  }

  /** The message ends with the place of the mark, in characters of its line. */
  private void assertPlace(String marked) {
    int mark = marked.indexOf('«');
    int line = 1 + (int) marked.substring(0, mark).chars().filter(c -> c == '\n').count();
    int start = marked.lastIndexOf('\n', mark) + 1;
    int column = 1 + marked.codePointCount(start, mark);
    String sql = marked.replace("«", "");
    assertThat(failure(sql))
        .as(sql)
        .endsWith(" (line " + line + ", column " + column + ")")
        .doesNotContain("\n", "LINE", "whatif_");
  }

  // ---- mistakes found when planning ----

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM dml_summary(study, «outcom => 'y', treatment => 'd')",
        "SELECT cate_sql('m',\n 'effect', «'mysql')",
        "SELECT cate_sql('m', «'efect')",
        "SELECT cate_sql('m', dialect => «'mysql')",
        "SELECT *\nFROM «dml_summary(TABLE study, outcome => 'y'",
        "SELECT cate_effect('m', a), «cate_uper('m', a) FROM study",
        "SELECT *\nFROM study\n\tJOIN dml_summary(study,\n\t\t%s,\n\t\tfolds => «1) ON true",
        "FROM dml_summary(study, %s, folds => «'many')",
        "FROM dml_summary(study, %s, outcome_learner => «'rdge')",
        "FROM dml_summary(study, %s, «covariates := ['b'])",
        "FROM «dml_summary(study, outcome => 'y')",
        "FROM dml_summary(study, «'y', treatment => 'd')",
        "FROM dml_summary(study, outcome => «?, treatment => 'd')",
        "SELECT '価格 😀', * FROM dml_summary(study, «outcom => 'y', treatment => 'd')",
        "SELECT «dml_summary('m')",
        "SELECT * FROM study, «cate_effect('m', 1)",
        "SELECT cate_effect(«a, 1) FROM study",
        "SELECT cate_effect('m', «x => 1)",
        "SELECT a, «cate_effect('m', a, b) FROM study",
        "SELECT cate_effect('m', a),\n  cate_lower(«'n', a) FROM study",
        "SELECT cate_effect('m', a), cate_effect(«'n', a) FROM study",
        "SELECT 'cate_effect(''n'', 1)', /* cate_effect('n', 1) */ cate_effect(«'n', a) FROM study",
        "FROM dml_summary(«'nomodel')",
        "FROM dml_summary(study, %1$s) s, dml_summary(study, %1$s, level => «2) t",
        "WITH s AS (FROM dml_summary(study, %1$s)) FROM s, dml_summary(study, %1$s, «feature => 'a')",
        "FROM dml_summary((FROM study WHERE cate_effect(«'n', a) > 0), %s)",
        "CREATE VIEW v AS FROM «cate_fit(study, model => 'k', %s)"
      })
  void planningTellsThePlace(String sql) {
    assertPlace(sql.formatted(ROLES));
  }

  // ---- mistakes found when running ----

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM dml_summary(study, outcome => «'yy', treatment => 'd')",
        "FROM dml_summary(study, %s, features => ['b', «'agee'])",
        "FROM dml_summary(study,\n  outcome => y,\n  treatment => d,\n  covariates => ['a', «'agee'])",
        "FROM dml_summary(study, %1$s) s JOIN dml_summary(study, %1$s, features => «'agee') t USING (term)",
        "FROM propensity_trim(study, treatment => «'tt', controls => ['a'])",
        "FROM «dml_summary((FROM study WHERE false), %s)",
        "FROM dml_summary((FROM study), outcome => 'y', treatment => «'id', controls => ['a'], treatment_type => 'binary')",
        "FROM dml_summary((SELECT *, 'é価😀' AS é FROM study), outcome => «'é', treatment => 'd', controls => ['a'])"
      })
  void runningTellsThePlace(String sql) {
    assertPlace(sql.formatted(ROLES));
  }

  // ---- DuckDB's own mistakes ----

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT «nosuch FROM dml_summary(study, %s)",
        "SELECT estimate,\n  «nosuch\nFROM dml_summary(study, %s)",
        "FROM dml_summary((SELECT *, «nosuch FROM study), %s)",
        "SELECT *\nFROM dml_summary((\n\tSELECT *,\n\t\t«nosuch\n\tFROM study), %s)",
        "FROM dml_summary(TABLE «nowhere, %s)",
        "FROM dml_summary(«nowhere, %s)",
        "FROM dml_summary(study, %s) s JOIN «nowhere n ON n.a = s.n",
        "FROM dml_summary(study, %s) s JOIN study t ON «t.id2 = s.n",
        "WITH q AS (SELECT «nosuch FROM study) FROM dml_summary(q, %s)",
        "WITH q AS (FROM study) SELECT «w.n FROM dml_summary(q, %s) s",
        "SELECT '価格', 'e\u0301', '😀', «nosuch FROM dml_summary(study, %s)",
        "SELECT\t'x',\t«nosuch FROM dml_summary(study, %s)",
        "SELECT cate_effect('m', «nosuch) FROM study",
        "SELECT id, cate_effect('m', a) FROM study WHERE «nosuch > cate_effect('m', a)",
        "SELECT id, cate_effect('m', «abc(a)) FROM study",
        "SELECT n, estimate FROM dml_summary(study, %s) GRUP «BY n",
        "SELECT (n «FROM dml_summary(study, %s)",
        "SELECT 1 AS aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, 2 AS bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, 3 AS ccccccccccccccccccccccccccc, 4 AS ddddd, «nosuch, 5 AS eeeeeeeeeeeeeeeeeeeeeeeeeeeeeee, 6 AS ffffffffffffffffffffff, 7 AS ggggggggg FROM dml_summary(study, %s)",
        "SELECT * FROM dml_summary(study, %1$s) s, dml_summary((SELECT *, «nosuch FROM study), %1$s) t",
        "EXPLAIN SELECT «nosuch FROM dml_summary(study, %s)",
        "EXPLAIN ANALYZE SELECT «nosuch FROM dml_summary(study, %s)",
        "DESCRIBE SELECT «nosuch FROM dml_summary(study, %s)",
        "CREATE TABLE made AS SELECT «nosuch FROM dml_summary(study, %s)",
        "UPDATE «nowhere SET a = (SELECT n FROM dml_summary(study, %s))"
      })
  void duckDbsPlacesAreThoseOfTheUsersText(String sql) {
    assertPlace(sql.formatted(ROLES));
  }

  @Test
  void statementsWithoutCallsKeepDuckDbsMessage() throws SQLException {
    String sql = "SELECT 'cate_effect(1)',\n nosuch FROM study";
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:")) {
      Study.run(duckdb, Study.TABLE);
      assertThatThrownBy(() -> Study.column(duckdb, sql)).hasMessage(failure(sql));
    }
    assertThat(failure(sql)).contains("\nLINE 2:  nosuch FROM study\n");
  }

  @Test
  void preparingTellsThePlaceToo() {
    assertThatThrownBy(() -> db.connection().prepareStatement("SELECT ?, cate_effect('n', ?)"))
        .hasMessageEndingWith(" (line 1, column 23)");
    assertThatThrownBy(
            () ->
                db.connection()
                    .prepareStatement(
                        "SELECT ?::INT, nosuch FROM dml_summary((FROM study WHERE id > ?), "
                            + ROLES
                            + ")"))
        .hasMessageEndingWith(" (line 1, column 16)");
  }

  @Test
  void aScriptThroughJdbcCountsFromItsStatement() {
    assertThat(failure("SELECT 1;\n\nSELECT 2;\n  SELECT cate_effect('n', 1)"))
        .endsWith(" (line 1, column 20)");
  }

  @Test
  void excerptsAreShownWhereTheyAreAskedFor() throws SQLException {
    try (Connection shell = Study.open(";whatif_excerpts=true")) {
      Study.run(shell, Study.TABLE);
      assertThatThrownBy(
              () ->
                  Study.column(
                      shell, "SELECT n,\n  nosuch\nFROM dml_summary(study, " + ROLES + ")"))
          .message()
          .endsWith(" (line 2, column 3)\n\nLINE 2:   nosuch\n          ^");
    }
  }
}
