/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

/** Rows of a store in another order, or some of them: to be read, not to be written. */
public interface TilesView extends PassedTiles {
  /** Refused: rows are added to the store itself. */
  @Override
  default void reserve(long rows) {
    throw new UnsupportedOperationException("a view does not grow");
  }

  /** Refused, as {@link #reserve}. */
  @Override
  default void write(int column, long position, double[] values, int count) {
    throw new UnsupportedOperationException("a view does not change");
  }
}
