/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.math.ColumnProducts;
import io.whatif.math.Gram;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of a basis, and of further columns behind it, as sums over them are made: side by side
 * where many of their numbers are 0, else column by column. Scratch of one thread.
 */
sealed interface FilledRows permits FilledRows.SideBySide, FilledRows.ByColumn {
  /** Room for rows of {@code basis} with so many columns behind it. */
  static FilledRows of(Basis basis, int behind) {
    int width = basis.width() + behind;
    return basis.isDense() ? new ByColumn(width) : new SideBySide(width);
  }

  /** How many rows there is room for: few enough to stay in the first-level cache. */
  int capacity();

  /** Writes the rows {@code rows[from]..rows[to-1]} of the batch. */
  void fill(Basis basis, Batch batch, int[] rows, int from, int to);

  /** Writes a number of a column behind the basis. */
  void put(int row, int column, double value);

  /** The products of the first rows with {@code b}. */
  void dot(int rows, double[] b, double[] into);

  /** Adds the first rows, each times its entry of {@code by}. */
  void addRows(int rows, double[] by, double[] into);

  /** Adds the products of the first rows, each by its weight, or 1. */
  void addProducts(int rows, double @Nullable [] weights, Gram into);

  /** Rows one behind the other. */
  final class SideBySide implements FilledRows {
    private final double[] x;
    private final int stride;
    private final Basis.Block block;

    SideBySide(int width) {
      block = Basis.Block.of(width);
      x = block.values();
      stride = width;
    }

    @Override
    public int capacity() {
      return Basis.Block.ROWS;
    }

    @Override
    public void fill(Basis basis, Batch batch, int[] rows, int from, int to) {
      basis.fill(batch, rows, from, to, block);
    }

    @Override
    public void put(int row, int column, double value) {
      x[row * stride + column] = value;
    }

    /** Four rows at a time to hide the latency of adding. */
    @Override
    public void dot(int rows, double[] b, double[] into) {
      int r = 0;
      for (; r + 4 <= rows; r += 4) {
        int at = r * stride;
        int at1 = at + stride;
        int at2 = at1 + stride;
        int at3 = at2 + stride;
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        for (int j = 0; j < b.length; j++) {
          s0 += b[j] * x[at + j];
          s1 += b[j] * x[at1 + j];
          s2 += b[j] * x[at2 + j];
          s3 += b[j] * x[at3 + j];
        }
        into[r] = s0;
        into[r + 1] = s1;
        into[r + 2] = s2;
        into[r + 3] = s3;
      }
      for (; r < rows; r++) {
        double s = 0;
        for (int j = 0; j < b.length; j++) {
          s += b[j] * x[r * stride + j];
        }
        into[r] = s;
      }
    }

    @Override
    public void addRows(int rows, double[] by, double[] into) {
      int r = 0;
      for (; r + 4 <= rows; r += 4) {
        int at = r * stride;
        int at1 = at + stride;
        int at2 = at1 + stride;
        int at3 = at2 + stride;
        double a = by[r];
        double b = by[r + 1];
        double c = by[r + 2];
        double d = by[r + 3];
        for (int j = 0; j < into.length; j++) {
          into[j] += (a * x[at + j] + b * x[at1 + j]) + (c * x[at2 + j] + d * x[at3 + j]);
        }
      }
      for (; r < rows; r++) {
        for (int j = 0; j < into.length; j++) {
          into[j] += by[r] * x[r * stride + j];
        }
      }
    }

    @Override
    public void addProducts(int rows, double @Nullable [] weights, Gram into) {
      if (weights == null) {
        into.add(x, rows);
      } else {
        into.add(x, weights, rows);
      }
    }
  }

  /** An array for each column. */
  final class ByColumn implements FilledRows {
    private final double[][] columns;

    ByColumn(int width) {
      columns = Gram.block(width);
    }

    @Override
    public int capacity() {
      return Gram.COLUMN_ROWS;
    }

    @Override
    public void fill(Basis basis, Batch batch, int[] rows, int from, int to) {
      basis.fillColumns(batch, rows, from, to, columns);
    }

    @Override
    public void put(int row, int column, double value) {
      columns[column][row] = value;
    }

    @Override
    public void dot(int rows, double[] b, double[] into) {
      ColumnProducts.combine(columns, b, rows, into);
    }

    @Override
    public void addRows(int rows, double[] by, double[] into) {
      ColumnProducts.addSums(columns, by, rows, into);
    }

    @Override
    public void addProducts(int rows, double @Nullable [] weights, Gram into) {
      into.addBlock(columns, weights, rows);
    }
  }
}
