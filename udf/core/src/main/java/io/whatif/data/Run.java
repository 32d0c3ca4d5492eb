/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.function.Supplier;

/** The surroundings of one running estimate: cancellation, progress, threads and memory. */
public interface Run {
  /** Throws if the user has asked to stop. Called at least once per batch. */
  void checkCancelled();

  /**
   * Tells how far the work of this run is. Told often, it costs little; a share that is less than
   * one told before is no step back, see {@link #part}.
   *
   * @param phase what is worked at, as a user would say it
   * @param share how much of this run's work is done, between 0 and 1, as well as that is known
   */
  void reached(String phase, double share);

  /**
   * Tells that {@code done} of {@code total} steps of {@code phase}, all there is, are finished.
   */
  default void progress(String phase, long done, long total) {
    reached(
        total > 1 ? phase + " " + done + " of " + total : phase,
        total <= 0 ? 0 : Math.min(1, (double) done / total));
  }

  /**
   * The same surroundings for a part of the work: what it tells of its own is told as the share
   * from {@code from} to {@code to} of this run.
   *
   * @param phase what stands before the part's own phases; empty for nothing
   */
  default Run part(String phase, double from, double to) {
    return new PartRun(this, phase, from, to);
  }

  /** The {@link #part} of step {@code index}, from 0, of {@code count} that are equally long. */
  default Run step(String phase, long index, long count) {
    if (count <= 1) {
      return this;
    }
    String text = phase + " " + (index + 1) + " of " + count;
    reached(text, (double) index / count);
    return part(text, (double) index / count, (index + 1.0) / count);
  }

  MemoryBudget memory();

  /** How many threads may work at once, at least 1. Results do not depend on it. */
  int threads();

  /** What gives the other threads; here each is made for its work. */
  default Workers workers() {
    return Workers::onNewThread;
  }

  /** Whether what {@link #shared} gives may be asked for again, and so must be left as it is. */
  default boolean shares() {
    return false;
  }

  /**
   * Leaves {@code room}, which holds what is {@link #shared}, to this run, which closes it when
   * nobody can ask for that again.
   */
  default void keep(RowColumns room) {}

  /**
   * What {@code make} gives, or what it gave before under an equal key in a call that shares the
   * work: several calls over the same rows. So the key must decide the result, and nobody may
   * change it. The key is not asked for where nothing is shared.
   */
  default <T> T shared(Supplier<? extends Record> key, Supplier<T> make) {
    return make.get();
  }

  /**
   * What {@code make} gives, made once for the whole call and small enough to keep. The key must
   * decide the result, as in {@link #shared}.
   */
  default <T> T once(Record key, Supplier<T> make) {
    return make.get();
  }
}
