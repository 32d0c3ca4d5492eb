/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import io.whatif.math.Mix;

/**
 * Some of the rows of a dataset: one of each stretch of {@code stride} rows, drawn by the number of
 * the stretch. Rows may stand in the order of their ids, and so in that of time or place: the rows
 * drawn are from everywhere, and follow no cycle that every so-manieth row might.
 *
 * @param rows of the dataset
 * @param stride rows of a stretch; 1 takes all
 */
public record RowSample(long rows, long stride) {
  private static final long SEED = 0x5DEECE66D1CE4E5BL;

  /** At most so many of the rows, all if there are no more. */
  public static RowSample of(long rows, long most) {
    return new RowSample(rows, Math.max(1, (rows + most - 1) / most));
  }

  /** Whether every row is taken. */
  public boolean isAll() {
    return stride == 1;
  }

  /** How many rows are taken. */
  public int size() {
    return Math.toIntExact((rows + stride - 1) / stride);
  }

  /** Takes a row of the sample. */
  @FunctionalInterface
  public interface Drawn {
    /**
     * Takes it.
     *
     * @param place in the sample
     * @param row in the batch
     */
    void accept(int place, int row);
  }

  /** Gives the rows of a batch of the dataset that are taken. */
  public void forEachIn(Batch batch, Drawn drawn) {
    long first = batch.firstRow();
    long end = first + batch.rows();
    for (long place = first / stride; place * stride < end; place++) {
      long row = row(place);
      if (row >= first && row < end) {
        drawn.accept((int) place, (int) (row - first));
      }
    }
  }

  /** The place in the dataset of each row taken; they ascend. */
  public long row(long place) {
    long first = place * stride;
    return isAll() ? first : first + Mix.bucket(SEED, place, (int) Math.min(stride, rows - first));
  }
}
