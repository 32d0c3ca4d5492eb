/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import java.util.Optional;
import java.util.Set;

/**
 * The item of a SELECT list that a call is part of. An item without a name of the user's is named
 * by its own text, so that no column is called by what a call became.
 *
 * @param from its first token
 * @param to the token after its last
 */
record SelectItem(int from, int to) {
  private static final Set<String> BEFORE = Set.of("SELECT", "DISTINCT", "ALL");

  private static final Set<String> AFTER =
      Set.of(
          "EXCEPT",
          "FROM",
          "GROUP",
          "HAVING",
          "INTERSECT",
          "LIMIT",
          "ORDER",
          "QUALIFY",
          "UNION",
          "WHERE",
          "WINDOW");

  private static final Set<String> EXPANDS = Set.of("COLUMNS", "UNNEST");

  /** Words that end an expression, and so are no name. */
  private static final Set<String> ENDS = Set.of("END", "FALSE", "NULL", "TRUE");

  /** The item that holds the tokens from {@code first} to {@code last}; empty if none does. */
  static Optional<SelectItem> of(SqlTokens sql, int first, int last) {
    int from = start(sql, first);
    if (from >= 0) {
      return Optional.of(new SelectItem(from, end(sql, last)));
    }
    int open = enclosing(sql, first);
    return open < 0 ? Optional.empty() : of(sql, open, sql.closing(open));
  }

  /** The first token of the item around {@code token} within its brackets, or -1. */
  private static int start(SqlTokens sql, int token) {
    if (!sql.keyword(Math.max(0, sql.clause(token))).equals("SELECT")) {
      return -1;
    }
    int depth = 0;
    for (int i = token - 1; i >= 0; i--) {
      if (depth == 0
          && (sql.isSymbol(i, ",") || BEFORE.contains(sql.keyword(i)) || sql.endsDistinctOn(i))) {
        return i + 1;
      }
      if (sql.isClosing(i)) {
        depth++;
      } else if (sql.isOpening(i)) {
        depth--;
      }
    }
    return -1;
  }

  private static int end(SqlTokens sql, int token) {
    int depth = 0;
    for (int i = token + 1; i < sql.size(); i++) {
      boolean ends = sql.isSymbol(i, ",") || sql.isSymbol(i, ";") || AFTER.contains(sql.keyword(i));
      if (depth == 0 && (ends || sql.isClosing(i))) {
        return i;
      }
      if (sql.isOpening(i)) {
        depth++;
      } else if (sql.isClosing(i)) {
        depth--;
      }
    }
    return sql.size();
  }

  /** The innermost bracket that is open at {@code token}, or -1. */
  private static int enclosing(SqlTokens sql, int token) {
    int depth = 0;
    for (int i = token - 1; i >= 0; i--) {
      if (sql.isClosing(i)) {
        depth++;
      } else if (sql.isOpening(i) && --depth < 0) {
        return i;
      }
    }
    return -1;
  }

  /** Whether it gives several columns: {@code *}, {@code t.*}, {@code COLUMNS(...)}. */
  private boolean isExpanded(SqlTokens sql) {
    int depth = 0;
    for (int i = from; i < to; i++) {
      if (sql.isOpening(i)) {
        depth++;
      } else if (sql.isClosing(i)) {
        depth--;
      }
      boolean star = sql.isSymbol(i, "*") && (i == from || sql.isSymbol(i - 1, "."));
      if ((star && depth == 0) || EXPANDS.contains(sql.keyword(i))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether it has names already: {@code x AS name}, {@code x name}, {@code name: x}, or those of
   * several columns.
   */
  boolean isNamed(SqlTokens sql) {
    int last = to - 1;
    if (isExpanded(sql) || sql.isSymbol(from + 1, ":") || sql.keyword(last - 1).equals("AS")) {
      return true;
    }
    boolean afterOperand =
        sql.isClosing(last - 1)
            || sql.is(last - 1, Token.Kind.STRING)
            || sql.is(last - 1, Token.Kind.NUMBER)
            || sql.is(last - 1, Token.Kind.PARAMETER)
            || sql.is(last - 1, Token.Kind.QUOTED)
            || ENDS.contains(sql.keyword(last - 1));
    return last > from && sql.isName(last) && afterOperand && !ENDS.contains(sql.keyword(last));
  }

  /** Its text. */
  String text(SqlTokens sql) {
    return sql.slice(from, to);
  }

  /** Where its text ends. */
  int endOffset(SqlTokens sql) {
    return sql.token(to - 1).end();
  }
}
