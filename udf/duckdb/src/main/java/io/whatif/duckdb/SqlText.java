/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

/** Names and strings as they stand in SQL text. */
public final class SqlText {
  private SqlText() {}

  /** A name, quoted. */
  public static String quote(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  /** A string, quoted. */
  public static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
