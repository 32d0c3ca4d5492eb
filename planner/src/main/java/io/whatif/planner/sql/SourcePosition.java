/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import java.util.Optional;

/**
 * A place in the user's own text.
 *
 * @param line counted from 1
 * @param column the character of the line, counted from 1; a tab is one character
 * @param text the line
 */
public record SourcePosition(int line, int column, String text) {
  /** How much of a long line is shown on either side of the place. */
  private static final int SHOWN = 60;

  /** The place of the character at {@code offset}. */
  public static SourcePosition at(String text, int offset) {
    int line = 1;
    int start = 0;
    for (int i = 0; i < offset; i++) {
      char c = text.charAt(i);
      if (c == '\n' || (c == '\r' && !text.startsWith("\n", i + 1))) {
        line++;
        start = i + 1;
      }
    }
    int end = start;
    while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
      end++;
    }
    int column = 1 + text.codePointCount(start, Math.max(start, Math.min(offset, end)));
    return new SourcePosition(line, column, text.substring(start, end));
  }

  /**
   * The place of a mistake that was told by us, whether when planning or when running: of the
   * argument or value the message names, else of the call's name.
   */
  public static Optional<SourcePosition> ofMistake(String statement, String message) {
    return MistakePlace.find(statement, message).map(offset -> at(statement, offset));
  }

  /**
   * The place of a mistake that DuckDB told with a line and a caret.
   *
   * @param statement the user's text
   * @param run the text DuckDB ran, in which parts of {@code statement} stand
   */
  public static Optional<SourcePosition> ofDuckDb(String statement, String run, String message) {
    return CaretPlace.find(statement, run, message).map(offset -> at(statement, offset));
  }

  /** The same place in a longer text in which this one's begins at {@code offset}. */
  public SourcePosition within(String whole, int offset) {
    SourcePosition start = at(whole, Math.min(offset, whole.length()));
    return new SourcePosition(
        start.line + line - 1, line == 1 ? start.column + column - 1 : column, text);
  }

  /** The same place in a longer text, in which so many lines come before this one's. */
  public SourcePosition below(int lines) {
    return new SourcePosition(line + lines, column, text);
  }

  /** The line and a caret below it, as DuckDB shows a place. */
  public String excerpt() {
    int[] points = text.codePoints().toArray();
    int from = Math.max(0, column - 1 - SHOWN);
    int to = Math.min(points.length, column - 1 + SHOWN);
    String head = "LINE " + line + ": " + (from > 0 ? "..." : "");
    StringBuilder below = new StringBuilder(" ".repeat(head.length()));
    for (int i = from; i < Math.min(column - 1, points.length); i++) {
      below.append(points[i] == '\t' ? "\t" : " ".repeat(CaretPlace.width(points[i])));
    }
    String shown = new String(points, from, to - from) + (to < points.length ? "..." : "");
    return head + shown + "\n" + below + "^";
  }

  /** {@code (line L, column C)}. */
  @Override
  public String toString() {
    return "(line " + line + ", column " + column + ")";
  }
}
