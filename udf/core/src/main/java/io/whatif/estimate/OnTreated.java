/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.inference.Estimate;
import io.whatif.inference.RowSums;
import org.jspecify.annotations.Nullable;

/**
 * The average effect on the treated: \( G = \{D (y - g_0) - (1 - D) \frac{e}{1 - e} (y - g_0)\} / p
 * \), \( g_0 = m - e \tau_{-k} \), \( \psi = G - \theta D / p \), p the share of the treated.
 *
 * @param share p
 * @param error of the average if rows are their own clusters
 */
record OnTreated(Scores scores, Rest rest, double effect, double share, double error) {
  /** What an average on one arm is made of. */
  @FunctionalInterface
  interface Rest {
    /**
     * Writes both of the rows {@code from..to-1}, the first row's first.
     *
     * @param values \( y - g_0 \), NaN where the row lacks a feature
     * @param odds \( e / (1 - e) \)
     */
    void fill(int from, int to, double[] values, double[] odds);

    /** By what is predicted of each row. */
    static Rest of(Scores scores, CrossFit nuisances) {
      return of(scores, nuisances.outcome, nuisances.treatment);
    }

    /** The same of outcomes and propensities. */
    static Rest of(Scores scores, double[] outcome, double[] propensity) {
      return (from, to, values, odds) -> {
        for (int i = from; i < to; i++) {
          double e = Scores.clip(propensity[i]);
          values[i - from] = scores.y[i] - outcome[i] + e * scores.tau[i];
          odds[i - from] = e / (1 - e);
        }
      };
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
      double[] values = new double[RowSums.BLOCK];
      double[] odds = new double[RowSums.BLOCK];
      for (int start = from; start < to; start += RowSums.BLOCK) {
        int end = Math.min(to, start + RowSums.BLOCK);
        rest.fill(start, end, values, odds);
        all.add(scores, start, end, values, odds);
      }
      return all;
    }

    private void add(Scores scores, int from, int to, double[] values, double[] odds) {
      RowMean ones = new RowMean();
      RowMean others = new RowMean();
      for (int i = from; i < to; i++) {
        double value = values[i - from];
        if (Double.isNaN(value)) {
          continue;
        }
        if (scores.d[i] == 1) {
          ones.add(scores.weighting, i, 1, value, 1);
        } else {
          double own = odds[i - from];
          others.add(scores.weighting, i, 1, own * value, own);
        }
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
  static OnTreated of(@Nullable Run run, Scores scores, Rest rest) {
    Arms arms = new Arms();
    Parallel.ofRanges(run, scores.d.length, (from, to) -> Arms.of(scores, rest, from, to))
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
        effect,
        scores.clusters == null
            ? error
            : scores.error(
                run,
                (from, to, into) -> {
                  fill(from, to, into[0]);
                  for (int i = from; i < to; i++) {
                    into[0][i - from] *= scores.weight(i);
                  }
                }));
  }

  /** Each row's influence. */
  double[] influence() {
    double[] all = new double[scores.d.length];
    double[] own = new double[RowSums.BLOCK];
    for (int from = 0; from < all.length; from += own.length) {
      int to = Math.min(all.length, from + own.length);
      fill(from, to, own);
      System.arraycopy(own, 0, all, from, to - from);
    }
    return all;
  }

  private void fill(int from, int to, double[] into) {
    double[] odds = new double[to - from];
    rest.fill(from, to, into, odds);
    for (int i = from; i < to; i++) {
      double d = scores.d[i];
      double value = into[i - from];
      into[i - from] = (d * value - (1 - d) * odds[i - from] * value - effect * d) / share;
    }
  }
}
