/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Statements by their words, for those who must tell one kind from another. */
public final class Keywords {
  private Keywords() {}

  /**
   * The first words of a statement in upper case, up to {@code count} of them; a token that is no
   * bare word stands as it is written.
   */
  public static List<String> leading(String text, int count) {
    SqlTokens sql = new SqlTokens(text);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < Math.min(count, sql.size()); i++) {
      words.add(sql.is(i, Token.Kind.WORD) ? sql.keyword(i) : sql.word(i));
    }
    return words;
  }

  /**
   * The word of the statement that acts: INSERT of {@code WITH q AS (...) INSERT INTO t FROM q}.
   */
  public static String acting(String text) {
    SqlTokens sql = new SqlTokens(text);
    if (!sql.keyword(0).equals("WITH")) {
      return sql.keyword(0);
    }
    for (int i = 1; i < sql.size(); i++) {
      if (sql.around(i) < 0) {
        switch (sql.keyword(i)) {
          case "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "FROM", "VALUES" -> {
            return sql.keyword(i);
          }
          default -> {}
        }
      }
    }
    return "SELECT";
  }

  /** Every token of a statement, with where it stands. */
  public static List<Word> words(String text) {
    SqlTokens sql = new SqlTokens(text);
    List<Word> words = new ArrayList<>();
    for (int i = 0; i < sql.size(); i++) {
      Token token = sql.token(i);
      String value =
          switch (token.kind()) {
            case QUOTED -> sql.name(i);
            case STRING -> sql.string(i);
            default -> sql.word(i);
          };
      words.add(
          new Word(
              sql.keyword(i),
              value,
              token.kind() == Token.Kind.STRING,
              token.start(),
              token.end()));
    }
    return words;
  }

  /**
   * A token.
   *
   * @param keyword in upper case; empty if it is no bare word
   * @param value the name without its quotes, the value of a string, else as it is written
   * @param string whether it is a string
   * @param start where it begins
   * @param end where it ends
   */
  public record Word(String keyword, String value, boolean string, int start, int end) {}

  /**
   * The statement with each {@code $n} cast to a type.
   *
   * @param type of the n-th parameter, counted from 1; empty to leave it as it is
   */
  public static String castParameters(String text, IntFunction<String> type) {
    SqlTokens sql = new SqlTokens(text);
    StringBuilder cast = new StringBuilder();
    int copied = 0;
    for (int i = 0; i < sql.size(); i++) {
      String word = sql.word(i);
      if (!sql.is(i, Token.Kind.PARAMETER) || !word.matches("\\$\\d{1,5}")) {
        continue;
      }
      String name = type.apply(Integer.parseInt(word.substring(1)));
      if (!name.isEmpty()) {
        cast.append(text, copied, sql.token(i).start());
        cast.append("CAST(").append(word).append(" AS ").append(name).append(')');
        copied = sql.token(i).end();
      }
    }
    return cast.append(text, copied, text.length()).toString();
  }
}
