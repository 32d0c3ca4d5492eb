/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import org.jspecify.annotations.Nullable;

/**
 * Tiles that pass on to others what is not said otherwise, but for {@link #release}: who reads
 * through a view, or what was lent, does not decide what is not read again.
 */
public interface PassedTiles extends Tiles {
  /** The others. */
  Tiles tiles();

  @Override
  default int columns() {
    return tiles().columns();
  }

  @Override
  default void reserve(long rows) {
    tiles().reserve(rows);
  }

  @Override
  default void write(int column, long position, double[] values, int count) {
    tiles().write(column, position, values, count);
  }

  @Override
  default void read(int column, long position, double[] into, int first, int count) {
    tiles().read(column, position, into, first, count);
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
