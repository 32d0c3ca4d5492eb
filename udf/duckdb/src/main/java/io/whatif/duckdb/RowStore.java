/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.arrow.BudgetedTiles;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Rows as they are pushed, in the order they arrive. Each chunk claims its positions by one atomic
 * step; the tiles ask for memory before it is taken.
 */
final class RowStore {
  private final BudgetedTiles tiles;
  private final int read;
  private final boolean numbered;
  private final AtomicLong next = new AtomicLong();

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
  RowStore(BudgetedTiles tiles, int read, boolean numbered) {
    this.tiles = tiles;
    this.read = read;
    this.numbered = numbered;
  }

  /**
   * Adds rows.
   *
   * @return the place of the first, counted from 0; the others follow
   */
  long add(Chunk chunk) {
    int rows = chunk.rows();
    int pushed = chunk.columns() - 1;
    int keys = tiles.columns() - read - (numbered ? 1 : 0);
    if (pushed < read + keys) {
      throw new IllegalStateException(
          pushed + " columns come where " + (read + keys) + " are expected");
    }
    long position = next.getAndAdd(rows);
    tiles.reserve(position + rows);
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
    return position;
  }

  BudgetedTiles tiles() {
    return tiles;
  }

  long rows() {
    return next.get();
  }

  /** How often all values were read, here and in the stores made from it. */
  double scans() {
    long held = rows() * tiles.columns();
    return held == 0 ? 0 : (double) tiles.valuesRead() / held;
  }

  boolean numbered() {
    return numbered;
  }
}
