/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import java.util.Optional;

/** {@code SET whatif_memory_limit = '2GB'}: settings of ours, kept as variables of DuckDB's. */
public final class Settings {
  private static final String PREFIX = "whatif_";

  private Settings() {}

  /** The statement to run instead of {@code text}, if it sets or resets a setting of ours. */
  public static Optional<String> rewrite(String text) {
    int look = Math.min(text.length(), 60);
    if (!text.substring(0, look).toLowerCase(java.util.Locale.ROOT).contains("set")
        || !text.toLowerCase(java.util.Locale.ROOT).contains(PREFIX)) {
      return Optional.empty();
    }
    SqlText sql = new SqlText(text);
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
    String setting = sql.name(name).toLowerCase(java.util.Locale.ROOT);
    if (verb.equals("RESET")) {
      return Optional.of("RESET VARIABLE " + setting);
    }
    boolean assigned = sql.isSymbol(name + 1, "=") || sql.keyword(name + 1).equals("TO");
    return assigned
        ? Optional.of("SET VARIABLE " + setting + " = " + sql.slice(name + 2, sql.size()))
        : Optional.empty();
  }
}
