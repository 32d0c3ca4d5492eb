/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

import io.whatif.data.Mergeable;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * P-values adjusted for how many hypotheses are tested and for how the tests depend on each other,
 * by the step-down rule of Romano and Wolf.
 *
 * <p>Definition: with \( |t_{(1)}| \ge \dots \ge |t_{(m)}| \) and draws \( t^*_b \) of the
 * statistics under the hypotheses, \( p_{(j)} = \max_{i \le j} \frac{1 + \#\{b : \max_{l \ge i}
 * |t^*_{b(l)}| \ge |t_{(i)}|\}}{B + 1} \). They control the chance of any false rejection, as
 * {@link Holm}'s do, and are smaller where the statistics are correlated.
 *
 * <p>Edge cases: a statistic that is NaN stays NaN and is not counted; none is smaller than 1 / (B
 * + 1), and without any draw all are 1. Draws are counted one by one, B m operations, and not kept;
 * counts of parts of the draws merge in any order.
 *
 * <p>Sources: Romano and Wolf 2005, doi:10.1198/016214504000000539; 2016,
 * doi:10.1016/j.spl.2016.02.012 for the rule as stated.
 */
public final class RomanoWolf implements Mergeable<RomanoWolf> {
  private final double[] observed;

  /** Places of the statistics, the smallest first. */
  private final int[] order;

  private final long[] reached;
  private long draws;

  /** Counts for the statistics {@code t}. */
  public RomanoWolf(double[] t) {
    this.observed = Arrays.stream(t).map(Math::abs).toArray();
    this.order =
        IntStream.range(0, t.length)
            .filter(j -> !Double.isNaN(observed[j]))
            .boxed()
            .sorted((a, b) -> Double.compare(observed[a], observed[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    this.reached = new long[order.length];
  }

  /** Counts one draw of all statistics. */
  public void add(double[] draw) {
    double largest = 0;
    for (int k = 0; k < order.length; k++) {
      int j = order[k];
      largest = Math.max(largest, Math.abs(draw[j]));
      reached[k] += largest >= observed[j] ? 1 : 0;
    }
    draws++;
  }

  @Override
  public RomanoWolf merge(RomanoWolf other) {
    for (int k = 0; k < reached.length; k++) {
      reached[k] += other.reached[k];
    }
    draws += other.draws;
    return this;
  }

  /** The adjusted p-values, in the order given. */
  public double[] adjusted() {
    double[] adjusted = new double[observed.length];
    Arrays.fill(adjusted, Double.NaN);
    double highest = 0;
    for (int k = order.length - 1; k >= 0; k--) {
      highest = Math.max(highest, (reached[k] + 1.0) / (draws + 1.0));
      adjusted[order[k]] = highest;
    }
    return adjusted;
  }
}
