/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.function.Supplier;

/**
 * The run of a part of the work of another.
 *
 * @param phase what stands before the part's own phases; empty for nothing
 * @param from the share of the whole at which the part begins
 * @param to that at which it ends
 */
record PartRun(Run whole, String phase, double from, double to) implements Run {
  @Override
  public void checkCancelled() {
    whole.checkCancelled();
  }

  @Override
  public void reached(String own, double share) {
    String text = phase.isEmpty() ? own : own.isEmpty() ? phase : phase + ": " + own;
    whole.reached(text, from + (to - from) * share);
  }

  @Override
  public MemoryBudget memory() {
    return whole.memory();
  }

  @Override
  public int threads() {
    return whole.threads();
  }

  @Override
  public void keep(RowColumns room) {
    whole.keep(room);
  }

  @Override
  public boolean shares() {
    return whole.shares();
  }

  @Override
  public <T> T shared(Supplier<? extends Record> key, Supplier<T> make) {
    return whole.shared(key, make);
  }

  @Override
  public <T> T once(Record key, Supplier<T> make) {
    return whole.once(key, make);
  }
}
