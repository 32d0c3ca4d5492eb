/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.math.Mix;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A partition of the rows into folds 0..count-1.
 *
 * <p>{@link #byKey} with a hash \( h = \mathrm{mix}(seed, key) \): if every arm has at least 100
 * rows a fold, the fold is h mod count, which depends on nothing but the key; else it is the rank
 * of h among the distinct keys of the same arm, mod count, so that small arms are spread evenly.
 * Rows that share a key share a fold; the arm of a key is that of its first row.
 *
 * <p>Memory: four bytes a row.
 */
public final class Folds {
  private static final int ROWS_PER_FOLD = 100;

  private final int[] fold;
  private final int count;

  private Folds(int[] fold, int count) {
    this.fold = fold;
    this.count = count;
  }

  /**
   * Folds by the hash of each row's key.
   *
   * @param keys the key of each row
   * @param arms the treatment arm of each row, not negative, or null if it has none
   */
  public static Folds byKey(long[] keys, byte @Nullable [] arms, int count, long seed) {
    checkCount(count);
    if (count > keys.length) {
      throw tooMany(count, keys.length);
    }
    int[] fold = new int[keys.length];
    if (smallestArm(keys.length, arms) >= (long) ROWS_PER_FOLD * count) {
      for (int i = 0; i < fold.length; i++) {
        fold[i] = Mix.bucket(seed, keys[i], count);
      }
      return new Folds(fold, count);
    }
    long[] hashes = new long[keys.length];
    Arrays.setAll(hashes, i -> Mix.mix(seed, keys[i]));
    long[] distinct = Arrays.stream(hashes).sorted().distinct().toArray();
    if (count > distinct.length) {
      throw tooMany(count, distinct.length);
    }
    int[] ranked = rankWithinArm(hashes, distinct, arms);
    for (int i = 0; i < fold.length; i++) {
      fold[i] = ranked[Arrays.binarySearch(distinct, hashes[i])] % count;
    }
    return new Folds(fold, count);
  }

  /**
   * The user's own folds.
   *
   * @param fold the fold of each row, 0..count-1
   */
  public static Folds given(int[] fold, int count) {
    checkCount(count);
    return new Folds(fold.clone(), count);
  }

  private static int[] rankWithinArm(long[] hashes, long[] distinct, byte @Nullable [] arms) {
    int[] armOf = new int[distinct.length];
    Arrays.fill(armOf, -1);
    for (int i = 0; i < hashes.length; i++) {
      int place = Arrays.binarySearch(distinct, hashes[i]);
      if (armOf[place] < 0) {
        armOf[place] = arms == null ? 0 : arms[i];
      }
    }
    int[] seen = new int[Byte.MAX_VALUE + 1];
    int[] rank = new int[distinct.length];
    for (int place = 0; place < rank.length; place++) {
      rank[place] = seen[armOf[place]]++;
    }
    return rank;
  }

  private static long smallestArm(int rows, byte @Nullable [] arms) {
    if (arms == null) {
      return rows;
    }
    long[] size = new long[Byte.MAX_VALUE + 1];
    for (byte arm : arms) {
      size[arm]++;
    }
    return Arrays.stream(size).filter(n -> n > 0).min().orElse(0);
  }

  private static void checkCount(int count) {
    if (count < 2) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "folds => "
              + count
              + ": a prediction needs rows outside its own fold. Use 2 or more, such as 5.");
    }
  }

  private static WhatifException tooMany(int count, int keys) {
    return new WhatifException(
        ErrorCode.BAD_ARGUMENT,
        "folds => "
            + count
            + ": there are only "
            + keys
            + " rows to divide. Use fewer folds, or more rows.");
  }

  public int count() {
    return count;
  }

  /** The fold of the row at position {@code row} of the dataset. */
  public int of(long row) {
    return fold[(int) row];
  }
}
