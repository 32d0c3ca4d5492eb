/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.export;

import io.whatif.planner.sql.SqlTokens;
import io.whatif.planner.sql.TextEdits;
import io.whatif.planner.sql.Token;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
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
  private static final Pattern CALL = Pattern.compile("([\\p{L}_][\\p{L}\\p{N}_$]*)?\\s*\\(");
  private static final Pattern COLUMN =
      Pattern.compile("\\s*" + NAME + "(?:\\s*\\.\\s*" + NAME + ")*\\s*");
  private static final Pattern LITERAL =
      Pattern.compile("\\s*(?:[-+]?\\d+(?:\\.\\d*)?(?:[eE][-+]?\\d+)?|" + TEXT + ")\\s*");
  private static final Pattern STATEMENT =
      Pattern.compile("\\b(?:select|from|with|values|over)\\b", Pattern.CASE_INSENSITIVE);

  private static final Set<String> STABLE =
      Set.of(
          "abs",
          "and",
          "case",
          "cast",
          "ceil",
          "coalesce",
          "else",
          "exp",
          "floor",
          "greatest",
          "in",
          "least",
          "ln",
          "lower",
          "not",
          "nullif",
          "or",
          "round",
          "sqrt",
          "then",
          "trim",
          "try_cast",
          "upper",
          "when");

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
    String bare = bare(text);
    if (STATEMENT.matcher(bare).find() || bare.contains("--") || bare.contains("/*")) {
      return false;
    }
    Matcher call = CALL.matcher(bare);
    while (call.find()) {
      String name = call.group(1);
      if (name != null && !STABLE.contains(name.toLowerCase(Locale.ROOT))) {
        return false;
      }
    }
    return true;
  }

  /**
   * The text with a word in the place of each string and quoted name, which may hold what looks
   * like a call or hides one. A quoted name before a bracket is a call as well: it stays a word.
   */
  private static String bare(String text) {
    SqlTokens sql = new SqlTokens(text);
    TextEdits edits = new TextEdits();
    for (int i = 0; i < sql.size(); i++) {
      if (sql.is(i, Token.Kind.STRING) || sql.is(i, Token.Kind.QUOTED)) {
        edits.replace(sql.start(i), sql.end(i), " quoted ");
      }
    }
    return edits.applied(text);
  }
}
