/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.ArrayList;
import java.util.List;

/** Columns in heap arrays: for tests, and for a JVM in which off-heap vectors are not to be had. */
public final class HeapTiles implements Tiles {
  private static final int SHIFT = 16;
  private static final int TILE = 1 << SHIFT;
  private static final double[] RELEASED = new double[0];

  private final int columns;
  private volatile List<double[][]> tiles = List.of();

  public HeapTiles(int columns) {
    this.columns = columns;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public synchronized void reserve(long rows) {
    int needed = Math.toIntExact((rows + TILE - 1) >>> SHIFT);
    if (needed <= tiles.size()) {
      return;
    }
    List<double[][]> grown = new ArrayList<>(tiles);
    while (grown.size() < needed) {
      grown.add(new double[columns][TILE]);
    }
    tiles = grown;
  }

  @Override
  public void write(int column, long position, double[] values, int count) {
    List<double[][]> now = tiles;
    int done = 0;
    while (done < count) {
      long at = position + done;
      int offset = (int) (at & (TILE - 1));
      int n = Math.min(count - done, TILE - offset);
      System.arraycopy(values, done, held(now, at, column), offset, n);
      done += n;
    }
  }

  @Override
  public void read(int column, long position, double[] into, int first, int count) {
    List<double[][]> now = tiles;
    int done = 0;
    while (done < count) {
      long at = position + done;
      int offset = (int) (at & (TILE - 1));
      int n = Math.min(count - done, TILE - offset);
      System.arraycopy(held(now, at, column), offset, into, first + done, n);
      done += n;
    }
  }

  private static double[] held(List<double[][]> tiles, long position, int column) {
    double[] values = tiles.get((int) (position >>> SHIFT))[column];
    if (values == RELEASED) {
      throw Tiles.released(column);
    }
    return values;
  }

  @Override
  public void release(int column) {
    tiles.forEach(tile -> tile[column] = RELEASED);
  }

  @Override
  public Tiles sibling(int count) {
    return new HeapTiles(count);
  }

  @Override
  public void close() {
    tiles = List.of();
  }
}
