/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import io.whatif.math.Mix;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The order of rows by key, however they arrived.
 *
 * <p>Rows are sorted by the leading bits of the primary key packed with the row's number in one
 * long, so that the sort is one of primitives; the few runs that tie there are then put right by
 * the whole primary key, the secondary key and the row's number.
 */
public final class RowOrder {
  /** Rows of a part have about so many bits. */
  private static final int PART_BITS = 15;

  private RowOrder() {}

  /**
   * The rows 0..n-1 ascending by (primary, secondary, row). The secondary keys are asked for only
   * if whole primary keys tie.
   *
   * <p>Keys spread evenly over all numbers, as hashes do, are sorted fastest: in parts that the
   * second-level cache holds, on all threads. Time O(n log n), memory 12 bytes a row beyond the
   * keys.
   */
  public static int[] by(Run run, long[] primary, Supplier<long[]> secondary) {
    int n = primary.length;
    int bits = Math.max(1, 32 - Integer.numberOfLeadingZeros(Math.max(1, n - 1)));
    long low = (1L << bits) - 1;
    long[] packed = parted(run, primary, low, Math.max(0, bits - PART_BITS));
    int[] order = new int[n];
    Parallel.forEachRange(
        run,
        n,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            order[i] = (int) (packed[i] & low);
          }
        });
    Ties ties = new Ties(primary, secondary);
    int from = 0;
    for (int i = 1; i <= n; i++) {
      if (i == n || (packed[i] & ~low) != (packed[from] & ~low)) {
        ties.settle(order, from, i);
        from = i;
      }
    }
    return order;
  }

  /**
   * The sorted keys, each with its row in the bits {@code low}.
   *
   * @param bits the leading bits of a key that tell its part
   */
  private static long[] parted(Run run, long[] keys, long low, int bits) {
    int parts = 1 << bits;
    int shift = Long.SIZE - bits;
    List<int[]> counts =
        Parallel.ofRanges(
            run,
            keys.length,
            (from, to) -> {
              int[] count = new int[parts];
              for (int i = from; i < to; i++) {
                count[part(keys[i], shift)]++;
              }
              return count;
            });
    int[] starts = new int[parts + 1];
    int at = 0;
    for (int part = 0; part < parts; part++) {
      for (int[] count : counts) {
        int own = count[part];
        count[part] = at;
        at += own;
      }
      starts[part + 1] = at;
    }
    long[] packed = new long[keys.length];
    int range = Parallel.RANGE;
    Parallel.forEachRange(
        run,
        keys.length,
        (from, to) -> {
          int[] next = counts.get(from / range);
          for (int i = from; i < to; i++) {
            packed[next[part(keys[i], shift)]++] = (keys[i] & ~low) | i;
          }
        });
    Parallel.forEach(run, parts, part -> Arrays.sort(packed, starts[part], starts[part + 1]));
    return packed;
  }

  /** The number of a key's part, which ascends with the key. */
  private static int part(long key, int shift) {
    return shift == Long.SIZE ? 0 : (int) ((key ^ Long.MIN_VALUE) >>> shift);
  }

  /**
   * As {@link #by}, of an order by the same primary keys.
   *
   * @param order which stays as it is
   */
  public static int[] settled(int[] order, long[] primary, Supplier<long[]> secondary) {
    int[] settled = order.clone();
    Ties ties = new Ties(primary, secondary);
    int from = 0;
    for (int i = 1; i <= settled.length; i++) {
      if (i == settled.length || primary[settled[i]] != primary[settled[from]]) {
        ties.settle(settled, from, i);
        from = i;
      }
    }
    return settled;
  }

  /** Puts rows in order that the sort has not told apart; keys of rows that differ tie rarely. */
  private static final class Ties {
    private final long[] primary;
    private final Supplier<long[]> secondary;
    private long @Nullable [] known;

    Ties(long[] primary, Supplier<long[]> secondary) {
      this.primary = primary;
      this.secondary = secondary;
    }

    void settle(int[] order, int from, int to) {
      if (to - from < 2) {
        return;
      }
      Integer[] run = new Integer[to - from];
      for (int i = from; i < to; i++) {
        run[i - from] = order[i];
      }
      Arrays.sort(run, this::compare);
      for (int i = from; i < to; i++) {
        order[i] = run[i - from];
      }
    }

    private int compare(int a, int b) {
      int byPrimary = Long.compare(primary[a], primary[b]);
      if (byPrimary != 0) {
        return byPrimary;
      }
      long[] second = known == null ? secondary.get() : known;
      known = second;
      int bySecondary = Long.compare(second[a], second[b]);
      return bySecondary != 0 ? bySecondary : Integer.compare(a, b);
    }
  }

  /** A 64-bit hash of a text that depends on nothing but its characters. */
  public static long hash(String text) {
    long h = text.length();
    for (int i = 0; i < text.length(); i++) {
      h = Mix.mix(h * 31 + text.charAt(i) + 0x9E3779B97F4A7C15L);
    }
    return h;
  }

  /** A 64-bit hash of a number; -0 counts as 0, all NaN as one value. */
  public static long hash(double value) {
    return Mix.mix(Double.doubleToLongBits(value + 0.0) + 0x632BE59BD9B4E019L);
  }
}
