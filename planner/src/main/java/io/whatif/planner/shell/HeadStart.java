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
  /** Statements that are planned ahead at most: what they need is alike soon. */
  private static final int FEW = 8;

  private HeadStart() {}

  /** Begins; returns at once. */
  static void begin(String[] arguments) {
    start(
        "whatif-driver",
        () -> {
          quietly(WhatifDriver::warmUp);
          planAhead(arguments);
        });
  }

  private static void planAhead(String[] arguments) {
    int planned = 0;
    boolean engine = false;
    for (String argument : arguments) {
      if (!Script.hasCausalCall(argument)) {
        continue;
      }
      for (String statement : Script.statements(argument)) {
        if (planned < FEW && Script.hasCausalCall(statement)) {
          if (planned++ == 0) {
            engine = true;
          }
          quietly(() -> Planner.warmUpBy(statement));
        }
      }
    }
    if (engine) {
      quietly(Engine::warmUp);
    }
  }

  /** What is loaded on a thread of its own. */
  @FunctionalInterface
  private interface Work {
    void run() throws SQLException;
  }

  /** The stack is that of the thread that runs statements: one may be deep. */
  private static void start(String name, Work work) {
    Thread thread = new Thread(null, () -> quietly(work), name, Main.STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
  }

  private static void quietly(Work work) {
    try {
      work.run();
    } catch (SQLException | RuntimeException | Error e) {
      return; // it fails again, and is told, when a connection is opened or a statement runs
    }
  }
}
