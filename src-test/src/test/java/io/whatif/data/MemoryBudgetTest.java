/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private final MemoryBudget budget = new MemoryBudget(100);

  @Test
  void nothingIsTakenWhereTheBudgetDoesNotSuffice() {
    budget.take(60, "sixty");
    assertThatThrownBy(() -> budget.take(50, "fifty"))
        .isInstanceOfSatisfying(
            MemoryExceededException.class,
            e -> {
              assertThat(e.purpose()).isEqualTo("fifty");
              assertThat(e.needed()).isEqualTo(110);
              assertThat(e.limit()).isEqualTo(100);
              assertThat(e.unspilled()).isEmpty();
            });
    assertThat(budget.used()).isEqualTo(60);
  }

  @Test
  void whatCanBeDoneWithoutIsTakenOfPlenty() {
    assertThat(budget.takeFree(10, 10)).isTrue();
    assertThat(budget.used()).isEqualTo(10);
    assertThat(budget.takeFree(10, 10)).isFalse();
    assertThat(budget.used()).isEqualTo(10);
  }

  @Test
  void lendersAreAskedInOrderUntilItSuffices() {
    AtomicInteger asked = new AtomicInteger();
    budget.take(60, "first");
    budget.take(30, "second");
    budget.add(() -> budget.giveBack(60));
    budget.add(asked::incrementAndGet);
    budget.take(50, "third");
    assertThat(budget.used()).isEqualTo(80);
    assertThat(asked).hasValue(0);
  }

  @Test
  void whatIsNeededMayBecomeLess() {
    AtomicInteger needed = new AtomicInteger(1000);
    budget.add(() -> needed.set(0));
    assertThat(budget.take(needed::get, () -> "rows")).isZero();
    assertThat(budget.used()).isZero();
  }

  @Test
  void aLenderThatHasLeftIsNotAsked() {
    MemoryBudget.Lender lender = () -> budget.giveBack(100);
    budget.take(100, "all");
    budget.add(lender);
    budget.remove(lender);
    budget.cannotSpill("it is forbidden");
    assertThatThrownBy(() -> budget.take(1, "more"))
        .isInstanceOfSatisfying(
            MemoryExceededException.class,
            e -> assertThat(e.unspilled()).hasValue("it is forbidden"));
  }

  @Test
  void rowsThatDoNotFitTwiceAreSpilled() {
    long each = 2 * 8 * 20 + Batches.ROW_BYTES;
    assertThat(Batches.of(1000, 20, 1000 * each)).isEqualTo(Batches.MEMORY);
    assertThat(Batches.of(1001, 20, 1000 * each)).isEqualTo(Batches.SPILLED);
    assertThat(Batches.of(Long.MAX_VALUE, 20, 1L << 40)).isEqualTo(Batches.SPILLED);
    assertThat(Batches.named("spilled")).isEqualTo(Batches.SPILLED);
    assertThat(Batches.named(null)).isEqualTo(Batches.MEMORY);
  }

  /** Who asks for too much takes nothing from others for a moment. */
  @Test
  void whatFitsIsTakenWhileOthersAskForTooMuch() throws InterruptedException {
    MemoryBudget budget = new MemoryBudget(100);
    budget.take(50, "rows");
    AtomicBoolean asks = new AtomicBoolean(true);
    Thread greedy =
        new Thread(
            () -> {
              while (asks.get()) {
                budget.takeFree(60);
              }
            });
    greedy.start();
    try {
      for (int i = 0; i < 200_000; i++) {
        budget.take(40, "rows");
        budget.giveBack(40);
      }
    } finally {
      asks.set(false);
      greedy.join();
    }
    assertThat(budget.used()).isEqualTo(50);
  }
}
