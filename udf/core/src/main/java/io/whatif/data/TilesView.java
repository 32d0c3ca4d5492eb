/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import org.jspecify.annotations.Nullable;

/** Rows of a store in another order, or some of them: to be read, not to be written. */
public interface TilesView extends Tiles {
  /** The store that is read. */
  Tiles tiles();

  @Override
  default int columns() {
    return tiles().columns();
  }

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

  @Override
  default Tiles sibling(int columns) {
    return tiles().sibling(columns);
  }

  @Override
  default @Nullable Tiles room(int columns, long rows, String purpose) {
    return tiles().room(columns, rows, purpose);
  }

  @Override
  default void close() {
    tiles().close();
  }
}
