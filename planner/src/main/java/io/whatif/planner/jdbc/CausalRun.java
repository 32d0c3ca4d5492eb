/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import io.whatif.data.WhatifException;
import io.whatif.duckdb.ModelStore;
import io.whatif.duckdb.Scope;
import io.whatif.planner.Plan;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Runs one planned statement on the user's connection. What it does to the model store happens in
 * the user's transaction; if none is open, in one with the statement.
 */
final class CausalRun {
  /** Runs the planned text on DuckDB's statement. */
  interface Action {
    @Nullable Object run() throws SQLException;
  }

  private final ConnectionHandler session;
  private final Scope scope;
  private final DriverErrors.Source source;

  CausalRun(ConnectionHandler session, Scope scope, String text) {
    this.session = session;
    this.scope = scope;
    this.source = session.source(text);
  }

  @Nullable Object run(Plan plan, int timeoutSeconds, Action action) throws SQLException {
    Watch watch = Watch.start(scope, timeoutSeconds, session.showsProgress());
    try {
      // A query has nothing to undo, and a model is stored at once: two first fits may meet.
      return plan.stores() && !plan.query() && !session.inTransaction()
          ? inTransaction(plan, action)
          : changing(plan, action);
    } catch (WhatifException e) {
      throw watch.told(source.told(e));
    } catch (SQLException e) {
      throw watch.told(source.told(e, scope, plan));
    } finally {
      watch.close();
    }
  }

  private @Nullable Object inTransaction(Plan plan, Action action) throws SQLException {
    Connection duckdb = session.duckdb();
    duckdb.setAutoCommit(false);
    Object result;
    try {
      result = changing(plan, action);
      duckdb.commit();
    } catch (SQLException | RuntimeException | Error e) {
      undo(duckdb, e);
      throw e;
    }
    duckdb.setAutoCommit(true);
    return result;
  }

  /**
   * Rolls back and returns to autocommit; what goes wrong at that comes second to {@code cause}.
   */
  private static void undo(Connection duckdb, Throwable cause) {
    try {
      try {
        duckdb.rollback();
      } finally {
        duckdb.setAutoCommit(true);
      }
    } catch (SQLException e) { // A COMMIT that fails has ended the transaction already.
      cause.addSuppressed(e);
    }
  }

  private @Nullable Object changing(Plan plan, Action action) throws SQLException {
    Connection duckdb = session.duckdb();
    Object result = action.run();
    if (!scope.fitted().isEmpty()) {
      scope.checkCancelled();
      scope.store(duckdb);
    }
    for (String model : plan.drops()) {
      ModelStore.on(duckdb).drop(model);
    }
    for (String macro : plan.macros()) {
      try (Statement statement = duckdb.createStatement()) {
        statement.execute(macro);
      }
    }
    return result;
  }
}
