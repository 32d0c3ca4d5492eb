/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

/**
 * Memory for columns of doubles, addressed by row position. Writers of disjoint positions may work
 * at once; whoever reads has waited for the writers.
 */
public interface Tiles extends AutoCloseable {
  int columns();

  /** Makes room for positions below {@code rows}. */
  void reserve(long rows);

  /** Writes {@code count} values of {@code column} from {@code position} on; there must be room. */
  void write(int column, long position, double[] values, int count);

  /** Reads {@code count} values of {@code column} from {@code position} on. */
  void read(int column, long position, double[] into, int count);

  /** Bytes one row takes. */
  default long bytesPerRow() {
    return 8L * columns();
  }

  /** An empty store of the same kind with {@code columns} columns. */
  Tiles sibling(int columns);

  /** Gives the memory back. A second call does nothing. */
  @Override
  void close();
}
