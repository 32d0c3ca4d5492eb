/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

/**
 * How far DuckDB reads ahead of its threads in a database that {@code sql} or {@code serve} opens.
 * Left alone it reads as many row groups ahead as fit into a quarter of its memory limit, so that a
 * file that is read faster than its rows are taken stands in memory beside them.
 *
 * <p>Not set by the driver itself, nor by the shell, which may connect again: DuckDB refuses a
 * second connection to a file whose settings at its opening differ from those of the first. There
 * {@code SET read_ahead_depth = 2} does the same.
 */
public final class ReadAhead {
  /** DuckDB's name of the setting. */
  public static final String SETTING = "read_ahead_depth";

  private ReadAhead() {}

  /** One row group for each of the threads that DuckDB has unless told otherwise. */
  public static String depth() {
    return String.valueOf(Runtime.getRuntime().availableProcessors());
  }
}
