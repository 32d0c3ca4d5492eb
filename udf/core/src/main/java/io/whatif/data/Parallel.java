/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs numbered, independent pieces of work on the threads a {@link Run} allows. */
public final class Parallel {
  private Parallel() {}

  /** One piece of work, by its number. */
  @FunctionalInterface
  public interface Piece {
    void run(int index);
  }

  /**
   * Runs pieces 0..count-1, each once, and returns when all are done. The calling thread takes
   * part. The first failure stops the handing out of further pieces and is rethrown here.
   */
  public static void forEach(Run run, int count, Piece piece) {
    AtomicInteger next = new AtomicInteger();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Runnable worker =
        () -> {
          try {
            int index = next.getAndIncrement();
            while (index < count && failure.get() == null) {
              run.checkCancelled();
              piece.run(index);
              index = next.getAndIncrement();
            }
          } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
          }
        };
    Thread[] helpers = new Thread[Math.max(0, Math.min(run.threads(), count) - 1)];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new Thread(worker, "whatif-worker-" + i);
      helpers[i].setDaemon(true);
      helpers[i].start();
    }
    worker.run();
    join(helpers);
    Throwable thrown = failure.get();
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
  }

  private static void join(Thread[] helpers) {
    boolean interrupted = false;
    for (Thread helper : helpers) {
      while (helper.isAlive()) {
        try {
          helper.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
