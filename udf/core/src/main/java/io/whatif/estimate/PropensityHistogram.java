/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.RowWindow;
import io.whatif.data.Spare;
import io.whatif.inference.RowSums;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Propensities by arm in 2^18 equal bins of [0, 1]: order statistics to 4e-6 and the area under the
 * ROC curve with propensities of one bin counted as ties, in one pass and without sorting many
 * rows. Counts are whole numbers, so which thread counted which rows shows in nothing. Memory while
 * it is made: 2 MB for each thread, 4 where rows stand for several.
 */
final class PropensityHistogram {
  private static final int BINS = 1 << 18;

  /** The bins that hold rows, ascending; null if each bin has a place. */
  private final int @Nullable [] bins;

  /** How many rows of the control and of the treated each bin stands for, in turns. */
  private final double[] count;

  private double rows;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;

  private PropensityHistogram(int @Nullable [] bins) {
    this.bins = bins;
    count = new double[2 * (bins == null ? BINS : bins.length)];
  }

  private void add(Part part) {
    part.addTo(count);
    rows += part.rows;
    min = Math.min(min, part.min);
    max = Math.max(max, part.max);
  }

  private static int bin(double propensity) {
    double within = propensity < 0 ? 0 : propensity > 1 ? 1 : propensity;
    return (int) (within * (BINS - 1));
  }

  /** A histogram on its way, in as many parts as threads count at a time. */
  static final class Parts {
    private final Overlap.Rows rows;
    private final int @Nullable [] bins;
    private final Spare<Part> spare = new Spare<>(this::make);

    Parts(Overlap.Rows rows) {
      this.rows = rows;
      bins = rows.size() < BINS / 16 ? binsOf(rows.propensity().toArray()) : null;
    }

    private static int[] binsOf(double[] propensity) {
      return Arrays.stream(propensity)
          .mapToInt(PropensityHistogram::bin)
          .sorted()
          .distinct()
          .toArray();
    }

    /** One that no other thread has. */
    Part take() {
      return spare.take();
    }

    private Part make() {
      double[] counts = rows.count();
      return counts == null ? new SingleRows(bins) : new CountedRows(bins, counts);
    }

    void giveBack(Part part) {
      spare.giveBack(part);
    }

    /** Of all rows, when every part was given back. */
    PropensityHistogram together() {
      PropensityHistogram all = new PropensityHistogram(bins);
      spare.forEach(all::add);
      return all;
    }
  }

  /** Some of the rows. */
  abstract static sealed class Part {
    private final int @Nullable [] bins;

    /** Where the rows of a block are counted. */
    final int[] places = new int[RowSums.BLOCK];

    /** How many places there are. */
    final int size;

    double rows;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;

    private Part(int @Nullable [] bins) {
      this.bins = bins;
      this.size = 2 * (bins == null ? BINS : bins.length);
    }

    /**
     * Adds the rows {@code from..to-1}, at most {@link RowSums#BLOCK}.
     *
     * @param window of {@link Overlap.Rows}, where they are
     */
    final void add(RowWindow window, int from, int to) {
      double[] propensity = window.column(0);
      int at = from - window.first();
      place(propensity, window.column(1), at, to - from);
      count(propensity, at, from, to);
    }

    /** Finds where rows are counted, so that no row waits for the counting of another. */
    private void place(double[] propensity, double[] treatment, int at, int some) {
      for (int j = 0; j < some; j++) {
        int bin = bin(propensity[at + j]);
        int arm = treatment[at + j] == 1 ? 1 : 0;
        places[j] = 2 * (bins == null ? bin : Arrays.binarySearch(bins, bin)) + arm;
      }
    }

    /**
     * Counts the rows {@code from..to-1} at their places.
     *
     * @param at where the propensity of the first of them is
     */
    abstract void count(double[] propensity, int at, int from, int to);

    /** Adds its counts to {@link PropensityHistogram#count}. */
    abstract void addTo(double[] count);
  }

  /** Rows that stand for themselves: half the room of doubles, so nearer at hand. */
  private static final class SingleRows extends Part {
    private final int[] each;

    SingleRows(int @Nullable [] bins) {
      super(bins);
      each = new int[size];
    }

    @Override
    void count(double[] propensity, int at, int from, int to) {
      int some = to - from;
      double low = min;
      double high = max;
      for (int j = 0; j < some; j++) {
        double e = propensity[at + j];
        low = e < low ? e : low;
        high = e > high ? e : high;
        each[places[j]]++;
      }
      min = low;
      max = high;
      rows += some;
    }

    @Override
    void addTo(double[] count) {
      for (int place = 0; place < size; place++) {
        count[place] += each[place];
      }
    }
  }

  /** Rows that stand for several, or for none. */
  private static final class CountedRows extends Part {
    /** How many rows each row stands for. */
    private final double[] counts;

    private final double[] counted;

    CountedRows(int @Nullable [] bins, double[] counts) {
      super(bins);
      this.counts = counts;
      counted = new double[size];
    }

    @Override
    void count(double[] propensity, int at, int from, int to) {
      for (int i = from; i < to; i++) {
        if (counts[i] == 0) {
          continue;
        }
        double e = propensity[at + i - from];
        min = e < min ? e : min;
        max = e > max ? e : max;
        counted[places[i - from]] += counts[i];
        rows += counts[i];
      }
    }

    @Override
    void addTo(double[] count) {
      for (int place = 0; place < size; place++) {
        count[place] += counted[place];
      }
    }
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
    for (int place = 0; place < count.length; place += 2) {
      below += count[place] + count[place + 1];
      if (below > wanted) {
        int bin = bins == null ? place / 2 : bins[place / 2];
        return Math.min(max, Math.max(min, (bin + 0.5) / (BINS - 1)));
      }
    }
    return max;
  }

  /** The chance that a treated row has the larger propensity, ties counting half. */
  double auc() {
    double wins = 0;
    double controls = 0;
    double treated = 0;
    for (int place = 0; place < count.length; place += 2) {
      double others = count[place];
      double ones = count[place + 1];
      wins += ones * (controls + 0.5 * others);
      controls += others;
      treated += ones;
    }
    return wins / (treated * controls);
  }
}
