/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.planner.sql.SqlTokens;
import java.util.Locale;
import java.util.Set;

/** Where relations stand in a statement, and what name they are given there. */
final class RelationPlace {
  /** Words after which a relation is named. */
  private static final Set<String> BEFORE_RELATION =
      Set.of("FROM", "JOIN", "LATERAL", "ONLY", "DESCRIBE");

  /** Words after a relation that are no name of it. */
  private static final Set<String> AFTER_RELATION =
      Set.of(
          "WHERE",
          "ORDER",
          "GROUP",
          "JOIN",
          "LEFT",
          "RIGHT",
          "INNER",
          "CROSS",
          "FULL",
          "NATURAL",
          "LIMIT",
          "OFFSET",
          "UNION",
          "EXCEPT",
          "INTERSECT",
          "HAVING",
          "ON",
          "USING",
          "FETCH",
          "FOR",
          "WINDOW");

  /** What a query may stand after. */
  private static final Set<String> BEFORE_QUERY =
      Set.of("(", ",", "ALL", "ANALYZE", "AS", "EXCEPT", "EXPLAIN", "INTERSECT", "UNION");

  private static final Set<String> FROM_CLAUSE = Set.of("FROM", "ON", "USING");

  /** Functions whose arguments a FROM may stand between. */
  private static final Set<String> TAKES_FROM =
      Set.of("EXTRACT", "OVERLAY", "POSITION", "SUBSTRING", "TRIM");

  private RelationPlace() {}

  /** Whether what begins at {@code i} is a relation by where it stands. */
  static boolean begins(SqlTokens sql, int i) {
    int place = i;
    while (sql.isSymbol(place - 1, "(")) { // Joined relations may stand in brackets.
      place--;
    }
    int before = place - 1;
    String word = sql.keyword(before);
    if (word.equals("FROM")) {
      int around = sql.around(place);
      return !sql.isDistinctFrom(before)
          && !(around > 0 && TAKES_FROM.contains(sql.keyword(around - 1)));
    }
    if (word.equals("TABLE")) { // TABLE t is a query; CREATE, DROP and ALTER TABLE are none.
      return before == 0 || BEFORE_QUERY.contains(sql.word(before - 1).toUpperCase(Locale.ROOT));
    }
    if (BEFORE_RELATION.contains(word)) {
      return true;
    }
    int clause = sql.isSymbol(before, ",") ? sql.clause(place) : -1;
    return clause >= 0 && FROM_CLAUSE.contains(sql.keyword(clause)) && !sql.isDistinctOn(clause);
  }

  /** The name that is given to the relation before the token {@code next}; -1 if none is. */
  static int alias(SqlTokens sql, int next) {
    int alias = sql.keyword(next).equals("AS") ? next + 1 : next;
    return sql.isName(alias) && !AFTER_RELATION.contains(sql.keyword(alias)) ? alias : -1;
  }
}
