/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import io.whatif.duckdb.RelationText;

/** The first argument of a causal call, as a query DuckDB can run. */
final class RelationArgument {
  private final SqlTokens sql;
  private final int from;
  private final int to;

  /** The tokens {@code from} to {@code to} of {@code sql}. */
  RelationArgument(SqlTokens sql, int from, int to) {
    this.sql = sql;
    this.from = from;
    this.to = to;
  }

  /** Whether it is a query or {@code TABLE name}, and so cannot name a model. */
  boolean isQuery() {
    if (sql.isSymbol(from, "(")) {
      return true;
    }
    if (sql.is(from, Token.Kind.STRING) && to - from == 1) {
      return startsQuery(new SqlTokens(sql.string(from)), 0);
    }
    return startsQuery(sql, from) && to - from > 1;
  }

  /** Whether it is one name, one qualified name or one string. */
  boolean isName() {
    return (to - from == 1 && sql.is(from, Token.Kind.STRING)) || isNamePath(sql, from, to);
  }

  /** The name it is, without quotes. */
  String name() {
    return sql.is(from, Token.Kind.STRING) ? sql.string(from) : unquoted();
  }

  private String unquoted() {
    StringBuilder name = new StringBuilder();
    for (int i = from; i < to; i++) {
      name.append(sql.name(i));
    }
    return name.toString();
  }

  /** The text of a query that gives its rows. */
  String query() {
    if (sql.is(from, Token.Kind.STRING) && to - from == 1) {
      return RelationText.query(sql.string(from));
    }
    if (sql.isSymbol(from, "(") && sql.closing(from) == to - 1) {
      return startsQuery(sql, from + 1) || sql.isSymbol(from + 1, "(")
          ? sql.slice(from + 1, to - 1)
          : new RelationArgument(sql, from + 1, to - 1).query();
    }
    if (sql.keyword(from).equals("TABLE")) {
      return "FROM " + sql.slice(from + 1, to);
    }
    return startsQuery(sql, from) && to - from > 1
        ? sql.slice(from, to)
        : "FROM " + sql.slice(from, to);
  }

  private static boolean startsQuery(SqlTokens sql, int index) {
    return RelationText.beginsQuery(sql.keyword(index));
  }

  private static boolean isNamePath(SqlTokens sql, int from, int to) {
    if ((to - from) % 2 == 0) {
      return false;
    }
    for (int i = from; i < to; i++) {
      boolean name = (i - from) % 2 == 0;
      if (name ? !sql.isName(i) : !sql.isSymbol(i, ".")) {
        return false;
      }
    }
    return true;
  }
}
