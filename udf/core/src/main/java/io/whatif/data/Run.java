/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.function.Supplier;

/** The surroundings of one running estimate: cancellation, progress, threads and memory. */
public interface Run {
  /** Throws if the user has asked to stop. Called at least once per batch. */
  void checkCancelled();

  /** Tells that {@code done} of {@code total} steps of {@code phase} are finished. */
  void progress(String phase, long done, long total);

  MemoryBudget memory();

  /** How many threads may work at once, at least 1. Results do not depend on it. */
  int threads();

  /**
   * What {@code make} gives, or what it gave before under an equal key in a call that shares the
   * work: several calls over the same rows. So the key must decide the result, and nobody may
   * change it.
   */
  default <T> T shared(Record key, Supplier<T> make) {
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
