/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.planner.sql.SqlTokens;
import io.whatif.planner.sql.TextEdits;
import io.whatif.planner.sql.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Arrays written as PostgreSQL does, {@code '{a,b}'}, as DuckDB's lists. */
final class ArrayLiterals {
  private ArrayLiterals() {}

  /**
   * Rewrites those that are cast to a type of arrays; in a statement on the catalog also those that
   * a value is compared with.
   */
  static void apply(SqlTokens sql, TextEdits edits, boolean catalog) {
    for (int i = 0; i < sql.size(); i++) {
      if (!sql.is(i, Token.Kind.STRING) || sql.word(i).charAt(0) != '\'') {
        continue;
      }
      boolean cast = isCastToArray(sql, i);
      boolean compared = catalog && (isCompared(sql, i) || isSearched(sql, i));
      List<String> elements = cast || compared ? elements(sql.string(i)) : null;
      if (elements != null) {
        edits.replace(sql.start(i), sql.end(i), list(elements));
      }
    }
  }

  private static boolean isCastToArray(SqlTokens sql, int i) {
    if (!sql.isSymbol(i + 1, "::")) {
      return false;
    }
    int type = sql.lastPart(i + 2);
    return sql.isName(type) && sql.isSymbol(type + 1, "[");
  }

  private static boolean isCompared(SqlTokens sql, int i) {
    return (sql.isSymbol(i - 1, "=") || sql.isSymbol(i - 1, "<>") || sql.isSymbol(i - 1, "!="))
        && !sql.isSymbol(i + 1, "::");
  }

  private static boolean isSearched(SqlTokens sql, int i) {
    String word = sql.keyword(i - 2).toUpperCase(Locale.ROOT);
    return sql.isSymbol(i - 1, "(")
        && sql.isSymbol(i + 1, ")")
        && (word.equals("ANY") || word.equals("ALL") || word.equals("SOME"));
  }

  /** The elements of {@code {a,"b c"}}, NULL as null; null if it is no such text. */
  private static @Nullable List<String> elements(String text) {
    String body = text.strip();
    if (!body.startsWith("{") || !body.endsWith("}") || body.indexOf('{', 1) >= 0) {
      return null;
    }
    List<String> elements = new ArrayList<>();
    StringBuilder element = new StringBuilder();
    boolean quoted = false;
    boolean wasQuoted = false;
    for (int i = 1; i < body.length(); i++) {
      char c = body.charAt(i);
      boolean end = i == body.length() - 1;
      if (c == '\\' && !end) {
        i++;
        element.append(body.charAt(i));
      } else if (c == '"') {
        quoted = !quoted;
        wasQuoted = true;
      } else if (!quoted && (c == ',' || end)) {
        String value = wasQuoted ? element.toString() : element.toString().strip();
        if (!value.isEmpty() || wasQuoted) {
          boolean none = !wasQuoted && value.equalsIgnoreCase("NULL");
          elements.add(none ? "NULL" : literal(value));
        }
        element.setLength(0);
        wasQuoted = false;
      } else {
        element.append(c);
      }
    }
    return quoted ? null : elements;
  }

  private static String literal(String value) {
    return value.matches("-?\\d{1,18}") ? value : CausalFunctionRows.quote(value);
  }

  private static String list(List<String> elements) {
    boolean numbers = elements.stream().noneMatch(e -> e.charAt(0) == '\'');
    return elements.stream()
        .map(
            e ->
                numbers || e.equals("NULL") || e.charAt(0) == '\''
                    ? e
                    : CausalFunctionRows.quote(e))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
