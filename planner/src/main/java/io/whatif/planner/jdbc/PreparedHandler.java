/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import io.whatif.data.WhatifException;
import io.whatif.duckdb.Scope;
import io.whatif.planner.Plan;
import io.whatif.planner.Planner;
import java.lang.reflect.Method;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A prepared statement of ours. Its text is planned when it is prepared, so that mistakes are told
 * and metadata is known then, and planned again where stored models may have changed since.
 */
final class PreparedHandler extends Delegation {
  /** Prepares a text on DuckDB's connection. */
  interface Source {
    PreparedStatement open(String sql) throws SQLException;
  }

  private record Setting(Method method, @Nullable Object[] arguments) {}

  private final ConnectionHandler session;
  private final String text;
  private final Source source;
  private final PreparedStatement statement;
  private final @Nullable Scope scope;
  private final Map<String, Setting> settings = new TreeMap<>();
  private final Map<Integer, Setting> parameters = new TreeMap<>();
  private final List<Map<Integer, Setting>> batch = new ArrayList<>();
  private volatile PreparedStatement current;
  private volatile boolean running;
  private volatile @Nullable SQLWarning warning;
  private Plan plan;
  private boolean closed;
  private int timeoutSeconds;

  PreparedHandler(ConnectionHandler session, String text, Source source) throws SQLException {
    this.session = session;
    this.text = text;
    this.source = source;
    this.scope = Planner.concerns(text) ? session.engine().openScope() : null;
    session.beforePlain(text);
    boolean prepared = false;
    try {
      this.plan = plan();
      this.current = open();
      prepared = true;
    } finally {
      if (!prepared && scope != null) {
        scope.close();
      }
    }
    this.statement = proxy(PreparedStatement.class);
  }

  PreparedStatement statement() {
    return statement;
  }

  @Override
  PreparedStatement target() {
    return current;
  }

  private Plan plan() throws SQLException {
    if (scope == null) {
      return Planner.plan(text, session, Scope.NATIVE);
    }
    try {
      return Planner.plan(text, session, scope.token());
    } catch (WhatifException e) {
      throw session.source(text).told(e);
    }
  }

  private PreparedStatement open() throws SQLException {
    try {
      return source.open(plan.sql());
    } catch (SQLException e) {
      throw scope != null && plan.causal()
          ? session.source(text).told(e, scope, plan)
          : session.source(text).told(e);
    }
  }

  @Override
  @Nullable Object call(Method method, @Nullable Object[] arguments) throws SQLException {
    String name = method.getName();
    boolean takesText = arguments.length > 0 && arguments[0] instanceof String;
    if (name.startsWith("set")) {
      return set(method, arguments);
    }
    switch (name) {
      case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate" -> {
        return takesText ? pass(method, arguments) : execute(method);
      }
      case "clearParameters" -> {
        parameters.clear();
        return pass(method, arguments);
      }
      case "addBatch" -> {
        if (plan.causal() && !takesText) {
          batch.add(new TreeMap<>(parameters));
          return null;
        }
        return pass(method, arguments);
      }
      case "clearBatch" -> {
        batch.clear();
        return pass(method, arguments);
      }
      case "executeBatch" -> {
        return executeBatch();
      }
      case "executeLargeBatch" -> {
        return BatchRun.large(executeBatch());
      }
      case "getWarnings" -> {
        return warnings(method, arguments);
      }
      case "clearWarnings" -> {
        warning = null;
        return current.isClosed() ? null : pass(method, arguments);
      }
      case "isClosed" -> {
        return closed || session.duckdb().isClosed();
      }
      case "cancel" -> {
        if (scope != null) {
          scope.cancel();
        }
        return pass(method, arguments);
      }
      case "getConnection" -> {
        return session.connection();
      }
      case "close" -> {
        closed = true;
        if (scope != null) {
          scope.close();
        }
        return pass(method, arguments);
      }
      default -> {
        return pass(method, arguments);
      }
    }
  }

  private @Nullable Object set(Method method, @Nullable Object[] arguments) throws SQLException {
    renew();
    Object result = pass(method, arguments);
    Setting setting = new Setting(method, arguments);
    if (arguments.length > 1 && arguments[0] instanceof Integer index) {
      if (plan.causal()) {
        parameters.put(index, setting);
      }
    } else {
      settings.put(method.getName(), setting);
      if (method.getName().equals("setQueryTimeout")) {
        timeoutSeconds = (Integer) ConnectionHandler.required(arguments[0]);
      }
    }
    return result;
  }

  private @Nullable Object execute(Method method) throws SQLException {
    Scope ours = scope;
    if (ours == null || !plan.causal()) {
      try {
        return pass(method, new Object[0]);
      } catch (SQLException e) {
        throw session.source(text).told(e);
      }
    }
    refresh(ours);
    return run(ours, method);
  }

  /** As {@link StatementHandler} tells them. */
  private @Nullable Object warnings(Method method, @Nullable Object[] arguments)
      throws SQLException {
    if (running && scope != null) {
      return ProgressWarning.of(scope);
    }
    return warning != null || current.isClosed() ? warning : pass(method, arguments);
  }

  private @Nullable Object run(Scope ours, Method method) throws SQLException {
    warning = null;
    running = true;
    boolean failed = true;
    try {
      Object result =
          new CausalRun(session, ours, text)
              .run(plan, timeoutSeconds, () -> pass(method, new Object[0]));
      failed = false;
      return result;
    } finally {
      warning = failed ? ProgressWarning.ofStopped(ours) : null;
      running = false;
    }
  }

  /** Makes DuckDB's statement that of the models as they are now. */
  private void refresh(Scope ours) throws SQLException {
    ours.reset();
    if (plan.mayChange()) {
      String before = plan.sql();
      plan = plan();
      if (!plan.sql().equals(before)) {
        current.close();
      }
    }
    renew();
  }

  /** After a failure, or with a new text, DuckDB needs a fresh statement with the same values. */
  private void renew() throws SQLException {
    if (closed || !current.isClosed() || session.duckdb().isClosed()) {
      return;
    }
    current = open();
    for (Setting setting : settings.values()) {
      call(current, setting.method(), setting.arguments());
    }
    apply(parameters);
  }

  private void apply(Map<Integer, Setting> values) throws SQLException {
    for (Setting value : values.values()) {
      call(current, value.method(), value.arguments());
    }
  }

  private int[] executeBatch() throws SQLException {
    Scope ours = scope;
    if (ours == null || !plan.causal()) {
      return current.executeBatch();
    }
    List<Map<Integer, Setting>> rows = List.copyOf(batch);
    batch.clear();
    int[] counts =
        BatchRun.of(
            rows.size(),
            i -> {
              refresh(ours);
              apply(rows.get(i));
              run(ours, EXECUTE);
              return current.getUpdateCount();
            });
    renew();
    apply(parameters);
    return counts;
  }

  private static final Method EXECUTE = executeMethod();

  private static Method executeMethod() {
    try {
      return PreparedStatement.class.getMethod("execute");
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("java.sql.PreparedStatement has no execute()", e);
    }
  }
}
