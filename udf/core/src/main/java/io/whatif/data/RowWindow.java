/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

/**
 * Some columns of {@link RowValues} as arrays, a few rows after the other: where all are arrays,
 * these themselves, else copies. Those are of {@value #ROWS} rows at a time, which is a piece of a
 * file, as long as rows follow each other; of rows here and there, of those alone. Of one thread.
 *
 * <p>Row i stands at {@code i - first()} of each column.
 */
public final class RowWindow {
  private static final int ROWS = Batch.CAPACITY;

  private final RowValues[] values;
  private final double[][] columns;
  private final int rows;
  private int first;

  /** Where the rows that are there end. */
  private int end;

  /** Columns of equally many rows, or of none, which then are empty arrays. */
  public RowWindow(RowValues... values) {
    this.values = values.clone();
    columns = new double[values.length][];
    int most = 0;
    boolean arrays = true;
    for (int c = 0; c < columns.length; c++) {
      double[] array = values[c].array();
      most = Math.max(most, values[c].rows());
      arrays &= array != null;
      columns[c] = array == null ? new double[0] : array;
    }
    rows = most;
    end = arrays ? rows : 0;
    for (int c = 0; c < columns.length && !arrays; c++) {
      columns[c] = new double[Math.min(values[c].rows(), ROWS)];
    }
  }

  /** Sees to it that the rows {@code from..to-1} are there, at most {@value #ROWS}. */
  public void moveTo(int from, int to) {
    if (from >= first && to <= end) {
      return;
    }
    if (to - from > ROWS) {
      throw new IllegalArgumentException(to - from + " rows are asked for at a time");
    }
    boolean follows = from >= first && from <= end;
    first = from;
    end = follows ? Math.max(to, Math.min(rows, (from / ROWS + 1) * ROWS)) : to;
    for (int c = 0; c < columns.length; c++) {
      if (columns[c].length > 0) {
        values[c].read(first, end - first, columns[c]);
      }
    }
  }

  /** The row at which the columns begin. */
  public int first() {
    return first;
  }

  /** A column, by its place among those given; overwritten when the window moves. */
  public double[] column(int place) {
    return columns[place];
  }
}
