/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import io.whatif.planner.sql.Script;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Statements that come line by line from a pipe or a file; each is run once the line is read that
 * ends it, so that who writes them may wait for what they give.
 */
final class PipedStatements {
  private final SqlRunner runner;
  private final BufferedReader in;
  private final StringBuilder pending = new StringBuilder();

  /** Lines before the pending ones, and all that were read. */
  private int before;

  private int read;
  private boolean well = true;

  /** Statements that {@code runner} runs; the caller closes {@code in}. */
  PipedStatements(SqlRunner runner, InputStream in) {
    this.runner = runner;
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  /** Runs all, those behind a mistake too, and says whether there was none. */
  boolean run() throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      read++;
      boolean command = line.startsWith("!") && pending.toString().isBlank();
      if (command) {
        System.err.println(
            "whatif shell: " + line + ": is a command of the prompt at a terminal. Write SQL.");
        well = false;
      }
      pending.append(command ? "" : line).append('\n');
      if (line.stripTrailing().endsWith(";") && Script.isComplete(pending.toString())) {
        runPending();
      }
    }
    runPending();
    return well;
  }

  private void runPending() {
    well &= runner.runEach(pending.toString(), before);
    pending.setLength(0);
    before = read;
  }
}
