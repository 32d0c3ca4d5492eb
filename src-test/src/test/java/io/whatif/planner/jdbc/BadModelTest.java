/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that are damaged, misnamed or wrongly called, and stores that cannot be written. */
final class BadModelTest {
  private static final String PAYLOAD = "UPDATE whatif.models SET payload = %s WHERE name = 'm'";

  private Refusals db = Refusals.withStudy();

  BadModelTest() throws SQLException {}

  @AfterEach
  void close() throws SQLException {
    db.close();
  }

  private void refuseReports(String what) throws SQLException {
    db.refuse("FROM dml_summary('m')", "dml_summary: model 'm': " + what);
    db.refuse("FROM cate_explain('m')", "cate_explain: model 'm': " + what);
    // A key never changes its payload, so a model that has scored is known by it.
    db.run("UPDATE whatif.models SET key = key + 1");
    db.refuse("SELECT cate_effect('m', 1)", "cate_effect: model 'm': " + what);
  }

  @Test
  void specWhoseFeaturesAreNoneOfOursIsRefused() throws SQLException {
    db.run(Study.fit("m"));
    db.run("UPDATE whatif.models SET spec = '{\"features\": [1]}'");
    db.refuse(
        "SELECT cate_effect('m', 1)",
        "cate_effect: model 'm': its spec is damaged. Fit it again with if_exists => 'replace'.");
  }

  @Test
  void foreignPayloadIsRefused() throws SQLException {
    db.run(Study.fit("m"));
    db.run(PAYLOAD.formatted("'abc'::BLOB"));
    refuseReports("its payload is not a Whatif model. Fit it again.");
  }

  @Test
  void payloadOfANewerFormatIsRefused() throws SQLException {
    db.run(Study.fit("m"));
    db.run(PAYLOAD.formatted("unhex(left(hex(payload), 16) || '00000063' || hex(payload)[25:])"));
    refuseReports(
        "it was written in format 99, this version reads up to 5. Update Whatif, or fit it again.");
  }

  @Test
  void changedPayloadIsRefused() throws SQLException {
    db.run(Study.fit("m"));
    db.run(PAYLOAD.formatted("unhex(left(hex(payload), -2) || '20')"));
    refuseReports("its payload is damaged (wrong checksum). Fit it again.");
  }

  @Test
  void shortenedPayloadIsRefused() throws SQLException {
    db.run(Study.fit("m"));
    db.run(PAYLOAD.formatted("unhex(left(hex(payload), 400))"));
    assertThatThrownBy(() -> db.run("FROM dml_summary('m')"))
        .message()
        .matches(
            "dml_summary: model 'm': its payload is damaged \\(180 bytes, \\d+ expected\\)\\. Fit it again\\. \\(line 1, column 6\\)");
  }

  @Test
  void damagedSpecIsRefusedAndReplaced() throws SQLException {
    db.run(Study.fit("m"));
    db.run("UPDATE whatif.models SET spec = 'not json'");
    db.refuse(
        "SELECT cate_effect('m', 1)",
        "cate_effect: model 'm': its spec is damaged. Fit it again with if_exists => 'replace'.");
    db.run(Study.fit("m").replace("reps => 1", "reps => 1, if_exists => 'replace'"));
    assertThat(Study.value(db.connection, "SELECT cate_effect('m', 1)")).isInstanceOf(Double.class);
  }

  @Test
  void scoringChecksModelArityAndNames() throws SQLException {
    db.run(Study.fit("m"));
    db.refuse(
        "SELECT cate_effect('m', a, b) FROM study",
        "cate_effect: model 'm' takes 1 feature (a), the call passes 2. Pass only these.");
    db.refuse(
        "SELECT cate_lower('m')",
        "cate_lower: model 'm' takes a, and no such column is here. Name a column so, or pass the features by position.");
    db.refuse(
        "SELECT cate_effect('n', a) FROM study",
        "cate_effect: model => 'n': there is no such model in database 'memory'. Did you mean 'm'?");
    db.refuse(
        "SELECT cate_effect('m', a => 1)",
        "cate_effect: a => ...: values are passed by position, in the model's order. Write cate_effect('model', a).");
    db.refuse(
        "SELECT cate_effect('m', 'abc')",
        "cate_effect: model 'm' takes a number for a, which was DOUBLE at the fit; the call passes 'abc'. Pass a number or NULL.");
    db.refuse(
        "CALL cate_drop('n')",
        "cate_drop: model => 'n': there is no such model in database 'memory'. Did you mean 'm'?");
  }

  @Test
  void viewOfAReplacedModelIsRefused() throws SQLException {
    db.run(Study.fit("m"));
    db.run("CREATE VIEW scored AS SELECT cate_effect('m', a) FROM study");
    assertThat(Study.column(db.connection, "SELECT cate_effect FROM scored")).hasSize(400);
    db.run(
        Study.fit("m")
            .replace(
                "features => ['a'], controls => ['b']",
                "features => ['a', 'b'], if_exists => 'replace', controls => []"));
    assertThatThrownBy(() -> Study.column(db.connection, "FROM scored"))
        .hasMessage(
            "cate_effect: model 'm' takes (a, b), but this call was written when it took (a). Create the view again, or fit with the same features.");
  }

  @Test
  void modelThatExistsOrHasNoNameIsRefused() throws SQLException {
    db.run(Study.fit("m"));
    db.refuse(
        Study.fit("m"),
        "cate_fit: model => 'm': a model of that name is stored already. Use if_exists => 'replace' or 'skip', or another name.");
    db.refuse(Study.fit(""), "cate_fit: model => '': must not be empty. Write model => 'name'.");
    db.refuse(
        Study.fit("n").replace("model => 'n', ", ""),
        "cate_fit: model is missing. Add model => 'name'.");
    db.refuse(
        Study.fit("n").replace("reps => 1", "if_exists => 'overwrite'"),
        "cate_fit: if_exists => 'overwrite': must be one of 'error', 'replace', 'skip'.");
  }

  @Test
  void fitInAViewOrMacroIsRefused() throws SQLException {
    String message =
        "cate_fit: stores a model and cannot stand in a view, macro or PREPARE. Use dml_summary there, or CREATE TABLE ... AS SELECT * FROM cate_fit(...).";
    db.refuse("CREATE VIEW v AS " + Study.fit("m"), message);
    db.refuse("CREATE MACRO v() AS TABLE " + Study.fit("m"), message);
  }

  @Test
  void readOnlyDatabaseIsRefusedBeforeARowIsRead(@TempDir Path folder) throws SQLException {
    String file = folder.resolve("r.duckdb").toString();
    try (Connection writer = Study.open(file)) {
      Study.run(writer, Study.TABLE);
    }
    Properties properties = new Properties();
    properties.setProperty("access_mode", "read_only");
    try (Refusals reader =
        new Refusals(java.sql.DriverManager.getConnection("jdbc:whatif:" + file, properties))) {
      reader.refuse(
          Study.fit("m", "(SELECT *, error('a row was read') AS e FROM study)"),
          "cate_fit: database 'r' is read-only, so no model can be stored or dropped. Open it for writing, or USE another database.");
      assertThat(
              Study.column(
                  reader.connection, "SELECT term FROM dml_summary(study, " + Study.ROLES + ")"))
          .contains("a", "average effect");
    }
  }

  @Test
  void namesHoldAnything() throws SQLException {
    String name = "it''s \"q\"; DROP TABLE study; -- é😀" + "x".repeat(5000);
    db.run(Study.fit(name));
    assertThat(Study.value(db.connection, "SELECT cate_effect('" + name + "', 0.5)"))
        .isInstanceOf(Double.class);
    assertThat(Study.column(db.connection, "SELECT term FROM dml_summary('" + name + "')"))
        .contains("a");
    assertThat(Study.value(db.connection, "SELECT name FROM cate_models()"))
        .isEqualTo(name.replace("''", "'"));
    db.run("CALL cate_drop('" + name + "')");
    assertThat(Study.column(db.connection, "FROM cate_models()")).isEmpty();
    assertThat(Study.value(db.connection, "SELECT count(*) FROM study")).isEqualTo(400L);
  }
}
