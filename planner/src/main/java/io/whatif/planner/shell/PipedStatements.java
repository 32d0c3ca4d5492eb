/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import io.whatif.planner.sql.GrowingScript;
import io.whatif.planner.sql.SourcePosition;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Statements that come line by line from a pipe or a file; each is run once the line is read that
 * ends it, so that who writes them may wait for what they give.
 */
final class PipedStatements {
  private final SqlRunner runner;
  private final InputStream in;
  private final GrowingScript pending = new GrowingScript();

  /** Lines read, as places count them. */
  private int lines;

  private boolean well = true;

  /** Statements that {@code runner} runs; the caller closes {@code in}. */
  PipedStatements(SqlRunner runner, InputStream in) {
    this.runner = runner;
    this.in = new BufferedInputStream(in);
  }

  /**
   * Runs all, those behind a mistake too, and says whether there was none.
   *
   * @throws IOException if a line is not UTF-8; statements that ended before it have run
   */
  boolean run() throws IOException {
    for (String line = line(); !line.isEmpty(); line = line()) {
      if (pending.isEmpty() && line.startsWith("!")) {
        runner.tell("whatif shell: " + line.strip() + " works only at a terminal. Write SQL.");
        well = false;
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
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0; c = in.read()) {
      line.write(c);
      if (c == '\n') {
        break;
      }
    }
    String text = Utf8Text.of(line.toByteArray(), SqlCommand.STANDARD_INPUT, lines);
    lines += ends(text);
    return text;
  }

  private void runPending() {
    String script = pending.take();
    well &= runner.runEach(script, lines - ends(script));
  }

  /** How many lines end in {@code text}, as places count them. */
  private static int ends(String text) {
    return SourcePosition.at(text, text.length()).line() - 1;
  }
}
