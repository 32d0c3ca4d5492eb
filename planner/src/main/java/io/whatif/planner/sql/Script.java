/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A text of several statements. */
public final class Script {
  private static final Set<String> OPENING = Set.of("begin", "start", "transaction", "attach");

  private Script() {}

  /**
   * The statements of {@code text} in order, split at each {@code ;} outside brackets, strings and
   * comments; empty ones are left out. A statement keeps its text from its first token to its last,
   * and a comment that does not end.
   */
  public static List<String> statements(String text) {
    return parts(text).stream().map(Part::text).toList();
  }

  /**
   * A statement of a script.
   *
   * @param offset where in the script it begins
   */
  public record Part(String text, int offset) {
    /** Where in {@code script} it begins. */
    public SourcePosition place(String script) {
      return SourcePosition.at(script, offset);
    }
  }

  /** The {@link #statements} of {@code text} with their places. */
  public static List<Part> parts(String text) {
    SqlTokens sql = new SqlTokens(text);
    List<Part> statements = new ArrayList<>();
    int last = sql.size() == 0 ? 0 : sql.token(sql.size() - 1).end();
    boolean open = sql.open().startsWith("/*");
    int start = 0;
    for (int i = 0; i < sql.size(); i++) {
      if (sql.isSymbol(i, ";")) {
        if (i > start) {
          statements.add(new Part(sql.slice(start, i), sql.token(start).start()));
        }
        start = i + 1;
      }
    }
    if (start < sql.size() || open) { // DuckDB is to see, and tell, that a comment does not end.
      int from = start < sql.size() ? sql.token(start).start() : last;
      statements.add(new Part(text.substring(from, open ? text.length() : last), from));
    }
    return statements;
  }

  /**
   * Whether {@code text} may begin a transaction or attach a database: it holds a word of such
   * statements.
   */
  public static boolean mayOpen(String text) {
    return Mentions.ofWord(text, OPENING);
  }

  /** Whether one of the statements of {@code text} has a causal call; cheap where none may. */
  public static boolean hasCausalCall(String text) {
    if (!Mentions.ofFunction(text)) {
      return false;
    }
    SqlTokens sql = new SqlTokens(text);
    for (int i = 0; i < sql.size() - 1; i++) {
      if (sql.isSymbol(i, ";")) { // What a word means hangs on the first of its own statement.
        return statements(text).stream().anyMatch(one -> CausalStatement.of(one).isCausal());
      }
    }
    return !new CallFinder(sql).sites().isEmpty();
  }
}
