/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Parallel;
import io.whatif.data.RowWindow;
import io.whatif.data.Run;
import io.whatif.inference.RowSums;
import org.jspecify.annotations.Nullable;

/**
 * How many rows, or ids or clusters, carry an average, see {@link Influence}.
 *
 * @param effective how many of equal influence would have the same spread
 * @param topShift how far the ten with the most move it, in standard errors
 * @param units how many have a part in it
 * @param clustered whether these are ids or clusters, else rows
 */
record Concentration(double effective, double topShift, long units, boolean clustered) {
  /** The most influential that are looked at. */
  static final int TOP = 10;

  /** Of an estimate of whose rows' influence nothing is known. */
  static final Concentration UNKNOWN = new Concentration(Double.NaN, Double.NaN, 0, false);

  /**
   * Of the mean of scores. One pass, and nothing is kept, where each row counts once and for
   * itself.
   *
   * @param run whose threads work; null for this thread alone
   */
  static Concentration of(@Nullable Run run, Scores scores) {
    if (scores.isWeighted() || scores.clusters != null) {
      return scores.pulls().concentration();
    }
    Sums all = new Sums();
    for (Sums part :
        Parallel.ofRanges(run, scores.size(), (from, to) -> Sums.of(scores, from, to))) {
      all.add(part);
    }
    double effective = all.fourth > 0 ? all.squares * all.squares / all.fourth : Double.NaN;
    double topShift = Ranking.sumOfLargest(all.largest, TOP) / Math.sqrt(all.squares);
    return new Concentration(effective, topShift, scores.count(), false);
  }

  /** Of the scores about their mean. */
  private static final class Sums {
    private double squares;
    private double fourth;

    /** The largest sizes, ascending. */
    private final double[] largest = new double[TOP];

    static Sums of(Scores scores, int from, int to) {
      Sums sums = new Sums();
      double mean = scores.mean();
      double squares = 0;
      double fourth = 0;
      double least = 0;
      RowWindow window = new RowWindow(scores.score);
      for (int start = from; start < to; start += RowSums.BLOCK) {
        int end = Math.min(to, start + RowSums.BLOCK);
        window.moveTo(start, end);
        double[] score = window.column(0);
        for (int i = start - window.first(); i < end - window.first(); i++) {
          double own = score[i] - mean;
          double square = own * own;
          if (square >= least) {
            sums.keep(Math.abs(own));
            least = sums.largest[0] * sums.largest[0];
          }
          if (!Double.isNaN(square)) {
            squares += square;
            fourth += square * square;
          }
        }
      }
      sums.squares = squares;
      sums.fourth = fourth;
      return sums;
    }

    private void keep(double size) {
      Ranking.keepLargest(largest, size);
    }

    void add(Sums other) {
      squares += other.squares;
      fourth += other.fourth;
      for (double size : other.largest) {
        keep(size);
      }
    }
  }
}
