/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

/** Columns on the heap, of just the rows reserved: for few rows. */
public final class ArrayTiles implements Tiles {
  private double[][] values;

  /** Where each column begins in its array. */
  private int[] begins;

  private int rows;

  public ArrayTiles(int columns) {
    this(new double[columns][0], new int[columns], 0);
  }

  private ArrayTiles(double[][] values, int[] begins, int rows) {
    this.values = values;
    this.begins = begins;
    this.rows = rows;
  }

  /** Columns that are there already; they are kept, not copied. */
  static ArrayTiles of(double[]... columns) {
    int rows = columns.length == 0 ? 0 : columns[0].length;
    return new ArrayTiles(columns.clone(), new int[columns.length], rows);
  }

  /**
   * Columns of so many rows that stand one after the other in an array, which is kept. One that is
   * larger than the young generation lies in the old one from the start, where as many arrays of a
   * column each are moved to by collections, during which all threads rest.
   */
  static ArrayTiles inOne(double[] all, int columns, int rows) {
    double[][] values = new double[columns][];
    int[] begins = new int[columns];
    for (int c = 0; c < columns; c++) {
      values[c] = all;
      begins[c] = c * rows;
    }
    return new ArrayTiles(values, begins, rows);
  }

  @Override
  public int columns() {
    return values.length;
  }

  @Override
  public void reserve(long wanted) {
    if (wanted <= rows) {
      return;
    }
    int grown = Math.toIntExact(wanted);
    for (int c = 0; c < values.length; c++) {
      double[] own = new double[grown];
      System.arraycopy(values[c], begins[c], own, 0, rows);
      values[c] = own;
      begins[c] = 0;
    }
    rows = grown;
  }

  @Override
  public void write(int column, long position, double[] from, int count) {
    System.arraycopy(from, 0, values[column], begins[column] + (int) position, count);
  }

  @Override
  public void read(int column, long position, double[] into, int first, int count) {
    System.arraycopy(values[column], begins[column] + (int) position, into, first, count);
  }

  @Override
  public Tiles sibling(int columns) {
    return new ArrayTiles(columns);
  }

  @Override
  public void close() {
    values = new double[values.length][0];
    begins = new int[values.length];
    rows = 0;
  }
}
