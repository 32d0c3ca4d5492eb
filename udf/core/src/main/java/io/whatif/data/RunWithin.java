/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.function.Supplier;

/** A run within another, which is asked for all that is not said otherwise. */
public interface RunWithin extends Run {
  /** The other run. */
  Run whole();

  @Override
  default void checkCancelled() {
    whole().checkCancelled();
  }

  @Override
  default void reached(String phase, double share) {
    whole().reached(phase, share);
  }

  @Override
  default MemoryBudget memory() {
    return whole().memory();
  }

  @Override
  default int threads() {
    return whole().threads();
  }

  @Override
  default Workers workers() {
    return whole().workers();
  }

  @Override
  default boolean shares() {
    return whole().shares();
  }

  @Override
  default void keep(RowColumns room) {
    whole().keep(room);
  }

  @Override
  default <T> T shared(Supplier<? extends Record> key, Supplier<T> make) {
    return whole().shared(key, make);
  }

  @Override
  default <T> T once(Record key, Supplier<T> make) {
    return whole().once(key, make);
  }
}
