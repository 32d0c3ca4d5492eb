/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

/**
 * Statements that come line by line. Each line is read once, behind what those before it leave
 * open, so that many lines of one text take no longer than as many statements.
 */
public final class GrowingScript {
  private final StringBuilder text = new StringBuilder();

  /** What begins a string or comments that are still open, or nothing. */
  private String open = "";

  private boolean ended = true;

  /** Adds a line with its line end; only the last may lack it. */
  public void add(String line) {
    text.append(line);
    SqlTokens sql = new SqlTokens(open + line);
    open = sql.open();
    if (sql.size() > 0) {
      ended = sql.isSymbol(sql.size() - 1, ";");
    }
  }

  /** Whether no statement is begun, and no string and no comment open. */
  public boolean isComplete() {
    return ended && open.isEmpty();
  }

  public boolean isEmpty() {
    return text.isEmpty();
  }

  /** Gives what was added, and is empty then. */
  public String take() {
    String taken = text.toString();
    text.setLength(0);
    open = "";
    ended = true;
    return taken;
  }
}
