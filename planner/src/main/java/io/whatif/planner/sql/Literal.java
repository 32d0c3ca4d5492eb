/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import io.whatif.function.Argument;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The value of an argument where the text alone tells it: strings, numbers, booleans, NULL, lists
 * of these, and bare names.
 *
 * @param value String, Long, Double, Boolean, List or null
 */
record Literal(@Nullable Object value) {
  /** How deep brackets are looked into; what is deeper is an expression. */
  private static final int MAX_DEPTH = 20;

  private static final Set<String> TEXT_TYPES = Set.of("VARCHAR", "TEXT", "STRING");

  private static final Pattern NUMBERED_CHARACTER =
      Pattern.compile("(?<!\\\\)(?:\\\\{2})*\\\\[xXuU0-7]");

  /** Reads tokens {@code from} to {@code to} of {@code sql}; empty if they are an expression. */
  static Optional<Literal> read(SqlTokens sql, int from, int to, Argument.Type type) {
    return read(sql, from, to, type, 0);
  }

  private static Optional<Literal> read(
      SqlTokens sql, int from, int to, Argument.Type type, int depth) {
    if (from >= to || depth > MAX_DEPTH) {
      return Optional.empty();
    }
    if (to - from >= 3 && sql.isSymbol(to - 2, "::") && TEXT_TYPES.contains(sql.keyword(to - 1))) {
      return read(sql, from, to - 2, type, depth + 1).filter(l -> l.value instanceof String);
    }
    int first = from;
    if (sql.keyword(from).equals("ARRAY") && sql.isSymbol(from + 1, "[")) {
      first = from + 1;
    }
    if (sql.isSymbol(first, "[") && sql.closing(first) == to - 1) {
      return list(sql, first + 1, to - 1, type, depth + 1);
    }
    if (sql.isSymbol(from, "(") && sql.closing(from) == to - 1) {
      return sql.splitAtCommas(from + 1, to - 1).size() == 1
          ? read(sql, from + 1, to - 1, type, depth + 1)
          : list(sql, from + 1, to - 1, type, depth + 1);
    }
    if (sql.keyword(from).equals("COLUMNS") && sql.isSymbol(from + 1, "(")) {
      return columns(sql, from, to);
    }
    return scalar(sql, from, to);
  }

  private static Optional<Literal> list(
      SqlTokens sql, int from, int to, Argument.Type type, int depth) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int[] part : sql.splitAtCommas(from, to)) {
      Optional<Literal> item = read(sql, part[0], part[1], type, depth);
      if (item.isEmpty()) {
        return Optional.empty();
      }
      values.add(item.get().value);
    }
    return Optional.of(new Literal(values));
  }

  /** {@code COLUMNS('regex')} has the value {@code "COLUMNS(regex)"}. */
  private static Optional<Literal> columns(SqlTokens sql, int from, int to) {
    boolean regex = to - from == 4 && sql.is(from + 2, Token.Kind.STRING);
    return regex
        ? Optional.of(new Literal("COLUMNS(" + sql.string(from + 2) + ")"))
        : Optional.empty();
  }

  private static Optional<Literal> scalar(SqlTokens sql, int from, int to) {
    if (sql.is(from, Token.Kind.STRING)) {
      return string(sql, from, to);
    }
    int number = sql.isSymbol(from, "-") || sql.isSymbol(from, "+") ? from + 1 : from;
    if (sql.is(number, Token.Kind.NUMBER) && number == to - 1) {
      return Optional.of(new Literal(number(sql.word(number), sql.isSymbol(from, "-"))));
    }
    if (to - from == 1 && sql.is(from, Token.Kind.WORD)) {
      return switch (sql.keyword(from)) {
        case "TRUE" -> Optional.of(new Literal(true));
        case "FALSE" -> Optional.of(new Literal(false));
        case "NULL", "DEFAULT" -> Optional.of(new Literal(null));
        case "CURRENT_DATE", "CURRENT_TIMESTAMP", "CURRENT_USER" -> Optional.empty();
        default -> Optional.of(new Literal(sql.name(from)));
      };
    }
    if (to - from == 1 && sql.is(from, Token.Kind.QUOTED)) {
      return Optional.of(new Literal(sql.name(from)));
    }
    return Optional.empty();
  }

  /** Strings that follow each other are one, as SQL has it. */
  private static Optional<Literal> string(SqlTokens sql, int from, int to) {
    StringBuilder value = new StringBuilder();
    for (int i = from; i < to; i++) {
      boolean escaped = i > from && "eE".indexOf(sql.word(from).charAt(0)) >= 0;
      if (!sql.is(i, Token.Kind.STRING) || !isPlainText(sql.word(i)) || escaped) {
        return Optional.empty();
      }
      value.append(sql.string(i));
    }
    return Optional.of(new Literal(value.toString()));
  }

  /** Not bytes, and without an escape that gives a character by its number. */
  private static boolean isPlainText(String word) {
    return switch (word.charAt(0)) {
      case 'x', 'X' -> false;
      case 'e', 'E' -> !NUMBERED_CHARACTER.matcher(word).find();
      default -> true;
    };
  }

  private static Number number(String word, boolean negative) {
    String digits = (negative ? "-" : "") + word.replace("_", "");
    try {
      return Long.valueOf(digits);
    } catch (NumberFormatException notWhole) {
      return Double.valueOf(digits);
    }
  }
}
