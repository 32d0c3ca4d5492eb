/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import io.whatif.data.WhatifException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what a message of ours is about among the calls of a statement. The message begins with the
 * function, and mostly goes on with the argument and its value.
 */
final class MistakePlace {
  private static final Pattern FUNCTION = Pattern.compile("^([a-z_]+): ");
  private static final Pattern ARGUMENT = Pattern.compile("^[a-z_]+: ([^\\s=:]+) => ");
  private static final Pattern VALUE = Pattern.compile("=> '([^']*+(?:'(?!:)[^']*+)*+)':");
  private static final Pattern UNKNOWN =
      Pattern.compile("^[a-z_]+: there is no argument (\\S+)\\.");
  private static final Pattern TWICE = Pattern.compile("^[a-z_]+: (\\S+) is given twice");
  private static final Pattern NAMELESS = Pattern.compile("^[a-z_]+: argument (\\d+) ");
  private static final Pattern COMMA = Pattern.compile("^[a-z_]+: a comma is missing ");
  private static final Pattern MODEL = Pattern.compile("^[a-z_]+: (?:the )?model (?:is|=>)");
  private static final Pattern BY_NAME = Pattern.compile("^[a-z_]+: (\\S+) => \\.\\.\\.:");
  private static final Pattern TAKES =
      Pattern.compile("^[a-z_]+: model '(.*?)' takes (?:.* passes (\\d+)\\.)?");

  private final SqlTokens sql;
  private final String message;

  private MistakePlace(SqlTokens sql, String message) {
    this.sql = sql;
    this.message = message;
  }

  /** The offset in {@code statement}, or empty if it has no call of the function. */
  static Optional<Integer> find(String statement, String message) {
    Matcher function = FUNCTION.matcher(message);
    if (!function.find()) {
      return Optional.empty();
    }
    MistakePlace place = new MistakePlace(new SqlTokens(statement), message);
    List<CallFinder.Site> sites =
        new CallFinder(place.sql)
            .everySite().stream()
                .filter(site -> site.function().name().equals(function.group(1)))
                .toList();
    return sites.isEmpty()
        ? Optional.empty()
        : Optional.of(place.sql.token(place.token(sites)).start());
  }

  private int token(List<CallFinder.Site> sites) {
    List<CallFinder.Site> likely = sites.size() > 1 ? refused(sites) : sites;
    for (CallFinder.Site site : likely) {
      Optional<Integer> exact = token(site, true);
      if (exact.isPresent()) {
        return exact.get();
      }
    }
    return token(likely.get(0), false).orElse(likely.get(0).name());
  }

  /** The calls that are refused by that message as they stand; all, if none is. */
  private List<CallFinder.Site> refused(List<CallFinder.Site> sites) {
    List<CallFinder.Site> refused = sites.stream().filter(this::isRefused).toList();
    return refused.isEmpty() ? sites : refused;
  }

  private boolean isRefused(CallFinder.Site site) {
    try {
      if (site.function().isScalar()) {
        new ScoreCallParser(sql, UnaryOperator.identity()).parse(site);
      } else {
        new CausalCallParser(sql, UnaryOperator.identity(), path -> "{}").parse(site);
      }
      return false;
    } catch (WhatifException e) {
      return e.in(site.function().name()).message().equals(message);
    }
  }

  /**
   * The token the message is about.
   *
   * @param exact whether the argument must have the value of the message, if that names one
   */
  private Optional<Integer> token(CallFinder.Site site, boolean exact) {
    if (COMMA.matcher(message).find()) {
      return WrittenArgument.withoutComma(sql, site);
    }
    List<int[]> parts = sql.splitAtCommas(site.open() + 1, site.close());
    Matcher nameless = NAMELESS.matcher(message);
    if (nameless.find()) {
      int number = Integer.parseInt(nameless.group(1));
      return number <= parts.size() ? Optional.of(parts.get(number - 1)[0]) : Optional.empty();
    }
    Optional<Integer> named = named(site, parts, UNKNOWN, 1);
    if (named.isEmpty()) {
      named = named(site, parts, TWICE, 2);
    }
    if (named.isEmpty()) {
      named = named(site, parts, BY_NAME, 1);
    }
    Matcher takes = TAKES.matcher(message);
    if (takes.find()) {
      boolean same =
          !parts.isEmpty()
              && (takes.group(2) == null || parts.size() == Integer.parseInt(takes.group(2)) + 1)
              && item(parts.get(0)[0], parts.get(0)[1], takes.group(1)).isPresent();
      return same ? Optional.of(site.name()) : Optional.empty();
    }
    return named.isPresent() ? named : value(site, parts, exact);
  }

  /** The name of the {@code count}th argument that the pattern's group names. */
  private Optional<Integer> named(
      CallFinder.Site site, List<int[]> parts, Pattern pattern, int count) {
    Matcher matcher = pattern.matcher(message);
    if (!matcher.find()) {
      return Optional.empty();
    }
    List<Integer> found = new ArrayList<>();
    for (int[] part : parts) {
      if (isNamed(part)
          && ArgumentValues.means(site.function(), sql.name(part[0]), matcher.group(1))) {
        found.add(part[0]);
      }
    }
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(found.get(Math.min(count, found.size()) - 1));
  }

  private Optional<Integer> value(CallFinder.Site site, List<int[]> parts, boolean exact) {
    Matcher argument = ARGUMENT.matcher(message);
    boolean names = argument.find();
    Matcher matcher = VALUE.matcher(message);
    String value = matcher.find() ? matcher.group(1) : null;
    if (names) {
      for (int[] part : parts) {
        if (isNamed(part)
            && ArgumentValues.means(site.function(), sql.name(part[0]), argument.group(1))) {
          int from = part[0] + 2;
          Optional<Integer> item = value == null ? Optional.of(from) : item(from, part[1], value);
          return item.isPresent() || exact ? item : Optional.of(from);
        }
      }
    }
    boolean constants = site.function().isScalar() && !site.function().scores();
    if (names && constants && value != null) {
      for (int[] part : parts.subList(Math.min(1, parts.size()), parts.size())) {
        Optional<Integer> item = item(part[0], part[1], value);
        if (item.isPresent()) {
          return item;
        }
      }
    }
    boolean first = !parts.isEmpty() && !isNamed(parts.get(0));
    if (first && MODEL.matcher(message).find()) {
      int from = parts.get(0)[0];
      boolean same = value == null || item(from, parts.get(0)[1], value).isPresent();
      return same || !exact ? Optional.of(from) : Optional.empty();
    }
    return exact ? Optional.empty() : Optional.of(site.name());
  }

  /** The token between {@code from} and {@code to} that has that value. */
  private Optional<Integer> item(int from, int to, String value) {
    for (int i = from; i < to; i++) {
      String word = sql.is(i, Token.Kind.STRING) ? sql.string(i) : sql.name(i);
      if (word.equalsIgnoreCase(value)) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  private boolean isNamed(int[] part) {
    return part[0] + 2 < part[1] + 1
        && sql.isName(part[0])
        && (sql.isSymbol(part[0] + 1, "=>")
            || sql.isSymbol(part[0] + 1, ":=")
            || sql.isSymbol(part[0] + 1, "="));
  }
}
