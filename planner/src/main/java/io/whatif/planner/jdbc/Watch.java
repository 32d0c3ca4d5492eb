/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import io.whatif.duckdb.Progress;
import io.whatif.duckdb.Scope;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Watches a running statement: stops it after its timeout, writes its progress. */
final class Watch {
  private static final long TICK_MILLIS = 200;

  /** A call that is done sooner writes nothing. */
  static final double TOLD_AFTER_SECONDS = 1;

  /** What fits into a line of any terminal, so that the next can be written over it. */
  private static final int COLUMNS = 79;

  private final Scope scope;
  private final int timeoutSeconds;
  private final long deadline;
  private final boolean progress;
  private final CountDownLatch ended = new CountDownLatch(1);
  private @Nullable Thread thread;

  private Watch(Scope scope, int timeoutSeconds, boolean progress) {
    this.scope = scope;
    this.timeoutSeconds = timeoutSeconds;
    this.deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
    this.progress = progress;
  }

  static Watch start(Scope scope, int timeoutSeconds, boolean progress) {
    Watch watch = new Watch(scope, timeoutSeconds, progress);
    if (timeoutSeconds > 0 || progress) {
      Thread thread = new Thread(watch::watch, "whatif-watch");
      thread.setDaemon(true);
      thread.start();
      watch.thread = thread;
    }
    return watch;
  }

  private void watch() {
    int width = 0;
    try {
      while (!ended.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (isExpired()) {
          scope.cancel();
        }
        if (progress) {
          width = write(width);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (width > 0) {
      System.err.print("\r" + " ".repeat(width) + "\r");
      System.err.flush();
    }
  }

  private boolean isExpired() {
    return timeoutSeconds > 0 && System.nanoTime() - deadline >= 0;
  }

  /** {@code failure}, or what to tell in its place if the timeout ended the statement. */
  SQLException told(SQLException failure) {
    return isExpired() && DriverErrors.CANCELLED.equals(failure.getSQLState())
        ? new SQLTimeoutException(
            "the statement took longer than its timeout of "
                + timeoutSeconds
                + " s and was stopped; it stored nothing.",
            DriverErrors.CANCELLED,
            failure)
        : failure;
  }

  /** Writes the line in the place of the last, which had that width. */
  private int write(int width) {
    Optional<Progress> now = scope.progress();
    if (now.isEmpty() || now.get().time().elapsed() < TOLD_AFTER_SECONDS) {
      return width;
    }
    String text = now.get().text();
    String line = text.length() <= COLUMNS ? text : text.substring(0, COLUMNS - 3) + "...";
    System.err.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
    System.err.flush();
    return line.length();
  }

  void close() {
    ended.countDown();
    if (thread != null) {
      try {
        thread.join(TimeUnit.SECONDS.toMillis(1));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
