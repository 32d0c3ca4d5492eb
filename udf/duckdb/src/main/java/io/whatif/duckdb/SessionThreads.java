/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.Workers;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads of one session that wait for the next work: an estimate divides some sixty times, and a
 * new thread takes a tenth of a millisecond each time. About as many are there as work at once.
 */
final class SessionThreads implements Workers, AutoCloseable {
  /** How long a thread waits before it ends. */
  private static final long IDLE_MILLIS = 1_000;

  private final ExecutorService threads =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          IDLE_MILLIS,
          TimeUnit.MILLISECONDS,
          new SynchronousQueue<>(),
          Workers::thread);

  @Override
  public Future<?> begin(Runnable work) {
    return threads.submit(work);
  }

  /** Ends threads that wait; others when their work is done. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
