/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.planner.sql.SqlTokens;
import io.whatif.planner.sql.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A statement that sets, resets or shows a parameter.
 *
 * @param verb what it does
 * @param name the parameter; empty where it concerns all, or none
 * @param values what it is set to; none stands for DEFAULT
 * @param local whether it is to hold until the transaction ends
 */
record SettingStatement(Verb verb, String name, List<String> values, boolean local) {
  private static final String ISOLATION = "transaction_isolation";

  /** What it does. */
  enum Verb {
    SET,
    RESET,
    RESET_ALL,
    SHOW,
    SHOW_ALL,
    /** Says how the transaction is to be; DuckDB has one way. */
    TRANSACTION,
    /** Says when constraints are looked at; DuckDB has one time. */
    CONSTRAINTS,
    ROLE,
    DISCARD
  }

  private static SettingStatement of(Verb verb, String name, List<String> values, boolean local) {
    return new SettingStatement(verb, name, List.copyOf(values), local);
  }

  /** Reads the statement; empty if it is none of these. */
  static Optional<SettingStatement> read(SqlTokens sql) {
    return switch (sql.keyword(0)) {
      case "SET" -> Optional.ofNullable(set(sql));
      case "RESET" -> Optional.ofNullable(reset(sql));
      case "SHOW" -> Optional.ofNullable(show(sql));
      case "DISCARD" -> Optional.of(of(Verb.DISCARD, "", List.of(sql.keyword(1)), false));
      default -> Optional.empty();
    };
  }

  private static @Nullable SettingStatement set(SqlTokens sql) {
    String second = sql.keyword(1);
    switch (second) {
      case "VARIABLE", "GLOBAL" -> {
        return null;
      }
      case "TRANSACTION" -> {
        return of(Verb.TRANSACTION, "", words(sql, 2), true);
      }
      case "CONSTRAINTS" -> {
        return of(Verb.CONSTRAINTS, "", List.of(), true);
      }
      default -> {}
    }
    boolean word = second.equals("SESSION") || second.equals("LOCAL");
    boolean scoped = word && !sql.isSymbol(2, "=") && !sql.keyword(2).equals("TO");
    boolean local = second.equals("LOCAL") && scoped;
    int at = scoped ? 2 : 1;
    switch (sql.keyword(at)) {
      case "CHARACTERISTICS" -> {
        return of(Verb.TRANSACTION, "", words(sql, at + 3), false);
      }
      case "AUTHORIZATION", "ROLE" -> {
        return of(Verb.ROLE, sql.keyword(at), values(sql, at + 1), local);
      }
      case "NAMES" -> {
        return of(Verb.SET, "client_encoding", values(sql, at + 1), local);
      }
      case "TIME" -> {
        if (sql.keyword(at + 1).equals("ZONE")) {
          return of(Verb.SET, PostgresParameter.TIME_ZONE, zone(sql, at + 2), local);
        }
      }
      case "SCHEMA" -> {
        if (sql.is(at + 1, Token.Kind.STRING)) {
          return of(Verb.SET, PostgresParameter.SEARCH_PATH, values(sql, at + 1), local);
        }
      }
      case "XML" -> {
        return of(Verb.CONSTRAINTS, "", List.of(), local);
      }
      default -> {}
    }
    return assigned(sql, at, local);
  }

  /** {@code name = value} or {@code name TO value}. */
  private static @Nullable SettingStatement assigned(SqlTokens sql, int at, boolean local) {
    int equals = sql.lastPart(at) + 1;
    boolean assigns = sql.isSymbol(equals, "=") || sql.keyword(equals).equals("TO");
    return sql.isName(at) && assigns
        ? of(Verb.SET, setting(dotted(sql, at)), values(sql, equals + 1), local)
        : null;
  }

  /** DuckDB has two names for the search path. */
  private static String setting(String name) {
    return name.equalsIgnoreCase("schema") ? PostgresParameter.SEARCH_PATH : name;
  }

  private static @Nullable SettingStatement reset(SqlTokens sql) {
    String second = sql.keyword(1);
    if (second.equals("ALL")) {
      return of(Verb.RESET_ALL, "", List.of(), false);
    }
    if (second.equals("VARIABLE") || second.equals("GLOBAL")) {
      return null;
    }
    if (second.equals("ROLE")
        || (second.equals("SESSION") && sql.keyword(2).equals("AUTHORIZATION"))) {
      return of(Verb.ROLE, "", List.of(), false);
    }
    if (second.equals("TIME") && sql.keyword(2).equals("ZONE")) {
      return of(Verb.RESET, PostgresParameter.TIME_ZONE, List.of(), false);
    }
    int at = second.equals("SESSION") || second.equals("LOCAL") ? 2 : 1;
    return sql.isName(at) ? of(Verb.RESET, dotted(sql, at), List.of(), false) : null;
  }

  private static @Nullable SettingStatement show(SqlTokens sql) {
    String second = sql.keyword(1);
    if (second.equals("ALL") && sql.size() == 2) {
      return of(Verb.SHOW_ALL, "", List.of(), false);
    }
    if (second.equals("TIME") && sql.keyword(2).equals("ZONE")) {
      return of(Verb.SHOW, PostgresParameter.TIME_ZONE, List.of(), false);
    }
    if (second.equals("TRANSACTION") && sql.keyword(2).equals("ISOLATION")) {
      return of(Verb.SHOW, ISOLATION, List.of(), false);
    }
    if (second.equals("SESSION") && sql.keyword(2).equals("AUTHORIZATION")) {
      return of(Verb.SHOW, "session_authorization", List.of(), false);
    }
    String name = dotted(sql, 1);
    boolean alone = sql.size() == 2 || name.indexOf('.') > 0;
    return sql.isName(1) && alone ? of(Verb.SHOW, name, List.of(), false) : null;
  }

  private static String dotted(SqlTokens sql, int at) {
    StringBuilder name = new StringBuilder(sql.name(at));
    for (int i = at + 1; sql.isSymbol(i, ".") && sql.isName(i + 1); i += 2) {
      name.append('.').append(sql.name(i + 1));
    }
    return name.toString();
  }

  /** A zone may be an interval of hours: {@code INTERVAL '+02:00' HOUR TO MINUTE}. */
  private static List<String> zone(SqlTokens sql, int from) {
    boolean interval = sql.keyword(from).equals("INTERVAL");
    List<String> values = values(sql, interval ? from + 1 : from);
    return interval && !values.isEmpty()
        ? List.of(values.get(0).split(":", -1)[0].replaceFirst("^([+-]?)0(\\d)", "$1$2"))
        : values;
  }

  private static List<String> values(SqlTokens sql, int from) {
    if (sql.keyword(from).equals("DEFAULT") && sql.size() == from + 1) {
      return List.of();
    }
    List<String> values = new ArrayList<>();
    for (int i = from; i < sql.size(); i++) {
      if (sql.is(i, Token.Kind.STRING)) {
        values.add(sql.string(i));
      } else if (sql.isName(i)) {
        values.add(sql.name(i));
      } else if (sql.isSymbol(i, "-") && sql.is(i + 1, Token.Kind.NUMBER)) {
        i++;
        values.add("-" + sql.word(i));
      } else if (sql.is(i, Token.Kind.NUMBER)) {
        values.add(sql.word(i));
      }
    }
    return values;
  }

  private static List<String> words(SqlTokens sql, int from) {
    List<String> words = new ArrayList<>();
    for (int i = from; i < sql.size(); i++) {
      words.add(sql.keyword(i));
    }
    return words;
  }

  /** What it is set to, as one text. */
  String value() {
    return values.stream().collect(Collectors.joining(", "));
  }

  /** The isolation that a TRANSACTION statement asks for, as SHOW tells it. */
  Optional<String> isolation() {
    int at = values.indexOf("LEVEL");
    if (at < 0 || at + 1 >= values.size()) {
      return Optional.empty();
    }
    String word = values.get(at + 1);
    String next = at + 2 < values.size() ? values.get(at + 2) : "";
    return Optional.of(
        (word.equals("SERIALIZABLE") ? word : word + " " + next).toLowerCase(Locale.ROOT));
  }

  /** Whether a TRANSACTION statement asks for reading only, if it says so. */
  Optional<String> readOnly() {
    for (int i = 0; i < values.size() - 1; i++) {
      if (values.get(i).equals("READ") && values.get(i + 1).equals("ONLY")) {
        return Optional.of("on");
      }
      if (values.get(i).equals("READ") && values.get(i + 1).equals("WRITE")) {
        return Optional.of("off");
      }
    }
    return Optional.empty();
  }
}
