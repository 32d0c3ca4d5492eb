/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.planner.sql.SqlTokens;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The names that a statement gives to common tables; they mean those, and no catalog's relation.
 */
final class CommonTableNames {
  private CommonTableNames() {}

  /** The names in lower case, of every WITH clause of the statement. */
  static Set<String> of(SqlTokens sql) {
    Set<String> names = new HashSet<>();
    for (int i = 1; i < sql.size() - 2; i++) {
      boolean begins =
          sql.isSymbol(i - 1, ",")
              || sql.keyword(i - 1).equals("WITH")
              || sql.keyword(i - 1).equals("RECURSIVE");
      if (begins && sql.isName(i) && isDefined(sql, i)) {
        names.add(sql.name(i).toLowerCase(Locale.ROOT));
      }
    }
    return names;
  }

  /** Whether {@code AS (} follows the name, or its columns. */
  private static boolean isDefined(SqlTokens sql, int name) {
    int as = sql.isSymbol(name + 1, "(") ? sql.closing(name + 1) + 1 : name + 1;
    int open = as + 1;
    while (sql.keyword(open).equals("NOT") || sql.keyword(open).equals("MATERIALIZED")) {
      open++;
    }
    return sql.keyword(as).equals("AS") && sql.isSymbol(open, "(");
  }
}
