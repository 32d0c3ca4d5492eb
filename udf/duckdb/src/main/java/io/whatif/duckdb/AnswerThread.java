/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Where a session's calls are answered: on a thread of its own, so that a cancel never waits for
 * what cannot look at it, such as a sort of many rows or a round of XGBoost's. Work that has not
 * stopped {@value #PATIENCE_MILLIS} ms after a cancel is given up: whoever waits for it goes on,
 * and it ends by itself when it looks next. Until then it holds its memory, see {@link #isBusy}.
 */
final class AnswerThread {
  private static final long PATIENCE_MILLIS = 400;
  private static final long POLL_MILLIS = 20;

  /** DuckDB binds on the thread that asks, and a deep statement would end the process. */
  private static final long STACK_BYTES = 64L << 20;

  private final String name;
  private final BooleanSupplier cancelled;
  private final Runnable ended;

  /** How much work goes on: some may be given up while the next begins. */
  private final AtomicInteger working = new AtomicInteger();

  /**
   * A thread that is started for each work.
   *
   * @param cancelled whether the user has asked to stop
   * @param ended called when work has ended, even if it was given up
   */
  AnswerThread(String name, BooleanSupplier cancelled, Runnable ended) {
    this.name = name;
    this.cancelled = cancelled;
    this.ended = ended;
  }

  /** Whether work goes on, be it given up. */
  boolean isBusy() {
    return working.get() > 0;
  }

  /** Does the work, and throws what it throws; CANCELLED if it is given up. */
  <T> T run(Callable<T> work) throws SQLException {
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              try {
                return work.call();
              } finally {
                working.decrementAndGet();
                ended.run();
              }
            });
    Thread thread = new Thread(null, task, name, STACK_BYTES);
    thread.setDaemon(true);
    working.incrementAndGet();
    try {
      thread.start();
    } catch (Error e) { // such as no room for its stack
      working.decrementAndGet();
      throw e;
    }
    return await(task);
  }

  private <T> T await(FutureTask<T> task) throws SQLException {
    long since = 0;
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException still) {
          since = cancelled.getAsBoolean() ? since + POLL_MILLIS : 0;
          if (since > PATIENCE_MILLIS) {
            throw new WhatifException(ErrorCode.CANCELLED, "was cancelled.");
          }
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw thrown(cause == null ? e : cause);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static SQLException thrown(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof RuntimeException mistake) {
      throw mistake;
    }
    return cause instanceof SQLException known
        ? known
        : new SQLException(String.valueOf(cause.getMessage()), cause);
  }
}
