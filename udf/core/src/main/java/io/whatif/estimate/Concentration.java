/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Parallel;
import io.whatif.data.RowWindow;
import io.whatif.data.Run;
import io.whatif.inference.RowSums;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many rows, or ids, carry an average, see {@link Influence}.
 *
 * @param effective how many of equal influence would have the same spread
 * @param topShift how far the ten with the most move it, in standard errors
 */
record Concentration(double effective, double topShift) {
  private static final int TOP = 10;

  /**
   * Of the mean of scores. One pass, and nothing is kept, where each row counts once and for
   * itself.
   *
   * @param run whose threads work; null for this thread alone
   */
  static Concentration of(@Nullable Run run, Scores scores) {
    if (scores.isWeighted() || scores.clusters != null) {
      Influence pulls = scores.pulls();
      return new Concentration(pulls.effective(), pulls.topShift());
    }
    Sums all = new Sums();
    for (Sums part :
        Parallel.ofRanges(run, scores.size(), (from, to) -> Sums.of(scores, from, to))) {
      all.add(part);
    }
    double effective = all.fourth > 0 ? all.squares * all.squares / all.fourth : Double.NaN;
    return new Concentration(
        effective, Ranking.sumOfLargest(all.largest, TOP) / Math.sqrt(all.squares));
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

  /** Adds both figures, and the doubt that follows. */
  void tell(Map<String, @Nullable Object> figures, List<Warning> warnings) {
    InfluenceFigures.tell(effective, topShift, figures, warnings);
  }
}
