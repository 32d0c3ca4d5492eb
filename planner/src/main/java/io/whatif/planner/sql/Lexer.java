/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Splits SQL text into tokens as DuckDB does; comments and space are left out. A string or comment
 * that does not end reaches to the end of the text: DuckDB will say so.
 */
final class Lexer {
  private static final Set<String> LONG_SYMBOLS =
      Set.of(
          "::", ":=", "=>", "->", "<=", ">=", "<>", "!=", "==", "||", "**", "//", "&&", "^@", "<<",
          ">>", "~~");

  private final String text;
  private final List<Token> tokens = new ArrayList<>();

  /** What begins the string or the comments that the end of the text leaves open, or nothing. */
  private String open = "";

  private Lexer(String text) {
    this.text = text;
  }

  static Lexer read(String text) {
    Lexer lexer = new Lexer(text);
    int position = 0;
    while (position < text.length()) {
      position = lexer.next(position);
    }
    return lexer;
  }

  static List<Token> tokens(String text) {
    return read(text).tokens;
  }

  List<Token> tokens() {
    return tokens;
  }

  /**
   * What opens the string, the quoted name or the comments that do not end, or nothing: a text that
   * goes on behind a line end is read alike if it begins with this in the place of all before.
   */
  String open() {
    return open;
  }

  private int next(int start) {
    char c = text.charAt(start);
    if (isSpace(c)) {
      return start + 1;
    }
    if (c == '-' && at(start + 1) == '-') {
      return lineEnd(start);
    }
    if (c == '/' && at(start + 1) == '*') {
      return comment(start);
    }
    if (c == '\'') {
      return add(Token.Kind.STRING, start, quoted(start, '\'', false));
    }
    if (c == '"') {
      return add(Token.Kind.QUOTED, start, quoted(start, '"', false));
    }
    if ((c == 'e' || c == 'E' || c == 'x' || c == 'X') && at(start + 1) == '\'') {
      return add(Token.Kind.STRING, start, quoted(start + 1, '\'', c == 'e' || c == 'E'));
    }
    if (c == '$') {
      return dollar(start);
    }
    if (c == '?') {
      return add(Token.Kind.PARAMETER, start, digits(start + 1));
    }
    if (isDigit(c) || (c == '.' && isDigit(at(start + 1)) && !followsName(start))) {
      return add(Token.Kind.NUMBER, start, number(start));
    }
    if (isWordStart(c)) {
      return add(Token.Kind.WORD, start, word(start));
    }
    return add(Token.Kind.SYMBOL, start, start + symbolLength(start));
  }

  /** A comment that begins within an operator ends it: {@code //*} is a division and a comment. */
  private int symbolLength(int start) {
    if (text.startsWith("->>", start)) {
      return 3;
    }
    boolean two =
        start + 1 < text.length()
            && LONG_SYMBOLS.contains(text.substring(start, start + 2))
            && !text.startsWith("//*", start);
    return two ? 2 : 1;
  }

  /** The position after a comment to the end of its line. */
  private int lineEnd(int start) {
    int i = start;
    while (i < text.length() && text.charAt(i) != '\n' && text.charAt(i) != '\r') {
      i++;
    }
    return Math.min(i + 1, text.length());
  }

  private int add(Token.Kind kind, int start, int end) {
    tokens.add(new Token(kind, start, end));
    return end;
  }

  private char at(int position) {
    return position < text.length() ? text.charAt(position) : '\0';
  }

  /** Comments nest. */
  private int comment(int start) {
    int depth = 1;
    int i = start + 2;
    while (i < text.length() && depth > 0) {
      if (text.startsWith("/*", i)) {
        depth++;
        i += 2;
      } else if (text.startsWith("*/", i)) {
        depth--;
        i += 2;
      } else {
        i++;
      }
    }
    open = "/*".repeat(depth);
    return i;
  }

  private int quoted(int start, char quote, boolean escapes) {
    int i = start + 1;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (escapes && c == '\\') {
        i += 2;
      } else if (c == quote && at(i + 1) == quote) {
        i += 2;
      } else if (c == quote) {
        return i + 1;
      } else {
        i++;
      }
    }
    open = (escapes ? "E" : "") + quote;
    return text.length();
  }

  private int dollar(int start) {
    if (isDigit(at(start + 1))) {
      return add(Token.Kind.PARAMETER, start, digits(start + 1));
    }
    int tagEnd = start + 1;
    while (isWordStart(at(tagEnd)) || isDigit(at(tagEnd))) {
      tagEnd++;
    }
    if (at(tagEnd) == '$') {
      String tag = text.substring(start, tagEnd + 1);
      int close = text.indexOf(tag, tagEnd + 1);
      open = close < 0 ? tag : "";
      return add(Token.Kind.STRING, start, close < 0 ? text.length() : close + tag.length());
    }
    return add(tagEnd > start + 1 ? Token.Kind.PARAMETER : Token.Kind.SYMBOL, start, tagEnd);
  }

  private int digits(int start) {
    int i = start;
    while (isDigit(at(i))) {
      i++;
    }
    return i;
  }

  private int number(int start) {
    int i = digitsAndUnderscores(start);
    if (at(i) == '.') {
      i = digitsAndUnderscores(i + 1);
    }
    if (at(i) == 'e' || at(i) == 'E') {
      int exponent = at(i + 1) == '+' || at(i + 1) == '-' ? i + 2 : i + 1;
      if (isDigit(at(exponent))) {
        i = digits(exponent);
      }
    }
    return i;
  }

  private int digitsAndUnderscores(int start) {
    int i = start;
    while (isDigit(at(i)) || (at(i) == '_' && isDigit(at(i + 1)))) {
      i++;
    }
    return i;
  }

  private int word(int start) {
    int i = start + 1;
    while (isWordPart(at(i))) {
      i++;
    }
    return i;
  }

  /** Whether a dot here separates names, as in {@code t.1}: then no number starts with it. */
  private boolean followsName(int dot) {
    if (tokens.isEmpty()) {
      return false;
    }
    Token last = tokens.get(tokens.size() - 1);
    return last.end() == dot
        && (last.kind() == Token.Kind.WORD || last.kind() == Token.Kind.QUOTED);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /**
   * Whether DuckDB reads {@code c} as space, as tried on every character of the basic plane: that
   * of Unicode too, but for those that join letters.
   */
  static boolean isSpace(char c) {
    return c == ' '
        || (c >= '\t' && c <= '\r')
        || c == '\u00a0'
        || (c >= '\u2000' && c <= '\u200b')
        || c == '\u202f'
        || c == '\u205f'
        || c == '\u2060'
        || c == '\u3000'
        || c == '\ufeff';
  }

  /** Whether {@code c} may stand in a bare word after its first letter. */
  static boolean isWordPart(char c) {
    return isWordStart(c) || isDigit(c) || c == '$';
  }

  private static boolean isWordStart(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || c == '_'
        || (c > 126 && !isSpace(c))
        || (c > 0 && c < ' ' && !isSpace(c));
  }
}
