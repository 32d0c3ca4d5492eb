/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.session;

import io.whatif.data.WhatifException;
import io.whatif.duckdb.MemoryLimit;
import io.whatif.planner.sql.Keywords;
import io.whatif.planner.sql.Keywords.Word;
import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import io.whatif.server.wire.WireException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Statements that no client may run, since they reach beyond its session: into other databases,
 * into settings of all sessions, into the files of the database itself.
 */
final class Admission {
  private static final String STREAMING = "jdbc_stream_results";

  private static final Set<String> TRANSACTIONS =
      Set.of("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT");

  /** Databases that each DuckDB has beside the one that is served. */
  private static final Set<String> OTHERS = Set.of("temp", "system", "memory");

  private static final Set<String> LOOKED_AT =
      Set.of(
          "ATTACH", "DETACH", "EXPORT", "IMPORT", "USE", "SET", "RESET", "PRAGMA", "CALL", "COPY",
          "EXPLAIN", "PREPARE");

  private Admission() {}

  /** The first word in upper case; the rest is not read, unless a comment stands before. */
  private static String first(String sql) {
    int start = 0;
    while (start < sql.length() && Character.isWhitespace(sql.charAt(start))) {
      start++;
    }
    int end = start;
    while (end < sql.length() && Character.isLetter(sql.charAt(end))) {
      end++;
    }
    List<String> leading = end > start ? List.of() : Keywords.leading(sql, 1);
    return end > start
        ? sql.substring(start, end).toUpperCase(Locale.ROOT)
        : leading.isEmpty() ? "" : leading.get(0);
  }

  /** Throws if the statement may not be run. */
  static void check(String sql, Session.Served database) throws WireException {
    if (!LOOKED_AT.contains(first(sql)) && !sql.contains(FileCopies.name(database))) {
      return;
    }
    List<Word> words = Keywords.words(sql);
    int verb = verb(words);
    String acting = keyword(words, verb);
    switch (acting) {
      case "ATTACH", "DETACH" -> throw denied(acting + " is disabled: a server has one database");
      case "EXPORT", "IMPORT" -> throw denied(acting + " DATABASE is disabled by configuration");
      case "USE" -> use(words, verb, database.name());
      case "SET", "RESET" -> setting(words, verb);
      case "PRAGMA", "CALL" -> pragma(words, verb);
      case "COPY" -> FileCopies.check(sql, words, verb, database);
      default -> {
        if (verb > 0 && TRANSACTIONS.contains(acting)) {
          throw denied(keyword(words, 0) + " of " + acting + " is not supported");
        }
      }
    }
    FileCopies.checkReading(words, database);
  }

  /** Where the statement begins that is prepared or explained, if it is one of these. */
  private static int verb(List<Word> words) {
    int at = 0;
    while (true) {
      String keyword = keyword(words, at);
      if (keyword.equals("EXPLAIN")) {
        at++;
        while (isSymbol(words, at, "(")
            || keyword(words, at).equals("ANALYZE")
            || keyword(words, at).equals("VERBOSE")) {
          at = isSymbol(words, at, "(") ? closing(words, at) + 1 : at + 1;
        }
      } else if (keyword.equals("PREPARE")) {
        at += 2;
        at = isSymbol(words, at, "(") ? closing(words, at) + 1 : at;
        at += keyword(words, at).equals("AS") ? 1 : 0;
      } else {
        return at;
      }
    }
  }

  private static int closing(List<Word> words, int open) {
    int depth = 0;
    for (int i = open; i < words.size(); i++) {
      depth += isSymbol(words, i, "(") ? 1 : isSymbol(words, i, ")") ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return words.size();
  }

  private static String keyword(List<Word> words, int at) {
    return at < words.size() ? words.get(at).keyword() : "";
  }

  private static boolean isSymbol(List<Word> words, int at, String symbol) {
    return at < words.size() && !words.get(at).string() && words.get(at).value().equals(symbol);
  }

  private static String name(List<Word> words, int at) {
    return at < words.size() ? words.get(at).value().toLowerCase(Locale.ROOT) : "";
  }

  /** A schema of the database may be used, and no other database. */
  private static void use(List<Word> words, int verb, String database) throws WireException {
    String first = name(words, verb + 1);
    boolean ours =
        isSymbol(words, verb + 2, ".")
            ? first.equals(database.toLowerCase(Locale.ROOT))
            : !OTHERS.contains(first) && first.indexOf('.') < 0;
    if (!ours) {
      throw denied("USE of another database is disabled: a server has one database");
    }
  }

  private static void setting(List<Word> words, int verb) throws WireException {
    if (keyword(words, verb + 1).equals("GLOBAL")) {
      throw denied(keyword(words, verb) + " GLOBAL is disabled: it would change other sessions");
    }
    int scoped =
        switch (keyword(words, verb + 1)) {
          case "SESSION", "LOCAL", "VARIABLE" -> verb + 2;
          default -> verb + 1;
        };
    if (name(words, scoped).equals(STREAMING)) {
      throw denied("permission denied to set parameter \"" + STREAMING + '"');
    }
    if (keyword(words, verb).equals("SET") && name(words, scoped).equals(MemoryLimit.VARIABLE)) {
      memory(words.subList(Math.min(scoped + 2, words.size()), words.size()));
    }
  }

  /** A session may take less memory than the server has for one, not more. */
  private static void memory(List<Word> values) throws WireException {
    boolean literal =
        values.size() == 1 && (values.get(0).string() || values.get(0).value().matches("\\d+"));
    try {
      if (literal && MemoryLimit.parse(values.get(0).value()) <= MemoryLimit.standard()) {
        return;
      }
    } catch (WhatifException wrong) {
      throw new WireException(
          Report.error(SqlState.INVALID_PARAMETER_VALUE, String.valueOf(wrong.getMessage())));
    }
    throw denied(
        "%s must be a string of at most the server's '%dMB'"
            .formatted(MemoryLimit.VARIABLE, MemoryLimit.standard() >> 20));
  }

  private static void pragma(List<Word> words, int verb) throws WireException {
    String name = name(words, verb + 1);
    if (name.equals(STREAMING)) {
      throw denied("permission denied to set parameter \"" + STREAMING + '"');
    }
    if (name.equals("import_database")) {
      throw denied("IMPORT DATABASE is disabled by configuration");
    }
  }

  private static WireException denied(String message) {
    return new WireException(Report.error(SqlState.INSUFFICIENT_PRIVILEGE, message));
  }
}
