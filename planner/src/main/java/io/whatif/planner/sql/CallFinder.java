/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.function.Catalog;
import io.whatif.function.FunctionDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds calls of catalog functions in a statement: a function's name before an opening bracket, in
 * a place where an expression or a relation may begin. A table, column, alias, common table
 * expression or other schema's function of the same name is none.
 */
final class CallFinder {
  /** Words after which an expression or a relation may begin; after others a name is an alias. */
  private static final Set<String> BEFORE_CALL =
      Set.of(
          "ALL",
          "AND",
          "ANTI",
          "ANY",
          "AS",
          "BETWEEN",
          "BY",
          "CALL",
          "CASE",
          "DEFAULT",
          "DISTINCT",
          "ELSE",
          "ESCAPE",
          "EXCEPT",
          "FROM",
          "GLOB",
          "HAVING",
          "ILIKE",
          "IN",
          "INTERSECT",
          "INTO",
          "IS",
          "JOIN",
          "LATERAL",
          "LIKE",
          "LIMIT",
          "NOT",
          "OFFSET",
          "ON",
          "OR",
          "PIVOT",
          "QUALIFY",
          "RETURNING",
          "SELECT",
          "SET",
          "SIMILAR",
          "SUMMARIZE",
          "THEN",
          "TO",
          "UNION",
          "UNPIVOT",
          "USING",
          "VALUES",
          "WHEN",
          "WHERE");

  /** Words that begin a clause of expressions. */
  private static final Set<String> EXPRESSION_CLAUSES =
      Set.of("SELECT", "WHERE", "BY", "SET", "HAVING", "QUALIFY", "RETURNING", "VALUES", "LIMIT");

  private static final Set<String> RELATION_CLAUSES =
      Set.of("FROM", "JOIN", "USING", "CALL", "LATERAL", "PIVOT", "UNPIVOT", "SUMMARIZE");

  private static final Set<String> TAKES_FROM = Set.of("EXTRACT", "SUBSTRING", "TRIM", "OVERLAY");

  private final SqlTokens sql;
  private int @Nullable [] clauses;

  CallFinder(SqlTokens sql) {
    this.sql = sql;
  }

  /**
   * A call as it stands in the text.
   *
   * @param function what is called
   * @param name the index of its name
   * @param open the index of its opening bracket
   * @param close the index of its closing bracket
   * @param asRelation whether it stands where a relation does
   */
  record Site(FunctionDescriptor function, int name, int open, int close, boolean asRelation) {

    /** The refusal of a call that is not written as it must be. */
    WhatifException mistake(String what) {
      return new WhatifException(ErrorCode.BAD_ARGUMENT, function.name() + ": " + what);
    }
  }

  /** The outermost calls in the order they stand. */
  List<Site> sites() {
    List<Site> sites = new ArrayList<>();
    int i = 0;
    while (i < sql.size()) {
      Optional<Site> site = siteAt(i);
      if (site.isPresent()) {
        sites.add(site.get());
        i = site.get().close() + 1;
      } else {
        i++;
      }
    }
    return sites;
  }

  /** All calls, those within calls too, in the order they stand. */
  List<Site> everySite() {
    List<Site> sites = new ArrayList<>();
    for (int i = 0; i < sql.size(); i++) {
      siteAt(i).ifPresent(sites::add);
    }
    return sites;
  }

  /** Whether a call of a function begins at the token whose bracket is never closed. */
  boolean isUnclosed(int i) {
    return Catalog.find(sql.name(i)).isPresent() && mayBegin(i) && sql.closing(i + 1) == sql.size();
  }

  private Optional<Site> siteAt(int i) {
    if (!sql.isSymbol(i + 1, "(") || !sql.isName(i) || !Mentions.isName(sql.name(i))) {
      return Optional.empty();
    }
    Optional<FunctionDescriptor> function = Catalog.find(sql.name(i));
    if (function.isEmpty() || !mayBegin(i)) {
      return Optional.empty();
    }
    int close = sql.closing(i + 1);
    if (close == sql.size() || isCommonTable(close)) {
      return Optional.empty();
    }
    return Optional.of(new Site(function.get(), i, i + 1, close, isRelationPlace(i)));
  }

  private boolean mayBegin(int i) {
    int before = i - 1;
    if (before < 0) {
      return true;
    }
    if (sql.is(before, Token.Kind.SYMBOL)) {
      String symbol = sql.word(before);
      return !symbol.equals(".")
          && !symbol.equals("::")
          && (!sql.isClosing(before) || sql.endsDistinctOn(before))
          && !symbol.equals(";");
    }
    String word = sql.keyword(before);
    return switch (word) {
      case "INTO" -> false;
      case "AS" -> isMacroBody(before);
      case "ON" -> !isIndexDefinition(before);
      default -> BEFORE_CALL.contains(word);
    };
  }

  /** {@code CREATE MACRO f(x) AS name(x)}: there AS begins an expression. */
  private boolean isMacroBody(int as) {
    String first = sql.keyword(0);
    return first.equals("CREATE")
        && sql.isSymbol(as - 1, ")")
        && (definesMacro(1) || definesMacro(2) || definesMacro(3) || definesMacro(4));
  }

  private boolean definesMacro(int index) {
    return sql.keyword(index).equals("MACRO") || sql.keyword(index).equals("FUNCTION");
  }

  private boolean isIndexDefinition(int on) {
    return sql.keyword(0).equals("CREATE")
        && (sql.keyword(1).equals("INDEX") || sql.keyword(2).equals("INDEX"))
        && on < 8;
  }

  /** {@code name(columns) AS (SELECT ...)}. */
  private boolean isCommonTable(int close) {
    int i = close + 1;
    if (!sql.keyword(i).equals("AS")) {
      return false;
    }
    i++;
    if (sql.keyword(i).equals("NOT")) {
      i++;
    }
    if (sql.keyword(i).equals("MATERIALIZED")) {
      i++;
    }
    return sql.isSymbol(i, "(");
  }

  private boolean isRelationPlace(int i) {
    int before = i - 1;
    while (sql.isSymbol(before, "(")) {
      int opener = before - 1;
      boolean nested =
          sql.isSymbol(opener, "(")
              || sql.isSymbol(opener, ",")
              || RELATION_CLAUSES.contains(sql.keyword(opener));
      if (!nested) {
        return false;
      }
      before = opener;
    }
    if (sql.isSymbol(before, ",")) {
      return RELATION_CLAUSES.contains(sql.keyword(clauseBefore(before)));
    }
    if (sql.keyword(before).equals("FROM")) {
      return isFromClause(before);
    }
    return RELATION_CLAUSES.contains(sql.keyword(before));
  }

  /** The word that begins the clause in whose list the comma at {@code comma} stands, or -1. */
  private int clauseBefore(int comma) {
    int[] known = clauses;
    if (known == null) {
      known = sql.lastBefore(this::beginsClause);
      clauses = known;
    }
    return known[comma];
  }

  private boolean beginsClause(int i) {
    String word = sql.keyword(i);
    return EXPRESSION_CLAUSES.contains(word)
        || (word.equals("FROM") ? isFromClause(i) : RELATION_CLAUSES.contains(word));
  }

  /** Not {@code IS DISTINCT FROM} and not {@code EXTRACT(year FROM x)}. */
  private boolean isFromClause(int from) {
    String before = sql.keyword(from - 1);
    if (before.equals("DISTINCT") && !sql.keyword(from - 2).equals("SELECT")) {
      return false;
    }
    int around = sql.around(from);
    return around < 0
        || !TAKES_FROM.contains(sql.keyword(around - 1))
        || sql.keyword(around + 1).equals("SELECT");
  }
}
