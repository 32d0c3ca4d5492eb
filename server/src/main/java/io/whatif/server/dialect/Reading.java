/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.server.type.ColumnType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a session does with one statement. */
public sealed interface Reading {

  /**
   * The driver runs it.
   *
   * @param sql the statement itself, or what says the same to DuckDB
   * @param columns what PostgreSQL's catalog has for types of the result's columns, by their place,
   *     where DuckDB's type tells less: oid for BIGINT, name for VARCHAR. Null where nothing is
   *     known, empty where nothing is known of any. A value is still what DuckDB's type makes it:
   *     {@link ColumnType#carries} tells whether the two fit.
   * @param changed the parameters that ParameterStatus is to tell of once it has run
   */
  record Run(String sql, List<@Nullable ColumnType> columns, Map<String, String> changed)
      implements Reading {
    public Run {
      changed = Map.copyOf(changed);
    }

    /** A statement of whose columns nothing more is known than DuckDB tells. */
    public Run(String sql) {
      this(sql, List.of(), Map.of());
    }
  }

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
