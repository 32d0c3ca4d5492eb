/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scores of which an average is a ratio of sums, or a difference of two: \( \hat\theta = \sum_s \pm
 * \sum_i w_i a_i / \sum_i w_i b_i \).
 *
 * <p>The influence of a row is \( \psi_i = \sum_s \pm w_i (a_i - \hat r_s b_i) / \sum_j w_j b_j \),
 * \( \hat r_s \) the ratio. A row that stands for n rows with an outcome variance v between them
 * counts \( n w^2 (\psi^2 + c^2 v) \), c the slope of its \( \psi \) in its outcome.
 *
 * <p>Edge cases: a row whose numerator is NaN has no part; an average with a denominator of 0 is
 * undefined.
 *
 * @param study gives weights
 * @param terms one, or two of opposite signs
 */
record RatioScores(Study study, List<Term> terms) implements AverageScores {
  /**
   * One ratio.
   *
   * @param sign 1 or -1
   * @param numerator a, one for each row
   * @param denominator b; null for 1 in every row
   * @param slope how far a moves with the row's outcome
   * @param centred whether the ratio is a mean that its rows are spread about, so that the variance
   *     of n rows is taken with n - 1
   */
  record Term(
      double sign,
      double[] numerator,
      double @Nullable [] denominator,
      double[] slope,
      boolean centred) {
    private double below(int row) {
      return denominator == null ? 1 : denominator[row];
    }
  }

  /** A single ratio. */
  static RatioScores of(
      Study study, double[] numerator, double @Nullable [] denominator, double[] slope) {
    return new RatioScores(study, List.of(new Term(1, numerator, denominator, slope, false)));
  }

  @Override
  public Average over(RowGroup group) {
    double[] pull = new double[group.size()];
    Arrays.fill(pull, Double.NaN);
    double[] slope = new double[study.weighting() == null ? 0 : group.size()];
    double value = 0;
    for (Term term : terms) {
      value += term.sign() * add(group, term, pull, slope);
    }
    if (Double.isNaN(value)) {
      return Average.UNDEFINED;
    }
    return Average.of(value, Influence.of(study, group, pull, slope));
  }

  /** The ratio of a term; its influence is added to {@code pull}. */
  private double add(RowGroup group, Term term, double[] pull, double[] slope) {
    double above = 0;
    double below = 0;
    for (int j = 0; j < pull.length; j++) {
      int i = group.row(j);
      if (!Double.isNaN(term.numerator()[i])) {
        double w = study.weight(i);
        above += w * term.numerator()[i];
        below += w * term.below(i);
      }
    }
    if (below == 0) {
      return Double.NaN;
    }
    double ratio = above / below;
    boolean corrected = term.centred() && group.clusters() == null;
    double spread = corrected ? correction(group, term) : 1;
    double scale = term.sign() * spread / below;
    for (int j = 0; j < pull.length; j++) {
      int i = group.row(j);
      if (!Double.isNaN(term.numerator()[i])) {
        double own = scale * (term.numerator()[i] - ratio * term.below(i));
        pull[j] = Double.isNaN(pull[j]) ? own : pull[j] + own;
        if (slope.length > 0) {
          slope[j] += scale * term.slope()[i];
        }
      }
    }
    return ratio;
  }

  /** \( \sqrt{n / (n - 1)} \), n the rows that the term's rows stand for. */
  private double correction(RowGroup group, Term term) {
    Study.Weighting weighting = study.weighting();
    double n = 0;
    for (int j = 0; j < group.size(); j++) {
      int i = group.row(j);
      if (!Double.isNaN(term.numerator()[i]) && term.below(i) != 0) {
        n += weighting == null ? 1 : weighting.weights()[i] > 0 ? weighting.counts()[i] : 0;
      }
    }
    return n > 1 ? Math.sqrt(n / (n - 1)) : Double.NaN;
  }
}
