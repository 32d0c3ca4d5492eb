/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.function.Argument;
import io.whatif.function.Body;
import io.whatif.function.GroupRows;
import io.whatif.function.ResultColumn;
import io.whatif.model.Feature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The SQL of calls with {@code partition_by} or {@code by}. Their keys keep DuckDB's own types,
 * though the text knows none: the rows are pushed grouped by the keys, beside the place of a
 * group's first row, and the answer names the groups by those places. A stored model has its keys
 * as texts and types.
 */
final class GroupedSql {
  /** The arguments that divide the rows of a call. */
  private static final Set<String> DIVIDING = Set.of("partition_by", "by");

  /** Possessive: else each character of a text recurses. */
  private static final String TEXT = "'[^']*+(?:''[^']*+)*+'";

  private static final Pattern ENUM_TYPE =
      Pattern.compile("ENUM\\(" + TEXT + "(?:, " + TEXT + ")*+\\)");

  private GroupedSql() {}

  /** The columns a call divides the rows by, as they are written; empty if it does not. */
  static List<String> keys(CausalCall call) {
    Map<String, String> names = new LinkedHashMap<>();
    for (Argument argument : call.function().arguments()) {
      if (!DIVIDING.contains(argument.name())) {
        continue;
      }
      Object value = Reading.given(call.literals(), argument);
      for (Object name :
          value instanceof List<?> list ? list : List.of(value == null ? "" : value)) {
        String column = String.valueOf(name);
        if (lower(column).startsWith("columns(")) {
          throw new WhatifException(
                  ErrorCode.BAD_ARGUMENT,
                  "%s => '%s': takes names alone, for they name columns of the result. List them."
                      .formatted(argument.name(), column))
              .in(call.function().name());
        }
        if (!column.isBlank()) {
          names.putIfAbsent(lower(column), column);
        }
      }
    }
    return List.copyOf(names.values());
  }

  /** The columns by which a reading groups its rows: the keys of all its summaries. */
  static List<String> keys(Reading reading) {
    Map<String, String> names = new LinkedHashMap<>();
    for (CausalCall call : reading.calls()) {
      if (call.function().body(Body.Summary.class).isPresent()) {
        keys(call).forEach(key -> names.putIfAbsent(lower(key), key));
      }
    }
    return List.copyOf(names.values());
  }

  static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** The name under which a key is carried beside the other columns. */
  static String carried(int key) {
    return SqlText.quote("whatif key " + key);
  }

  /** The carried keys as a list, empty or with a comma before each. */
  static String carried(List<String> keys, String from) {
    return IntStream.range(0, keys.size())
        .mapToObj(k -> ", " + from + carried(k))
        .collect(Collectors.joining());
  }

  /** The keys under the names they are carried by, empty or with a comma before each. */
  static String carriers(List<String> keys) {
    return keys.isEmpty() ? "" : ", " + each(keys, (name, carried) -> name + " AS " + carried);
  }

  /** The number of groups of a call, for the session to compare with those it sees. */
  static String count(CausalCall call, Reading reading, String groups) {
    List<String> keys = keys(call);
    return keys.isEmpty()
        ? "0"
        : "(SELECT count(*) FROM %s)".formatted(groupsOf(keys, reading, groups));
  }

  /** The groups of a call, made of the finer ones of its reading. */
  private static String groupsOf(List<String> keys, Reading reading, String groups) {
    List<String> all = keys(reading).stream().map(GroupedSql::lower).toList();
    String named =
        keys.stream()
            .map(key -> carried(all.indexOf(lower(key))) + " AS " + SqlText.quote(key))
            .collect(Collectors.joining(", "));
    return "(SELECT %s, min(%s) AS %s FROM %s GROUP BY ALL)"
        .formatted(named, SqlText.quote(SessionSql.ROW), SqlText.quote(SessionSql.ROW), groups);
  }

  /** The rows of a summary's answer, keys first; a query without parentheses. */
  static String summary(CausalCall call, Reading reading, String groups, String answer) {
    List<String> keys = keys(call);
    String row = SqlText.quote(GroupRows.ROW);
    List<ResultColumn> result = call.function().groupedResult();
    checkFree(call, keys, result);
    return """
        SELECT %s, %s FROM (%s) a
         JOIN %s g ON g.%s = a.%s ORDER BY a."whatif order\""""
        .formatted(
            keys.stream().map(k -> "g." + SqlText.quote(k)).collect(Collectors.joining(", ")),
            result.stream()
                .map(c -> "a." + SqlText.quote(c.name()))
                .collect(Collectors.joining(", ")),
            ResultSql.answered(
                answer,
                ResultSql.rowType(
                    result, "\"whatif row\":\"BIGINT\"", "\"whatif order\":\"BIGINT\"")),
            groupsOf(keys, reading, groups),
            row,
            row);
  }

  private static void checkFree(CausalCall call, List<String> keys, List<ResultColumn> result) {
    for (String key : keys) {
      if (result.stream().anyMatch(column -> column.name().equalsIgnoreCase(key))) {
        throw new WhatifException(
                ErrorCode.BAD_COLUMN,
                "%s => '%s': the result has a column %s already. Rename it with AS."
                    .formatted(argument(call), key, lower(key)))
            .in(call.function().name());
      }
    }
  }

  /** The argument that divides the rows of a call. */
  private static String argument(CausalCall call) {
    return call.function().arguments().stream()
        .filter(argument -> DIVIDING.contains(argument.name()))
        .filter(argument -> Reading.given(call.literals(), argument) != null)
        .map(Argument::name)
        .findFirst()
        .orElse("partition_by");
  }

  /** The relation's columns in the order of a call's result: its keys, then the others. */
  static String relation(List<String> keys, String rows) {
    if (keys.isEmpty()) {
      return rows;
    }
    // Where the relation has no such column the name is this one, so that it is not DuckDB that
    // tells.
    return """
        (SELECT %s, r.* EXCLUDE (%s) FROM (SELECT %s) n,
         LATERAL (SELECT %s, COLUMNS(lambda c: lower(c) NOT IN (%s)) FROM %s) r)"""
        .formatted(
            each(keys, (name, carried) -> "r." + carried + " AS " + name),
            each(keys, (name, carried) -> carried),
            each(keys, (name, carried) -> "NULL::BIT AS " + name),
            each(keys, (name, carried) -> name + " AS " + carried),
            keys.stream()
                .map(GroupedSql::lower)
                .map(SqlText::literal)
                .collect(Collectors.joining(", ")),
            rows);
  }

  /** What {@code text} makes of the quoted name of each key and that under which it is carried. */
  private static String each(List<String> keys, BinaryOperator<String> text) {
    return IntStream.range(0, keys.size())
        .mapToObj(k -> text.apply(SqlText.quote(keys.get(k)), carried(k)))
        .collect(Collectors.joining(", "));
  }

  /**
   * Rows of a stored model's groups, keys first; a query without parentheses.
   *
   * @param rows SQL that gives them as JSON
   * @param keys the model's keys
   */
  static String stored(List<Feature> keys, List<ResultColumn> result, String rows) {
    List<String> columns = new ArrayList<>();
    for (int k = 0; k < keys.size(); k++) {
      columns.add(
          "a.\"%s\"[%s]::%s AS %s"
              .formatted(
                  GroupRows.KEYS, k + 1, type(keys.get(k)), SqlText.quote(keys.get(k).name())));
    }
    result.forEach(column -> columns.add("a." + SqlText.quote(column.name())));
    String rowType = ResultSql.rowType(result, "\"" + GroupRows.KEYS + "\":[\"VARCHAR\"]");
    return "SELECT %s FROM (%s) a"
        .formatted(String.join(", ", columns), ResultSql.unnested(rows, rowType));
  }

  /** A type that was read from a store, if it is one that keys can have. */
  private static String type(Feature key) {
    String type = key.sqlType();
    boolean plain =
        CellSql.kind(type) != io.whatif.data.RawTable.Kind.UNUSABLE
            && (type.matches("[A-Z_ ]+|DECIMAL\\(\\d+,\\s*\\d+\\)|\"NULL\"")
                || ENUM_TYPE.matcher(type).matches());
    return plain ? type : "VARCHAR";
  }
}
