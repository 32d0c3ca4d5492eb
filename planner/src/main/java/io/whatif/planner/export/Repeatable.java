/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.export;

import io.whatif.planner.sql.SqlTokens;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells which SQL texts may stand in a query twice without being evaluated twice, or with the same
 * value if they are: columns, literals, and arithmetic and a few functions of them.
 */
final class Repeatable {
  /** Possessive, as is {@link #QUOTED_NAME}: else each of their characters recurses. */
  private static final String TEXT = "'[^']*+(?:''[^']*+)*+'";

  private static final String QUOTED_NAME = "\"[^\"]*+(?:\"\"[^\"]*+)*+\"";
  private static final String NAME = "(?:[\\p{L}_][\\p{L}\\p{N}_$]*|" + QUOTED_NAME + ")";
  private static final Pattern COLUMN =
      Pattern.compile("\\s*" + NAME + "(?:\\s*\\.\\s*" + NAME + ")*\\s*");
  private static final Pattern LITERAL =
      Pattern.compile("\\s*(?:[-+]?\\d+(?:\\.\\d*)?(?:[eE][-+]?\\d+)?|" + TEXT + ")\\s*");

  /** Words of a subquery, whose rows may be others the next time, or of a window. */
  private static final Set<String> REFUSED =
      Set.of("FROM", "OVER", "SELECT", "TABLE", "VALUES", "WITH");

  /** What may stand before a bracket: functions, and words that are none. */
  private static final Set<String> STABLE =
      Set.of(
          "ABS",
          "AND",
          "CASE",
          "CAST",
          "CEIL",
          "COALESCE",
          "ELSE",
          "EXP",
          "FLOOR",
          "GREATEST",
          "IN",
          "LEAST",
          "LN",
          "LOWER",
          "NOT",
          "NULLIF",
          "OR",
          "ROUND",
          "SQRT",
          "THEN",
          "TRIM",
          "TRY_CAST",
          "UPPER",
          "WHEN");

  private Repeatable() {}

  /** A column or a literal: no work at all. */
  static boolean isPlain(String text) {
    return COLUMN.matcher(text).matches() || LITERAL.matcher(text).matches();
  }

  /** Gives the same value each time, and DuckDB computes it once if it stands twice. */
  static boolean isStable(String text) {
    if (isPlain(text)) {
      return true;
    }
    SqlTokens sql = new SqlTokens(text);
    int before = 0;
    for (int i = 0; i < sql.size(); i++) {
      if (isComment(text.substring(before, sql.start(i)))
          || REFUSED.contains(sql.keyword(i))
          || (sql.isSymbol(i, "(") && isOtherCall(sql, i - 1))) {
        return false;
      }
      before = sql.end(i);
    }
    return !isComment(text.substring(before));
  }

  /** Whether what stands between tokens is more than space: it may end with its line only. */
  private static boolean isComment(String between) {
    return between.contains("--") || between.contains("/*");
  }

  /** Whether the token names what a bracket behind it calls, and not one of the known functions. */
  private static boolean isOtherCall(SqlTokens sql, int name) {
    return sql.isName(name) && (!STABLE.contains(sql.keyword(name)) || sql.isSymbol(name - 1, "."));
  }
}
