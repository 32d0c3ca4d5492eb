/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import io.whatif.duckdb.Progress;
import io.whatif.duckdb.Scope;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Watches a running statement: stops it after its timeout, writes its progress. */
final class Watch {
  private static final long TICK_MILLIS = 200;

  private final Scope scope;
  private final long deadline;
  private final boolean progress;
  private final CountDownLatch ended = new CountDownLatch(1);
  private @Nullable Thread thread;

  private Watch(Scope scope, long deadline, boolean progress) {
    this.scope = scope;
    this.deadline = deadline;
    this.progress = progress;
  }

  static Watch start(Scope scope, int timeoutSeconds, boolean progress) {
    long deadline =
        timeoutSeconds > 0
            ? System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds)
            : Long.MAX_VALUE;
    Watch watch = new Watch(scope, deadline, progress);
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
        if (deadline != Long.MAX_VALUE && System.nanoTime() - deadline >= 0) {
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

  private int write(int width) {
    Optional<Progress> now = scope.progress();
    if (now.isEmpty()) {
      return width;
    }
    String line = "%s %3.0f%%".formatted(now.get().phase(), 100 * now.get().share());
    System.err.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
    System.err.flush();
    return Math.max(width, line.length());
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
