/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Room to work in, such as arrays, that one thread has at a time and the next one uses again: it is
 * still in the processor's cache then. As many are made as there are threads that work at once.
 */
public final class Spare<T> {
  private final Queue<T> idle = new ConcurrentLinkedQueue<>();
  private final Supplier<? extends T> make;

  /**
   * Room of a kind.
   *
   * @param make makes it; asked for here and not where threads take it, since of two that come to a
   *     lambda at once one would have a class made for it
   */
  public Spare(Supplier<? extends T> make) {
    this.make = make;
  }

  /** One that no other thread has; a new one if all are in use. */
  public T take() {
    T known = idle.poll();
    return known == null ? make.get() : known;
  }

  /** Gives back what was taken, as it is now. */
  public void giveBack(T taken) {
    idle.add(taken);
  }

  /** Looks at all that were made, when all were given back. */
  public void forEach(Consumer<? super T> look) {
    idle.forEach(look);
  }

  /** Forgets all. */
  public void clear() {
    idle.clear();
  }
}
