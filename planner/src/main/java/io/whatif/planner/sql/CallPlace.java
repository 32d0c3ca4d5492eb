/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import io.whatif.function.FunctionDescriptor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where a call stands in its statement, and what the statement makes of its result. What is not
 * plain from the tokens is taken to need everything.
 */
public final class CallPlace {
  private static final Set<String> SET_OPERATIONS = Set.of("UNION", "INTERSECT", "EXCEPT");

  /** Words by which columns are used that are not named. */
  private static final Set<String> USES_UNNAMED =
      Set.of("COLUMNS", "DESCRIBE", "NATURAL", "PIVOT", "SUMMARIZE", "TABLE", "UNPIVOT", "USING");

  private static final Set<String> BEFORE_STAR = Set.of("SELECT", "DISTINCT", "ALL");

  private static final Set<String> AFTER_WHERE =
      Set.of(
          "EXCEPT",
          "GROUP",
          "HAVING",
          "INTERSECT",
          "LIMIT",
          "OFFSET",
          "ON",
          "ORDER",
          "QUALIFY",
          "RETURNING",
          "UNION",
          "USING",
          "WINDOW");

  /** Words that join conditions in another way than AND, or hold an AND that joins none. */
  private static final Set<String> NOT_ONLY_AND = Set.of("BETWEEN", "CASE", "OR");

  /** Words of a condition that is decided by the keys alone. */
  private static final Set<String> KEY_WORDS = Set.of("IN", "IS", "NOT", "NULL");

  private final SqlTokens sql;
  private final CallFinder.Site site;

  CallPlace(SqlTokens sql, CallFinder.Site site) {
    this.sql = sql;
    this.site = site;
  }

  SqlTokens sql() {
    return sql;
  }

  CallFinder.Site site() {
    return site;
  }

  public FunctionDescriptor function() {
    return site.function();
  }

  /**
   * Which of {@code columns} of the call's result the statement names; empty if it may use others
   * without naming them: by a star, as a whole row, by a column list of its own.
   */
  public Optional<List<String>> used(List<String> columns) {
    int alias = alias();
    String name = alias < 0 ? site.function().name() : sql.name(alias);
    if (!isSelected() || sql.isSymbol((alias < 0 ? site.close() : alias) + 1, "(")) {
      return Optional.empty();
    }
    Set<String> named = new LinkedHashSet<>();
    for (int i = 0; i < sql.size(); i++) {
      if (i >= site.name() && i <= site.close()) {
        continue;
      }
      boolean numbered = sql.isSymbol(i, "#"); // #2, the second column
      if (isStar(i) || numbered || USES_UNNAMED.contains(sql.keyword(i))) {
        return Optional.empty();
      }
      if (!sql.isName(i)) {
        continue;
      }
      boolean wholeRow =
          i != alias && sql.name(i).equalsIgnoreCase(name) && !sql.isSymbol(i + 1, ".");
      if (wholeRow) {
        return Optional.empty();
      }
      named.add(sql.name(i).toLowerCase(Locale.ROOT));
    }
    return Optional.of(
        columns.stream().filter(c -> named.contains(c.toLowerCase(Locale.ROOT))).toList());
  }

  /** The token of the name the statement gives the call, or -1. */
  private int alias() {
    int next = site.close() + 1;
    if (sql.keyword(next).equals("AS")) {
      return next + 1;
    }
    return CausalStatement.hasAlias(sql, next) ? next : -1;
  }

  /** Whether a SELECT list stands before the FROM the call stands in. */
  private boolean isSelected() {
    int depth = 0;
    for (int i = site.name() - 1; i >= 0; i--) {
      if (sql.isClosing(i)) {
        depth++;
      } else if (sql.isOpening(i)) {
        if (--depth < 0) {
          return false;
        }
      } else if (depth == 0) {
        String word = sql.keyword(i);
        if (word.equals("SELECT")) {
          return true;
        }
        if (SET_OPERATIONS.contains(word)) {
          return false;
        }
      }
    }
    return false;
  }

  /** Not a product, and not {@code count(*)}. */
  private boolean isStar(int i) {
    if (!sql.isSymbol(i, "*")) {
      return false;
    }
    if (sql.isSymbol(i - 1, "(")) {
      return !(sql.isSymbol(i + 1, ")") && sql.keyword(i - 2).equals("COUNT"));
    }
    return sql.isSymbol(i - 1, ",")
        || sql.isSymbol(i - 1, ".")
        || BEFORE_STAR.contains(sql.keyword(i - 1));
  }

  /**
   * The conditions of the statement's WHERE on the columns {@code keys} of the call's result, as
   * SQL over those names; empty if there are none, or if the call is not all that FROM names.
   */
  public Optional<String> condition(List<String> keys) {
    int alias = alias();
    int where = Math.max(site.close(), alias) + 1;
    if (!sql.keyword(site.name() - 1).equals("FROM") || !sql.keyword(where).equals("WHERE")) {
      return Optional.empty();
    }
    List<String> conditions = new ArrayList<>();
    int from = where + 1;
    int depth = 0;
    int i = from;
    for (; i < sql.size(); i++) {
      String word = sql.keyword(i);
      if (sql.isOpening(i)) {
        depth++;
      } else if (sql.isClosing(i) && --depth < 0) {
        break;
      }
      if (depth == 0 && NOT_ONLY_AND.contains(word)) {
        return Optional.empty();
      }
      boolean ends = depth == 0 && (AFTER_WHERE.contains(word) || sql.isSymbol(i, ";"));
      if (depth == 0 && (word.equals("AND") || ends)) {
        ofKeys(from, i, keys, alias).ifPresent(conditions::add);
        from = i + 1;
      }
      if (ends) {
        break;
      }
    }
    ofKeys(from, i, keys, alias).ifPresent(conditions::add);
    return conditions.isEmpty()
        ? Optional.empty()
        : Optional.of(conditions.stream().collect(Collectors.joining(" AND ")));
  }

  /** The condition in tokens {@code from} to {@code to} without the alias, if keys decide it. */
  private Optional<String> ofKeys(int from, int to, List<String> keys, int alias) {
    String name = alias < 0 ? site.function().name() : sql.name(alias);
    List<String> words = new ArrayList<>();
    boolean named = false;
    for (int i = from; i < to; i++) {
      if (sql.is(i, Token.Kind.SYMBOL)) {
        if (!Set.of("=", "(", ")", ",").contains(sql.word(i))) {
          return Optional.empty();
        }
      } else if (sql.isName(i) && !KEY_WORDS.contains(sql.keyword(i))) {
        if (sql.isSymbol(i + 1, ".") && sql.name(i).equalsIgnoreCase(name)) {
          i += 2;
        }
        String column = sql.name(i);
        if (i >= to || keys.stream().noneMatch(column::equalsIgnoreCase)) {
          return Optional.empty();
        }
        named = true;
      }
      words.add(sql.word(i));
    }
    return named ? Optional.of(String.join(" ", words)) : Optional.empty();
  }
}
