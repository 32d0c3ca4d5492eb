/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The run of several fits one after the other that share what they can, within another run; when
 * they are done, {@link #close} gives back what they took of its memory.
 *
 * @param made what was made, by what decides it
 * @param rooms what some of that is kept in
 */
public record SharingRun(
    Run whole, MemoryBudget memory, Map<Record, Object> made, List<RowColumns> rooms)
    implements RunWithin, AutoCloseable {
  public static SharingRun within(Run whole) {
    return new SharingRun(whole, whole.memory().part(), new HashMap<>(), new ArrayList<>());
  }

  @Override
  public boolean shares() {
    return true;
  }

  @Override
  @SuppressWarnings("unchecked") // equal keys are of one class, and a class has one result
  public <T> T shared(Supplier<? extends Record> key, Supplier<T> make) {
    Record decides = key.get();
    Object known = made.get(decides);
    if (known == null) {
      known = whole.shared(() -> decides, make);
      made.put(decides, known);
    }
    return (T) known;
  }

  /** What the whole shares too lives as long as that. */
  @Override
  public void keep(RowColumns room) {
    if (whole.shares()) {
      whole.keep(room);
    } else {
      rooms.add(room);
    }
  }

  @Override
  public void close() {
    rooms.forEach(RowColumns::close);
    memory.giveBackAll();
  }
}
