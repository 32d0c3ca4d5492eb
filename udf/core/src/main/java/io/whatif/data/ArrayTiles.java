/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

/** Columns on the heap in one array each, of just the rows reserved: for few rows. */
public final class ArrayTiles implements Tiles {
  private double[][] values;

  public ArrayTiles(int columns) {
    values = new double[columns][0];
  }

  /** Columns that are there already; they are kept, not copied. */
  static ArrayTiles of(double[]... columns) {
    ArrayTiles tiles = new ArrayTiles(0);
    tiles.values = columns.clone();
    return tiles;
  }

  @Override
  public int columns() {
    return values.length;
  }

  @Override
  public void reserve(long rows) {
    for (int c = 0; c < values.length; c++) {
      if (values[c].length < rows) {
        values[c] = java.util.Arrays.copyOf(values[c], Math.toIntExact(rows));
      }
    }
  }

  @Override
  public void write(int column, long position, double[] from, int count) {
    System.arraycopy(from, 0, values[column], (int) position, count);
  }

  @Override
  public void read(int column, long position, double[] into, int first, int count) {
    System.arraycopy(values[column], (int) position, into, first, count);
  }

  @Override
  public Tiles sibling(int columns) {
    return new ArrayTiles(columns);
  }

  @Override
  public void close() {
    values = new double[values.length][0];
  }
}
