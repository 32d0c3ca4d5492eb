/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.duckdb.Errors;
import io.whatif.duckdb.Scope;
import io.whatif.duckdb.SqlText;
import io.whatif.planner.Plan;
import io.whatif.planner.sql.SourcePosition;
import io.whatif.planner.sql.UnreadCall;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the user is told when a statement fails. */
final class DriverErrors {
  static final String CANCELLED = "57014";
  private static final Pattern MISSING_COLUMN =
      Pattern.compile(
          "Referenced column \"(.+?)\" (?:not found|was not found)|does not have a column named \"(.+?)\"");

  /** DuckDB's words on a value that is no number: a text, or of a type without numbers. */
  private static final Pattern NO_NUMBER =
      Pattern.compile(
          "Conversion Error: (?:Could not convert string '(.*)' to DOUBLE"
              + "|Unimplemented type for cast \\((.+) -> DOUBLE\\)) when casting from source column (.+)",
          Pattern.DOTALL);

  /** Beyond so many characters a value is cut where it is told. */
  private static final int SHOWN = 60;

  private static final String GENERAL = "HY000";

  /** A parameter as planning numbers it. */
  private static final Pattern NUMBERED = Pattern.compile("\\$\\d+");

  private DriverErrors() {}

  /** A failure outside of any statement. */
  static SQLException of(WhatifException e) {
    return new SQLException(e.message(), state(e));
  }

  private static String state(WhatifException e) {
    return e.code() == ErrorCode.CANCELLED ? CANCELLED : GENERAL;
  }

  /** The failure of anything but SQL: a mistake of the user's, or a fault of ours. */
  static SQLException of(Throwable failure) {
    if (failure instanceof WhatifException known) {
      return of(known);
    }
    SQLException told = of(Errors.of(failure, "whatif"));
    told.initCause(failure);
    return told;
  }

  /**
   * The text of a statement with causal calls, where its mistakes are found.
   *
   * @param text as the user wrote it
   * @param excerpts whether messages show the line
   */
  record Source(String text, boolean excerpts) {

    SQLException told(WhatifException e) {
      String message = asWritten(e.message());
      SourcePosition position =
          e.code() == ErrorCode.CANCELLED
              ? null
              : SourcePosition.ofMistake(text, message).orElse(null);
      return new StatementException(List.of(message), position, excerpts, state(e), 0);
    }

    /** A parameter that the user wrote as {@code ?} is told as such. */
    private String asWritten(String message) {
      return NUMBERED
          .matcher(message)
          .replaceAll(
              parameter ->
                  Matcher.quoteReplacement(
                      text.contains(parameter.group()) ? parameter.group() : "?"));
    }

    /**
     * The failure of what DuckDB ran: never its text, never a trace.
     *
     * @param plan whose text DuckDB ran
     */
    SQLException told(SQLException e, Scope scope, Plan plan) {
      Optional<WhatifException> ours = scope.failure();
      if (ours.isPresent()) {
        return told(ours.get());
      }
      String raw = String.valueOf(e.getMessage());
      Optional<SQLException> unread = unread(e);
      if (unread.isPresent()) {
        return unread.get();
      }
      List<String> lines = Errors.lines(raw);
      if (raw.startsWith("INTERRUPT")) {
        return new SQLException("the statement was cancelled; it stored nothing.", CANCELLED);
      }
      String whole = String.join(" ", lines);
      Optional<SourcePosition> caret = SourcePosition.ofDuckDb(text, plan.sql(), raw);
      Optional<String> feature = missingFeature(whole, plan);
      if (feature.isEmpty() && caret.isEmpty()) { // it shows the place of casts in the user's text
        feature = mistypedFeature(whole, plan);
      }
      if (feature.isPresent()) {
        lines = List.of(feature.get());
      }
      String line = String.join(" ", lines);
      SourcePosition position =
          feature
              .flatMap(told -> SourcePosition.ofMistake(text, told))
              .or(() -> caret)
              .or(() -> SourcePosition.ofMistake(text, line))
              .orElse(null);
      return new StatementException(lines, position, excerpts, e.getSQLState(), e.getErrorCode());
    }

    /** The failure of the user's own text, which has no causal call that can be read. */
    SQLException told(SQLException e) {
      return unread(e).orElseGet(() -> ofPlain(e));
    }

    private Optional<SQLException> unread(SQLException e) {
      return UnreadCall.find(text, String.valueOf(e.getMessage()))
          .map(
              call ->
                  new StatementException(
                      List.of(call.message()),
                      call.place(),
                      excerpts,
                      e.getSQLState(),
                      e.getErrorCode()));
    }

    /** What to tell in the place of DuckDB's words on a column that is a feature by its name. */
    private static Optional<String> missingFeature(String message, Plan plan) {
      Matcher missing = MISSING_COLUMN.matcher(message);
      if (!missing.find()) {
        return Optional.empty();
      }
      String column = missing.group(1) == null ? missing.group(2) : missing.group(1);
      return scored(plan, column).map(Plan.ScoredColumn::missing);
    }

    /** What to tell in the place of DuckDB's words on values of a column that are no numbers. */
    private static Optional<String> mistypedFeature(String message, Plan plan) {
      Matcher wrong = NO_NUMBER.matcher(message);
      if (!wrong.matches()) {
        return Optional.empty();
      }
      String column = wrong.group(3);
      String what =
          wrong.group(1) == null
              ? "column %s is %s. Cast it, or name another.".formatted(column, wrong.group(2))
              : "column %s is text and holds '%s'. Leave such rows out, or write TRY_CAST(%s AS DOUBLE)."
                  .formatted(column, shown(wrong.group(1)), SqlText.quote(column));
      return scored(plan, column).map(Plan.ScoredColumn::mistyped).map(told -> told + what);
    }

    private static String shown(String value) {
      return value.codePointCount(0, value.length()) <= SHOWN
          ? value
          : value.substring(0, value.offsetByCodePoints(0, SHOWN)) + "...";
    }

    private static Optional<Plan.ScoredColumn> scored(Plan plan, String column) {
      return Optional.ofNullable(plan.scored().get(column.toLowerCase(Locale.ROOT)));
    }
  }

  /** The failure of the user's own text: DuckDB's message, unless it carries one of ours. */
  private static SQLException ofPlain(SQLException e) {
    String clean = Errors.clean(e);
    String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return clean.startsWith(first) ? e : new SQLException(clean, e.getSQLState(), e.getErrorCode());
  }
}
