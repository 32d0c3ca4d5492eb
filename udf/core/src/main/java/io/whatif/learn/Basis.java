/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Batch;
import io.whatif.model.Term;
import java.util.List;

/** What a row is regressed on: a fixed number of columns, the first of them the constant 1. */
public interface Basis {
  /** Columns, with the intercept. */
  int width();

  /** The name of each column. */
  List<String> names();

  /** The dataset columns it reads. */
  List<Integer> columns();

  /**
   * Writes the rows {@code rows[from]..rows[to-1]} of the batch into the first {@code to - from}
   * rows of {@code into}. No value written is NaN. Thread-safe.
   */
  void fill(Batch batch, int[] rows, int from, int to, Block into);

  /**
   * Its columns as functions of the covariates, which stand in {@link #columns} order: what is kept
   * to predict rows that were not there at the fit.
   */
  List<Term> terms();

  /** The same, rows lying side by side. */
  default void fill(Batch batch, int[] rows, int from, int to, double[] rowMajor) {
    fill(batch, rows, from, to, new Block(rowMajor, width()));
  }

  /** Whether few of its values are 0, so that its rows are better taken column by column. */
  default boolean isDense() {
    return false;
  }

  /**
   * As {@link #fill(Batch, int[], int, int, Block)}, column by column.
   *
   * @param into one array for each column, of which the first {@code to - from} places are written
   */
  default void fillColumns(Batch batch, int[] rows, int from, int to, double[][] into) {
    Block block = new Block(new double[(to - from) * width()], width());
    fill(batch, rows, from, to, block);
    for (int j = 0; j < width(); j++) {
      for (int r = 0; r < to - from; r++) {
        into[j][r] = block.values()[r * width() + j];
      }
    }
  }

  /**
   * Room for rows.
   *
   * @param values row-major
   * @param stride distance between the starts of two rows, at least the basis's width
   */
  record Block(double[] values, int stride) {
    /** Rows a block usually holds: few enough to stay in the first-level cache. */
    public static final int ROWS = 128;

    static Block of(int stride) {
      return new Block(new double[ROWS * stride], stride);
    }
  }
}
