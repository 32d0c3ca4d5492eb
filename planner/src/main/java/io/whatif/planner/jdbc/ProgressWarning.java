/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import io.whatif.duckdb.Scope;
import java.sql.SQLWarning;
import org.jspecify.annotations.Nullable;

/**
 * How far a statement's causal call is, as the one warning of the statement: asked while it runs,
 * what it does now; asked of a statement that failed or was stopped in a call of a second or more,
 * how far that came. A statement that ended well has none, because shells print warnings. Doubts
 * about the figures are columns of the result, never warnings.
 */
final class ProgressWarning {
  /** SQLSTATE of a warning that belongs to no other class. */
  private static final String GENERAL = "01000";

  private ProgressWarning() {}

  /** What the running call does now; null before it begins. */
  static @Nullable SQLWarning of(Scope scope) {
    return scope.progress().map(now -> new SQLWarning(now.text(), GENERAL)).orElse(null);
  }

  /** How far the call came; null if that is not worth telling. */
  static @Nullable SQLWarning ofStopped(Scope scope) {
    return scope
        .progress()
        .filter(last -> last.time().elapsed() >= Watch.TOLD_AFTER_SECONDS)
        .map(last -> new SQLWarning(last.stoppedText(), GENERAL))
        .orElse(null);
  }
}
