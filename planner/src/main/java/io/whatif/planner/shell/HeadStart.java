/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import io.whatif.duckdb.Engine;
import io.whatif.planner.Planner;
import io.whatif.planner.jdbc.WhatifDriver;
import io.whatif.planner.sql.Script;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the statements of a command line will need, loaded while that is read: DuckDB's driver, and
 * planner and engine if one of them is causal. What fails here fails again, and is told, when a
 * connection is opened.
 */
final class HeadStart {
  /** Statements that are planned ahead at most: what they need is alike soon. */
  private static final int FEW = 8;

  private HeadStart() {}

  /**
   * Begins; returns at once. All on one thread, since the command line and the compilers take the
   * other core: the driver first, which is waited for first.
   */
  static void begin(String[] arguments) {
    Thread thread =
        new Thread(null, () -> load(arguments), "whatif-head-start", Main.STACK_BYTES); // deep SQL
    thread.setDaemon(true);
    thread.start();
  }

  private static void load(String[] arguments) {
    quietly(WhatifDriver::warmUp);
    List<String> causal = causal(arguments);
    causal.forEach(statement -> quietly(() -> Planner.warmUpBy(statement)));
    if (!causal.isEmpty()) {
      quietly(Engine::warmUp);
    }
  }

  /** The first causal statements of a command line. */
  private static List<String> causal(String[] arguments) {
    List<String> causal = new ArrayList<>();
    for (String argument : arguments) {
      if (Script.hasCausalCall(argument)) {
        for (String statement : Script.statements(argument)) {
          if (causal.size() < FEW && Script.hasCausalCall(statement)) {
            causal.add(statement);
          }
        }
      }
    }
    return causal;
  }

  /** What is loaded. */
  @FunctionalInterface
  private interface Work {
    void run() throws SQLException;
  }

  private static void quietly(Work work) {
    try {
      work.run();
    } catch (SQLException | RuntimeException | Error e) {
      return; // it fails again, and is told, when a connection is opened or a statement runs
    }
  }
}
