/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.inference.Estimate;
import org.jspecify.annotations.Nullable;

/**
 * The average effect on the treated: \( G = \{D (y - g_0) - (1 - D) \frac{e}{1 - e} (y - g_0)\} / p
 * \), \( g_0 = m - e \tau_{-k} \), \( \psi = G - \theta D / p \), p the share of the treated.
 */
record OnTreated(Scores scores, Rest rest, double effect, double share) {
  /** Rows that are worked at side by side. */
  private static final int BLOCK = 1024;

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
    double treated = 0;
    double sum = 0;
    for (double[] part :
        Parallel.ofRanges(run, scores.d.length, (from, to) -> sums(scores, rest, from, to))) {
      treated += part[0];
      sum += part[1];
    }
    double share = treated / scores.total;
    return new OnTreated(scores, rest, sum / scores.total / share, share);
  }

  /** The weights of the treated, and the sum of G p, over rows that have it. */
  private static double[] sums(Scores scores, Rest rest, int from, int to) {
    double[] values = new double[BLOCK];
    double[] odds = new double[BLOCK];
    double treated = 0;
    double sum = 0;
    for (int start = from; start < to; start += BLOCK) {
      int end = Math.min(to, start + BLOCK);
      rest.fill(start, end, values, odds);
      for (int i = start; i < end; i++) {
        double value = values[i - start];
        if (!Double.isNaN(value)) {
          double weight = scores.weight(i);
          double d = scores.d[i];
          treated += weight * d;
          sum += weight * (d * value - (1 - d) * odds[i - start] * value);
        }
      }
    }
    return new double[] {treated, sum};
  }

  /** The average with its error. */
  Estimate estimate(@Nullable Run run) {
    return new Estimate(
        effect, scores.error(run, (from, to, into) -> fill(from, to, into[0], true)));
  }

  /** Each row's influence. */
  double[] influence() {
    double[] all = new double[scores.d.length];
    double[] own = new double[BLOCK];
    for (int from = 0; from < all.length; from += BLOCK) {
      int to = Math.min(all.length, from + BLOCK);
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
