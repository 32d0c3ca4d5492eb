/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.duckdb.Whatif;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same rows, arguments and seed give the same bits, however the rows are read; and what must
 * not matter to an estimate does not.
 */
final class ReproducibilityTest {
  private static final String GROUPED =
      "(SELECT id, any_value(a) AS a, any_value(b) AS b, any_value(d) AS d, sum(y) AS y, any_value(s) AS s FROM big GROUP BY id)";
  private static final String ROLES =
      "outcome => 'y', treatment => 'd', features => ['a', 's'], controls => ['b']";

  private Connection connection = Study.open();

  ReproducibilityTest() throws SQLException {}

  /** 3,000 rows, more than a vector of DuckDB's, with a text among the features. */
  @BeforeEach
  void fill() throws SQLException {
    Study.run(
        connection,
        """
        CREATE TABLE big AS
        SELECT i AS id, a, b, d, b + d * (1 + a) + sin(i * 7.3) AS y, ['u', 'v', 'w'][1 + i % 3] AS s
        FROM (SELECT i, hash(i) % 1000 / 500 - 1 AS a, hash(i + 5000) % 1000 / 500 - 1 AS b,
                (hash(i + 10000) % 1000 < 350 + hash(i + 5000) % 1000 * 0.3)::INT AS d
              FROM range(3000) t(i))""");
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  private List<String> everything(String relation) throws SQLException {
    List<String> all = new ArrayList<>();
    all.addAll(
        Study.rows(
            connection,
            "SELECT * EXCLUDE (seconds) FROM cate_fit(%s, model => 'm', if_exists => 'replace', %s, reps => 2)"
                .formatted(relation, ROLES)));
    all.addAll(
        Study.rows(
            connection, "SELECT md5(payload) FROM whatif.models ORDER BY version DESC LIMIT 1"));
    all.addAll(
        Study.rows(connection, "FROM dml_summary(%s, %s, reps => 1)".formatted(relation, ROLES)));
    all.addAll(
        Study.rows(
            connection,
            "SELECT id, propensity, propensity_scaled, weight, weight_normalized, in_support FROM propensity_trim(%s, treatment => 'd', controls => ['a', 'b', 's']) ORDER BY id"
                .formatted(relation)));
    return all;
  }

  private List<String> everything(int threads, String relation) throws SQLException {
    Study.run(connection, "SET threads = " + threads);
    return everything(relation);
  }

  @Test
  void threadsAndRunsChangeNoBitOfATable() throws SQLException {
    List<String> first = everything(1, "TABLE big");
    assertThat(first).hasSizeGreaterThan(3000);
    assertThat(everything(1, "TABLE big")).isEqualTo(first);
    assertThat(everything(2, "TABLE big")).isEqualTo(first);
    assertThat(everything(2, "TABLE big")).isEqualTo(first);
  }

  @Test
  void threadsAndRunsChangeNoBitOfAGroupedRelation() throws SQLException {
    List<String> first = everything(1, GROUPED);
    assertThat(everything(1, GROUPED)).isEqualTo(first);
    assertThat(everything(2, GROUPED)).isEqualTo(first);
    assertThat(everything(2, GROUPED)).isEqualTo(first);
  }

  @Test
  void theSourceOfTheRowsChangesNoBit(@TempDir Path folder) throws SQLException {
    String file = folder.resolve("big.parquet").toString();
    Study.run(connection, "COPY big TO '" + file + "'");
    String call = "FROM dml_summary(%s, " + ROLES + ", reps => 1)";
    List<String> table = Study.rows(connection, call.formatted("big"));
    assertThat(table).hasSize(6);
    assertThat(Study.rows(connection, call.formatted("'" + file + "'"))).isEqualTo(table);
    assertThat(Study.rows(connection, call.formatted("(FROM big ORDER BY id DESC)")))
        .isEqualTo(table);
    assertThat(Study.rows(connection, call.formatted("(FROM big ORDER BY hash(id))")))
        .isEqualTo(table);
    try (Connection plain = DriverManager.getConnection("jdbc:duckdb:")) {
      Whatif.register(plain);
      assertThat(Study.rows(plain, call.formatted("'" + file + "'"))).isEqualTo(table);
      assertThat(Study.rows(plain, call.formatted("'FROM ''" + file + "'' ORDER BY id DESC'")))
          .isEqualTo(table);
    }
  }

  // ---- invariance ----

  private record Answer(double estimate, double error) {}

  private Answer ask(String relation, String more) throws SQLException {
    String sql =
        "SELECT estimate, std_error FROM dml_summary(%s, outcome => 'y', treatment => 'd', id => 'id', reps => 1, %s)"
            .formatted(relation, more);
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return new Answer(row.getDouble(1), row.getDouble(2));
    }
  }

  private void assertClose(Answer actual, double estimate, double error, double tolerance) {
    assertThat(actual.estimate()).isCloseTo(estimate, within(tolerance * Math.abs(estimate)));
    assertThat(actual.error()).isCloseTo(error, within(tolerance * error));
  }

  private static final String CONTROLS = "controls => ['a', 'b', 's']";

  @Test
  void rowAndColumnOrderDoNotMatter() throws SQLException {
    Answer plain = ask("big", CONTROLS);
    assertThat(ask("(FROM big ORDER BY y)", CONTROLS)).isEqualTo(plain);
    assertClose(
        ask("(SELECT s, y, d, b, id, a FROM big)", CONTROLS),
        plain.estimate(),
        plain.error(),
        1e-12);
    // Sums over columns in another order differ in their last bits.
    assertClose(ask("big", "controls => ['s', 'b', 'a']"), plain.estimate(), plain.error(), 1e-7);
  }

  @Test
  void aConstantAddedToTheOutcomeLeavesTheEffect() throws SQLException {
    Answer plain = ask("big", CONTROLS);
    Answer shifted = ask("(SELECT * REPLACE (y + 5 AS y) FROM big)", CONTROLS);
    assertClose(shifted, plain.estimate(), plain.error(), 1e-8);
  }

  @Test
  void theEffectScalesWithTheOutcome() throws SQLException {
    Answer plain = ask("big", CONTROLS);
    Answer tripled = ask("(SELECT * REPLACE (y * 3 AS y) FROM big)", CONTROLS);
    assertClose(tripled, 3 * plain.estimate(), 3 * plain.error(), 1e-8);
  }

  @Test
  void swappedArmsFlipTheSign() throws SQLException {
    Answer plain = ask("big", CONTROLS);
    // Newton's steps end where the gradient is small, not at the same place.
    assertClose(
        ask("(SELECT * REPLACE (1 - d AS d) FROM big)", CONTROLS),
        -plain.estimate(),
        plain.error(),
        1e-6);
    assertClose(ask("big", CONTROLS + ", control => 1"), -plain.estimate(), plain.error(), 1e-6);
  }

  @Test
  void aConstantColumnChangesNothing() throws SQLException {
    Answer plain = ask("big", CONTROLS);
    assertClose(
        ask("(SELECT *, 7 AS k FROM big)", "controls => ['a', 'b', 's', 'k']"),
        plain.estimate(),
        plain.error(),
        1e-8);
    assertClose(
        ask("(SELECT *, 'x' AS k FROM big)", "controls => ['k', 'a', 'b', 's']"),
        plain.estimate(),
        plain.error(),
        1e-8);
  }
}
