/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.duckdb.Engine;
import io.whatif.duckdb.MemoryLimit;
import io.whatif.duckdb.ModelHeader;
import io.whatif.duckdb.ModelStore;
import io.whatif.duckdb.RowEstimate;
import io.whatif.duckdb.Scope;
import io.whatif.model.StoredModel;
import io.whatif.planner.plan.CausalPlan;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.calcite.plan.RelOptRule;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A DuckDB for each test, in which statements are planned by chosen rules, and run. Its table t has
 * 600 rows: id, covariates a and b, treatment d, outcomes y and z.
 */
final class Planned implements BeforeEachCallback, AfterEachCallback, Planner.Models {
  private @Nullable Connection connection;

  @Override
  public void beforeEach(ExtensionContext test) throws SQLException {
    connection = DriverManager.getConnection("jdbc:duckdb:");
    Engine.of(connection); // what lowered text calls is there from then on
    run(
        """
        CREATE TABLE t AS
        SELECT i AS id, a, b, d, round(b + d * (1 + a) + sin(i * 7.3), 6) AS y,
               round(a - 2 * d + cos(i * 3.1), 6) AS z
        FROM (SELECT i, round(sin(i * 1.7), 2) AS a, round(cos(i * 2.3), 1) AS b,
                (sin(i * 5.1) + 0.3 * cos(i * 2.3) > 0)::INT AS d
              FROM range(600) r(i))""");
  }

  @Override
  public void afterEach(ExtensionContext test) throws SQLException {
    connection().close();
  }

  private Connection connection() {
    return Objects.requireNonNull(connection, "no test runs");
  }

  void run(String sql) throws SQLException {
    try (Statement statement = connection().createStatement()) {
      statement.execute(sql);
    }
  }

  static List<RelOptRule> without(String rule) {
    List<RelOptRule> rules =
        CausalPlan.RULES.stream().filter(r -> !r.toString().equals(rule)).toList();
    assertThat(rules).as(rule).hasSize(CausalPlan.RULES.size() - 1);
    return rules;
  }

  /** The causal plan of a statement. */
  String plan(String sql) {
    return Planner.plan("EXPLAIN " + sql, this, Scope.NATIVE).explanation();
  }

  String plan(String sql, List<RelOptRule> rules) {
    return Planner.plan("EXPLAIN " + sql, this, Scope.NATIVE, rules).explanation();
  }

  /** The rows of a statement, each as one text; digits as DuckDB writes them. */
  List<String> rows(String sql, List<RelOptRule> rules) throws SQLException {
    List<String> rows = new ArrayList<>();
    Engine engine = Engine.of(connection());
    try (Scope scope = engine.openScope();
        Statement statement = connection().createStatement();
        ResultSet result =
            statement.executeQuery(Planner.plan(sql, this, scope.token(), rules).sql())) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        StringBuilder row = new StringBuilder();
        for (int c = 1; c <= columns; c++) {
          row.append(result.getString(c)).append('|');
        }
        rows.add(row.toString());
      }
      scope.store(connection());
    }
    assertThat(engine.openSessions()).isZero();
    return rows;
  }

  /** DuckDB's plan of what a statement becomes, as JSON. */
  String lowered(String sql) throws SQLException {
    String text = Planner.plan(sql, this, Scope.NATIVE).sql();
    try (Statement statement = connection().createStatement();
        ResultSet row = statement.executeQuery("EXPLAIN (FORMAT json) " + text)) {
      row.next();
      return row.getString(2);
    }
  }

  /** Asserts that a rule changes the plan of {@code sql}, and not its rows. */
  void changesOnlyThePlan(String rule, String sql) throws SQLException {
    assertThat(plan(sql)).isNotEqualTo(plan(sql, without(rule)));
    List<String> rows = rows(sql, CausalPlan.RULES);
    assertThat(rows).isNotEmpty().isEqualTo(rows(sql, without(rule)));
    assertThat(rows).isEqualTo(rows(sql, List.of()));
  }

  /** Asserts that a rule leaves the plan of {@code sql} as it is. */
  void leavesThePlan(String rule, String sql) {
    assertThat(plan(sql)).isEqualTo(plan(sql, without(rule)));
  }

  @Override
  public ModelHeader header(String name) {
    try {
      return ModelStore.on(connection()).header(name);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public StoredModel load(String name) {
    try {
      return ModelStore.on(connection()).load(name);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public Optional<StoredModel> beforeFit(String name, String ifExists) {
    return Optional.empty();
  }

  @Override
  public OptionalLong rows(String query) {
    return RowEstimate.of(connection(), query);
  }

  @Override
  public long memoryLimit() {
    try {
      return MemoryLimit.of(connection());
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public String file(String path) {
    throw new AssertionError("no test reads files");
  }

  @Override
  public String list() {
    throw new AssertionError("no test lists models");
  }
}
