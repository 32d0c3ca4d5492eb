/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.List;
import java.util.function.Consumer;

/**
 * The one hinge to data. Rows have a fixed order (by id or key) that does not depend on how they
 * arrived, and a scan sums fixed blocks of it and merges them in block order, so a scan gives the
 * same bits for any number of threads.
 */
public interface Dataset {
  Schema schema();

  long rows();

  <A extends Mergeable<A>, R> R scan(Run run, Pass<A, R> pass);

  /**
   * A scan that sums nothing.
   *
   * @param work what is done with each batch, on several threads at once: it writes to places that
   *     belong to the batch's rows alone
   */
  default void forEachBatch(Run run, Consumer<Batch> work) {
    scan(run, new EachBatch(work));
  }

  /** Columns as arrays, of 8 bytes a row, in the order they are named. One scan. */
  default double[][] arrays(Run run, int... columns) {
    double[][] arrays = new double[columns.length][Math.toIntExact(rows())];
    forEachBatch(
        run,
        batch -> {
          for (int c = 0; c < columns.length; c++) {
            double[] values = batch.column(columns[c]);
            System.arraycopy(values, 0, arrays[c], (int) batch.firstRow(), batch.rows());
          }
        });
    return arrays;
  }

  /** The rows of a sample of these: a view. */
  Dataset at(RowSample sample);

  /**
   * Rows that are in memory.
   *
   * @param values of each column, one for each row; kept, not copied
   */
  static Dataset of(Schema schema, double[]... values) {
    return new StoredDataset(
        schema, ArrayTiles.of(values), values.length == 0 ? 0 : values[0].length);
  }

  /**
   * The same rows with further columns behind their own.
   *
   * @param values of each further column, one value for each row in their order, kept and not
   *     copied: they may be changed between scans, to fit one target after another
   */
  Dataset with(List<Column> columns, double[]... values);

  /** The same rows with the columns of a store of as many rows behind their own. */
  Dataset with(List<Column> columns, Tiles values);

  /** The values of a column. */
  RowValues column(int place);

  /**
   * Room for further numbers of each row, in memory if the budget of these rows has that much free,
   * else in a file if there may be one.
   *
   * @param purpose what the room is for, as a user would say it
   * @throws MemoryExceededException if there is neither
   */
  RowColumns room(Run run, int columns, String purpose);

  /** The same rows with the columns at these places, in their order: a view. */
  Dataset select(int... places);
}
