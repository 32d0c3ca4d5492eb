/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * The threads that work for a {@link Run} beside the one that runs it. Safe for use by several
 * threads.
 */
@FunctionalInterface
public interface Workers {
  /** Begins work, which throws nothing, on another thread. */
  Future<?> begin(Runnable work);

  /** Begins work on a thread that is made for it, and ends with it. */
  static Future<?> onNewThread(Runnable work) {
    FutureTask<?> task = new FutureTask<>(work, null);
    thread(task).start();
    return task;
  }

  /** A thread for such work, which keeps no JVM alive. */
  static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "whatif-worker");
    thread.setDaemon(true);
    return thread;
  }
}
