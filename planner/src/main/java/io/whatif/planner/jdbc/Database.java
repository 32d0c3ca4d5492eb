/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import io.whatif.duckdb.Engine;
import io.whatif.planner.Planner;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.duckdb.DuckDBConnection;

/**
 * One open database and connections of ours to it: each has transactions, temporary tables and
 * settings of its own. What is set on the database itself before holds for all.
 */
public final class Database implements AutoCloseable {
  private final DuckDBConnection root;
  private final Address address;

  private Database(DuckDBConnection root, Address address) {
    this.root = root;
    this.address = address;
  }

  /** Opens what {@code jdbc:whatif:...} names. */
  public static Database open(String url, Properties info) throws SQLException {
    Planner.warmUp();
    Address address = Address.of(url, info);
    DuckDBConnection root = WhatifDriver.open(address).unwrap(DuckDBConnection.class);
    try {
      Engine.of(root); // whose own connections are like this one, whatever a session sets on its
    } catch (SQLException | RuntimeException | Error e) {
      WhatifDriver.close(root, e);
      throw e;
    }
    return new Database(root, address);
  }

  /** A new connection, which the caller closes. */
  public Connection connect() throws SQLException {
    Connection duckdb;
    synchronized (root) {
      duckdb = root.duplicate();
    }
    try {
      duckdb.setAutoCommit(true);
      return new ConnectionHandler(duckdb, address).connection();
    } catch (SQLException | RuntimeException | Error e) {
      WhatifDriver.close(duckdb, e);
      throw e;
    }
  }

  @Override
  public void close() throws SQLException {
    root.close();
  }
}
