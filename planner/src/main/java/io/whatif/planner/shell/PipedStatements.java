/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import io.whatif.planner.sql.GrowingScript;
import io.whatif.planner.sql.SourcePosition;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;

/**
 * Statements that come line by line from a pipe or a file; each is run once the line is read that
 * ends it, so that who writes them may wait for what they give.
 */
final class PipedStatements {
  private final SqlRunner runner;
  private final Reader in;
  private final GrowingScript pending = new GrowingScript();

  /** Lines before the pending ones. */
  private int before;

  private boolean well = true;

  /** Statements that {@code runner} runs; the caller closes {@code in}. */
  PipedStatements(SqlRunner runner, InputStream in) {
    this.runner = runner;
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  /** Runs all, those behind a mistake too, and says whether there was none. */
  boolean run() throws IOException {
    for (String line = line(); !line.isEmpty(); line = line()) {
      if (pending.isEmpty() && line.startsWith("!")) {
        runner.tell("whatif shell: " + line.strip() + " works only at a terminal. Write SQL.");
        well = false;
        before += ends(line);
        continue;
      }
      pending.add(line);
      if (pending.isComplete()) {
        runPending();
      }
    }
    runPending();
    return well;
  }

  /** The next line with its end, just as it stands; nothing at the end of the input. */
  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      line.append((char) c);
      if (c == '\n') {
        break;
      }
    }
    return line.toString();
  }

  private void runPending() {
    String script = pending.take();
    well &= runner.runEach(script, before);
    before += ends(script);
  }

  /** How many lines end in {@code text}, as places count them. */
  private static int ends(String text) {
    return SourcePosition.at(text, text.length()).line() - 1;
  }
}
