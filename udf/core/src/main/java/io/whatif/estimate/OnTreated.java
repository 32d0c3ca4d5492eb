/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import io.whatif.inference.Estimate;
import io.whatif.inference.RowSums;
import org.jspecify.annotations.Nullable;

/**
 * The average effect on the treated: \( G = \{D (y - g_0) - (1 - D) \frac{e}{1 - e} (y - g_0)\} / p
 * \), \( g_0 = m - e \tau_{-k} \), \( \psi = G - \theta D / p \), p the share of the treated.
 */
record OnTreated(Scores scores, Rest rest, double effect, double share) {
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
   * The average.
   *
   * @param run whose threads work; null for this thread alone
   */
  static OnTreated of(@Nullable Run run, Scores scores, Rest rest) {
    double[] sums =
        RowSums.of(run, scores.d.length, 2, (from, to, into) -> add(scores, rest, from, to, into));
    double share = sums[0] / scores.total;
    return new OnTreated(scores, rest, sums[1] / scores.total / share, share);
  }

  /** Adds the weights of the treated, and G p, of rows that have it. */
  private static void add(Scores scores, Rest rest, int from, int to, double[] sums) {
    double[] values = new double[to - from];
    double[] odds = new double[to - from];
    rest.fill(from, to, values, odds);
    double treated = 0;
    double sum = 0;
    for (int j = 0; j < values.length; j++) {
      double value = values[j];
      if (!Double.isNaN(value)) {
        double weight = scores.weight(from + j);
        double d = scores.d[from + j];
        treated += weight * d;
        sum += weight * (d * value - (1 - d) * odds[j] * value);
      }
    }
    sums[0] += treated;
    sums[1] += sum;
  }

  /** The average with its error. */
  Estimate estimate(@Nullable Run run) {
    return new Estimate(
        effect, scores.error(run, (from, to, into) -> fill(from, to, into[0], true)));
  }

  /** Each row's influence. */
  double[] influence() {
    double[] all = new double[scores.d.length];
    double[] own = new double[RowSums.BLOCK];
    for (int from = 0; from < all.length; from += own.length) {
      int to = Math.min(all.length, from + own.length);
      fill(from, to, own, false);
      System.arraycopy(own, 0, all, from, to - from);
    }
    return all;
  }

  private void fill(int from, int to, double[] into, boolean moved) {
    double[] odds = new double[to - from];
    rest.fill(from, to, into, odds);
    for (int i = from; i < to; i++) {
      double d = scores.d[i];
      double sign = d - (1 - d) * odds[i - from];
      double value = into[i - from];
      double g = d * value - (1 - d) * odds[i - from] * value;
      double own = (g - effect * d) / share;
      into[i - from] = moved ? scores.moved(i, own, sign / share) : own;
    }
  }
}
