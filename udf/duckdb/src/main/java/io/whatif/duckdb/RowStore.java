/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.MemoryBudget;
import io.whatif.data.Tiles;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Rows as they are pushed, in the order they arrive. Each chunk claims its positions by one atomic
 * step; memory is asked for before it is taken.
 */
final class RowStore {
  /** Rows memory is taken for at a time. */
  private static final int STEP = 1 << 16;

  private final Tiles tiles;
  private final MemoryBudget budget;
  private final int read;
  private final boolean numbered;
  private final AtomicLong next = new AtomicLong();
  private volatile long reserved;

  /**
   * Some rows, column by column: column 0 is the row's number, then the columns read, then the
   * halves of the id if the call has one.
   */
  interface Chunk {
    int rows();

    int columns();

    /** Copies a column, NaN for NULL. */
    void copy(int column, double[] into);
  }

  /**
   * Makes an empty store: the columns read, the row's number if it is kept, the halves of the id if
   * there is room for them.
   *
   * @param read how many columns are read
   * @param numbered whether the row's number is kept
   */
  RowStore(Tiles tiles, MemoryBudget budget, int read, boolean numbered) {
    this.tiles = tiles;
    this.read = read;
    this.budget = budget;
    this.numbered = numbered;
  }

  void add(Chunk chunk) {
    int rows = chunk.rows();
    int pushed = chunk.columns() - 1;
    int keys = tiles.columns() - read - (numbered ? 1 : 0);
    if (pushed < read + keys) {
      throw new IllegalStateException(
          pushed + " columns come where " + (read + keys) + " are expected");
    }
    long position = next.getAndAdd(rows);
    makeRoom(position + rows);
    double[] values = new double[rows];
    for (int c = 0; c < read; c++) {
      chunk.copy(c + 1, values);
      tiles.write(c, position, values, rows);
    }
    if (numbered) {
      chunk.copy(0, values);
      tiles.write(read, position, values, rows);
    }
    for (int k = 0; k < keys; k++) {
      chunk.copy(1 + read + k, values);
      tiles.write(read + (numbered ? 1 : 0) + k, position, values, rows);
    }
  }

  private void makeRoom(long rows) {
    if (rows <= reserved) {
      return;
    }
    synchronized (this) {
      if (rows > reserved) {
        long wanted = (rows + STEP - 1) / STEP * STEP;
        budget.take(
            (wanted - reserved) * tiles.bytesPerRow(),
            String.format(Locale.ROOT, "%,d rows of %d columns", rows, tiles.columns()));
        tiles.reserve(wanted);
        reserved = wanted;
      }
    }
  }

  Tiles tiles() {
    return tiles;
  }

  long rows() {
    return next.get();
  }

  /** What was asked of the budget. */
  long reservedBytes() {
    return reserved * tiles.bytesPerRow();
  }

  boolean numbered() {
    return numbered;
  }
}
