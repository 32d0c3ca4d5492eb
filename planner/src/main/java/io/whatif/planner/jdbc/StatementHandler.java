/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import io.whatif.data.WhatifException;
import io.whatif.duckdb.Scope;
import io.whatif.planner.Plan;
import io.whatif.planner.Planner;
import io.whatif.planner.sql.Script;
import java.lang.reflect.Method;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A statement of ours. DuckDB closes its statement when it fails: ours then takes a fresh one. */
final class StatementHandler extends Delegation implements AutoCloseable {
  /** Makes a fresh statement of DuckDB's. */
  interface Source {
    Statement open() throws SQLException;
  }

  private static final String NEEDS_WHATIF =
      "this view or macro scores by Whatif, and fails on a connection without it."
          + " cate_publish('model') makes macros that need no Whatif.";

  private record Setting(Method method, @Nullable Object[] arguments) {}

  private final ConnectionHandler session;
  private final Source source;
  private final Map<String, Setting> settings = new LinkedHashMap<>();
  private final List<String> batch = new ArrayList<>();
  private volatile Statement current;
  private volatile @Nullable Scope running;
  private boolean closed;
  private volatile @Nullable SQLWarning warning;
  private int timeoutSeconds;

  StatementHandler(ConnectionHandler session, Source source) throws SQLException {
    this.session = session;
    this.source = source;
    this.current = source.open();
  }

  /** The statement as JDBC sees it. */
  Statement statement() {
    return proxy(Statement.class);
  }

  /** Runs a text; whether it has rows. */
  boolean execute(String text) throws SQLException {
    return (Boolean) ConnectionHandler.required(answer(EXECUTE, new Object[] {text}));
  }

  /** What a running call does now, or what the last statement left to tell. */
  @Nullable SQLWarning warnings() throws SQLException {
    Scope scope = running;
    SQLWarning now = scope == null ? warning : ProgressWarning.of(scope);
    return now != null || scope != null || current.isClosed() ? now : current.getWarnings();
  }

  @Override
  public void close() throws SQLException {
    closed = true;
    current.close();
  }

  @Override
  Statement target() {
    return current;
  }

  @Override
  @Nullable Object call(Method method, @Nullable Object[] arguments) throws SQLException {
    switch (method.getName()) {
      case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate" -> {
        return execute(method, arguments);
      }
      case "addBatch" -> {
        batch.add((String) ConnectionHandler.required(arguments[0]));
        return null;
      }
      case "clearBatch" -> {
        batch.clear();
        return null;
      }
      case "executeBatch" -> {
        return executeBatch();
      }
      case "executeLargeBatch" -> {
        return BatchRun.large(executeBatch());
      }
      case "getWarnings" -> {
        return warnings();
      }
      case "clearWarnings" -> {
        warning = null;
        return current.isClosed() ? null : pass(method, arguments);
      }
      case "isClosed" -> {
        return closed || session.duckdb().isClosed();
      }
      case "cancel" -> {
        Scope scope = running;
        if (scope != null) {
          scope.cancel();
        }
        return pass(method, arguments);
      }
      case "getConnection" -> {
        return session.connection();
      }
      case "close" -> {
        close();
        return null;
      }
      default -> {
        return set(method, arguments);
      }
    }
  }

  private @Nullable Object set(Method method, @Nullable Object[] arguments) throws SQLException {
    renew();
    Object result = pass(method, arguments);
    if (method.getName().startsWith("set")) {
      settings.put(method.getName(), new Setting(method, arguments));
      if (method.getName().equals("setQueryTimeout")) {
        timeoutSeconds = (Integer) ConnectionHandler.required(arguments[0]);
      }
    }
    return result;
  }

  private @Nullable Object execute(Method method, @Nullable Object[] arguments)
      throws SQLException {
    String text = (String) ConnectionHandler.required(arguments[0]);
    renew();
    warning = null;
    if (!Planner.concerns(text)) {
      session.beforePlain(text);
      return plain(method, arguments);
    }
    List<String> statements = Script.statements(text);
    for (int i = 0; i < statements.size() - 1; i++) {
      one(EXECUTE, new Object[] {statements.get(i)});
    }
    @Nullable Object[] last = arguments.clone();
    if (!statements.isEmpty()) {
      last[0] = statements.get(statements.size() - 1);
    }
    return one(method, last);
  }

  private static final Method EXECUTE = executeMethod();

  private static Method executeMethod() {
    try {
      return Statement.class.getMethod("execute", String.class);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("java.sql.Statement has no execute(String)", e);
    }
  }

  private @Nullable Object one(Method method, @Nullable Object[] arguments) throws SQLException {
    String text = (String) ConnectionHandler.required(arguments[0]);
    Scope scope = session.engine().openScope();
    running = scope;
    boolean failed = true;
    try {
      Plan plan;
      try {
        plan = Planner.plan(text, session, scope.token());
      } catch (WhatifException e) {
        throw session.source(text).told(e);
      }
      @Nullable Object[] planned = arguments.clone();
      planned[0] = plan.sql();
      if (!plan.causal()) {
        Object result = plain(method, planned);
        failed = false;
        return result;
      }
      Object result =
          new CausalRun(session, scope, text)
              .run(
                  plan,
                  timeoutSeconds,
                  () -> {
                    if (!plan.explanation().isEmpty()) {
                      planned[0] = Explanation.query(session.duckdb(), plan);
                    }
                    return pass(method, planned);
                  });
      if (plan.keepsScores()) {
        warning = new SQLWarning(NEEDS_WHATIF);
      }
      failed = false;
      return result;
    } finally {
      scope.close();
      if (failed) {
        warning = ProgressWarning.ofStopped(scope);
      }
      running = null;
    }
  }

  private @Nullable Object plain(Method method, @Nullable Object[] arguments) throws SQLException {
    try {
      return pass(method, arguments);
    } catch (SQLException e) {
      throw session.source((String) ConnectionHandler.required(arguments[0])).told(e);
    }
  }

  private void renew() throws SQLException {
    if (!closed && current.isClosed() && !session.duckdb().isClosed()) {
      current = source.open();
      for (Setting setting : settings.values()) {
        call(current, setting.method(), setting.arguments());
      }
    }
  }

  private int[] executeBatch() throws SQLException {
    List<String> texts = List.copyOf(batch);
    batch.clear();
    return BatchRun.of(
        texts.size(),
        i -> {
          execute(EXECUTE, new Object[] {texts.get(i)});
          return current.getUpdateCount();
        });
  }
}
