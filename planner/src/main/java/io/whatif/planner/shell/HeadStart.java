/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import io.whatif.duckdb.Engine;
import io.whatif.planner.Planner;
import io.whatif.planner.jdbc.WhatifDriver;
import io.whatif.planner.sql.Script;
import java.sql.SQLException;

/**
 * What the statements of a command line will need, loaded while that is read: DuckDB's driver, and
 * planner and engine if one of them is causal. What fails here fails again, and is told, when a
 * connection is opened.
 */
final class HeadStart {
  private HeadStart() {}

  /** Begins; returns at once. */
  static void begin(String[] arguments) {
    start("whatif-driver", WhatifDriver::warmUp);
    start(
        "whatif-planner",
        () -> {
          for (String argument : arguments) {
            if (Planner.concerns(argument)) {
              start("whatif-engine", Engine::warmUp);
              Planner.warmUpBy(firstOf(argument));
              return;
            }
          }
        });
  }

  /** The first statement of a script that needs a plan. */
  private static String firstOf(String script) {
    return Script.statements(script).stream()
        .filter(Script::hasCausalCall)
        .findFirst()
        .orElse(script);
  }

  /** What is loaded on a thread of its own. */
  @FunctionalInterface
  private interface Work {
    void run() throws SQLException;
  }

  /** The stack is that of the thread that runs statements: one may be deep. */
  private static void start(String name, Work work) {
    Runnable quietly =
        () -> {
          try {
            work.run();
          } catch (SQLException | RuntimeException | Error e) {
            return; // it fails again, and is told, when a connection is opened or a statement runs
          }
        };
    Thread thread = new Thread(null, quietly, name, Main.STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
  }
}
