/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

/** The surroundings of one running estimate: cancellation, progress, threads and memory. */
public interface Run {
  /** Throws if the user has asked to stop. Called at least once per batch. */
  void checkCancelled();

  /** Tells that {@code done} of {@code total} steps of {@code phase} are finished. */
  void progress(String phase, long done, long total);

  MemoryBudget memory();

  /** How many threads may work at once, at least 1. Results do not depend on it. */
  int threads();
}
