/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import java.util.Map;

/** What a session does with one statement. */
public sealed interface Reading {

  /**
   * The driver runs it.
   *
   * @param sql the statement itself, or what says the same to DuckDB
   */
  record Run(String sql) implements Reading {}

  /**
   * It is done: it set or reset parameters of PostgreSQL's.
   *
   * @param tag what CommandComplete says, as SET
   * @param changed the parameters that ParameterStatus is to tell of, with their new values
   */
  record Done(String tag, Map<String, String> changed) implements Reading {
    public Done {
      changed = Map.copyOf(changed);
    }
  }
}
