/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The item of a SELECT list that a call is part of. An item without a name of the user's is named
 * by its own text, so that no column is called by what a call became.
 *
 * @param from its first token
 * @param to the token after its last
 */
public record SelectItem(int from, int to) {
  private static final Set<String> QUANTIFIERS = Set.of("DISTINCT", "ALL");

  private static final Set<String> AFTER =
      Set.of(
          "EXCEPT",
          "FETCH",
          "FROM",
          "GROUP",
          "HAVING",
          "INTERSECT",
          "LIMIT",
          "OFFSET",
          "ORDER",
          "QUALIFY",
          "RETURNING",
          "SELECT",
          "UNION",
          "USING",
          "WHERE",
          "WINDOW");

  /** What follows WITH at the end of CREATE TABLE AS; else WITH is part of a type. */
  private static final Set<String> AFTER_WITH = Set.of("DATA", "NO");

  /** Words between operands: a name behind one is an operand, behind any other word an alias. */
  private static final Set<String> OPERATORS =
      Set.of(
          "AND", "BETWEEN", "COLLATE", "ESCAPE", "FROM", "GLOB", "ILIKE", "IN", "IS", "LIKE", "NOT",
          "OR", "TO");

  private static final Set<String> EXPANDS = Set.of("COLUMNS", "UNNEST");

  /** Words that end an expression, and so are no name. */
  private static final Set<String> ENDS = Set.of("END", "FALSE", "NULL", "TRUE");

  /**
   * For each token the item of the innermost SELECT list that holds it, or null; an opening bracket
   * stands for all that it encloses. One pass forwards and one backwards, so that a text with many
   * calls takes time in proportion to its length.
   */
  static @Nullable SelectItem[] all(SqlTokens sql) {
    int[] separators = sql.lastBefore(i -> begins(sql, i));
    int[] ends = sql.firstAfter(i -> ends(sql, i));
    @Nullable SelectItem[] items = new SelectItem[sql.size()];
    for (int i = 0; i < items.length; i++) {
      int clause = sql.clause(i);
      int around = sql.around(i);
      if (clause >= 0 && sql.keyword(clause).equals("SELECT")) {
        int last = sql.isOpening(i) ? sql.closing(i) : i;
        items[i] = new SelectItem(separators[i] + 1, last == sql.size() ? sql.size() : ends[last]);
      } else if (around >= 0) {
        items[i] = items[around];
      }
    }
    return items;
  }

  private static boolean begins(SqlTokens sql, int i) {
    String word = sql.keyword(i);
    boolean quantifier = QUANTIFIERS.contains(word) && sql.keyword(i - 1).equals("SELECT");
    boolean distinctOn = sql.endsDistinctOn(i) && sql.keyword(sql.opening(i) - 3).equals("SELECT");
    return sql.isSymbol(i, ",") || word.equals("SELECT") || quantifier || distinctOn;
  }

  private static boolean ends(SqlTokens sql, int i) {
    return sql.isSymbol(i, ",")
        || sql.isSymbol(i, ";")
        || (AFTER.contains(sql.keyword(i)) && !sql.isDistinctFrom(i))
        || (sql.keyword(i).equals("ON") && sql.keyword(i + 1).equals("CONFLICT"))
        || (sql.keyword(i).equals("WITH") && AFTER_WITH.contains(sql.keyword(i + 1)))
        || (sql.isClosing(i) && sql.opening(i) < 0);
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
   * several columns. In doubt it has: a needless name would be an error.
   */
  public boolean isNamed(SqlTokens sql) {
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
            || ENDS.contains(sql.keyword(last - 1))
            || (sql.isName(last - 1) && !OPERATORS.contains(sql.keyword(last - 1)));
    return last > from && sql.isName(last) && afterOperand && !ENDS.contains(sql.keyword(last));
  }

  /** Its text. */
  public String text(SqlTokens sql) {
    return sql.slice(from, to);
  }

  /** How long its text is. */
  public int length(SqlTokens sql) {
    return endOffset(sql) - sql.token(from).start();
  }

  /** Where its text ends. */
  public int endOffset(SqlTokens sql) {
    return sql.token(to - 1).end();
  }
}
