/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import io.whatif.function.Body;
import io.whatif.function.Catalog;
import io.whatif.function.FunctionDescriptor;
import io.whatif.function.Names;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What looks like a call of a catalog function and is none, in a statement that DuckDB refused: its
 * name is misspelt, or its bracket is never closed, be it that a quote within it is not. DuckDB,
 * which knows no such functions, stumbles over a later word, and proposes other names.
 *
 * @param message what is wrong and what to do
 * @param place where the name stands, or the quote that is not closed
 */
public record UnreadCall(String message, SourcePosition place) {
  /** How many letters after the first a name may be off; further off it is another's. */
  private static final int SLIPS = 2;

  /** How DuckDB refuses a string, a quoted name or a comment that does not end. */
  private static final String UNTERMINATED = "Parser Error: unterminated";

  private static final Pattern NO_TABLE = Pattern.compile("Table with name (.+?) does not exist");

  private static final Pattern UNKNOWN =
      Pattern.compile("Function with name \"?(\\w+)\"? does not exist");

  /** The first such call of {@code statement}, which DuckDB refused with {@code refusal}. */
  public static Optional<UnreadCall> find(String statement, String refusal) {
    Matcher table = NO_TABLE.matcher(refusal);
    if (table.find()) {
      return ofModel(statement, table.group(1));
    }
    boolean unread = refusal.startsWith("Parser Error");
    Matcher unknown = UNKNOWN.matcher(refusal);
    String missing = unknown.find() ? unknown.group(1) : "";
    if (!unread && missing.isEmpty()) {
      return Optional.empty();
    }
    SqlTokens sql = new SqlTokens(statement);
    CallFinder calls = new CallFinder(sql);
    for (int i = 0; i + 1 < sql.size(); i++) {
      if (!sql.isName(i) || !sql.isSymbol(i + 1, "(")) {
        continue;
      }
      if (unread && calls.isUnclosed(i)) {
        return refusal.startsWith(UNTERMINATED)
            ? ofOpenQuote(sql, i)
            : Optional.of(
                at(
                    sql,
                    i,
                    sql.name(i) + ": its bracket is not closed. Write ) after its last argument."));
      }
      boolean suspect = unread ? sql.keyword(i + 2).equals("TABLE") : sql.name(i).equals(missing);
      Optional<String> near = suspect ? nearest(sql.name(i)) : Optional.empty();
      if (near.isPresent()) {
        return Optional.of(
            at(
                sql,
                i,
                "%s: there is no such function. Did you mean %s?"
                    .formatted(sql.name(i), near.get())));
      }
    }
    return Optional.empty();
  }

  private static UnreadCall at(SqlTokens sql, int token, String message) {
    return new UnreadCall(message, SourcePosition.at(sql.text(), sql.start(token)));
  }

  /**
   * The call named at {@code name}, in a text that ends within quotes. Which quote was forgotten
   * shows where a later one opened closes it instead: no word follows the end of a text without a
   * space. Empty if it is a comment that does not end, of which DuckDB tells the place.
   */
  private static Optional<UnreadCall> ofOpenQuote(SqlTokens sql, int name) {
    int quote = sql.size() - 1;
    if (!isQuoted(sql, quote) || sql.end(quote) < sql.text().length()) {
      return Optional.empty();
    }
    for (int i = name + 2; i < quote; i++) {
      boolean wordFollows = sql.is(i + 1, Token.Kind.WORD) || sql.is(i + 1, Token.Kind.NUMBER);
      if (isQuoted(sql, i) && wordFollows && sql.end(i) == sql.start(i + 1)) {
        quote = i;
        break;
      }
    }
    char mark = sql.is(quote, Token.Kind.QUOTED) ? '"' : '\'';
    return Optional.of(
        at(
            sql,
            quote,
            "%s: the quote that opens here is not closed. Write %s where its text ends."
                .formatted(sql.name(name), mark)));
  }

  private static boolean isQuoted(SqlTokens sql, int token) {
    return sql.is(token, Token.Kind.STRING) || sql.is(token, Token.Kind.QUOTED);
  }

  /** A report on a stored model, called with what makes its name one of a relation. */
  private static Optional<UnreadCall> ofModel(String statement, String name) {
    SqlTokens sql = new SqlTokens(statement);
    for (int i = 0; i + 2 < sql.size(); i++) {
      if (!sql.isName(i)
          || !sql.isSymbol(i + 1, "(")
          || !sql.is(i + 2, Token.Kind.STRING)
          || !sql.string(i + 2).equals(name)) {
        continue;
      }
      FunctionDescriptor function = Catalog.find(sql.name(i)).orElse(null);
      if (function != null
          && function.body(Body.Report.class).isPresent()
          && function.takesRelation()) {
        String only = function.name().equals("ate") ? ", with estimand and level alone" : "";
        return Optional.of(
            at(
                sql,
                i,
                "%s: '%s' is no table. Of a stored model write %s('%s') without outcome and treatment, which it has%s."
                    .formatted(function.name(), name, function.name(), name, only)));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> nearest(String name) {
    if (name.isEmpty()) {
      return Optional.empty();
    }
    List<String> near =
        Catalog.ALL.stream()
            .map(FunctionDescriptor::name)
            .filter(known -> known.charAt(0) == name.charAt(0))
            .filter(known -> Names.distance(known, name) <= SLIPS)
            .toList();
    return near.contains(name) ? Optional.empty() : Names.nearest(name, near);
  }
}
