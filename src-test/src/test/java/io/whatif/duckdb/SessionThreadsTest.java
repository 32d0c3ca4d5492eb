/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.data.Datasets;
import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.data.RunWithin;
import io.whatif.data.Workers;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SessionThreadsTest {
  private record Pooled(Run whole, SessionThreads pool) implements RunWithin {
    @Override
    public Workers workers() {
      return pool;
    }
  }

  @Test
  void threadsWaitForTheNextWorkAndEndWithTheSession() throws Exception {
    Set<Thread> seen = ConcurrentHashMap.newKeySet();
    try (SessionThreads threads = new SessionThreads()) {
      for (int i = 0; i < 200; i++) {
        threads.begin(() -> seen.add(Thread.currentThread())).get();
      }
      // one that has just finished may not be waiting yet when the next comes
      assertThat(seen).hasSizeLessThan(20).allMatch(Thread::isDaemon);
    }
    for (Thread thread : seen) {
      thread.join(5_000);
      assertThat(thread.isAlive()).isFalse();
    }
  }

  @Test
  void piecesWithinPiecesAllRun() {
    try (SessionThreads threads = new SessionThreads()) {
      Run run = new Pooled(Datasets.run(4), threads);
      AtomicInteger sum = new AtomicInteger();
      Parallel.forEach(run, 8, i -> Parallel.forEach(run, 8, j -> sum.addAndGet(8 * i + j)));
      assertThat(sum).hasValue(63 * 64 / 2);
    }
  }
}
