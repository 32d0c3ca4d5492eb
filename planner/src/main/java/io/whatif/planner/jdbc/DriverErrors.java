/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.duckdb.Errors;
import io.whatif.duckdb.Scope;
import io.whatif.planner.Plan;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the user is told when a statement fails. */
final class DriverErrors {
  static final String CANCELLED = "57014";
  private static final Pattern MISSING_COLUMN =
      Pattern.compile(
          "Referenced column \"(.+?)\" (?:not found|was not found)|does not have a column named \"(.+?)\"");
  private static final String GENERAL = "HY000";

  private DriverErrors() {}

  static SQLException of(WhatifException e) {
    return new SQLException(e.message(), e.code() == ErrorCode.CANCELLED ? CANCELLED : GENERAL);
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

  /** The failure of a statement with causal calls: never its rewritten text, never a trace. */
  static SQLException ofCausal(SQLException e, Scope scope, Plan plan) {
    Optional<WhatifException> ours = scope.failure();
    if (ours.isPresent()) {
      return of(ours.get());
    }
    String message = Errors.clean(e);
    Matcher missing = MISSING_COLUMN.matcher(message);
    if (missing.find()) {
      String column = missing.group(1) == null ? missing.group(2) : missing.group(1);
      for (Map.Entry<String, String> feature : plan.byName().entrySet()) {
        if (feature.getKey().equalsIgnoreCase(column)) {
          return new SQLException(feature.getValue(), e.getSQLState(), e.getErrorCode());
        }
      }
    }
    return message.startsWith("INTERRUPT")
        ? new SQLException("the statement was cancelled; it stored nothing.", CANCELLED)
        : new SQLException(message, e.getSQLState(), e.getErrorCode());
  }

  /** The failure of the user's own text: DuckDB's message, unless it carries one of ours. */
  static SQLException ofPlain(SQLException e) {
    String clean = Errors.clean(e);
    String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return clean.startsWith(first) ? e : new SQLException(clean, e.getSQLState(), e.getErrorCode());
  }
}
