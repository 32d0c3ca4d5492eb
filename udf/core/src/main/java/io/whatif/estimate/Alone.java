/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.MemoryBudget;
import io.whatif.data.Run;
import java.util.function.Supplier;

/**
 * The run of one of many fits: it shares nothing with others, tells no progress of its own, and
 * gives all memory back when it is done.
 */
record Alone(Run whole, MemoryBudget memory, int threads) implements Run {
  static Alone of(Run whole, int threads) {
    return new Alone(whole, whole.memory().part(), threads);
  }

  @Override
  public void checkCancelled() {
    whole.checkCancelled();
  }

  @Override
  public void reached(String phase, double share) {}

  @Override
  public <T> T once(Record key, Supplier<T> make) {
    return whole.once(key, make);
  }
}
