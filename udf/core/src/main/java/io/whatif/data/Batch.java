/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import org.jspecify.annotations.Nullable;

/**
 * A few thousand consecutive rows of a {@link Dataset}. Columns are read when first asked for; the
 * arrays belong to the batch and are overwritten by the next one, so they are neither changed nor
 * kept.
 */
public final class Batch {
  /** Rows a batch holds at most. */
  public static final int CAPACITY = 2048;

  private final Tiles tiles;
  private final int capacity;
  private final double[] @Nullable [] buffers;
  private final boolean[] loaded;
  private long firstRow;
  private int rows;

  /**
   * A batch of {@code tiles}.
   *
   * @param capacity rows it may be moved to at most
   */
  Batch(Tiles tiles, int capacity) {
    this.tiles = tiles;
    this.capacity = capacity;
    this.buffers = new double[tiles.columns()][];
    this.loaded = new boolean[tiles.columns()];
  }

  void moveTo(long position, int count) {
    firstRow = position;
    rows = count;
    java.util.Arrays.fill(loaded, false);
  }

  public int rows() {
    return rows;
  }

  /** The position of the first row in the dataset's own order. */
  public long firstRow() {
    return firstRow;
  }

  /** The values of a column, NaN for NULL; entries from {@link #rows()} on are stale. */
  public double[] column(int index) {
    double[] buffer = buffers[index];
    if (buffer == null) {
      buffer = new double[capacity];
      buffers[index] = buffer;
    }
    if (!loaded[index]) {
      tiles.read(index, firstRow, buffer, rows);
      loaded[index] = true;
    }
    return buffer;
  }
}
