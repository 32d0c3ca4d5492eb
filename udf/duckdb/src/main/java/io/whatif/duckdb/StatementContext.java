/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the running statement knows of its connection.
 *
 * @param threads DuckDB's setting
 * @param memory the limit as the user set it, or null
 * @param database the current database
 * @param temporary DuckDB's temp_directory, empty if it is switched off
 * @param external whether the connection may reach files
 * @param locked whether its settings are fixed, so that temp_directory is the operator's
 */
record StatementContext(
    int threads,
    @Nullable String memory,
    String database,
    String temporary,
    boolean external,
    boolean locked) {

  /** SQL that gives a context as JSON. */
  static final String SQL =
      "to_json({threads: current_setting('threads'), memory: getvariable('"
          + MemoryLimit.VARIABLE
          + "'), database: current_database(), temporary: current_setting('temp_directory'),"
          + " external: current_setting('enable_external_access'),"
          + " locked: current_setting('lock_configuration')})::VARCHAR";

  static StatementContext parse(String json) {
    Map<String, @Nullable Object> map = JsonText.object(json);
    Object memory = map.get("memory");
    return new StatementContext(
        map.get("threads") instanceof Number threads ? Math.max(1, threads.intValue()) : 1,
        memory == null ? null : memory.toString(),
        String.valueOf(map.get("database")),
        map.get("temporary") instanceof String temporary ? temporary : "",
        Boolean.TRUE.equals(map.get("external")),
        Boolean.TRUE.equals(map.get("locked")));
  }

  /** The limit of a statement whose columns lie on the heap, or off it. */
  long memoryLimit(boolean onHeap) {
    if (memory != null) {
      return MemoryLimit.parse(memory);
    }
    return onHeap ? MemoryLimit.onHeap() : MemoryLimit.standard();
  }
}
