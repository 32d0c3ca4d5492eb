/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.planner.sql.Keywords;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What kind of statement a text is, and what CommandComplete says of it.
 *
 * @param kind what a session does with it
 * @param words its first words, in upper case
 * @param acting the word that acts, as INSERT
 * @param rows whether it gives rows
 */
record Command(Kind kind, List<String> words, String acting, boolean rows) {
  private static final int LOOKED_AT = 16;
  private static final Set<String> QUALIFIERS =
      Set.of(
          "OR",
          "REPLACE",
          "TEMP",
          "TEMPORARY",
          "LOCAL",
          "GLOBAL",
          "UNLOGGED",
          "UNIQUE",
          "RECURSIVE",
          "PERSISTENT");

  /** Statements without rows that CommandComplete calls by their first word. */
  private static final Set<String> UTILITIES =
      Set.of(
          "SET",
          "RESET",
          "USE",
          "ATTACH",
          "DETACH",
          "COMMENT",
          "PREPARE",
          "DEALLOCATE",
          "VACUUM",
          "ANALYZE",
          "CHECKPOINT",
          "LOAD",
          "INSTALL",
          "EXPORT",
          "IMPORT");

  /** What a session does with a statement. */
  enum Kind {
    /** Nothing: there is no statement. */
    EMPTY,
    BEGIN,
    COMMIT,
    ROLLBACK,
    /** SAVEPOINT and what belongs to it, which DuckDB has not. */
    SAVEPOINT,
    /** SET TRANSACTION, SET SESSION CHARACTERISTICS. */
    TRANSACTION_MODE,
    COPY,
    /** SET, RESET: takes effect when it is run, not when it is prepared. */
    SETTING,
    /** DISCARD ALL, DEALLOCATE ALL. */
    DISCARD,
    /** Of a statement by its name, which SQL or the protocol has prepared. */
    DEALLOCATE,
    DECLARE,
    FETCH,
    CLOSE,
    OTHER
  }

  static Command of(String sql) {
    List<String> words = Keywords.leading(sql, LOOKED_AT);
    String first = words.isEmpty() ? "" : words.get(0);
    String acting = first.equals("WITH") ? Keywords.acting(sql) : first;
    return new Command(kind(words), words, acting, givesRows(sql, acting));
  }

  private static boolean givesRows(String sql, String acting) {
    return switch (acting) {
      case "INSERT", "UPDATE", "DELETE", "MERGE" ->
          Keywords.words(sql).stream().anyMatch(word -> word.keyword().equals("RETURNING"));
      case "CREATE", "DROP", "ALTER", "TRUNCATE", "COPY", "BEGIN", "COMMIT", "ROLLBACK", "" ->
          false;
      default -> !UTILITIES.contains(acting);
    };
  }

  private static Kind kind(List<String> words) {
    String first = word(words, 0);
    String second = word(words, 1);
    return switch (first) {
      case "" -> Kind.EMPTY;
      case "BEGIN" -> Kind.BEGIN;
      case "START" -> second.equals("TRANSACTION") ? Kind.BEGIN : Kind.OTHER;
      case "COMMIT", "END" -> second.equals("PREPARED") ? Kind.OTHER : Kind.COMMIT;
      case "ROLLBACK", "ABORT" ->
          words.contains("TO")
              ? Kind.SAVEPOINT
              : second.equals("PREPARED") ? Kind.OTHER : Kind.ROLLBACK;
      case "SAVEPOINT", "RELEASE" -> Kind.SAVEPOINT;
      case "SET" ->
          second.equals("TRANSACTION") || word(words, 2).equals("CHARACTERISTICS")
              ? Kind.TRANSACTION_MODE
              : Kind.SETTING;
      case "RESET" -> Kind.SETTING;
      case "COPY" -> Kind.COPY;
      case "DISCARD" -> Kind.DISCARD;
      case "DEALLOCATE" ->
          second.equals("ALL") || word(words, 2).equals("ALL") ? Kind.DISCARD : Kind.DEALLOCATE;
      case "DECLARE" -> Kind.DECLARE;
      case "FETCH", "MOVE" -> Kind.FETCH;
      case "CLOSE" -> Kind.CLOSE;
      default -> Kind.OTHER;
    };
  }

  private static String word(List<String> words, int index) {
    return index < words.size() ? words.get(index) : "";
  }

  /** Whether a failed transaction takes it. */
  boolean endsTransaction() {
    return kind == Kind.COMMIT || kind == Kind.ROLLBACK;
  }

  /** Whether it asks for a transaction that only reads; empty if it does not say. */
  Optional<Boolean> readOnly() {
    Optional<Boolean> asked = Optional.empty();
    for (int i = 0; i + 1 < words.size(); i++) {
      String next = words.get(i + 1);
      if (words.get(i).equals("READ") && (next.equals("ONLY") || next.equals("WRITE"))) {
        asked = Optional.of(next.equals("ONLY"));
      }
    }
    return asked;
  }

  /**
   * What CommandComplete says.
   *
   * @param count of rows given or changed; negative if that is not known
   */
  String tag(long count) {
    long known = Math.max(0, count);
    return switch (acting) {
      case "INSERT" -> "INSERT 0 " + known;
      case "UPDATE", "DELETE", "MERGE", "COPY", "FETCH", "MOVE" -> acting + " " + known;
      case "CREATE" -> created(count);
      case "DROP", "ALTER" -> acting + " " + object();
      case "TRUNCATE" -> "TRUNCATE TABLE";
      case "SHOW", "EXPLAIN" -> acting;
      default -> UTILITIES.contains(acting) ? acting : "SELECT " + known;
    };
  }

  private String created(long count) {
    boolean filled = count >= 0 && object().equals("TABLE");
    return filled ? "SELECT " + count : "CREATE " + object();
  }

  /** What is created or dropped, as TABLE. */
  private String object() {
    int at = 1;
    while (QUALIFIERS.contains(word(words, at))) {
      at++;
    }
    String object = word(words, at);
    return switch (object) {
      case "MATERIALIZED" -> "MATERIALIZED VIEW";
      case "MACRO" -> "FUNCTION";
      default -> object;
    };
  }
}
