/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the token at DuckDB's caret in the user's text. DuckDB shows a line of the text it ran, cut
 * to a window, and counts the columns of a terminal; parts of the user's text stand in the text it
 * ran, word for word.
 */
final class CaretPlace {
  private static final Pattern EXCERPT =
      Pattern.compile("(?m)^LINE (\\d+): (.*)\\R( *)\\^", Pattern.UNIX_LINES);

  /** How far tokens are compared on either side. */
  private static final int CONTEXT = 400;

  private static final String CUT = "...";

  private CaretPlace() {}

  /** The offset in {@code statement}, or empty if the caret is at no token of it. */
  static Optional<Integer> find(String statement, String run, String message) {
    Matcher excerpt = EXCERPT.matcher(message);
    if (!excerpt.find()) {
      return Optional.empty();
    }
    int line = Integer.parseInt(excerpt.group(1));
    int indent = excerpt.group(3).length() - "LINE : ".length() - excerpt.group(1).length();
    Optional<Integer> offset = offset(run, line, excerpt.group(2), Math.max(0, indent));
    if (offset.isEmpty() || statement.equals(run)) {
      return offset.map(o -> statement.isEmpty() ? 0 : Math.min(o, statement.length()));
    }
    SqlTokens lowered = new SqlTokens(run);
    int token = tokenAt(lowered, offset.get());
    return token < 0 ? Optional.empty() : match(new SqlTokens(statement), lowered, token);
  }

  /** The position of the caret in {@code run}. */
  private static Optional<Integer> offset(String run, int line, String shown, int indent) {
    int start = 0;
    for (int i = 1; i < line; i++) {
      start = run.indexOf('\n', start) + 1;
      if (start == 0) {
        return Optional.empty();
      }
    }
    int end = run.indexOf('\n', start);
    String text = run.substring(start, end < 0 ? run.length() : end);
    if (!shown.startsWith(CUT)) {
      return Optional.of(start + atColumn(text, indent));
    }
    String window = shown.substring(CUT.length());
    if (window.endsWith(CUT)) {
      window = window.substring(0, window.length() - CUT.length());
    }
    int at = text.indexOf(window);
    return at < 0
        ? Optional.empty()
        : Optional.of(start + at + atColumn(window, indent - CUT.length()));
  }

  /** The index of the character at a column of the terminal; what has no width is skipped. */
  private static int atColumn(String text, int column) {
    int i = 0;
    int columns = 0;
    while (i < text.length()) {
      int point = text.codePointAt(i);
      int width = width(point);
      if (width > 0 && columns + width > column) {
        return i;
      }
      columns += width;
      i += Character.charCount(point);
    }
    return text.length();
  }

  /** The columns a character takes on a terminal. */
  static int width(int point) {
    switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK -> {
        return 0;
      }
      default -> {}
    }
    boolean wide =
        (point >= 0x1100 && point <= 0x115f)
            || (point >= 0x2e80 && point <= 0xa4cf)
            || (point >= 0xac00 && point <= 0xd7a3)
            || (point >= 0xf900 && point <= 0xfaff)
            || (point >= 0xfe30 && point <= 0xfe6f)
            || (point >= 0xff00 && point <= 0xff60)
            || (point >= 0xffe0 && point <= 0xffe6)
            || (point >= 0x1f300 && point <= 0x1f64f)
            || (point >= 0x1f680 && point <= 0x1f6ff)
            || (point >= 0x1f900 && point <= 0x1faff)
            || (point >= 0x20000 && point <= 0x3fffd);
    return wide ? 2 : 1;
  }

  /** The last token that begins at or before {@code offset}. */
  private static int tokenAt(SqlTokens sql, int offset) {
    int low = 0;
    int high = sql.size();
    while (low < high) {
      int middle = (low + high) / 2;
      if (sql.token(middle).start() <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /**
   * The user's token with the longest common context. What is no name must have some: brackets and
   * keywords stand in our text too.
   */
  private static Optional<Integer> match(SqlTokens user, SqlTokens run, int token) {
    String word = run.word(token);
    int best = -1;
    int longest = isUsersName(word) ? -1 : 1;
    for (int i = 0; i < user.size(); i++) {
      if (isSame(user.word(i), word)) {
        int common = common(user, i, run, token, -1) + common(user, i, run, token, 1);
        if (common > longest) {
          longest = common;
          best = i;
        }
      }
    }
    return best < 0 ? Optional.empty() : Optional.of(user.token(best).start());
  }

  /** Whether it is a name that our own text does not hold. */
  private static boolean isUsersName(String word) {
    boolean ours = word.startsWith("\"whatif ") || word.startsWith("whatif_");
    char first = word.charAt(0);
    boolean name = Character.isLetter(first) || first == '_' || first == '"' || first > 127;
    return name && !ours && !word.equals(word.toUpperCase(Locale.ROOT));
  }

  private static int common(SqlTokens user, int at, SqlTokens run, int token, int step) {
    int common = 0;
    while (common < CONTEXT) {
      int next = step * (common + 1);
      String word = user.word(at + next);
      if (word.isEmpty() || !isSame(word, run.word(token + next))) {
        break;
      }
      common++;
    }
    return common;
  }

  private static boolean isSame(String user, String run) {
    return user.equals(run) || (user.equals("?") && run.length() > 1 && run.charAt(0) == '$');
  }
}
