/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.duckdb.MemoryLimit;
import io.whatif.function.Names;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** {@code SET whatif_memory_limit = '2GB'}: settings of ours, kept as variables of DuckDB's. */
public final class Settings {
  private static final String PREFIX = "whatif_";
  private static final Set<String> KNOWN = Set.of(MemoryLimit.VARIABLE);

  private Settings() {}

  /** Whether one of the statements of {@code text} may set a setting of ours; cheap. */
  public static boolean mentions(String text) {
    return Mentions.ofPrefix(text, PREFIX) && Mentions.ofPrefix(text, "set");
  }

  /**
   * The statement to run instead of {@code text}, if it sets or resets a setting of ours.
   *
   * @throws WhatifException if there is no such setting, or its value is a text that it cannot
   *     have; what an expression gives is not known yet, and told by the next call
   */
  public static Optional<String> rewrite(String text) {
    if (!mentions(text)) {
      return Optional.empty();
    }
    SqlTokens sql = new SqlTokens(text);
    String verb = sql.keyword(0);
    if (!verb.equals("SET") && !verb.equals("RESET")) {
      return Optional.empty();
    }
    int name =
        switch (sql.keyword(1)) {
          case "SESSION", "LOCAL", "GLOBAL" -> 2;
          default -> 1;
        };
    if (!sql.isName(name) || !sql.name(name).regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
      return Optional.empty();
    }
    String setting = sql.name(name).toLowerCase(Locale.ROOT);
    if (!KNOWN.contains(setting)) {
      throw new WhatifException(
          ErrorCode.BAD_STATEMENT,
          verb
              + " "
              + setting
              + ": there is no such setting."
              + Names.nearest(setting, KNOWN)
                  .map(near -> " Did you mean " + near + "?")
                  .orElse(" There is " + String.join(", ", KNOWN) + "."));
    }
    if (verb.equals("RESET")) {
      return Optional.of("RESET VARIABLE " + setting);
    }
    boolean assigned = sql.isSymbol(name + 1, "=") || sql.keyword(name + 1).equals("TO");
    if (assigned && name + 3 == sql.size() && sql.is(name + 2, Token.Kind.STRING)) {
      MemoryLimit.parse(sql.string(name + 2));
    }
    return assigned
        ? Optional.of("SET VARIABLE " + setting + " = " + sql.slice(name + 2, sql.size()))
        : Optional.empty();
  }
}
