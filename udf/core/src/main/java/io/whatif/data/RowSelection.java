/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import io.whatif.math.Mix;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a relation are used, in the order they arrived: all, or all but some.
 *
 * <p>Memory: none where all are used, else a bit for each row of the relation.
 */
public final class RowSelection {
  private final int rows;
  private final int size;

  /** A bit for each row that is left out, by its number; null if none is. */
  private final long @Nullable [] left;

  /** How many rows are used before each {@link Parallel#RANGE}. */
  private final int[] before;

  private RowSelection(int rows, long @Nullable [] left) {
    this.rows = rows;
    this.left = left;
    int words = Parallel.RANGE / Long.SIZE;
    this.before = new int[left == null ? 0 : (left.length + words - 1) / words];
    int used = 0;
    for (int w = 0; left != null && w < left.length; w++) {
      if (w % words == 0) {
        before[w / words] = used;
      }
      used += Math.min(Long.SIZE, rows - w * Long.SIZE) - Long.bitCount(left[w]);
    }
    this.size = left == null ? rows : used;
  }

  /** All of so many rows. */
  public static RowSelection all(int rows) {
    return new RowSelection(rows, null);
  }

  /**
   * All rows but some.
   *
   * @param left {@link #words} with the bit of each row that is left out
   */
  public static RowSelection without(int rows, long[] left) {
    return new RowSelection(rows, left);
  }

  /** How many words have a bit for each row. */
  public static int words(int rows) {
    return (int) (((long) rows + Long.SIZE - 1) / Long.SIZE);
  }

  /** How many rows are used. */
  public int size() {
    return size;
  }

  public boolean isAll() {
    return size == rows;
  }

  /** How many rows are used before row {@code row}, the first of a {@link Parallel#RANGE}. */
  public int before(int row) {
    return left == null ? row : before[row / Parallel.RANGE];
  }

  /**
   * Which of some rows are used.
   *
   * @param into gets the distance of each from {@code from}, ascending
   * @return how many they are
   */
  public int among(int from, int count, int[] into) {
    int used = 0;
    for (int i = 0; i < count; i++) {
      into[used] = i;
      used += left == null ? 1 : 1 - (int) (left[(from + i) / Long.SIZE] >>> (from + i) & 1);
    }
    return used;
  }

  /** The number in the relation of each of {@code own}, numbers among the rows used. In place. */
  public void toRows(Run run, int[] own) {
    if (isAll()) {
      return;
    }
    int[] numbers = new int[size];
    Parallel.forEachRange(
        run,
        rows,
        (from, to) -> {
          int[] some = new int[to - from];
          int count = among(from, some.length, some);
          int first = before(from);
          for (int i = 0; i < count; i++) {
            numbers[first + i] = from + some[i];
          }
        });
    Parallel.forEachRange(
        run,
        own.length,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            own[i] = numbers[own[i]];
          }
        });
  }

  /** 64 bits that differ where the rows do, but by chance. */
  public long hash() {
    long hash = 0;
    for (int w = 0; left != null && w < left.length; w++) {
      hash += left[w] == 0 ? 0 : Mix.mix(w, left[w]);
    }
    return hash;
  }
}
