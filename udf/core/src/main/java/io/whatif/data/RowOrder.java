/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The order of rows by key, however they arrived, and a way to put long columns into it without
 * jumping about in memory.
 *
 * <p>Keys spread evenly over all numbers, as hashes do. Their leading bits tell a row's part, of
 * which the second-level cache holds one. Rows go to their part in the order they arrive, and are
 * sorted there by the leading bits of the key packed with the place of arrival in one long, so that
 * the sort is one of primitives; the few runs that tie there are then put right by the whole
 * primary key, the secondary key and the row's number. Columns go the same two ways.
 *
 * <p>Memory: 20 bytes a row, 24 while it is made, and 8 for each {@link Moving} column.
 */
public final class RowOrder {
  /** Rows of a part have about so many bits, of more rows than {@link #MOST_BITS} hold more. */
  private static final int PART_BITS = 15;

  /** Leading bits that tell parts at most: columns are written to all parts side by side. */
  private static final int MOST_BITS = 10;

  /** Where each part begins among the places, and the end. */
  private final int[] starts;

  /** The place of each row among the parts, within one in the order rows arrive. */
  private final int[] parted;

  /** The place in its part of each row, part by part in the order rows arrive. */
  private final int[] place;

  private final int[] rows;
  private final long[] keys;

  private RowOrder(int[] starts, int[] parted, int[] place, int[] rows, long[] keys) {
    this.starts = starts;
    this.parted = parted;
    this.place = place;
    this.rows = rows;
    this.keys = keys;
  }

  /** The rows 0..n-1 ascending by key. */
  public int[] rows() {
    return rows;
  }

  /** The primary keys, ascending. */
  public long[] keys() {
    return keys;
  }

  /**
   * The rows 0..n-1 ascending by (primary, secondary, row). The secondary keys are asked for only
   * if whole primary keys tie. Time O(n log n), on all threads.
   */
  public static RowOrder by(Run run, long[] primary, Supplier<long[]> secondary) {
    int digits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, primary.length - 1));
    int bits = Math.min(MOST_BITS, Math.max(0, digits - PART_BITS));
    List<int[]> next = new ArrayList<>();
    int[] starts = starts(run, primary, bits, next);
    Making making = new Making(starts, bits, primary);
    making.part(run, next);
    Ties ties = new Ties(row -> primary[row], secondary);
    Parallel.forEach(run, starts.length - 1, part -> making.sort(part, ties));
    return new RowOrder(starts, making.parted, making.place, making.rows, making.packed);
  }

  /** An order on its way. */
  private static final class Making {
    private final int[] starts;
    private final int bits;
    private final long[] primary;

    /** The bits of a packed key that hold the row's place of arrival in its part. */
    private final long low;

    private final int[] parted;
    private final int[] place;

    /** The rows, part by part as they arrive; once sorted, in order. */
    private final int[] rows;

    /** The packed keys; once sorted, the keys. */
    private final long[] packed;

    /** The last bits of the keys, part by part as they arrive. */
    private final int[] ends;

    Making(int[] starts, int bits, long[] primary) {
      this.starts = starts;
      this.bits = bits;
      this.primary = primary;
      int most = 0;
      for (int part = 0; part + 1 < starts.length; part++) {
        most = Math.max(most, starts[part + 1] - starts[part]);
      }
      low = Math.max(1, Long.highestOneBit(most) * 2) - 1;
      int n = primary.length;
      parted = new int[n];
      place = new int[n];
      rows = new int[n];
      packed = new long[n];
      ends = new int[n];
    }

    /** Divides the rows into parts. */
    void part(Run run, List<int[]> next) {
      int shift = Long.SIZE - bits;
      Parallel.forEachRange(
          run,
          primary.length,
          (from, to) -> {
            int[] free = next.get(from / Parallel.RANGE);
            for (int i = from; i < to; i++) {
              int part = RowOrder.part(primary[i], shift);
              int at = free[part]++;
              parted[i] = at;
              rows[at] = i;
              ends[at] = (int) primary[i];
              packed[at] = (primary[i] & ~low) | (at - starts[part]);
            }
          });
    }

    /** Sorts a part. */
    void sort(int part, Ties ties) {
      int from = starts[part];
      int to = starts[part + 1];
      RowOrder.sort(packed, from, to, bits);
      int[] arrived = Arrays.copyOfRange(rows, from, to);
      for (int i = from; i < to; i++) {
        rows[i] = arrived[arrival(i)];
      }
      int first = from;
      for (int i = from + 1; i <= to; i++) {
        if (i == to || (packed[i] & ~low) != (packed[first] & ~low)) {
          settle(first, i, arrived, ties);
          first = i;
        }
      }
      for (int i = from; i < to; i++) {
        int arrival = from + arrival(i);
        place[arrival] = i - from;
        packed[i] = (packed[i] & ~low) | (ends[arrival] & low);
      }
    }

    private int arrival(int place) {
      return (int) (packed[place] & low);
    }

    /** Puts rows right whose packed keys do not tell them apart. */
    private void settle(int from, int to, int[] arrived, Ties ties) {
      if (to - from > 1) {
        ties.settle(rows, from, to);
        for (int i = from; i < to; i++) {
          packed[i] = (packed[i] & ~low) | Arrays.binarySearch(arrived, rows[i]);
        }
      }
    }
  }

  /**
   * Where each part begins, and the end.
   *
   * @param bits the leading bits of a key that tell its part
   * @param next takes the place of the first row of each range in each part
   */
  private static int[] starts(Run run, long[] keys, int bits, List<int[]> next) {
    int shift = Long.SIZE - bits;
    next.addAll(
        Parallel.ofRanges(
            run,
            keys.length,
            (from, to) -> {
              int[] count = new int[1 << bits];
              for (int i = from; i < to; i++) {
                count[part(keys[i], shift)]++;
              }
              return count;
            }));
    int[] starts = new int[(1 << bits) + 1];
    int at = 0;
    for (int part = 0; part < 1 << bits; part++) {
      for (int[] count : next) {
        int own = count[part];
        count[part] = at;
        at += own;
      }
      starts[part + 1] = at;
    }
    return starts;
  }

  /**
   * Sorts keys whose leading {@code bits} are the same and whose next ones spread evenly: to about
   * as many places as there are keys, then those of one place.
   */
  private static void sort(long[] keys, int from, int to, int bits) {
    int digits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, to - from - 1));
    int shift = Long.SIZE - bits - digits;
    int last = (1 << digits) - 1;
    int[] ends = new int[last + 2];
    for (int i = from; i < to; i++) {
      ends[1 + ((int) ((keys[i] ^ Long.MIN_VALUE) >>> shift) & last)]++;
    }
    ends[0] = from;
    for (int k = 1; k < ends.length; k++) {
      ends[k] += ends[k - 1];
    }
    long[] copy = Arrays.copyOfRange(keys, from, to);
    for (long key : copy) {
      keys[ends[(int) ((key ^ Long.MIN_VALUE) >>> shift) & last]++] = key;
    }
    int first = from;
    for (int k = 0; k <= last; k++) {
      if (ends[k] - first > 1) {
        Arrays.sort(keys, first, ends[k]);
      }
      first = ends[k];
    }
  }

  /** The number of a key's part, which ascends with the key. */
  private static int part(long key, int shift) {
    return shift == Long.SIZE ? 0 : (int) ((key ^ Long.MIN_VALUE) >>> shift);
  }

  /** Room for one column after the other, for one thread. */
  public Moving moving() {
    return new Moving();
  }

  /** A column on its way into the order. */
  public final class Moving {
    private final double[] held = new double[rows.length];
    private double[] ordered = {};
    private int row;

    private Moving() {}

    /** Takes the values of the next rows. */
    public void add(double[] values, int count) {
      for (int i = 0; i < count; i++) {
        held[parted[row + i]] = values[i];
      }
      row += count;
    }

    /** Writes the column, of which all rows were added; the next one may follow. */
    public void write(Tiles into, int column) {
      if (row != rows.length) {
        throw new IllegalStateException("%d of %d rows were added".formatted(row, rows.length));
      }
      for (int part = 0; part + 1 < starts.length; part++) {
        int from = starts[part];
        int count = starts[part + 1] - from;
        if (count > ordered.length) {
          ordered = new double[count];
        }
        for (int i = 0; i < count; i++) {
          ordered[place[from + i]] = held[from + i];
        }
        into.write(column, from, ordered, count);
      }
      row = 0;
    }
  }

  /**
   * As {@link #rows}, with the rows of one primary key by other secondary keys.
   *
   * @param order which stays as it is
   * @param keys the primary keys in this order
   */
  public static int[] settled(int[] order, long[] keys, Supplier<long[]> secondary) {
    int[] settled = order.clone();
    Ties ties = new Ties(row -> 0, secondary);
    int from = 0;
    for (int i = 1; i <= settled.length; i++) {
      if (i == settled.length || keys[i] != keys[from]) {
        ties.settle(settled, from, i);
        from = i;
      }
    }
    return settled;
  }

  /** Puts rows in order that the sort has not told apart; keys of rows that differ tie rarely. */
  private static final class Ties {
    private final IntToLongFunction primary;
    private final Supplier<long[]> secondary;
    private long @Nullable [] known;

    Ties(IntToLongFunction primary, Supplier<long[]> secondary) {
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
      int byPrimary = Long.compare(primary.applyAsLong(a), primary.applyAsLong(b));
      if (byPrimary != 0) {
        return byPrimary;
      }
      long[] second = secondary();
      int bySecondary = Long.compare(second[a], second[b]);
      return bySecondary != 0 ? bySecondary : Integer.compare(a, b);
    }

    private synchronized long[] secondary() {
      long[] keys = known == null ? secondary.get() : known;
      known = keys;
      return keys;
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
