/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.function.Supplier;

/**
 * The run of one of many fits, or of one group of rows: it shares nothing with others, tells no
 * progress of its own, and gives all its memory back when it is done.
 */
public record Alone(Run whole, MemoryBudget memory, int threads) implements Run {
  public static Alone of(Run whole, int threads) {
    return new Alone(whole, whole.memory().part(), threads);
  }

  @Override
  public void checkCancelled() {
    whole.checkCancelled();
  }

  @Override
  public void reached(String phase, double share) {}

  @Override
  public Workers workers() {
    return whole.workers();
  }

  @Override
  public <T> T once(Record key, Supplier<T> make) {
    return whole.once(key, make);
  }
}
