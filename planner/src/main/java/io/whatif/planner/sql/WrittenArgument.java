/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An argument of a call as it is written.
 *
 * @param name what stands before {@code =>} or {@code :=}, without its quotes; null if nothing does
 * @param from the first token of its value
 * @param to the token after its value
 */
record WrittenArgument(@Nullable String name, int from, int to) {

  /**
   * The arguments of a call, in the order they stand.
   *
   * @param equalsNames whether {@code =} stands behind a name too, and is no comparison
   */
  static List<WrittenArgument> of(SqlTokens sql, CallFinder.Site site, boolean equalsNames) {
    List<WrittenArgument> all = new ArrayList<>();
    for (int[] part : sql.splitAtCommas(site.open() + 1, site.close())) {
      int next = part[0] + 1;
      boolean named =
          sql.isName(part[0])
              && next < part[1]
              && (sql.isSymbol(next, "=>")
                  || sql.isSymbol(next, ":=")
                  || (equalsNames && sql.isSymbol(next, "=")));
      if (part[0] >= part[1] || (named && next + 1 >= part[1])) {
        throw site.mistake("an argument is empty. Remove a comma or write its value.");
      }
      all.add(
          named
              ? new WrittenArgument(sql.name(part[0]), part[0] + 2, part[1])
              : new WrittenArgument(null, part[0], part[1]));
    }
    return all;
  }

  /** The same value by another name. */
  WrittenArgument as(String name) {
    return new WrittenArgument(name, from, to);
  }

  /** Whether its value is one name. */
  boolean isOneName(SqlTokens sql) {
    return to - from == 1 && sql.isName(from);
  }

  /** The text of its value. */
  String text(SqlTokens sql) {
    return sql.slice(from, to);
  }
}
