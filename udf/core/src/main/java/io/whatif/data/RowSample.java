/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import io.whatif.math.Mix;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Some of the rows of a dataset: the rows are cut into as many stretches, as long as each other but
 * for one, and of each one row is drawn by the number of the stretch. Rows may stand in the order
 * of their ids, and so in that of time or place: the rows drawn are from everywhere, and follow no
 * cycle that every so-manieth row might.
 *
 * <p>Memory: 4 bytes a row that is taken, if not all are, from when a row is asked for.
 * Thread-safe.
 */
public final class RowSample {
  private static final long SEED = 0x5DEECE66D1CE4E5BL;

  private final long rows;
  private final int size;
  private volatile int @Nullable [] drawn;

  /**
   * A sample.
   *
   * @param rows of the dataset
   * @param size how many are taken, all if it is as many
   */
  RowSample(long rows, int size) {
    this.rows = rows;
    this.size = size;
  }

  /** So many of the rows, all if there are no more. */
  public static RowSample of(long rows, long most) {
    return new RowSample(rows, Math.toIntExact(Math.min(rows, most)));
  }

  /** Rows of the dataset. */
  public long rows() {
    return rows;
  }

  /** How many of them are taken. */
  public int size() {
    return size;
  }

  /** Whether every row is taken. */
  public boolean isAll() {
    return size == rows;
  }

  /** The place in the dataset of each row taken; they ascend. */
  public long row(long place) {
    return isAll() ? place : drawn()[(int) place];
  }

  private int[] drawn() {
    int[] known = drawn;
    if (known == null) {
      known = draw();
      drawn = known;
    }
    return known;
  }

  /** Draws from stretch k, the rows from floor(k rows / size) on, without dividing for each. */
  private int[] draw() {
    int[] rowsDrawn = new int[size];
    long length = size == 0 ? 0 : rows / size;
    long more = size == 0 ? 0 : rows % size;
    long start = 0;
    long rest = 0;
    for (int place = 0; place < size; place++) {
      rest += more;
      int own = (int) (rest < size ? length : length + 1);
      rest -= rest < size ? 0 : size;
      rowsDrawn[place] = Math.toIntExact(start + Mix.bucket(SEED, place, own));
      start += own;
    }
    return rowsDrawn;
  }

  /** Rows of a stretch at most. */
  int stretch() {
    return size == 0 ? 1 : Math.toIntExact((rows + size - 1) / size);
  }

  /** Of one value for each row of the dataset those of the rows taken. */
  public double[] of(double[] values) {
    if (isAll()) {
      return Arrays.copyOf(values, size);
    }
    int[] places = drawn();
    double[] some = new double[size];
    for (int place = 0; place < size; place++) {
      some[place] = values[places[place]];
    }
    return some;
  }

  /** The rows of a batch of the dataset that are taken. */
  public InBatch of(Batch batch) {
    long first = batch.firstRow();
    long end = first + batch.rows();
    int from = size == 0 ? 0 : (int) stretchOf(first);
    if (from < size && row(from) < first) {
      from++;
    }
    int[] taken = new int[batch.rows()];
    int count = 0;
    for (; from + count < size && row(from + count) < end; count++) {
      taken[count] = (int) (row(from + count) - first);
    }
    return new InBatch(from, Arrays.copyOf(taken, count));
  }

  /**
   * Rows of a batch that are taken.
   *
   * @param place the first one's in the sample; the others follow it
   * @param rows of the batch
   */
  public record InBatch(int place, int[] rows) {
    /** Writes their values of a column of the batch to their places in the sample. */
    public void copy(double[] column, double[] into) {
      copy(column, into, 0);
    }

    /** The same where the sample begins at a place of an array. */
    void copy(double[] column, double[] into, int begin) {
      for (int i = 0; i < rows.length; i++) {
        into[begin + place + i] = column[rows[i]];
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
