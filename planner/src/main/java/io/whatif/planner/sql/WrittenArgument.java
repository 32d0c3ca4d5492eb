/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import io.whatif.data.WhatifException;
import io.whatif.function.FunctionDescriptor;
import io.whatif.model.ArmsCate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
   * @throws WhatifException if one is empty, or runs into the next without a comma
   */
  static List<WrittenArgument> of(SqlTokens sql, CallFinder.Site site, boolean equalsNames) {
    Optional<Integer> joined = withoutComma(sql, site);
    if (joined.isPresent()) {
      throw site.mistake("a comma is missing before %s =>.".formatted(sql.name(joined.get())));
    }
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

  /**
   * The name of an argument that follows the value before it without a comma, if there is one.
   * Nothing that stands by itself in a call, outside of further brackets, has {@code =>} or {@code
   * :=} within it; {@code =} may be a comparison.
   */
  static Optional<Integer> withoutComma(SqlTokens sql, CallFinder.Site site) {
    for (int i = site.open() + 2; i + 1 < site.close(); i++) {
      boolean named =
          sql.around(i) == site.open()
              && sql.isName(i)
              && (sql.isSymbol(i + 1, "=>") || sql.isSymbol(i + 1, ":="));
      if (named && endsValue(sql, i - 1) && isArgument(site.function(), sql.name(i))) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  private static boolean endsValue(SqlTokens sql, int token) {
    return !sql.is(token, Token.Kind.SYMBOL) || sql.isClosing(token);
  }

  private static boolean isArgument(FunctionDescriptor function, String name) {
    return function.scores()
        ? ArmsCate.ARM_FEATURES.contains(name.toLowerCase(Locale.ROOT))
        : ArgumentValues.find(function, name).isPresent();
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
