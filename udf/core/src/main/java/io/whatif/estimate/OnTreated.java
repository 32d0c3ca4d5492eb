/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Parallel;
import io.whatif.data.RowValues;
import io.whatif.data.RowWindow;
import io.whatif.data.Run;
import io.whatif.inference.ClusterSums;
import io.whatif.inference.Estimate;
import io.whatif.inference.RowSums;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The average effect on the treated: \( G = \{D (y - g_0) - (1 - D) \frac{e}{1 - e} (y - g_0)\} / p
 * \), \( g_0 = m - e \tau_{-k} \), \( \psi = G - \theta D / p \), p the share of the treated.
 *
 * @param rest makes what a thread reads the rows by
 * @param share p
 * @param error of the average if rows are their own clusters
 */
record OnTreated(Scores scores, Supplier<Rest> rest, double effect, double share, double error) {
  /**
   * What an average on one arm is made of, of as many rows as a block has.
   *
   * @param treatment D
   * @param values \( y - g_0 \), NaN where the row lacks a feature
   * @param odds \( e / (1 - e) \)
   */
  record Block(double[] treatment, double[] values, double[] odds) {
    Block() {
      this(new double[RowSums.BLOCK], new double[RowSums.BLOCK], new double[RowSums.BLOCK]);
    }
  }

  /** Reads what an average on one arm is made of. Of one thread. */
  @FunctionalInterface
  interface Rest {
    /** Writes that of the rows {@code from..to-1}, the first row's first. */
    void fill(int from, int to, Block into);

    /** By what is predicted of each row. */
    static Supplier<Rest> of(Scores scores, RowValues outcome, RowValues propensity) {
      return () -> {
        RowWindow window = new RowWindow(scores.d, scores.y, outcome, propensity, scores.tau);
        return (from, to, into) -> {
          window.moveTo(from, to);
          fill(window, from - window.first(), to - from, into);
        };
      };
    }

    private static void fill(RowWindow window, int at, int rows, Block into) {
      double[] y = window.column(1);
      double[] m = window.column(2);
      double[] e = window.column(3);
      double[] tau = window.column(4);
      System.arraycopy(window.column(0), at, into.treatment, 0, rows);
      for (int j = 0; j < rows; j++) {
        double c = Scores.clip(e[at + j]);
        into.values[j] = y[at + j] - m[at + j] + c * tau[at + j];
        into.odds[j] = c / (1 - c);
      }
    }
  }

  /**
   * The rows of an arm that have a value: of the treated y - g_0, of others that times the odds.
   */
  private record Arms(RowMean treated, RowMean control) {
    Arms() {
      this(new RowMean(), new RowMean());
    }

    static Arms of(Scores scores, Rest rest, int from, int to) {
      Arms all = new Arms();
      Block block = new Block();
      double[] ones = new double[RowSums.BLOCK];
      double[] others = new double[RowSums.BLOCK];
      for (int start = from; start < to; start += RowSums.BLOCK) {
        int end = Math.min(to, start + RowSums.BLOCK);
        rest.fill(start, end, block);
        if (scores.weighting == null) {
          all.addEach(block, end - start, ones, others);
        } else {
          all.add(scores.weighting, start, end, block);
        }
      }
      return all;
    }

    /**
     * Adds rows that count once each.
     *
     * @param ones room for the values of the treated
     * @param others the same for those of others
     */
    private void addEach(Block block, int rows, double[] ones, double[] others) {
      double[] values = block.values;
      double[] odds = block.odds;
      double[] treatment = block.treatment;
      int one = 0;
      int other = 0;
      for (int j = 0; j < rows; j++) {
        double value = values[j];
        int known =
            Double.isNaN(value) ? 0 : 1; // counted in vain is faster than a branch at random
        int treated = treatment[j] == 1 ? known : 0;
        ones[one] = value;
        others[other] = odds[j] * value;
        one += treated;
        other += known - treated;
      }
      addTo(treated, ones, one);
      addTo(control, others, other);
    }

    /** Sums of a block are joined as such, as those of weighted rows are. */
    private static void addTo(RowMean all, double[] values, int rows) {
      RowMean block = new RowMean();
      block.addEach(values, rows);
      all.add(block);
    }

    private void add(Study.@Nullable Weighting weighting, int from, int to, Block block) {
      RowMean ones = new RowMean();
      RowMean others = new RowMean();
      for (int i = from; i < to; i++) {
        double value = block.values[i - from];
        if (Double.isNaN(value)) {
          continue;
        }
        double treated = block.treatment[i - from]; // a part of 0 is faster than a branch at random
        double own = block.odds[i - from];
        ones.add(weighting, i, treated, value, 1);
        others.add(weighting, i, 1 - treated, own * value, own);
      }
      treated.add(ones);
      control.add(others);
    }

    void add(Arms later) {
      treated.add(later.treated);
      control.add(later.control);
    }
  }

  /**
   * The average. One pass.
   *
   * @param run whose threads work; null for this thread alone
   */
  static OnTreated of(@Nullable Run run, Scores scores, Supplier<Rest> rest) {
    Arms arms = new Arms();
    Parallel.ofRanges(run, scores.size(), rest, (own, from, to) -> Arms.of(scores, own, from, to))
        .forEach(arms::add);
    double treated = arms.treated.weights();
    double effect = (arms.treated.sum() - arms.control.sum()) / treated;
    double squares = arms.treated.squaresAbout(effect) + arms.control.squaresAbout(0);
    return new OnTreated(
        scores, rest, effect, treated / scores.total, Math.sqrt(squares) / treated);
  }

  /** The average with its error. */
  Estimate estimate(@Nullable Run run) {
    return new Estimate(
        effect, scores.clusters == null ? error : scores.error(run, this::weighted));
  }

  /** Each row's influence times its weight. */
  private ClusterSums.Influences weighted() {
    Rest own = rest.get();
    Block block = new Block();
    return (from, to, into) -> {
      fill(own, from, to, block, into[0]);
      for (int i = from; i < to; i++) {
        into[0][i - from] *= scores.weight(i);
      }
    };
  }

  /** Each row's influence. */
  double[] influence() {
    double[] all = new double[scores.size()];
    double[] part = new double[RowSums.BLOCK];
    Rest own = rest.get();
    Block block = new Block();
    for (int from = 0; from < all.length; from += part.length) {
      int to = Math.min(all.length, from + part.length);
      fill(own, from, to, block, part);
      System.arraycopy(part, 0, all, from, to - from);
    }
    return all;
  }

  private void fill(Rest own, int from, int to, Block block, double[] into) {
    own.fill(from, to, block);
    for (int j = 0; j < to - from; j++) {
      double d = block.treatment[j];
      double value = block.values[j];
      into[j] = (d * value - (1 - d) * block.odds[j] * value - effect * d) / share;
    }
  }
}
