/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import io.whatif.math.Mix;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The order of rows by key, however they arrived, and a way to put long columns into it without
 * jumping about in memory.
 *
 * <p>Rows that arrived in {@linkplain AscendingRuns long runs} of ascending keys are merged. Others
 * go to parts by {@linkplain KeyParts ranges of keys}, of which the second-level cache holds one,
 * in the order they arrive, and are sorted there by the leading bits of the key packed with the
 * place of arrival in one long, so that the sort is one of primitives; rows that tie there are then
 * put right by the whole primary key, the secondary key and the row's number. Columns go the same
 * two ways.
 *
 * <p>Memory: 12 bytes a row, 20 where there are no runs, and 8 for each {@link Moving} column.
 */
public final class RowOrder {
  /** Rows of a part have about so many bits, of more rows than {@link #MOST_BITS} hold more. */
  private static final int PART_BITS = 15;

  /** The number of parts has so many bits at most: columns are written to all side by side. */
  private static final int MOST_BITS = 10;

  private final int[] rows;
  private final long[] keys;
  private final @Nullable AscendingRuns runs;

  /** Where columns go; null if there are runs. */
  private final @Nullable Parted parted;

  private RowOrder(int[] rows, long[] keys, @Nullable AscendingRuns runs, @Nullable Parted parted) {
    this.rows = rows;
    this.keys = keys;
    this.runs = runs;
    this.parted = parted;
  }

  /**
   * Where rows go, in two steps.
   *
   * @param starts where each part begins among the places, and the end
   * @param between the place of each row among the parts, within one in the order rows arrive
   * @param last the place in its part of each row, part by part in the order rows arrive
   */
  private record Parted(int[] starts, int[] between, int[] last) {}

  /** The rows 0..n-1 ascending by key. The array is handed over: it may be changed. */
  public int[] rows() {
    return rows;
  }

  /** The primary keys, ascending. The array is handed over: it may be changed. */
  public long[] keys() {
    return keys;
  }

  /**
   * The rows 0..n-1 ascending by (primary, secondary, row). The secondary keys are asked for only
   * if whole primary keys tie. Time O(n log n), on all threads.
   */
  public static RowOrder by(Run run, long[] primary, Supplier<long[]> secondary) {
    AscendingRuns runs =
        AscendingRuns.of(
            run,
            primary.length,
            (from, count, into, first) -> System.arraycopy(primary, from, into, first, count));
    return runs == null ? sorted(run, primary, secondary) : merged(run, primary, runs);
  }

  private static RowOrder merged(Run run, long[] primary, AscendingRuns runs) {
    long[] keys = new long[primary.length];
    Parallel.forEachRange(
        run,
        keys.length,
        (from, to) ->
            runs.forEachPiece(
                from,
                to,
                (place, source, count) -> System.arraycopy(primary, source, keys, place, count)));
    return new RowOrder(runs.toArray(), keys, runs, null);
  }

  private static RowOrder sorted(Run run, long[] primary, Supplier<long[]> secondary) {
    int digits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, primary.length - 1));
    int bits = Math.min(MOST_BITS, Math.max(0, digits - PART_BITS));
    Making making = new Making(primary, new KeyParts(primary, 1 << bits));
    making.part(run);
    Ties ties = new Ties(row -> primary[row], secondary);
    Parallel.forEach(run, making.parts.count(), part -> making.sort(part, ties));
    Parted parted = new Parted(making.starts, making.between, making.last);
    return new RowOrder(making.rows, making.keys, null, parted);
  }

  /** An order on its way. */
  private static final class Making {
    private final long[] primary;
    private final KeyParts parts;
    private final int[] starts;
    private final int[] between;
    private final int[] last;

    /** The rows, part by part as they arrive; once sorted, in order. */
    private final int[] rows;

    /** The keys, likewise. */
    private final long[] keys;

    Making(long[] primary, KeyParts parts) {
      this.primary = primary;
      this.parts = parts;
      int n = primary.length;
      starts = new int[parts.count() + 1];
      between = new int[n];
      last = new int[n];
      rows = new int[n];
      keys = new long[n];
    }

    /** Divides the rows into parts. */
    void part(Run run) {
      List<int[]> free = places(run);
      Parallel.forEachRange(
          run,
          primary.length,
          (from, to) -> {
            int[] next = free.get(from / Parallel.RANGE);
            for (int i = from; i < to; i++) {
              int at = next[last[i]]++;
              between[i] = at;
              rows[at] = i;
              keys[at] = primary[i];
            }
          });
    }

    /** The place of the first row of each range in each part; rows' parts stand in last. */
    private List<int[]> places(Run run) {
      List<int[]> ranges =
          Parallel.ofRanges(
              run,
              primary.length,
              (from, to) -> {
                int[] count = new int[parts.count()];
                for (int i = from; i < to; i++) {
                  int part = parts.of(primary[i]);
                  last[i] = part;
                  count[part]++;
                }
                return count;
              });
      int at = 0;
      for (int part = 0; part < parts.count(); part++) {
        for (int[] count : ranges) {
          int own = count[part];
          count[part] = at;
          at += own;
        }
        starts[part + 1] = at;
      }
      return ranges;
    }

    /** Sorts a part. */
    void sort(int part, Ties ties) {
      int from = starts[part];
      int count = starts[part + 1] - from;
      if (count == 0) {
        return;
      }
      int[] arrived = Arrays.copyOfRange(rows, from, from + count);
      long[] own = Arrays.copyOfRange(keys, from, from + count);
      long low = Math.max(1, Long.highestOneBit(count) * 2) - 1;
      long[] packed = packed(own, low);
      RowOrder.sort(packed);
      int first = 0;
      for (int i = 1; i <= count; i++) {
        if (i == count || (packed[i] & ~low) != (packed[first] & ~low)) {
          settle(packed, first, i, low, arrived, ties);
          first = i;
        }
      }
      for (int i = 0; i < count; i++) {
        int arrival = (int) (packed[i] & low);
        rows[from + i] = arrived[arrival];
        keys[from + i] = own[arrival];
        last[from + arrival] = i;
      }
    }

    /** The leading bits in which keys differ, and behind them the place of arrival. */
    private static long[] packed(long[] keys, long low) {
      long least = keys[0];
      long largest = keys[0];
      for (long key : keys) {
        least = Math.min(least, key);
        largest = Math.max(largest, key);
      }
      int shift = Math.min(Long.SIZE - 1, Long.numberOfLeadingZeros(largest - least));
      long[] packed = new long[keys.length];
      for (int i = 0; i < packed.length; i++) {
        packed[i] = ((keys[i] - least) << shift & ~low) | i;
      }
      return packed;
    }

    /** Puts rows right whose packed keys do not tell them apart. */
    private static void settle(
        long[] packed, int from, int to, long low, int[] arrived, Ties ties) {
      if (to - from > 1) {
        int[] tied = new int[to - from];
        for (int i = from; i < to; i++) {
          tied[i - from] = arrived[(int) (packed[i] & low)];
        }
        ties.settle(tied, 0, tied.length);
        for (int i = from; i < to; i++) {
          packed[i] = (packed[i] & ~low) | Arrays.binarySearch(arrived, tied[i - from]);
        }
      }
    }
  }

  /**
   * Sorts numbers without sign whose leading bits spread about evenly: to about as many places as
   * there are numbers, then those of one place.
   */
  private static void sort(long[] numbers) {
    int digits = Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(numbers.length - 1));
    int shift = Long.SIZE - digits;
    int[] ends = new int[(1 << digits) + 1];
    for (long number : numbers) {
      ends[1 + (int) (number >>> shift)]++;
    }
    for (int k = 1; k < ends.length; k++) {
      ends[k] += ends[k - 1];
    }
    for (long number : numbers.clone()) {
      numbers[ends[(int) (number >>> shift)]++] = number;
    }
    int first = 0;
    for (int k = 0; k + 1 < ends.length; k++) {
      if (ends[k] - first > 1) {
        Arrays.sort(numbers, first, ends[k]);
      }
      first = ends[k];
    }
  }

  /** Room for one column after the other, for one thread. */
  public Moving moving() {
    return new Moving();
  }

  /** A column on its way into the order. */
  public final class Moving {
    private final double[] held = new double[rows.length];
    private double[] ordered = new double[Batch.CAPACITY];
    private int row;

    private Moving() {}

    /** Takes the values of the next rows. */
    public void add(double[] values, int count) {
      if (parted == null) {
        System.arraycopy(values, 0, held, row, count);
      } else {
        int[] between = parted.between;
        for (int i = 0; i < count; i++) {
          held[between[row + i]] = values[i];
        }
      }
      row += count;
    }

    /** Writes the column, of which all rows were added; the next one may follow. */
    public void write(Tiles into, int column) {
      if (row != held.length) {
        throw new IllegalStateException("%d of %d rows were added".formatted(row, held.length));
      }
      if (runs != null) {
        writeRuns(runs, into, column);
      } else if (parted != null) {
        writeParts(parted, into, column);
      }
      row = 0;
    }

    private void writeRuns(AscendingRuns runs, Tiles into, int column) {
      for (int from = 0; from < held.length; from += ordered.length) {
        int first = from;
        int count = Math.min(ordered.length, held.length - from);
        runs.forEachPiece(
            from,
            from + count,
            (place, source, some) -> System.arraycopy(held, source, ordered, place - first, some));
        into.write(column, from, ordered, count);
      }
    }

    private void writeParts(Parted to, Tiles into, int column) {
      for (int part = 0; part + 1 < to.starts.length; part++) {
        int from = to.starts[part];
        int count = to.starts[part + 1] - from;
        if (count > ordered.length) {
          ordered = new double[count];
        }
        for (int i = 0; i < count; i++) {
          ordered[to.last[from + i]] = held[from + i];
        }
        into.write(column, from, ordered, count);
      }
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
