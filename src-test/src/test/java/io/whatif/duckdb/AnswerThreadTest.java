/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.data.WhatifException;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AnswerThreadTest {
  /** What is freed when nothing goes on may be read by work that was given up. */
  @Test
  void workThatWasGivenUpGoesOnWhateverEndsMeanwhile() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    AnswerThread thread =
        new AnswerThread(
            "whatif-call-test",
            () -> true,
            () -> {
              if (ended.incrementAndGet() == 2) {
                over.countDown();
              }
            });
    assertThatThrownBy(() -> thread.run(() -> goOn.await(5, TimeUnit.SECONDS)))
        .isInstanceOf(WhatifException.class)
        .hasMessageContaining("was cancelled.");
    assertThat(thread.run(() -> 2)).isEqualTo(2);
    assertThat(ended).hasValue(1);
    assertThat(thread.isBusy()).isTrue();
    goOn.countDown();
    assertThat(over.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(thread.isBusy()).isFalse();
  }

  @Test
  void whatWorkThrowsIsThrownAndEndsIt() {
    AnswerThread thread = new AnswerThread("whatif-call-test", () -> false, () -> {});
    assertThatThrownBy(
            () ->
                thread.run(
                    () -> {
                      throw new SQLException("no");
                    }))
        .isInstanceOf(SQLException.class)
        .hasMessage("no");
    assertThat(thread.isBusy()).isFalse();
  }
}
