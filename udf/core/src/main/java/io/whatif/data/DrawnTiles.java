/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

/**
 * The rows of a sample of a store: a view.
 *
 * <p>Cost: of stretches up to {@value #DENSE} rows all are read, which is quicker than one by one.
 */
record DrawnTiles(Tiles tiles, RowSample drawn) implements TilesView {
  private static final int DENSE = 64;

  @Override
  public void read(int column, long position, double[] into, int first, int count) {
    int stretch = drawn.stretch();
    if (stretch > DENSE) {
      for (int i = 0; i < count; i++) {
        tiles.read(column, drawn.row(position + i), into, first + i, 1);
      }
      return;
    }
    double[] some = new double[Batch.CAPACITY];
    for (int done = 0; done < count; ) {
      int taken = Math.min(count - done, some.length / stretch - 1);
      long start = drawn.row(position + done);
      int rows = (int) (drawn.row(position + done + taken - 1) + 1 - start);
      tiles.read(column, start, some, rows);
      for (int i = 0; i < taken; i++) {
        into[first + done + i] = some[(int) (drawn.row(position + done + i) - start)];
      }
      done += taken;
    }
  }
}
