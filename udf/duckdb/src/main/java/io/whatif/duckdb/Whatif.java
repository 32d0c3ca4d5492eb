/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import java.sql.Connection;
import java.sql.SQLException;

/** Whatif on a bare DuckDB connection. */
public final class Whatif {
  private Whatif() {}

  /**
   * Makes the causal functions available on {@code connection}: TEMP macros, which live as long as
   * the connection, over functions of the database instance. A second call does nothing new. Inside
   * a transaction the macros share its fate: call it before.
   */
  public static void register(Connection connection) throws SQLException {
    NativeMacros.create(connection, Engine.of(connection).functions());
  }
}
