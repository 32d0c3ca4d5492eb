/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Wrapper;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A JDBC object that hands every call it does not answer itself to DuckDB's object. */
abstract class Delegation implements InvocationHandler {

  /** DuckDB's object. */
  abstract Wrapper target() throws SQLException;

  /** Answers a call, or hands it on with {@link #pass}. */
  abstract @Nullable Object call(Method method, @Nullable Object[] arguments) throws SQLException;

  @Override
  public final @Nullable Object invoke(
      Object proxy, Method method, @Nullable Object @Nullable [] given) throws Throwable {
    @Nullable Object[] arguments = given == null ? new Object[0] : given;
    return switch (method.getName()) {
      case "equals" -> proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      case "toString" -> "Whatif " + target();
      case "unwrap" -> unwrap(proxy, (Class<?>) Objects.requireNonNull(arguments[0]));
      case "isWrapperFor" ->
          ((Class<?>) Objects.requireNonNull(arguments[0])).isInstance(proxy)
              || ((Class<?>) Objects.requireNonNull(arguments[0])).isInstance(target());
      default -> answer(method, arguments);
    };
  }

  final @Nullable Object answer(Method method, @Nullable Object[] arguments) throws SQLException {
    try {
      return call(method, arguments);
    } catch (RuntimeException e) {
      throw DriverErrors.of(e);
    }
  }

  private Object unwrap(Object proxy, Class<?> type) throws SQLException {
    if (type.isInstance(proxy)) {
      return proxy;
    }
    Wrapper target = target();
    if (type.isInstance(target)) {
      return target;
    }
    throw new SQLException("this object wraps no " + type.getName());
  }

  /** Calls the same method of DuckDB's object. */
  final @Nullable Object pass(Method method, @Nullable Object[] arguments) throws SQLException {
    return call(target(), method, arguments);
  }

  static @Nullable Object call(Object target, Method method, @Nullable Object[] arguments)
      throws SQLException {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      if (cause instanceof SQLException sql) {
        throw sql;
      }
      if (cause instanceof UnsupportedOperationException) {
        throw new SQLFeatureNotSupportedException(method.getName() + " is not supported.", cause);
      }
      throw DriverErrors.of(cause == null ? e : cause);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(method + " is not accessible", e);
    }
  }

  /**
   * A face of JDBC for this object. The first of each type takes the JVM hundredths of a second.
   */
  final <T> T proxy(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(Delegation.class.getClassLoader(), new Class<?>[] {type}, this));
  }
}
