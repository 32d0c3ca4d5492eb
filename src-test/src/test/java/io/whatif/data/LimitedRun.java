/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

/** A run on some threads within a budget, which is never cancelled. */
public record LimitedRun(MemoryBudget memory, int threads) implements Run {
  @Override
  public void checkCancelled() {}

  @Override
  public void reached(String phase, double share) {}
}
