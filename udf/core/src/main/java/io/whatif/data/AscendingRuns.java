/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Rows whose order by key is made of long runs in which they arrived: a file in the order of its
 * ids that several threads read, piece by piece. Such rows need not be moved to be read in order.
 *
 * <p>Method: a merge of the runs that finds the end of each piece by bisection. Time O(n), and O(p
 * log n) of p pieces.
 */
public final class AscendingRuns {
  /** Rows of a piece at least, on average: shorter ones are dearer to read than to move. */
  private static final int PIECE = 512;

  /** Where each piece begins in the order of keys, and the end. */
  private final int[] starts;

  /** The row that arrived as the first of each piece; the others follow. */
  private final int[] sources;

  private AscendingRuns(int[] starts, int[] sources) {
    this.starts = starts;
    this.sources = sources;
  }

  /** The pieces, or null if keys tie or pieces were short. */
  static @Nullable AscendingRuns of(long[] keys) {
    int most = keys.length / PIECE;
    int[] runs = most == 0 ? null : runs(keys, most);
    if (runs == null) {
      return null;
    }
    PriorityQueue<int[]> heads =
        new PriorityQueue<>(Comparator.comparingLong((int[] run) -> keys[run[0]]));
    for (int r = 0; r + 1 < runs.length; r++) {
      heads.add(new int[] {runs[r], runs[r + 1]});
    }
    int[] starts = new int[most + 2];
    int[] sources = new int[most + 1];
    int pieces = 0;
    for (int[] run = heads.poll(); run != null; run = heads.poll()) {
      int[] next = heads.peek();
      int end = next == null ? run[1] : place(keys, run, keys[next[0]]);
      if (pieces > most || end < 0) {
        return null;
      }
      sources[pieces] = run[0];
      starts[pieces + 1] = starts[pieces] + end - run[0];
      pieces++;
      if (end < run[1]) {
        run[0] = end;
        heads.add(run);
      }
    }
    return new AscendingRuns(Arrays.copyOf(starts, pieces + 1), Arrays.copyOf(sources, pieces));
  }

  /** Where each run begins, and the end; null if there are more than {@code most}. */
  private static int @Nullable [] runs(long[] keys, int most) {
    int[] runs = new int[most + 2];
    int count = 0;
    for (int i = 0; i < keys.length; i++) {
      if (i == 0 || keys[i] <= keys[i - 1]) {
        if (count == most) {
          return null;
        }
        runs[count++] = i;
      }
    }
    runs[count] = keys.length;
    return Arrays.copyOf(runs, count + 1);
  }

  /** The first place in a run of a key above {@code key}; -1 if it holds the key itself. */
  private static int place(long[] keys, int[] run, long key) {
    int at = Arrays.binarySearch(keys, run[0], run[1], key);
    return -at - 1;
  }

  /** Takes some rows that arrived one after the other. */
  @FunctionalInterface
  interface Piece {
    void accept(int place, int source, int count);
  }

  /** Gives the pieces that the places {@code from..to-1} of the order are made of. */
  void forEachPiece(int from, int to, Piece piece) {
    int at = Arrays.binarySearch(starts, from);
    int p = at < 0 ? -at - 2 : at;
    for (int place = from; place < to; p++) {
      int count = Math.min(to, starts[p + 1]) - place;
      piece.accept(place, sources[p] + place - starts[p], count);
      place += count;
    }
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
