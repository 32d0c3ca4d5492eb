/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** SQL text with its tokens. Positions are those of the text; an index counts tokens. */
public final class SqlTokens {
  /** Words that begin a clause that holds expressions or relations. */
  private static final Set<String> CLAUSES =
      Set.of(
          "BY",
          "FROM",
          "HAVING",
          "LIMIT",
          "ON",
          "QUALIFY",
          "RETURNING",
          "SELECT",
          "SET",
          "USING",
          "VALUES",
          "WHERE",
          "WINDOW");

  private final String text;
  private final List<Token> tokens;
  private final String open;
  private int @Nullable [] clauses;
  private @Nullable SelectItem @Nullable [] items;

  /** Of a bracket: the index of the one it belongs to, or -1. */
  private final int[] partners;

  /** The index of the innermost bracket still open before the token, or -1. */
  private final int[] openers;

  public SqlTokens(String text) {
    this.text = text;
    Lexer lexer = Lexer.read(text);
    this.tokens = lexer.tokens();
    this.open = lexer.open();
    this.partners = new int[tokens.size()];
    this.openers = new int[tokens.size()];
    pair();
  }

  /** Finds which brackets belong together, whatever their kinds. */
  private void pair() {
    int open = -1;
    for (int i = 0; i < partners.length; i++) {
      partners[i] = -1;
      openers[i] = open;
      if (isOpening(i)) {
        open = i;
      } else if (isClosing(i) && open >= 0) {
        partners[i] = open;
        partners[open] = i;
        open = openers[open];
        openers[i] = open;
      }
    }
  }

  public String text() {
    return text;
  }

  /** What begins the string or the comments that the text leaves open, or nothing. */
  String open() {
    return open;
  }

  public int size() {
    return tokens.size();
  }

  public Token token(int index) {
    return tokens.get(index);
  }

  /** Where a token begins in the text. */
  public int start(int index) {
    return tokens.get(index).start();
  }

  /** Where the text goes on after a token. */
  public int end(int index) {
    return tokens.get(index).end();
  }

  /** The text of a token, empty outside the tokens. */
  public String word(int index) {
    if (index < 0 || index >= tokens.size()) {
      return "";
    }
    Token token = tokens.get(index);
    return text.substring(token.start(), token.end());
  }

  /** The keyword at {@code index} in upper case; empty if no bare word of ASCII stands there. */
  public String keyword(int index) {
    if (!is(index, Token.Kind.WORD)) {
      return "";
    }
    String word = word(index);
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) > 127) { // Some of these have letters of ASCII as their upper case.
        return "";
      }
    }
    return word.toUpperCase(Locale.ROOT);
  }

  public boolean is(int index, Token.Kind kind) {
    return index >= 0 && index < tokens.size() && tokens.get(index).kind() == kind;
  }

  public boolean isSymbol(int index, String symbol) {
    if (!is(index, Token.Kind.SYMBOL)) {
      return false;
    }
    Token token = tokens.get(index);
    return token.end() - token.start() == symbol.length() && text.startsWith(symbol, token.start());
  }

  /** Whether the character at {@code position} of the text may be part of a word. */
  boolean isWordPart(int position) {
    return position >= 0 && position < text.length() && Lexer.isWordPart(text.charAt(position));
  }

  /** Whether what stands before {@code position} needs no space there to stay by itself. */
  boolean endsAt(int position) {
    return position >= text.length()
        || Lexer.isSpace(text.charAt(position))
        || "),;]}".indexOf(text.charAt(position)) >= 0;
  }

  /** Whether the token names something: a bare word or a quoted identifier. */
  public boolean isName(int index) {
    return is(index, Token.Kind.WORD) || is(index, Token.Kind.QUOTED);
  }

  /** The identifier at {@code index} without its quotes. */
  public String name(int index) {
    String word = word(index);
    return is(index, Token.Kind.QUOTED) && word.length() >= 2
        ? word.substring(1, word.length() - 1).replace("\"\"", "\"")
        : word;
  }

  /** The last part of the name that begins at {@code first} and has dots between its parts. */
  public int lastPart(int first) {
    int last = first;
    while (isSymbol(last + 1, ".") && isName(last + 2)) {
      last += 2;
    }
    return last;
  }

  /** The value of the string token at {@code index}. */
  public String string(int index) {
    String word = word(index);
    char first = word.charAt(0);
    if (first == '$') {
      int tag = word.indexOf('$', 1) + 1;
      return word.substring(tag, Math.max(tag, word.length() - tag));
    }
    if (first == 'e' || first == 'E') {
      return unescape(word.substring(2, word.length() - 1));
    }
    return word.length() < 2 ? "" : word.substring(1, word.length() - 1).replace("''", "'");
  }

  private static String unescape(String body) {
    StringBuilder value = new StringBuilder();
    for (int i = 0; i < body.length(); i++) {
      char c = body.charAt(i);
      if (c == '\\' && i + 1 < body.length()) {
        i++;
        char escaped = body.charAt(i);
        value.append(
            switch (escaped) {
              case 'n' -> '\n';
              case 't' -> '\t';
              case 'r' -> '\r';
              case 'b' -> '\b';
              case 'f' -> '\f';
              default -> escaped;
            });
      } else {
        if (c == '\'') {
          i++;
        }
        value.append(c);
      }
    }
    return value.toString();
  }

  /** The text from token {@code from} up to token {@code to}, exclusive. */
  public String slice(int from, int to) {
    return from >= to ? "" : text.substring(start(from), end(to - 1));
  }

  /** The index of the bracket that closes the one at {@code open}, or {@code size()}. */
  public int closing(int open) {
    return partners[open] < 0 ? tokens.size() : partners[open];
  }

  /** The index of the bracket that the one at {@code close} closes, or -1. */
  public int opening(int close) {
    return partners[close];
  }

  /** The index of the innermost bracket around the token, or -1. */
  public int around(int index) {
    return openers[index];
  }

  /** Whether the bracket at {@code close} ends {@code DISTINCT ON (...)}: an item follows. */
  boolean endsDistinctOn(int close) {
    return isSymbol(close, ")") && isDistinctOn(opening(close) - 1);
  }

  /** Whether {@code ON} at {@code index} belongs to {@code DISTINCT}. */
  public boolean isDistinctOn(int index) {
    return keyword(index).equals("ON") && keyword(index - 1).equals("DISTINCT");
  }

  /** Whether {@code FROM} at {@code index} belongs to {@code IS DISTINCT FROM}. */
  public boolean isDistinctFrom(int index) {
    return keyword(index).equals("FROM")
        && keyword(index - 1).equals("DISTINCT")
        && (keyword(index - 2).equals("IS") || keyword(index - 2).equals("NOT"));
  }

  public boolean isOpening(int index) {
    char bracket = bracket(index);
    return bracket == '(' || bracket == '[' || bracket == '{';
  }

  public boolean isClosing(int index) {
    char bracket = bracket(index);
    return bracket == ')' || bracket == ']' || bracket == '}';
  }

  private char bracket(int index) {
    return is(index, Token.Kind.SYMBOL) ? text.charAt(tokens.get(index).start()) : ' ';
  }

  /**
   * For each token the last one before it, within the same brackets, that {@code begins} holds for,
   * or -1.
   */
  int[] lastBefore(IntPredicate begins) {
    int[] last = new int[size()]; // by the bracket it stands in
    int[] found = new int[size()];
    int lastOutside = -1;
    for (int i = 0; i < found.length; i++) {
      int around = openers[i];
      found[i] = around < 0 ? lastOutside : last[around];
      last[i] = -1;
      if (begins.test(i)) {
        if (around < 0) {
          lastOutside = i;
        } else {
          last[around] = i;
        }
      }
    }
    return found;
  }

  /**
   * For each token the first one after it, within the same brackets, that {@code ends} holds for;
   * else the bracket that closes them, or {@code size()}.
   */
  int[] firstAfter(IntPredicate ends) {
    int[] first = new int[size()]; // by the bracket it stands in, 0 for none yet
    int[] found = new int[size()];
    int firstOutside = size();
    for (int i = found.length - 1; i >= 0; i--) {
      int around = openers[i];
      if (around < 0) {
        found[i] = firstOutside;
      } else {
        found[i] = first[around] == 0 ? closing(around) : first[around];
      }
      if (ends.test(i)) {
        if (around < 0) {
          firstOutside = i;
        } else {
          first[around] = i;
        }
      }
    }
    return found;
  }

  /** The item of a SELECT list that holds the token, or null. */
  public @Nullable SelectItem item(int index) {
    @Nullable SelectItem[] known = items;
    if (known == null) {
      known = SelectItem.all(this);
      items = known;
    }
    return known[index];
  }

  /** The word that begins the clause the token stands in, within the same brackets, or -1. */
  public int clause(int index) {
    int[] known = clauses;
    if (known == null) {
      known =
          lastBefore(i -> CLAUSES.contains(keyword(i)) && !isDistinctOn(i) && !isDistinctFrom(i));
      clauses = known;
    }
    return known[index];
  }

  /** Splits the tokens from {@code from} to {@code to} at commas outside brackets. */
  public List<int[]> splitAtCommas(int from, int to) {
    List<int[]> parts = new ArrayList<>();
    int start = from;
    int depth = 0;
    for (int i = from; i < to; i++) {
      if (isOpening(i)) {
        depth++;
      } else if (isClosing(i)) {
        depth--;
      } else if (depth == 0 && isSymbol(i, ",")) {
        parts.add(new int[] {start, i});
        start = i + 1;
      }
    }
    if (start < to || !parts.isEmpty()) {
      parts.add(new int[] {start, to});
    }
    return parts;
  }
}
