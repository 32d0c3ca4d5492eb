/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.ErrorCode;
import io.whatif.data.Parallel;
import io.whatif.data.RowSample;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.math.Mix;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A partition of the rows into folds 0..count-1.
 *
 * <p>{@link #byKey} with a hash \( h = \mathrm{mix}(seed, key) \): if every arm has at least 100
 * distinct keys a fold, the fold is h mod count, which depends on nothing but the key; else it is
 * the rank of h among the distinct keys of the same arm, mod count, so that small arms are spread
 * evenly. Rows that share a key share a fold; the arm of a key is that of its first row.
 *
 * <p>Memory: two bytes a row, none where rows are undivided; keys are not copied.
 */
public final class Folds {
  private static final int KEYS_PER_FOLD = 100;

  /** The fold of each row; null if all are in the first. */
  private final char @Nullable [] fold;

  private final int count;
  private final long @Nullable [] keys;

  private Folds(char @Nullable [] fold, int count, long @Nullable [] keys) {
    this.fold = fold;
    this.count = count;
    this.keys = keys;
  }

  /**
   * The treatment arm of each row.
   *
   * @param of not negative
   * @param present whether some row has it, by arm
   */
  public record Arms(byte[] of, boolean[] present) {}

  /**
   * Folds by the hash of each row's key.
   *
   * @param keys the key of each row
   * @param arms those of a treatment that has some, else null
   * @throws WhatifException if there are fewer keys than folds
   */
  public static Folds byKey(Run run, long[] keys, @Nullable Arms arms, int count, long seed) {
    checkCount(count);
    char[] fold = new char[keys.length];
    if (everyArmHas(KEYS_PER_FOLD * count, keys, arms)) {
      Parallel.forEachRange(
          run,
          fold.length,
          (from, to) -> {
            for (int i = from; i < to; i++) {
              fold[i] = (char) Mix.bucket(seed, keys[i], count);
            }
          });
      return new Folds(fold, count, keys);
    }
    long[] hashes = new long[keys.length];
    Arrays.setAll(hashes, i -> Mix.mix(seed, keys[i]));
    long[] distinct = Arrays.stream(hashes).sorted().distinct().toArray();
    if (count > distinct.length) {
      throw tooMany(count, distinct.length, keys.length);
    }
    int[] ranked = rankWithinArm(hashes, distinct, arms);
    for (int i = 0; i < fold.length; i++) {
      fold[i] = (char) (ranked[Arrays.binarySearch(distinct, hashes[i])] % count);
    }
    return new Folds(fold, count, keys);
  }

  /**
   * The user's own folds.
   *
   * @param fold the fold of each row, 0..count-1
   */
  public static Folds given(int[] fold, int count) {
    return given(fold, count, null);
  }

  /**
   * The user's own folds.
   *
   * @param fold the fold of each row, 0..count-1
   * @param keys the key of each row, by which folds are cut further; null for the row's number
   */
  public static Folds given(int[] fold, int count, long @Nullable [] keys) {
    checkCount(count);
    char[] own = new char[fold.length];
    for (int i = 0; i < own.length; i++) {
      own[i] = (char) fold[i];
    }
    return new Folds(own, count, keys);
  }

  /** All rows in one fold, and an empty one. */
  static Folds undivided() {
    return new Folds(null, 2, null);
  }

  private static int[] rankWithinArm(long[] hashes, long[] distinct, @Nullable Arms arms) {
    int[] armOf = new int[distinct.length];
    Arrays.fill(armOf, -1);
    for (int i = 0; i < hashes.length; i++) {
      int place = Arrays.binarySearch(distinct, hashes[i]);
      if (armOf[place] < 0) {
        armOf[place] = arms == null ? 0 : arms.of[i];
      }
    }
    int[] seen = new int[Byte.MAX_VALUE + 1];
    int[] rank = new int[distinct.length];
    for (int place = 0; place < rank.length; place++) {
      rank[place] = seen[armOf[place]]++;
    }
    return rank;
  }

  /** Reads keys no further than those wanted are found. */
  private static boolean everyArmHas(int wanted, long[] keys, @Nullable Arms arms) {
    boolean[] present = arms == null ? new boolean[] {true} : arms.present;
    for (int arm = 0; arm < present.length; arm++) {
      Set<Long> found = new HashSet<>();
      for (int i = 0; present[arm] && found.size() < wanted; i++) {
        if (i == keys.length) {
          return false;
        }
        if (arms == null || arms.of[i] == arm) {
          found.add(keys[i]);
        }
      }
    }
    return true;
  }

  private static void checkCount(int count) {
    if (count > Character.MAX_VALUE) {
      throw new IllegalArgumentException(count + " folds are more than can be counted");
    }
    if (count < 2) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "folds => "
              + count
              + ": a prediction needs rows outside its own fold. Use 2 or more, such as 5.");
    }
  }

  /** Where several rows share a key, keys are what is divided. */
  private static WhatifException tooMany(int count, int keys, int rows) {
    String text =
        keys == rows
            ? "folds => %d: there are only %d rows to divide. Use fewer folds, or more rows."
            : "folds => %d: there are only %d ids or clusters to divide, and the rows of one share a"
                + " fold. Use fewer folds, or more ids or clusters.";
    return new WhatifException(ErrorCode.BAD_RELATION, text.formatted(count, keys));
  }

  /**
   * The same folds and an empty one behind them: what is fitted without it is fitted to all rows,
   * to predict rows that are not there yet.
   */
  public Folds withWhole() {
    return new Folds(fold, count + 1, keys);
  }

  public int count() {
    return count;
  }

  /** The fold of the row at position {@code row} of the dataset. */
  public int of(long row) {
    return fold == null ? 0 : fold[(int) row];
  }

  /** The folds of {@code count} rows from {@code first} on, the first row's first. */
  public void read(long first, int count, int[] into) {
    if (fold == null) {
      Arrays.fill(into, 0, count, 0);
    } else {
      copy(fold, (int) first, count, into);
    }
  }

  private static void copy(char[] fold, int first, int count, int[] into) {
    for (int i = 0; i < count; i++) {
      into[i] = fold[first + i];
    }
  }

  /** What cuts folds further: equal for rows of one unit. */
  long key(long row) {
    return keys == null ? row : keys[(int) row];
  }

  /** The folds of the rows of a sample. */
  Folds at(RowSample sample) {
    char[] folds = new char[sample.size()];
    long[] sampledKeys = new long[folds.length];
    for (int i = 0; i < folds.length; i++) {
      long row = sample.row(i);
      folds[i] = (char) of(row);
      sampledKeys[i] = key(row);
    }
    return new Folds(folds, count, sampledKeys);
  }
}
