/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.function.FunctionDescriptor;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Whatif in one database instance: its hidden functions, running sessions and loaded models. */
@SuppressWarnings("DoNotCallSuggester") // until it is written
public final class Engine {
  private Engine() {}

  /** The engine of the instance {@code duckdb} is connected to; registers it at the first call. */
  public static Engine of(Connection duckdb) throws SQLException {
    throw new SQLException("not yet: " + duckdb);
  }

  /** As {@link #of(Connection)}, with functions of the caller's in place of the catalog's. */
  public static Engine of(Connection duckdb, List<FunctionDescriptor> functions)
      throws SQLException {
    throw new SQLException("not yet: " + duckdb + functions);
  }

  /** Opens the surroundings of one statement that runs through the driver. */
  public Scope openScope() {
    throw new UnsupportedOperationException();
  }

  /** How many sessions are open; none when no statement runs. */
  public int openSessions() {
    return 0;
  }
}
