/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

/** What kind of statement a text is, by its leading words. */
public final class StatementKind {
  private final SqlTokens sql;

  StatementKind(SqlTokens sql) {
    this.sql = sql;
  }

  /** Whether it asks for a plan or a description: nothing is run. */
  public boolean isExplained() {
    return switch (sql.keyword(0)) {
      case "EXPLAIN" -> !sql.keyword(1).equals("ANALYZE") && !hasOption("ANALYZE");
      case "DESCRIBE", "DESC", "SHOW" -> true;
      default -> false;
    };
  }

  /** Whether it asks for a plan. */
  public boolean isExplain() {
    return sql.keyword(0).equals("EXPLAIN");
  }

  /** Whether {@code word} is among the options in brackets after the first word. */
  private boolean hasOption(String word) {
    int close = sql.isSymbol(1, "(") ? sql.closing(1) : 0;
    for (int i = 2; i < close; i++) {
      if (sql.keyword(i).equals(word)) {
        return true;
      }
    }
    return false;
  }

  /** Whether its text is kept and run later: a view, a macro or a prepared statement. */
  public boolean isDefinition() {
    if (sql.keyword(0).equals("PREPARE")) {
      return true;
    }
    if (!sql.keyword(0).equals("CREATE")) {
      return false;
    }
    for (int i = 1; i < Math.min(6, sql.size()); i++) {
      switch (sql.keyword(i)) {
        case "VIEW", "MACRO", "FUNCTION" -> {
          return true;
        }
        case "TABLE", "AS" -> {
          return false;
        }
        default -> {}
      }
    }
    return false;
  }

  /** Whether it is a definition that other connections may come to use. */
  public boolean outlivesConnection() {
    if (!isDefinition() || sql.keyword(0).equals("PREPARE")) {
      return false;
    }
    int kind = sql.keyword(1).equals("OR") ? 3 : 1; // CREATE OR REPLACE
    return !sql.keyword(kind).equals("TEMP") && !sql.keyword(kind).equals("TEMPORARY");
  }

  /** Whether it writes an expression into a table's or an index's definition. */
  public boolean isSchema() {
    if (sql.keyword(0).equals("ALTER")) {
      return true;
    }
    if (!sql.keyword(0).equals("CREATE") || isDefinition()) {
      return false;
    }
    for (int i = 1; i < sql.size(); i++) {
      if (sql.keyword(i).equals("AS") && sql.around(i) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether it only reads, apart from what its causal calls do. */
  public boolean isQuery() {
    boolean reads =
        switch (sql.keyword(0)) {
          case "SELECT", "FROM", "CALL", "VALUES", "WITH", "" -> true;
          default -> false;
        };
    for (int i = 0; i < sql.size() && reads; i++) {
      reads =
          switch (sql.keyword(i)) {
            case "INSERT", "UPDATE", "DELETE", "MERGE" -> false;
            default -> true;
          };
    }
    return reads;
  }
}
