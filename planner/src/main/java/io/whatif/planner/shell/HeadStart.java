/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import io.whatif.planner.Planner;
import org.duckdb.DuckDBDriver;

/**
 * What the statements of a command line will need, loaded while that is read: DuckDB's driver, and
 * the planner if one of them is causal. What fails here fails again, and is told, when a connection
 * is opened.
 */
final class HeadStart {
  private HeadStart() {}

  /** Begins; returns at once. */
  static void begin(String[] arguments) {
    start("whatif-driver", DuckDBDriver::new);
    start(
        "whatif-planner",
        () -> {
          for (String argument : arguments) {
            if (Planner.concerns(argument)) {
              Planner.warmUpBy(argument);
              return;
            }
          }
        });
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }
}
