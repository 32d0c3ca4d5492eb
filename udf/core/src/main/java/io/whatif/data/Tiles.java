/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import org.jspecify.annotations.Nullable;

/**
 * Room for columns of doubles, in memory or in a file, addressed by row position. Writers of
 * disjoint positions may work at once; whoever reads has waited for the writers.
 */
public interface Tiles extends AutoCloseable {
  int columns();

  /** Makes room for positions below {@code rows}, or throws {@link MemoryExceededException}. */
  void reserve(long rows);

  /** Writes {@code count} values of {@code column} from {@code position} on; there must be room. */
  void write(int column, long position, double[] values, int count);

  /** Reads {@code count} values of {@code column} from {@code position} on. */
  default void read(int column, long position, double[] into, int count) {
    read(column, position, into, 0, count);
  }

  /**
   * The same to the places from {@code first} on. What room holds that nobody has written to is not
   * said.
   */
  void read(int column, long position, double[] into, int first, int count);

  /**
   * Says that {@code column} is not read again: its room may be given back before the store is
   * closed. A store that does so {@linkplain #released refuses} to read or write the column from
   * then on. Nobody reads it meanwhile.
   */
  default void release(int column) {}

  /** The mistake of a reader or writer of a column that was released. */
  static IllegalStateException released(int column) {
    return new IllegalStateException("column " + column + " is used after it was released");
  }

  /** Gives back the room of what was released, unless something took it over. */
  default void trim() {}

  /** An empty store of the same kind with {@code columns} columns. */
  Tiles sibling(int columns);

  /**
   * A store beside this one with room for {@code rows}, that asks the budget itself: in memory if
   * so much is free, else in a file, whatever this one lies in. Null if this one asks no budget.
   *
   * @param purpose what the room is for, as a user would say it
   * @throws MemoryExceededException if there is neither
   */
  default @Nullable Tiles room(int columns, long rows, String purpose) {
    return null;
  }

  /** Gives the room back. A second call does nothing. */
  @Override
  void close();
}
