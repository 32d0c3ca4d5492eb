/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

final class PreparedTest {
  private static final String SUMMARY =
      "SELECT n FROM dml_summary(%s, outcome => 'y', treatment => 'd', controls => ['b'], reps => 1,"
          + " outcome_learner => 'ols', treatment_learner => 'logit'%s)%s";

  @Test
  void parametersStandInsideAndOutsideTheRelation() throws SQLException {
    try (Connection connection = Study.openWithTable();
        PreparedStatement statement =
            connection.prepareStatement(
                SUMMARY.formatted(
                    "(FROM study WHERE id < ? AND id >= ?)", ", level => ?", " WHERE n > ?"))) {
      statement.setInt(1, 300);
      statement.setInt(2, 100);
      statement.setDouble(3, 0.9);
      statement.setLong(4, 0);
      assertThat(Study.column(statement.executeQuery())).containsExactly(200L);
      statement.setInt(2, 50);
      assertThat(Study.column(statement.executeQuery())).containsExactly(250L);
      statement.setLong(4, 1000);
      assertThat(Study.column(statement.executeQuery())).isEmpty();
    }
  }

  @Test
  void aParameterKeepsItsPlaceWhereTheRelationComesLater() throws SQLException {
    try (Connection connection = Study.openWithTable();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT ?::VARCHAR || n FROM dml_summary(level => ?, outcome => 'y', treatment => 'd',"
                    + " controls => ['b'], reps => 1, outcome_learner => 'ols', treatment_learner => 'logit',"
                    + " data => (FROM study LIMIT ?))")) {
      statement.setString(1, "n=");
      statement.setDouble(2, 0.9);
      statement.setInt(3, 120);
      assertThat(Study.column(statement.executeQuery())).containsExactly("n=120");
    }
  }

  @Test
  void numberedParametersWork() throws SQLException {
    try (Connection connection = Study.openWithTable();
        PreparedStatement statement =
            connection.prepareStatement(SUMMARY.formatted("(FROM study LIMIT $1)", "", ""))) {
      statement.setInt(1, 150);
      assertThat(Study.column(statement.executeQuery())).containsExactly(150L);
    }
  }

  @Test
  void metadataIsKnownBeforeExecutionAndFitsNothing() throws SQLException {
    try (Connection connection = Study.openWithTable();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT * FROM cate_fit(TABLE study, model => 'm', " + Study.ROLES + ")")) {
      ResultSetMetaData columns = statement.getMetaData();
      assertThat(columns.getColumnName(1)).isEqualTo("model");
      assertThat(columns.getColumnCount()).isGreaterThan(20);
      assertThat(statement.getParameterMetaData().getParameterCount()).isZero();
      assertThat(Study.column(connection, "SELECT name FROM cate_models()")).isEmpty();
    }
  }

  @Test
  void aPreparedFitStoresItsModelOnce() throws SQLException {
    try (Connection connection = Study.openWithTable();
        PreparedStatement statement = connection.prepareStatement(Study.fit("m"))) {
      assertThat(Study.column(statement.executeQuery())).containsExactly(400L);
      assertThat(Study.column(connection, "SELECT name FROM cate_models()")).containsExactly("m");
      assertThatThrownBy(statement::executeQuery)
          .hasMessageStartingWith(
              "cate_fit: model => 'm': a model of that name is stored already. Use if_exists => 'replace' or 'skip', or another name.");
      Study.run(connection, "CALL cate_drop('m')");
      assertThat(Study.column(statement.executeQuery())).containsExactly(400L);
    }
  }

  @Test
  void aPreparedScoreFollowsTheModel() throws SQLException {
    try (Connection connection = Study.openWithTable()) {
      Study.run(connection, Study.fit("m"));
      try (PreparedStatement statement =
          connection.prepareStatement("SELECT cate_effect('m', ?)")) {
        statement.setDouble(1, 0.5);
        Object before = Study.column(statement.executeQuery()).get(0);
        Study.run(
            connection,
            Study.fit("m", "(SELECT * REPLACE (2 * y AS y) FROM study)")
                .replace("reps => 1", "reps => 1, if_exists => 'replace'"));
        Object after = Study.column(statement.executeQuery()).get(0);
        assertThat((Double) after).isNotEqualTo((Double) before);
        assertThat(after).isEqualTo(Study.value(connection, "SELECT cate_effect('m', 0.5)"));
      }
    }
  }

  @Test
  void preparedBatchesScoreEachRow() throws SQLException {
    try (Connection connection = Study.openWithTable()) {
      Study.run(connection, Study.fit("m"));
      Study.run(connection, "CREATE TABLE t (a DOUBLE, u DOUBLE)");
      try (PreparedStatement statement =
          connection.prepareStatement("INSERT INTO t VALUES ($1, cate_effect('m', $1))")) {
        for (int i = 0; i < 3; i++) {
          statement.setDouble(1, i / 4.0);
          statement.addBatch();
        }
        assertThat(statement.executeBatch()).hasSize(3);
      }
      assertThat(Study.value(connection, "SELECT count(*) FROM t WHERE u = cate_effect('m', a)"))
          .isEqualTo(3L);
    }
  }

  @Test
  void aFailedExecutionLeavesThePreparedStatementUsable() throws SQLException {
    try (Connection connection = Study.openWithTable();
        PreparedStatement statement =
            connection.prepareStatement(SUMMARY.formatted("(FROM study LIMIT ?)", "", ""))) {
      statement.setInt(1, 0);
      assertThatThrownBy(statement::executeQuery)
          .isInstanceOf(SQLException.class)
          .hasMessageStartingWith("dml_summary: ");
      statement.setInt(1, 100);
      assertThat(Study.column(statement.executeQuery())).containsExactly(100L);
    }
  }

  @Test
  void plainPreparedStatementsAreDuckDbs() throws SQLException {
    try (Connection connection = Study.open();
        PreparedStatement statement = connection.prepareStatement("SELECT ? + 1 AS a")) {
      statement.setInt(1, 41);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        assertThat(rows.getInt(1)).isEqualTo(42);
      }
      assertThat(statement.getConnection()).isSameAs(connection);
    }
  }

  @Test
  void mistakesAreToldWhenPrepared() throws SQLException {
    try (Connection connection = Study.openWithTable()) {
      assertThatThrownBy(() -> connection.prepareStatement("SELECT cate_effect('none', ?)"))
          .isInstanceOf(SQLException.class)
          .hasMessageStartingWith("cate_effect: model => 'none'");
      assertThatThrownBy(() -> connection.prepareStatement("SELECT cate_effect(?, 1)"))
          .hasMessageStartingWith(
              "cate_effect: the model is ?: it must be a name in quotes. Write cate_effect('model', feature, ...).");
    }
  }

  @Test
  void parametersHaveNames() throws SQLException {
    try (Connection connection = Study.openWithTable()) {
      Study.run(
          connection,
          "PREPARE named AS "
              + SUMMARY.formatted("(FROM study WHERE id < $top)", "", " WHERE n > $least"));
      assertThat(Study.column(connection, "EXECUTE named(least := 0, top := 200)"))
          .containsExactly(200L);
      assertThat(Study.column(connection, "EXECUTE named(top := 300, least := 300)")).isEmpty();
    }
  }

  @Test
  void preparedTextsOfSqlTakeTheirValuesInOrder() throws SQLException {
    try (Connection connection = Study.openWithTable()) {
      Study.run(
          connection,
          "PREPARE q AS " + SUMMARY.formatted("(FROM study LIMIT ?)", "", " WHERE n > ?"));
      assertThat(Study.column(connection, "EXECUTE q(120, 0)")).containsExactly(120L);
      Study.run(connection, "DEALLOCATE q");
    }
  }

  @Test
  void aParameterMayStandInsideAndOutsideByItsNumber() throws SQLException {
    try (Connection connection = Study.openWithTable();
        PreparedStatement statement =
            connection.prepareStatement(
                SUMMARY.formatted("(FROM study WHERE id < $1)", "", " WHERE n >= $1 AND n < $2"))) {
      assertThat(statement.getParameterMetaData().getParameterCount()).isEqualTo(2);
      statement.setInt(1, 200);
      statement.setInt(2, 201);
      assertThat(Study.column(statement.executeQuery())).containsExactly(200L);
    }
  }

  @Test
  void parametersAreCountedInTheUsersText() throws SQLException {
    try (Connection connection = Study.openWithTable();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT ?::INT, '?' /* ? */, n FROM dml_summary((FROM study WHERE id < ? AND '?' = $$?$$),"
                    + " outcome => 'y', treatment => 'd', controls => ['b'], reps => 1, level => ?,"
                    + " outcome_learner => 'ols', treatment_learner => 'logit') -- ?")) {
      assertThat(statement.getParameterMetaData().getParameterCount()).isEqualTo(3);
      statement.setInt(1, 7);
      statement.setInt(2, 200);
      statement.setDouble(3, 0.9);
      assertThat(Study.column(statement.executeQuery())).containsExactly(7);
    }
  }

  @Test
  void batchesTakeParametersInsideTheRelation() throws SQLException {
    try (Connection connection = Study.openWithTable()) {
      Study.run(connection, "CREATE TABLE counts (n BIGINT)");
      try (PreparedStatement statement =
          connection.prepareStatement(
              "INSERT INTO counts " + SUMMARY.formatted("(FROM study LIMIT ?)", "", ""))) {
        for (int rows : new int[] {100, 150}) {
          statement.setInt(1, rows);
          statement.addBatch();
        }
        assertThat(statement.executeBatch()).containsExactly(1, 1);
      }
      assertThat(Study.column(connection, "FROM counts")).containsExactly(100L, 150L);
    }
  }

  @Test
  void describingAPreparedCallNeedsNoValues() throws SQLException {
    try (Connection connection = Study.openWithTable();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT *, ?::DOUBLE AS more FROM propensity_trim((SELECT id, a, d FROM study WHERE id < ?),"
                    + " treatment => 'd', controls => ['a'], alpha => ?)")) {
      ResultSetMetaData columns = statement.getMetaData();
      assertThat(columns.getColumnName(1)).isEqualTo("id");
      assertThat(columns.getColumnTypeName(1)).isEqualTo("BIGINT");
      assertThat(columns.getColumnTypeName(4)).isEqualTo("DOUBLE");
      assertThat(statement.getParameterMetaData().getParameterCount()).isEqualTo(3);
    }
  }
}
