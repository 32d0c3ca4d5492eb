/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

/**
 * Columns on the heap one after the other in a single array. One that is larger than the young
 * generation lies in the old one from the start, where as many arrays of a column each are moved to
 * by collections, during which all threads rest.
 *
 * @param values column by column, {@code rows} of each
 */
record FlatTiles(double[] values, int rows) implements Tiles {
  /** Room for columns of so many rows; at most {@link #LARGEST} values. */
  static FlatTiles of(int columns, int rows) {
    return new FlatTiles(new double[Math.multiplyExact(columns, rows)], rows);
  }

  /** The most values that there may be. */
  static final int LARGEST = Integer.MAX_VALUE - 8;

  /** Where a column begins. */
  int begin(int column) {
    return column * rows;
  }

  @Override
  public int columns() {
    return rows == 0 ? 0 : values.length / rows;
  }

  /** Refused beyond the rows there are. */
  @Override
  public void reserve(long wanted) {
    if (wanted > rows) {
      throw new UnsupportedOperationException("columns of one array do not grow");
    }
  }

  @Override
  public void write(int column, long position, double[] from, int count) {
    System.arraycopy(from, 0, values, begin(column) + (int) position, count);
  }

  @Override
  public void read(int column, long position, double[] into, int first, int count) {
    System.arraycopy(values, begin(column) + (int) position, into, first, count);
  }

  @Override
  public Tiles sibling(int columns) {
    return new ArrayTiles(columns);
  }

  /** Does nothing: the array goes with whoever holds it. */
  @Override
  public void close() {}
}
