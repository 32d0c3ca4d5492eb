/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import io.whatif.math.Mix;

/**
 * Some of the rows of a dataset: the rows are cut into as many stretches, as long as each other but
 * for one, and of each one row is drawn by the number of the stretch. Rows may stand in the order
 * of their ids, and so in that of time or place: the rows drawn are from everywhere, and follow no
 * cycle that every so-manieth row might.
 *
 * @param rows of the dataset
 * @param size how many are taken, all if it is as many
 */
public record RowSample(long rows, int size) {
  private static final long SEED = 0x5DEECE66D1CE4E5BL;

  /** So many of the rows, all if there are no more. */
  public static RowSample of(long rows, long most) {
    return new RowSample(rows, Math.toIntExact(Math.min(rows, most)));
  }

  /** Whether every row is taken. */
  public boolean isAll() {
    return size == rows;
  }

  /** The place in the dataset of each row taken; they ascend. */
  public long row(long place) {
    if (isAll()) {
      return place;
    }
    long first = start(place);
    return first + Mix.bucket(SEED, place, (int) (start(place + 1) - first));
  }

  private long start(long place) {
    return place * rows / size;
  }

  /** Rows of a stretch at most. */
  int stretch() {
    return size == 0 ? 1 : Math.toIntExact((rows + size - 1) / size);
  }

  /** Of one value for each row of the dataset those of the rows taken. */
  public double[] of(double[] values) {
    double[] some = new double[size];
    for (int place = 0; place < size; place++) {
      some[place] = values[(int) row(place)];
    }
    return some;
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
    for (long place = stretchOf(first); place < size && start(place) < end; place++) {
      long row = row(place);
      if (row >= first && row < end) {
        drawn.accept((int) place, (int) (row - first));
      }
    }
  }

  /** The number of the stretch in which a row is. */
  private long stretchOf(long row) {
    return ((row + 1) * size - 1) / rows;
  }

  /** Whether a row of the dataset is taken. */
  public boolean has(long row) {
    return row(stretchOf(row)) == row;
  }
}
