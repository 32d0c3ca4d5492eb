/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

import io.whatif.math.Mix;
import java.util.Arrays;

/**
 * How often each unit stands in each bootstrap resample: independent Poisson numbers of mean 1, a
 * function of the seed, the draw and the unit's key.
 *
 * <p>Draw 0 is the sample itself, every count 1; resamples are numbered from 1.
 *
 * <p>Given their sum N, such counts are multinomial: a resample of N units with replacement. So
 * they differ from the classical bootstrap only in that N varies about n by its square root, which
 * changes no estimate whose equations are sums over rows and is of order 1/n in its spread. They
 * are chosen because a row's count needs nothing but its own key: one scan serves all draws, in any
 * order and on any thread, and rows of one key, the clusters, are resampled whole.
 *
 * <p>Method: inversion of 53 random bits; a table decides 4,096 equal parts of the unit interval,
 * all but the few in which the count changes. Cost: about a nanosecond a count.
 *
 * <p>Sources: Hanley and MacGibbon 2006, doi:10.1016/j.cmpb.2006.04.006; Chamandy, Muralidharan,
 * Najmi and Naidu 2012, Estimating Uncertainty for Massive Data Streams, for the same weights in
 * one pass.
 */
public final class BootstrapWeights {
  private static final int TABLE_BITS = 12;
  private static final byte UNDECIDED = -1;

  private final long[] keys;
  private final long seed;
  private final double[] cumulative;
  private final byte[] table;

  /**
   * Weights for rows with the given keys.
   *
   * @param keys equal for rows of one unit, distinct otherwise; not copied
   */
  public BootstrapWeights(long[] keys, long seed) {
    this.keys = keys;
    this.seed = seed;
    this.cumulative = cumulative();
    this.table = new byte[1 << TABLE_BITS];
    for (int part = 0; part < table.length; part++) {
      int low = count((double) part / table.length);
      int high = count(Math.nextDown((part + 1.0) / table.length));
      table[part] = low == high ? (byte) low : UNDECIDED;
    }
  }

  /** The chance of at most k, as far as it is below 1 in doubles. */
  private static double[] cumulative() {
    double[] values = new double[20];
    double chance = Math.exp(-1);
    double sum = 0;
    for (int k = 0; k < values.length; k++) {
      sum += chance;
      values[k] = sum;
      chance /= k + 1;
    }
    return Arrays.stream(values).filter(v -> v < 1).toArray();
  }

  private int count(double uniform) {
    int k = 0;
    while (k < cumulative.length && uniform >= cumulative[k]) {
      k++;
    }
    return k;
  }

  /** How often the unit of a row stands in resample {@code draw}. */
  public int of(int draw, int row) {
    return draw == 0 ? 1 : of(Mix.mix(seed, draw), Mix.mix(keys[row]));
  }

  private int of(long stream, long unit) {
    long bits = Mix.mix(stream ^ unit);
    byte known = table[(int) (bits >>> (64 - TABLE_BITS))];
    return known != UNDECIDED ? known : count((bits >>> 11) * 0x1p-53);
  }

  /** The resamples {@code from} to {@code to - 1}. */
  public Draws draws(int from, int to) {
    long[] streams = new long[to - from];
    Arrays.setAll(streams, b -> Mix.mix(seed, from + b));
    return new Draws(from, streams);
  }

  /** Some of the resamples, one after the other. */
  public final class Draws {
    private final int first;
    private final long[] streams;

    private Draws(int first, long[] streams) {
      this.first = first;
      this.streams = streams;
    }

    public int count() {
      return streams.length;
    }

    /**
     * Writes the counts of some rows, row by row and in each draw by draw.
     *
     * @param firstRow the row that place 0 stands for
     * @param places of the rows behind it
     * @param from the first of the places to take
     * @param to the first not to take
     */
    public void fill(long firstRow, int[] places, int from, int to, double[] into) {
      int at = 0;
      for (int r = from; r < to; r++) {
        long unit = Mix.mix(keys[(int) firstRow + places[r]]);
        for (int b = 0; b < streams.length; b++) {
          into[at++] = first + b == 0 ? 1 : of(streams[b], unit);
        }
      }
    }
  }
}
