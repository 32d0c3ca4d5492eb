/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
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
  private final List<Session> sessions = new CopyOnWriteArrayList<>();
  private volatile @Nullable Progress last;
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
    last = null;
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

  /** Throws if the user has asked to stop. */
  public void checkCancelled() {
    if (cancelled) {
      throw new WhatifException(
          ErrorCode.CANCELLED, "the statement was cancelled; it stored nothing.");
    }
  }

  /**
   * How far the statement's call is that was worked at last; when the statement has ended, how far
   * it was then. Empty before one begins.
   */
  public Optional<Progress> progress() {
    return sessions.stream()
        .filter(session -> session.pace().isCalled())
        .max((one, other) -> Long.compare(one.pace().told(), other.pace().told()))
        .map(Session::progress)
        .or(() -> Optional.ofNullable(last));
  }

  void opened(Session session) {
    sessions.add(session);
  }

  void closed(Session session) {
    last = progress().orElse(last);
    sessions.remove(session);
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
