/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.MemoryBudget;
import io.whatif.data.Run;
import java.util.function.Supplier;

/** The run of one group of a partitioned call: it has its own share of memory and threads. */
record GroupRun(Run whole, MemoryBudget memory, int threads) implements Run {
  @Override
  public void checkCancelled() {
    whole.checkCancelled();
  }

  /** Progress is told in groups. */
  @Override
  public void reached(String phase, double share) {}

  @Override
  public <T> T once(Record key, Supplier<T> make) {
    return whole.once(key, make);
  }
}
