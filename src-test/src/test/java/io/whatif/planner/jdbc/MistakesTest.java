/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each mistake is one line, and leaves the connection as it was. */
final class MistakesTest {
  private Connection connection = Study.open();

  MistakesTest() throws SQLException {}

  @BeforeEach
  void open() throws SQLException {
    Study.run(connection, Study.TABLE);
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  private void assertRefused(String sql, String message) throws SQLException {
    assertThatThrownBy(() -> Study.run(connection, sql))
        .isInstanceOf(SQLException.class)
        .extracting(e -> Study.withoutPlace(e.getMessage()))
        .isEqualTo(message);
    assertThat(Study.value(connection, "SELECT 1")).isEqualTo(1);
    assertThat(connection.getAutoCommit()).isTrue();
  }

  @Test
  void aModelThatExistsIsNotFittedAgain() throws SQLException {
    Study.run(connection, Study.fit("m"));
    assertRefused(
        Study.fit("m"),
        "cate_fit: model => 'm': a model of that name is stored already. Use if_exists => 'replace' or 'skip', or another name.");
    assertThat(
            Study.value(
                connection, Study.fit("m").replace("reps => 1", "reps => 1, if_exists => 'skip'")))
        .isEqualTo(400L);
    assertThat(Study.value(connection, "SELECT version FROM cate_models()")).isEqualTo(1L);
    Study.run(connection, Study.fit("m").replace("reps => 1", "reps => 1, if_exists => 'replace'"));
    assertThat(Study.value(connection, "SELECT version FROM cate_models()")).isEqualTo(2L);
  }

  @Test
  void viewsAndMacrosDoNotFit() throws SQLException {
    String message =
        "cate_fit: stores a model and cannot stand in a view, macro or PREPARE. Use dml_summary there, or CREATE TABLE ... AS SELECT * FROM cate_fit(...).";
    assertRefused("CREATE VIEW v AS " + Study.fit("m"), message);
    assertRefused("CREATE OR REPLACE MACRO v() AS TABLE " + Study.fit("m"), message);
    assertRefused("PREPARE p AS " + Study.fit("m"), message);
    assertRefused(
        "CREATE VIEW v AS FROM cate_drop('m')",
        "cate_drop: changes the stored models and cannot stand in a view, macro or PREPARE. Run it as a statement of its own.");
  }

  @Test
  void aModelIsNotScoredInTheStatementThatFitsIt() throws SQLException {
    assertRefused(
        Study.fit("m").replace("SELECT n", "SELECT n, cate_effect('m', 0)"),
        "cate_effect: model 'm' is fitted by this same statement and is stored when it ends. Score in a statement of its own.");
  }

  @Test
  void aWrongNumberOfFeaturesIsTold() throws SQLException {
    Study.run(connection, Study.fit("lift"));
    assertRefused(
        "SELECT cate_effect('lift', a, b) FROM study",
        "cate_effect: model 'lift' takes 1 feature (a), the call passes 2. Pass only these.");
    assertRefused(
        "SELECT cate_effect('lift') FROM range(3)",
        "cate_effect: model 'lift' takes a, and no such column is here. Name a column so, or pass the features by position.");
  }

  @Test
  void anUnknownModelIsToldWithTheNearest() throws SQLException {
    Study.run(connection, Study.fit("coupon"));
    assertRefused(
        "SELECT cate_effect('copon', a) FROM study",
        "cate_effect: model => 'copon': there is no such model in database 'memory'. Did you mean 'coupon'?");
    assertRefused(
        "FROM dml_summary('copon')",
        "dml_summary: model => 'copon': there is no such model in database 'memory'. Did you mean 'coupon'?");
    assertRefused(
        "CALL cate_drop('copon')",
        "cate_drop: model => 'copon': there is no such model in database 'memory'. Did you mean 'coupon'?");
  }

  @Test
  void anUnknownColumnIsTold() throws SQLException {
    assertThatThrownBy(
            () ->
                Study.run(connection, Study.fit("m").replace("outcome => 'y'", "outcome => 'yy'")))
        .hasMessageStartingWith("cate_fit: outcome => 'yy': ")
        .message()
        .doesNotContain("\n")
        .doesNotContain("whatif_");
  }

  @Test
  void duckDbsOwnMistakesKeepTheirWordsWithoutOurText() throws SQLException {
    assertThatThrownBy(() -> Study.run(connection, Study.fit("m", "(SELECT nosuch FROM study)")))
        .hasMessageContaining("\"nosuch\" not found")
        .message()
        .doesNotContain("LINE")
        .doesNotContain("\n")
        .doesNotContain("whatif_");
    assertThatThrownBy(() -> Study.run(connection, Study.fit("m", "nowhere")))
        .hasMessageContaining("Table with name nowhere does not exist!")
        .message()
        .doesNotContain("whatif_");
  }

  @Test
  void aFailedFitLeavesNoTransactionAndNoModel() throws SQLException {
    Study.run(connection, "CREATE TABLE empty AS FROM study LIMIT 0");
    assertThatThrownBy(
            () -> Study.run(connection, "CREATE TABLE r AS " + Study.fit("m", "TABLE empty")))
        .hasMessageStartingWith("cate_fit: ");
    assertThat(connection.getAutoCommit()).isTrue();
    Study.run(connection, "BEGIN");
    Study.run(connection, "COMMIT");
    assertThat(Study.column(connection, "SELECT name FROM cate_models()")).isEmpty();
    assertThatThrownBy(() -> Study.run(connection, "FROM r")).isInstanceOf(SQLException.class);
  }

  @Test
  void aReadOnlyDatabaseKeepsNoModels(@TempDir Path folder) throws SQLException {
    String file = folder.resolve("r.duckdb").toString();
    try (Connection writer = Study.open(file)) {
      Study.run(writer, Study.TABLE);
    }
    Properties properties = new Properties();
    properties.setProperty("duckdb.read_only", "true");
    try (Connection reader =
        java.sql.DriverManager.getConnection("jdbc:whatif:" + file, properties)) {
      assertThatThrownBy(() -> Study.run(reader, Study.fit("m")))
          .hasMessageStartingWith(
              "cate_fit: database 'r' is read-only, so no model can be stored or dropped. Open it for writing, or USE another database.");
      assertThat(
              Study.column(
                  reader, "SELECT term FROM dml_summary(TABLE study, " + Study.ROLES + ")"))
          .contains("a");
    }
  }
}
