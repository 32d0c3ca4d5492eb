/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

/**
 * The rows of a sample of a store: a view.
 *
 * <p>Cost: of stretches up to {@value #DENSE} rows all are read, which is quicker than one by one.
 */
record DrawnTiles(Tiles tiles, RowSample drawn) implements Tiles {
  private static final int DENSE = 64;

  @Override
  public int columns() {
    return tiles.columns();
  }

  @Override
  public void reserve(long rows) {
    throw new UnsupportedOperationException("a sample does not grow");
  }

  @Override
  public void write(int column, long position, double[] values, int count) {
    throw new UnsupportedOperationException("a sample does not change");
  }

  @Override
  public void read(int column, long position, double[] into, int first, int count) {
    if (drawn.stride() > DENSE) {
      for (int i = 0; i < count; i++) {
        tiles.read(column, drawn.row(position + i), into, first + i, 1);
      }
      return;
    }
    int stretch = (int) drawn.stride();
    double[] some = new double[Batch.CAPACITY / stretch * stretch];
    for (int done = 0; done < count; ) {
      long start = (position + done) * stretch;
      int rows = (int) Math.min(some.length, drawn.rows() - start);
      int taken = Math.min(count - done, (rows + stretch - 1) / stretch);
      tiles.read(column, start, some, Math.min(rows, taken * stretch));
      for (int i = 0; i < taken; i++) {
        into[first + done + i] = some[(int) (drawn.row(position + done + i) - start)];
      }
      done += taken;
    }
  }

  @Override
  public Tiles sibling(int columns) {
    return tiles.sibling(columns);
  }

  @Override
  public void close() {
    tiles.close();
  }
}
