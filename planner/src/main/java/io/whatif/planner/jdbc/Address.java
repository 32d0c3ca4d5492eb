/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import java.sql.SQLException;
import java.util.Properties;
import org.duckdb.DuckDBDriver;
import org.jspecify.annotations.Nullable;

/**
 * What {@code jdbc:whatif:[file][;name=value]...} asks for.
 *
 * @param url as the user wrote it
 * @param file the database's file; empty or {@code :memory:} for one in memory
 * @param progress whether the progress of long estimates is written
 * @param excerpts whether messages show the line that is wrong
 * @param properties those for DuckDB
 */
record Address(String url, String file, boolean progress, boolean excerpts, Properties properties) {

  /** Reads a URL that begins as ours do; its properties win over {@code info}. */
  static Address of(String url, @Nullable Properties info) throws SQLException {
    Properties properties = new Properties();
    if (info != null) {
      for (String name : info.stringPropertyNames()) {
        properties.setProperty(name, info.getProperty(name));
      }
    }
    String[] parts = url.substring(WhatifDriver.PREFIX.length()).split(";", -1);
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i].strip();
      int equals = part.indexOf('=');
      if (equals > 0) {
        properties.setProperty(
            part.substring(0, equals).strip(), part.substring(equals + 1).strip());
      } else if (!part.isEmpty()) {
        throw new SQLException(
            url
                + ": '"
                + part
                + "' after ';' must be name=value; a file's name cannot hold a ';'.");
      }
    }
    boolean progress = take(properties, WhatifDriver.PROGRESS);
    boolean excerpts = take(properties, WhatifDriver.EXCERPTS);
    if (Boolean.parseBoolean(properties.getProperty(DuckDBDriver.JDBC_STREAM_RESULTS))) {
      throw new SQLException(
          DuckDBDriver.JDBC_STREAM_RESULTS
              + " => 'true': a model is stored when its statement has run to the end, so results cannot be streamed. Leave it out.");
    }
    return new Address(url, parts[0].strip(), progress, excerpts, properties);
  }

  /** Whether a property of ours is set, which DuckDB is not to see. */
  private static boolean take(Properties properties, String name) {
    boolean set = Boolean.parseBoolean(properties.getProperty(name));
    properties.remove(name);
    return set;
  }

  boolean isInMemory() {
    return file.isEmpty() || file.equals(":memory:");
  }
}
