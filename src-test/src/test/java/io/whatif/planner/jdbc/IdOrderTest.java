/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows are ordered by ids that are numbers: those of a relation in that order are read where they
 * were pushed, others are moved, and nobody can tell.
 */
final class IdOrderTest {
  private static final String LEARNERS =
      ", outcome_learner => 'ridge', treatment_learner => 'logistic')";
  private static final String ROLES =
      "outcome => 'y', treatment => 'd', id => 'id', features => ['a'], controls => ['b', 's'], reps => 1";
  private static final String SUMMARY = "FROM dml_summary(%s, " + ROLES + LEARNERS;

  private final Connection connection = Study.open();

  IdOrderTest() throws SQLException {}

  /** More rows than are always moved, not a whole number of vectors, with a trend along the ids. */
  @BeforeEach
  void fill() throws SQLException {
    Study.run(
        connection,
        """
        CREATE TABLE big AS
        SELECT i AS id, a, b, d, d + 3 * (i % 2) AS arm, b + d * (1 + a) + sin(i * 7.3) + i / 10000 AS y, 2 * a + sin(i * 3.7) AS z,
          ['u', 'v', 'w'][1 + i % 3] AS s
        FROM (SELECT i, hash(i) % 1000 / 500 - 1 AS a, hash(i + 500000) % 1000 / 500 - 1 AS b,
                (hash(i + 1000000) % 1000 < 350 + hash(i + 500000) % 1000 * 0.3)::INT AS d
              FROM range(20001) t(i))""");
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  private List<String> rows(String sql) throws SQLException {
    return Study.rows(connection, sql);
  }

  private static final String SHUFFLED = "(FROM big ORDER BY hash(id))";

  /** The same of the rows in order, in reverse, at random, and of other vectors. */
  private void assertOrderDoesNotMatter(String call) throws SQLException {
    List<String> ordered = rows(call.formatted("TABLE big"));
    assertThat(ordered).isNotEmpty();
    assertThat(rows(call.formatted(SHUFFLED))).isEqualTo(ordered);
    assertThat(rows(call.formatted("(FROM big ORDER BY id DESC)"))).isEqualTo(ordered);
    Study.run(
        connection,
        "CREATE TABLE thinner AS FROM big UNION ALL SELECT * REPLACE (-id - 1 AS id) FROM big");
    assertThat(rows(call.formatted("(FROM thinner WHERE id >= 0)"))).isEqualTo(ordered);
    Study.run(connection, "DROP TABLE thinner");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        SUMMARY,
        "SELECT * EXCLUDE (seconds) FROM cate_fit(%s, model => 'm', if_exists => 'replace', "
            + ROLES
            + LEARNERS,
        "SELECT * EXCLUDE (seconds) FROM ate(%s, outcome => 'y', treatment => 'd', id => 'id', controls => ['a', 'b']"
            + LEARNERS,
        "FROM dml_summary(%s, outcome => ['y', 'z'], treatment => 'd', id => 'id', controls => ['a', 'b']"
            + LEARNERS,
        "FROM dml_summary(%s, outcome => ['y', 'z'], treatment => ['d', 's'], id => 'id', controls => ['a', 'b']"
            + LEARNERS,
        "FROM dml_summary(%s, outcome => 'y', treatment => ['d', 'z'], together => true, id => 'id', controls => ['a', 'b'])",
        "FROM dml_summary(%s, outcome => 'y', treatment => 'z', id => 'id', controls => ['a', 'b'])",
        "SELECT * EXCLUDE (seconds) FROM ate(%s, outcome => 'y', treatment => 'arm', treatment_type => 'arms', id => 'id', controls => ['a', 'b']"
            + LEARNERS,
        "FROM dml_summary(%s, outcome => 'y', treatment => 'd', id => 'id', controls => ['a', 'b'], partition_by => 's'"
            + LEARNERS,
        "SELECT id, propensity, weight FROM propensity_trim(%s, treatment => 'd', id => 'id', controls => ['a', 'b', 's']) ORDER BY id"
      })
  void theOrderInWhichRowsArriveChangesNoBit(String call) throws SQLException {
    assertOrderDoesNotMatter(call);
  }

  @Test
  void rowsWithoutAnOutcomeAndNullsChangeNothingOfThat() throws SQLException {
    Study.run(connection, "UPDATE big SET y = NULL WHERE id % 7 = 0");
    Study.run(connection, "UPDATE big SET b = NULL WHERE id % 11 = 0");
    assertOrderDoesNotMatter(
        "FROM dml_summary(%s, "
            + ROLES
            + ", outcome_learner => 'ridge', treatment_learner => 'logistic', nulls => 'indicator')");
  }

  @Test
  void idsThatAreDoublesOrderRowsAsTheirWholeNumbersDo() throws SQLException {
    String call = SUMMARY;
    List<String> whole = rows(call.formatted("TABLE big"));
    String doubles = "(SELECT * REPLACE (id::DOUBLE AS id) FROM big%s)";
    assertThat(rows(call.formatted(doubles.formatted("")))).isEqualTo(whole);
    assertThat(rows(call.formatted(doubles.formatted(" ORDER BY hash(id)")))).isEqualTo(whole);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775807 - id",
        "18446744073709511615::UBIGINT + id::UBIGINT",
        "9007199254740000 + id",
        "4611686018427387904 + id % 200",
        "-9007199254740000 - id",
        "id::INTEGER",
        "id::HUGEINT",
        "CASE WHEN id % 9 <> 0 THEN id END",
        "id * 1000003 - 5000000000",
        "CASE WHEN id = 7 THEN 9223372036854775807 ELSE id END",
        "id // 2",
        "'k' || id",
        "DATE '2020-01-01' + id::INT",
        "id / 4"
      })
  void soDoIdsOfAnyKind(String id) throws SQLException {
    Study.run(connection, "CREATE TABLE keyed AS SELECT * REPLACE ((" + id + ") AS id) FROM big");
    String call = SUMMARY;
    List<String> ordered = rows(call.formatted("TABLE keyed"));
    assertThat(rows(call.formatted("(FROM keyed ORDER BY hash(id), y)"))).isEqualTo(ordered);
    assertThat(rows(call.formatted("(FROM keyed ORDER BY id DESC, y)"))).isEqualTo(ordered);
  }

  private double number(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getDouble(1);
    }
  }

  /** A feature, and one that is a cycle of the ids; the effect goes with the cycle. */
  private void cycle(int rows, String cycle) throws SQLException {
    Study.run(
        connection,
        """
        CREATE OR REPLACE TABLE turning AS
        SELECT id, x, c, d, x + d * (1 + 2 * (c > 0)::INT) + sin(id * 7.3) AS y
        FROM (SELECT i AS id, hash(i) %% 1000 / 500 - 1 AS x, %s AS c, (hash(i + 1000000) %% 2)::INT AS d
              FROM range(%d) t(i))"""
            .formatted(cycle, rows));
  }

  @Test
  void importanceSeesWhatIsACycleOfTheIds() throws SQLException {
    String fit =
        "FROM cate_fit(TABLE turning, model => 'turning', if_exists => 'replace', outcome => 'y', treatment => 'd', id => 'id', features => ['c', 'x']%s)";
    String importance = "SELECT importance FROM cate_importance('turning') WHERE feature = 'c'";
    cycle(45_000, "i % 2");
    rows(
        fit.formatted(
            ", method => 'linear_dml', outcome_learner => 'ridge', treatment_learner => 'logistic'"));
    assertThat(number(importance)).isGreaterThan(.95);
    cycle(45_000, "(i % 12 >= 6)::INT");
    rows(
        fit.formatted(
            ", method => 'linear_dml', outcome_learner => 'ridge', treatment_learner => 'logistic'"));
    assertThat(number(importance)).isGreaterThan(.95);
  }

  @Test
  void whatNoFitCanBearIsToldOfRowsThatStayWhereTheyAre() {
    String call =
        "FROM dml_summary((SELECT * REPLACE (%s AS b) FROM big), "
            + ROLES
            + ", outcome_learner => 'ridge', treatment_learner => 'logistic', nulls => 'error')";
    assertThatThrownBy(
            () -> rows(call.formatted("CASE WHEN id % 100 = 3 THEN 'inf'::DOUBLE ELSE b END")))
        .hasMessageContaining("controls => 'b': 200 of 20001 rows are infinite.");
    assertThatThrownBy(() -> rows(call.formatted("b * 1e80")))
        .hasMessageContaining(
            "controls => 'b': values reach 1.0e+80, the largest must lie between");
    assertThatThrownBy(() -> rows(call.formatted("CASE WHEN id % 100 = 3 THEN NULL ELSE b END")))
        .hasMessageContaining("controls => 'b': 200 of 20001 rows are NULL and nulls => 'error'.");
  }
}
