/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import io.whatif.planner.Planner;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDriver;
import org.duckdb.DuckDBLogicalType;
import org.jspecify.annotations.Nullable;

/**
 * Connects to {@code jdbc:whatif:[file]}; no file, or {@code :memory:}, is a database in memory.
 * Properties are DuckDB's, and {@code whatif_progress=true} writes the progress of long estimates
 * to standard error, {@code whatif_excerpts=true} shows the line in which a mistake is.
 */
public final class WhatifDriver implements Driver {
  public static final String PREFIX = "jdbc:whatif:";
  public static final String PROGRESS = "whatif_progress";
  public static final String EXCERPTS = "whatif_excerpts";

  static {
    try {
      DriverManager.registerDriver(new WhatifDriver());
    } catch (SQLException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * Loads what the first connection of a JVM would wait for: DuckDB's driver and library, which the
   * first type asked for brings. The planner warms itself up.
   */
  public static void warmUp() throws SQLException {
    Driver unused = new DuckDBDriver();
    DuckDBLogicalType.of(DuckDBColumnType.BIGINT).close();
  }

  @Override
  public @Nullable Connection connect(String url, @Nullable Properties info) throws SQLException {
    if (!acceptsURL(url)) {
      return null;
    }
    Planner.warmUp();
    return handler(url, info, false).connection();
  }

  /**
   * Opens what a URL of ours names.
   *
   * @param alone whether nobody can come to DuckDB's own connection
   */
  static ConnectionHandler handler(String url, @Nullable Properties info, boolean alone)
      throws SQLException {
    Address address = Address.of(url, info);
    Connection duckdb = open(address);
    try {
      return new ConnectionHandler(duckdb, address, alone);
    } catch (SQLException | Error e) {
      close(duckdb, e);
      throw e;
    } catch (RuntimeException e) {
      close(duckdb, e);
      throw DriverErrors.of(e);
    }
  }

  /** DuckDB's connection; a file that another process holds is told as such. */
  static Connection open(Address address) throws SQLException {
    try {
      return new DuckDBDriver().connect("jdbc:duckdb:" + address.file(), address.properties());
    } catch (SQLException e) {
      throw LockedFile.told(address.file(), e);
    }
  }

  static void close(Connection duckdb, Throwable cause) {
    try {
      duckdb.close();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  @Override
  public boolean acceptsURL(String url) {
    return url.startsWith(PREFIX);
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
    return new DriverPropertyInfo[] {
      flag(PROGRESS, "Write the progress of long estimates to standard error."),
      flag(EXCERPTS, "Show the line of the statement in which a mistake is.")
    };
  }

  private static DriverPropertyInfo flag(String name, String description) {
    DriverPropertyInfo flag = new DriverPropertyInfo(name, "false");
    flag.description = description;
    flag.choices = new String[] {"true", "false"};
    return flag;
  }

  @Override
  public int getMajorVersion() {
    return 0;
  }

  @Override
  public int getMinorVersion() {
    return 1;
  }

  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("this driver does not log");
  }
}
