/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Rows whose order by key is made of long runs in which they arrived: a file in the order of its
 * ids that several threads read, piece by piece. Such rows need not be moved to be read in order.
 *
 * <p>Method: one pass over the keys, on all threads, finds the runs; a merge of them finds the end
 * of each piece by bisection among every {@value #PIECE}th key, and reads the few keys between. The
 * keys are not held. Time O(n), and O(p log n) of p pieces. Memory: an eighth of a byte a row at
 * most.
 */
public final class AscendingRuns implements RowPlaces {
  /** Rows of a piece at least, on average: shorter ones are dearer to read than to move. */
  private static final int PIECE = 512;

  /** Keys that are read at a time. */
  private static final int BLOCK = 4096;

  /** Where each piece begins in the order of keys, and the end. */
  private final int[] starts;

  /** The row that arrived as the first of each piece; the others follow. */
  private final int[] sources;

  private AscendingRuns(int[] starts, int[] sources) {
    this.starts = starts;
    this.sources = sources;
  }

  /** The keys of rows as they arrived; read by several threads at once. */
  @FunctionalInterface
  public interface Keys {
    /** Reads {@code count} keys from row {@code from} on, to the places from {@code first} on. */
    void read(int from, int count, long[] into, int first);
  }

  /** The pieces of so many rows, or null if keys tie or pieces were short. */
  public static @Nullable AscendingRuns of(Run run, int rows, Keys keys) {
    int most = rows / PIECE;
    if (most == 0) {
      return null;
    }
    Finding finding = new Finding(keys, rows, most);
    PriorityQueue<Head> heads = finding.runs(run);
    return heads.isEmpty() ? null : finding.merged(heads);
  }

  /** What is left of a run: its rows, and the keys of the first and the last of them. */
  private static final class Head {
    private int from;
    private final int to;
    private long key;
    private final long last;

    Head(int from, int to, long key, long last) {
      this.from = from;
      this.to = to;
      this.key = key;
      this.last = last;
    }
  }

  /**
   * A row that begins a run.
   *
   * @param before the key of the row before it
   */
  private record Start(int row, long before, long key) {}

  /** Runs on their way. */
  private static final class Finding {
    private final Keys keys;
    private final int rows;
    private final int most;

    /** The key of every {@value #PIECE}th row. */
    private final long[] marks;

    private final AtomicInteger begun = new AtomicInteger(1);

    Finding(Keys keys, int rows, int most) {
      this.keys = keys;
      this.rows = rows;
      this.most = most;
      this.marks = new long[(rows - 1) / PIECE + 1];
    }

    /** The runs by their first keys; none if there are more than {@link #most}. */
    PriorityQueue<Head> runs(Run run) {
      List<List<Start>> ranges = Parallel.ofRanges(run, rows, this::starts);
      PriorityQueue<Head> runs =
          new PriorityQueue<>((one, other) -> Long.compare(one.key, other.key));
      if (begun.get() > most) {
        return runs;
      }
      Start open = new Start(0, 0, key(0));
      for (List<Start> range : ranges) {
        for (Start next : range) {
          runs.add(new Head(open.row, next.row, open.key, next.before));
          open = next;
        }
      }
      runs.add(new Head(open.row, rows, open.key, key(rows - 1)));
      return runs;
    }

    private long key(int row) {
      long[] one = new long[1];
      keys.read(row, 1, one, 0);
      return one[0];
    }

    /** The rows of a range that begin a run, but the first of all; some, if there are too many. */
    private List<Start> starts(int from, int to) {
      List<Start> starts = new ArrayList<>();
      long[] read = new long[BLOCK];
      long before = from == 0 ? 0 : key(from - 1);
      for (int at = from; at < to && begun.get() <= most; at += Math.min(BLOCK, to - at)) {
        int count = Math.min(BLOCK, to - at);
        keys.read(at, count, read, 0);
        for (int i = 0; i < count; i += PIECE) {
          marks[(at + i) / PIECE] = read[i];
        }
        int known = starts.size();
        for (int i = 0; i < count; i++) {
          if (read[i] <= before && at + i > 0) {
            starts.add(new Start(at + i, before, read[i]));
          }
          before = read[i];
        }
        begun.addAndGet(starts.size() - known);
      }
      return starts;
    }

    /** The pieces of the runs; null if keys tie or pieces are short. */
    @Nullable AscendingRuns merged(PriorityQueue<Head> heads) {
      int[] starts = new int[most + 2];
      int[] sources = new int[most + 1];
      int pieces = 0;
      for (Head run = heads.poll(); run != null; run = heads.poll()) {
        int source = run.from;
        Head next = heads.peek();
        boolean whole = next == null || run.last < next.key;
        if (pieces > most || !(whole || cut(run, next.key))) {
          return null;
        }
        int end = whole ? run.to : run.from;
        sources[pieces] = source;
        starts[pieces + 1] = starts[pieces] + end - source;
        pieces++;
        if (!whole) {
          heads.add(run);
        }
      }
      return new AscendingRuns(Arrays.copyOf(starts, pieces + 1), Arrays.copyOf(sources, pieces));
    }

    /** Takes the rows with keys below {@code key} off a run; false if it holds the key itself. */
    private boolean cut(Head run, long key) {
      int low = (run.from + PIECE - 1) / PIECE;
      int high = (run.to - 1) / PIECE + 1;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (marks[middle] < key) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      int from = Math.max(run.from, (low - 1) * PIECE);
      long[] read = new long[(int) Math.min(run.to, (long) low * PIECE + 1) - from];
      keys.read(from, read.length, read, 0);
      int at = Arrays.binarySearch(read, key);
      if (at >= 0) {
        return false;
      }
      run.from = from - at - 1;
      run.key = read[-at - 1];
      return true;
    }
  }

  /** Takes some rows that arrived one after the other. */
  @FunctionalInterface
  public interface Piece {
    void accept(int place, int source, int count);
  }

  /** Gives the pieces that the places {@code from..to-1} of the order are made of. */
  public void forEachPiece(int from, int to, Piece piece) {
    int at = Arrays.binarySearch(starts, from);
    int p = at < 0 ? -at - 2 : at;
    for (int place = from; place < to; p++) {
      int count = Math.min(to, starts[p + 1]) - place;
      piece.accept(place, sources[p] + place - starts[p], count);
      place += count;
    }
  }

  @Override
  public int size() {
    return starts[sources.length];
  }

  @Override
  public void read(int from, int count, int[] into) {
    forEachPiece(
        from,
        from + count,
        (place, source, rows) -> {
          for (int i = 0; i < rows; i++) {
            into[place - from + i] = source + i;
          }
        });
  }

  /** Of the pieces: neighbours never join, so that one order is made of the same pieces always. */
  @Override
  public long hash(Run run) {
    long hash = 0;
    for (int p = 0; p < sources.length; p++) {
      hash += Mix.mix(starts[p + 1], sources[p]);
    }
    return hash;
  }

  /** A store's rows in this order: a view. */
  public Tiles ordered(Tiles tiles) {
    return new RunTiles(tiles, this);
  }

  private record RunTiles(Tiles tiles, AscendingRuns runs) implements TilesView {
    @Override
    public void read(int column, long position, double[] into, int first, int count) {
      int from = (int) position;
      runs.forEachPiece(
          from,
          from + count,
          (place, source, rows) -> tiles.read(column, source, into, first + place - from, rows));
    }
  }
}
