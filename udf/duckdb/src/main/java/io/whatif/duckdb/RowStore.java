/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.arrow.BudgetedTiles;
import io.whatif.data.Spare;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Rows as they are pushed, in the order they arrive. Each chunk claims its positions by one atomic
 * step; the tiles ask for memory before it is taken.
 */
final class RowStore {
  /** An id with one column is a whole number with its last bits. */
  private static final int LAST_BITS = 1;

  private final BudgetedTiles tiles;
  private final Columns columns;
  private final AtomicLong next = new AtomicLong();
  private final Spare<double[]> buffers = new Spare<>(() -> new double[0]);

  /** Whether some id has last bits that its double does not tell. */
  private volatile boolean far;

  /**
   * Some rows, column by column: column 0 is the row's number, then the columns read, then two that
   * tell of the id, if the call has one, what its own leaves open.
   */
  interface Chunk {
    int rows();

    int columns();

    /** Copies a column, NaN for NULL. */
    void copy(int column, double[] into);
  }

  /**
   * What is kept of each row, in this order.
   *
   * @param read how many columns are read
   * @param numbered whether the row's number is kept
   * @param id how many columns tell of its id, as {@link
   *     io.whatif.data.RawTable.RawColumn#idColumns}
   */
  record Columns(int read, boolean numbered, int id) {
    int width() {
      return firstOfId() + id;
    }

    private int firstOfId() {
      return read + (numbered ? 1 : 0);
    }
  }

  /** Makes a store of empty tiles. */
  RowStore(BudgetedTiles tiles, Columns columns) {
    this.tiles = tiles;
    this.columns = columns;
  }

  /**
   * Adds rows.
   *
   * @return the place of the first, counted from 0; the others follow
   */
  long add(Chunk chunk) {
    int rows = chunk.rows();
    int pushed = chunk.columns() - 1;
    if (pushed < columns.read + columns.id) {
      throw new IllegalStateException(
          pushed + " columns come where " + (columns.read + columns.id) + " are expected");
    }
    long position = next.getAndAdd(rows);
    tiles.reserve(position + rows);
    double[] known = buffers.take();
    double[] values = known.length < rows ? new double[rows] : known;
    for (int c = 0; c < columns.read; c++) {
      chunk.copy(c + 1, values);
      tiles.write(c, position, values, rows);
    }
    if (columns.numbered) {
      chunk.copy(0, values);
      tiles.write(columns.read, position, values, rows);
    }
    for (int k = 0; k < columns.id; k++) {
      chunk.copy(1 + columns.read + k, values);
      if (columns.id > LAST_BITS || isFar(values, rows)) {
        tiles.write(columns.firstOfId() + k, position, values, rows);
      }
    }
    buffers.giveBack(values);
    return position;
  }

  /** Whether there is a number among last bits: most ids have none, and take no room for them. */
  private boolean isFar(double[] lastBits, int rows) {
    boolean some = false;
    for (int i = 0; i < rows; i++) {
      some |= !Double.isNaN(lastBits[i]);
    }
    if (some) {
      far = true;
    }
    return some;
  }

  BudgetedTiles tiles() {
    return tiles;
  }

  long rows() {
    return next.get();
  }

  /**
   * The first tile column that tells of ids; -1 if there is none. To be asked when all rows are
   * there: the room for last bits that no id has is given back.
   */
  int idColumn() {
    if (columns.id == LAST_BITS && !far) {
      tiles.release(columns.firstOfId());
      return -1;
    }
    return columns.id == 0 ? -1 : columns.firstOfId();
  }

  /** How often all values were read, here and in the stores made from it. */
  double scans() {
    long held = rows() * tiles.columns();
    return held == 0 ? 0 : (double) tiles.valuesRead() / held;
  }
}
