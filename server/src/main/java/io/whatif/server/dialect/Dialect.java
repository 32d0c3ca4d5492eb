/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import java.sql.Connection;
import java.util.List;
import java.util.Map;

/**
 * How one session's statements are read. It keeps the session's parameters; it is for one thread at
 * a time.
 *
 * <p>A session calls {@link #opening} and runs what it gives, sends {@link #reported} as
 * ParameterStatus, then asks {@link #read} for each statement, and says when a transaction block
 * began and ended, since SET belongs to it.
 */
public final class Dialect {

  /**
   * @param connection the session's own; it is asked which schemas there are, where a search path
   *     is set
   * @throws Refused if a parameter of the startup message cannot be
   */
  public Dialect(SessionFacts facts, Connection connection) throws Refused {}

  /** What the driver runs before the client's first statement: time zone and search path. */
  public List<String> opening() {
    return List.of();
  }

  /** The parameters that ParameterStatus tells of when the session begins. */
  public Map<String, String> reported() {
    return Map.of();
  }

  /**
   * Reads one statement, without the semicolon that ends it.
   *
   * @throws Refused if PostgreSQL would refuse it: an unknown parameter, a wrong value
   */
  public Reading read(String statement) throws Refused {
    return new Reading.Run(statement);
  }

  /** The value of a parameter as SHOW tells it; empty if there is none of that name. */
  public String setting(String name) {
    return "";
  }

  /** What SET statement_timeout allows, in milliseconds; 0 is without limit. */
  public long statementTimeoutMillis() {
    return 0;
  }

  /** A transaction block has begun: BEGIN succeeded. */
  public void began() {}

  /**
   * The transaction block has ended. SET LOCAL ends with it, and SET too where it was rolled back.
   */
  public Restored ended(boolean committed) {
    return new Restored(List.of(), Map.of());
  }

  /**
   * What the end of a transaction does to parameters.
   *
   * @param statements what the driver runs now
   * @param changed the parameters that ParameterStatus is to tell of
   */
  public record Restored(List<String> statements, Map<String, String> changed) {
    public Restored {
      statements = List.copyOf(statements);
      changed = Map.copyOf(changed);
    }
  }
}
