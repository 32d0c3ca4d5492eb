/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.WhatifException;
import io.whatif.function.FunctionDescriptor;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** A database with an engine that knows {@link SampleFunctions}. */
final class Database implements AutoCloseable {
  final SampleFunctions functions = new SampleFunctions();
  final Connection connection;
  final Engine engine;

  Database() throws SQLException {
    this("jdbc:duckdb:");
  }

  Database(String url) throws SQLException {
    connection = DriverManager.getConnection(url);
    engine = Engine.of(connection, functions.all());
  }

  Connection another() throws SQLException {
    return connection.unwrap(DuckDBConnection.class).duplicate();
  }

  void run(String... statements) throws SQLException {
    for (String sql : statements) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(sql);
      }
    }
  }

  /** All rows, values joined by |. */
  List<String> rows(String sql, Object... parameters) throws SQLException {
    return rows(connection, sql, parameters);
  }

  static List<String> rows(Connection on, String sql, Object... parameters) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (PreparedStatement statement = on.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet result = statement.executeQuery()) {
        int columns = result.getMetaData().getColumnCount();
        while (result.next()) {
          List<String> row = new ArrayList<>();
          for (int c = 1; c <= columns; c++) {
            row.add(String.valueOf(result.getObject(c)));
          }
          rows.add(String.join("|", row));
        }
      }
    }
    return rows;
  }

  String failure(String sql, Object... parameters) {
    try {
      return "no failure: " + rows(sql, parameters);
    } catch (SQLException e) {
      return String.valueOf(e.getMessage());
    } catch (WhatifException e) {
      return e.message();
    }
  }

  FunctionDescriptor function(String name) {
    return engine.function(name);
  }

  /** A call as SQL, to stand after FROM; {@code arguments} are names and values by turns. */
  String call(Scope scope, String function, String relation, @Nullable Object... arguments) {
    Map<String, @Nullable Object> literals = new LinkedHashMap<>();
    for (int i = 0; i < arguments.length; i += 2) {
      literals.put(String.valueOf(arguments[i]), arguments[i + 1]);
    }
    return Lowering.table(
        new CausalCall(function(function), relation, null, literals, Map.of()), scope.token());
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
