/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ParallelTest {
  private static final int PIECES = 40;

  @Test
  void aFailureIsThrownWhenNothingRunsAnyMore() {
    AtomicInteger running = new AtomicInteger();
    assertThatThrownBy(
            () ->
                Parallel.forEach(
                    Datasets.run(4),
                    PIECES,
                    i -> {
                      running.incrementAndGet();
                      try {
                        if (i == 3) {
                          throw new IllegalArgumentException("piece 3");
                        }
                        pause();
                      } finally {
                        running.decrementAndGet();
                      }
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("piece 3");
    assertThat(running).hasValue(0);
  }

  @Test
  void anInterruptedThreadWaitsForAllAndStaysInterrupted() {
    AtomicInteger done = new AtomicInteger();
    Thread.currentThread().interrupt();
    Parallel.forEach(
        Datasets.run(4),
        PIECES,
        i -> {
          pause();
          done.incrementAndGet();
        });
    assertThat(Thread.interrupted()).isTrue();
    assertThat(done).hasValue(PIECES);
  }

  /** Some milliseconds, whether or not this thread is interrupted. */
  private static void pause() {
    long until = System.nanoTime() + 2_000_000;
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }
}
