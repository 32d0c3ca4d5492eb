/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import org.jspecify.annotations.Nullable;

/**
 * A number of each row: an array, or a column of a store, which may lie in a file. Several threads
 * may read at once.
 */
public sealed interface RowValues {
  /** None at all: of no row. */
  RowValues NONE = of(new double[0]);

  /** How many there are. */
  int rows();

  /** Reads those of {@code count} rows from {@code from} on, the first row's to the front. */
  void read(int from, int count, double[] into);

  /** The array that they stand in, one for each row and never changed; null if there is none. */
  double @Nullable [] array();

  /** Those of the rows of a sample. */
  double[] at(RowSample drawn);

  /** All of them: the array that they stand in, else a new one, of 8 bytes a row. */
  default double[] toArray() {
    double[] known = array();
    return known == null ? copy() : known;
  }

  /** All of them in a new array, of 8 bytes a row. */
  default double[] copy() {
    double[] all = new double[rows()];
    read(0, all.length, all);
    return all;
  }

  /** The numbers of an array, which is kept and not copied. */
  static RowValues of(double[] values) {
    return new OfArray(values);
  }

  /** The first {@code rows} numbers of a column of a store. */
  static RowValues of(Tiles tiles, int column, int rows) {
    return new OfTiles(tiles, column, rows);
  }

  /** Numbers in memory. */
  record OfArray(double[] array) implements RowValues {
    @Override
    public int rows() {
      return array.length;
    }

    @Override
    public void read(int from, int count, double[] into) {
      System.arraycopy(array, from, into, 0, count);
    }

    @Override
    public double[] at(RowSample drawn) {
      return drawn.of(array);
    }
  }

  /** Numbers in a store. */
  record OfTiles(Tiles tiles, int column, int rows) implements RowValues {
    @Override
    public void read(int from, int count, double[] into) {
      tiles.read(column, from, into, count);
    }

    @Override
    public double @Nullable [] array() {
      return null;
    }

    @Override
    public double[] at(RowSample drawn) {
      double[] some = new double[drawn.size()];
      (drawn.isAll() ? tiles : new DrawnTiles(tiles, drawn)).read(column, 0, some, some.length);
      return some;
    }
  }
}
