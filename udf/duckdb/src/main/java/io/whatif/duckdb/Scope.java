/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.WhatifException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * One statement through the driver: its token stands in the lowered text, so that cancel, progress,
 * failures and fitted models find their way back. A prepared statement may be executed many times
 * under one scope; {@link #reset} comes before each.
 */
@SuppressWarnings("DoNotCallSuggester") // until it is written
public final class Scope implements AutoCloseable {
  /** The token of calls without a driver: models are stored by the engine itself. */
  public static final String NATIVE = "";

  Scope() {}

  public String token() {
    return NATIVE;
  }

  /** Forgets what the last execution left. */
  public void reset() {}

  /** Asks all estimates of the statement to stop. */
  public void cancel() {}

  /** How far the statement's current estimate is; empty before it begins. */
  public Optional<Progress> progress() {
    return Optional.empty();
  }

  /** The mistake that ended the statement, if it was one of ours. */
  public Optional<WhatifException> failure() {
    return Optional.empty();
  }

  /** Models fitted by the last execution, to be kept by {@link #store}. */
  public List<FittedModel> fitted() {
    return List.of();
  }

  /** Inserts the fitted models on the user's connection, in its transaction. */
  public void store(Connection user) throws SQLException {
    throw new SQLException("not yet: " + user);
  }

  @Override
  public void close() {}
}
