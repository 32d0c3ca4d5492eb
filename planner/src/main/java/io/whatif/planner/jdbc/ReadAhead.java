/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

/**
 * How far DuckDB reads ahead of its threads in a database that the command line opens. Left alone
 * it reads as many row groups ahead as fit into a quarter of its memory limit, so that a file that
 * is read faster than its rows are taken stands in memory beside them.
 *
 * <p>Not set by the driver itself: DuckDB refuses a second connection to a file whose settings
 * differ from those of the first, which may be an application's own.
 */
public final class ReadAhead {
  /** DuckDB's name of the setting. */
  public static final String SETTING = "read_ahead_depth";

  private ReadAhead() {}

  /** One row group for each thread that DuckDB will have: none waits, also for a remote file. */
  public static String depth() {
    return String.valueOf(Runtime.getRuntime().availableProcessors());
  }
}
