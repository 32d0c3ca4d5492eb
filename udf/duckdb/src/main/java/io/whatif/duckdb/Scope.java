/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.WhatifException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One statement through the driver: its token stands in the lowered text, so that cancel, progress,
 * failures and fitted models find their way back. A prepared statement may be executed many times
 * under one scope; {@link #reset} comes before each. Safe for use by several threads.
 */
public final class Scope implements AutoCloseable {
  /** The token of calls without a driver: models are stored by the engine itself. */
  public static final String NATIVE = "";

  private final Engine engine;
  private final String token;
  private final List<FittedModel> fitted = new ArrayList<>();
  private volatile boolean cancelled;
  private volatile @Nullable Progress progress;
  private @Nullable WhatifException failure;

  Scope(Engine engine, String token) {
    this.engine = engine;
    this.token = token;
  }

  public String token() {
    return token;
  }

  /** Forgets what the last execution left. */
  public synchronized void reset() {
    cancelled = false;
    progress = null;
    failure = null;
    fitted.clear();
  }

  /** Asks all estimates of the statement to stop. */
  public void cancel() {
    cancelled = true;
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** How far the statement's current estimate is; empty before it begins. */
  public Optional<Progress> progress() {
    return Optional.ofNullable(progress);
  }

  void progress(Progress now) {
    progress = now;
  }

  /** The first mistake of the execution that was one of ours; it is the one to show. */
  public synchronized Optional<WhatifException> failure() {
    return Optional.ofNullable(failure);
  }

  synchronized void failed(WhatifException mistake) {
    if (failure == null) {
      failure = mistake;
    }
  }

  /** Models fitted by the last execution, to be kept by {@link #store}. */
  public synchronized List<FittedModel> fitted() {
    return List.copyOf(fitted);
  }

  synchronized void add(FittedModel model) {
    fitted.add(model);
  }

  /** Inserts the fitted models on the user's connection, in its transaction, and forgets them. */
  public void store(Connection user) throws SQLException {
    List<FittedModel> models;
    synchronized (this) {
      models = List.copyOf(fitted);
      fitted.clear();
    }
    for (FittedModel model : models) {
      try {
        ModelStore.on(user).insert(model);
      } catch (WhatifException e) {
        throw model.model().provenance().get("function") instanceof String name ? e.in(name) : e;
      }
    }
  }

  /** Ends the statement; its token means nothing from then on. */
  @Override
  public void close() {
    engine.closed(this);
  }
}
