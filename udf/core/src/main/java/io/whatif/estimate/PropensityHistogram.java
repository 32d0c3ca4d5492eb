/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Parallel;
import io.whatif.data.RowWindow;
import io.whatif.data.Run;
import io.whatif.inference.RowSums;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Propensities by arm in 2^18 equal bins of [0, 1]: order statistics to 4e-6 and the area under the
 * ROC curve with propensities of one bin counted as ties, in one pass and without sorting many
 * rows.
 */
final class PropensityHistogram {
  private static final int BINS = 1 << 18;

  /** Rows of a part, at least, if there is more than one. */
  private static final int FEW = BINS / 4;

  /** Parts into which many rows are cut, each with bins of its own. */
  private static final int PARTS = 4;

  /** The bins that hold rows, ascending, and how many rows of each arm they stand for. */
  private final int[] bins;

  private final double[][] count;
  private double rows;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;

  private PropensityHistogram(int[] bins) {
    this.bins = bins;
    count = new double[2][bins.length];
  }

  /**
   * Of these rows.
   *
   * @param run whose threads work; null for this thread alone
   */
  static PropensityHistogram of(@Nullable Run run, Overlap.Rows rows) {
    int n = rows.size();
    int[] bins =
        n < BINS / 16 ? binsOf(rows.propensity().toArray()) : IntStream.range(0, BINS).toArray();
    PropensityHistogram[] parts =
        new PropensityHistogram[run == null || n < PARTS * FEW ? 1 : PARTS];
    Parallel.Piece piece =
        k -> {
          parts[k] = new PropensityHistogram(bins);
          RowWindow window = rows.window();
          int to = (int) ((long) n * (k + 1) / parts.length);
          for (int from = (int) ((long) n * k / parts.length); from < to; from += RowSums.BLOCK) {
            parts[k].add(window, rows.count(), from, Math.min(to, from + RowSums.BLOCK));
          }
        };
    if (run == null) {
      piece.run(0);
    } else {
      Parallel.forEach(run, parts.length, piece);
    }
    for (int k = 1; k < parts.length; k++) {
      parts[0].add(parts[k]);
    }
    return parts[0];
  }

  private static int[] binsOf(double[] propensity) {
    return Arrays.stream(propensity)
        .mapToInt(PropensityHistogram::bin)
        .sorted()
        .distinct()
        .toArray();
  }

  private void add(RowWindow window, double @Nullable [] counts, int from, int to) {
    window.moveTo(from, to);
    double[] propensity = window.column(0);
    double[] treatment = window.column(1);
    int first = window.first();
    boolean everyBin = bins.length == BINS;
    double all = 0;
    double low = min;
    double high = max;
    for (int i = from; i < to; i++) {
      double times = counts == null ? 1 : counts[i];
      if (times == 0) {
        continue;
      }
      double e = propensity[i - first];
      if (e < low) {
        low = e;
      }
      if (e > high) {
        high = e;
      }
      double within = e < 0 ? 0 : e > 1 ? 1 : e;
      int bin = (int) (within * (BINS - 1));
      count[treatment[i - first] == 1 ? 1 : 0][everyBin ? bin : Arrays.binarySearch(bins, bin)] +=
          times;
      all += times;
    }
    rows += all;
    min = low;
    max = high;
  }

  private void add(PropensityHistogram other) {
    for (int arm = 0; arm < 2; arm++) {
      for (int bin = 0; bin < bins.length; bin++) {
        count[arm][bin] += other.count[arm][bin];
      }
    }
    rows += other.rows;
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
  }

  private static int bin(double propensity) {
    return (int) (Math.min(1, Math.max(0, propensity)) * (BINS - 1));
  }

  double min() {
    return min;
  }

  double max() {
    return max;
  }

  /** The middle of the bin in which the {@code p} quantile lies, within the range seen. */
  double quantile(double p) {
    double wanted = p * (rows - 1);
    double below = 0;
    for (int bin = 0; bin < bins.length; bin++) {
      below += count[0][bin] + count[1][bin];
      if (below > wanted) {
        return Math.min(max, Math.max(min, (bins[bin] + 0.5) / (BINS - 1)));
      }
    }
    return max;
  }

  /** The chance that a treated row has the larger propensity, ties counting half. */
  double auc() {
    double wins = 0;
    double controls = 0;
    double treated = 0;
    for (int bin = 0; bin < bins.length; bin++) {
      wins += count[1][bin] * (controls + 0.5 * count[0][bin]);
      controls += count[0][bin];
      treated += count[1][bin];
    }
    return wins / (treated * controls);
  }
}
