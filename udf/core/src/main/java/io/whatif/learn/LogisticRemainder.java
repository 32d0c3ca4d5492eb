/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Profile;
import io.whatif.data.Run;
import io.whatif.math.Gram;
import io.whatif.math.NormalEquations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * What a step of Newton from a to b leaves of a logistic regression's gradient, \( r = g(b) - g(a)
 * - H(a) (b - a) \), as groups of a sample's rows tell it. How much the groups differ tells how far
 * the sample may be off, where it knows all there is: rows that it has none of, such as those of a
 * rare level or of a long tail, show in nothing, so they are asked for by {@link #reaches} and by
 * {@link #step}.
 *
 * @param byGroup r of each group that has rows, over the first entry of the sample's Hessian
 * @param diagonal of the sample's Hessian, over its first entry
 */
record LogisticRemainder(double[][] byGroup, double[] diagonal) {
  /** How much farther than the sample's rows others may be from the mean. */
  private static final double FARTHER = 1.5;

  /** How many times as much, or as little, other rows may tell of a coefficient. */
  private static final double UNLIKE = 2;

  /**
   * Whether a sample's values of some columns go nearly as far to either side as all rows' do: of
   * 200,000 and of 10,000,000 normals the farthest is 4.6 and 5.3.
   */
  static boolean reaches(Run run, Dataset sample, Profile all, Collection<Integer> columns) {
    Profile some = Profile.of(run, sample);
    for (int c : columns) {
      double mean = all.mean(c);
      boolean upward = all.max(c) - mean <= FARTHER * (some.max(c) - mean);
      boolean downward = mean - all.min(c) <= FARTHER * (mean - some.min(c));
      if (!(upward && downward) && all.nulls(c) < all.rows()) {
        return false;
      }
    }
    return true;
  }

  /**
   * The remainder of a step.
   *
   * @param at the sums of each group where it starts, with Hessians
   * @param then those where it ends
   */
  static LogisticRemainder of(LogisticSums[] at, LogisticSums[] then, double[] step) {
    List<double[]> groups = new ArrayList<>();
    double[] diagonal = new double[step.length];
    for (int g = 0; g < at.length; g++) {
      Gram hessian = at[g].hessian();
      if (hessian.get(0, 0) > 0) {
        Arrays.setAll(diagonal, j -> diagonal[j] + hessian.get(j, j));
        groups.add(left(at[g].gradient(), then[g].gradient(), hessian, step));
      }
    }
    double first = diagonal[0];
    for (double[] left : groups) {
      Arrays.setAll(left, j -> left[j] / first);
    }
    Arrays.setAll(diagonal, j -> diagonal[j] / first);
    return new LogisticRemainder(groups.toArray(double[][]::new), diagonal);
  }

  private static double[] left(double[] before, double[] after, Gram hessian, double[] step) {
    double[] left = new double[step.length];
    for (int j = 0; j < left.length; j++) {
      double sum = after[j] - before[j];
      for (int i = 0; i < step.length; i++) {
        sum -= hessian.get(i, j) * step[i];
      }
      left[j] = sum;
    }
    return left;
  }

  /**
   * A step that takes a remainder away.
   *
   * @param error the largest standard error of its entries; infinite if one group tells all, none
   *     tells anything, or the sample's rows are unlike the others
   */
  record Step(double[] step, double error) {}

  /**
   * The step that takes away the remainder of other rows with the same distribution.
   *
   * @param equations of those rows' Hessian
   * @param others that Hessian's diagonal
   */
  Step step(NormalEquations equations, double[] others) {
    int groups = byGroup.length;
    double[] sum = new double[others.length];
    double[] squares = new double[others.length];
    for (double[] left : byGroup) {
      double[] own = equations.solve(Arrays.stream(left).map(r -> -others[0] * r).toArray());
      for (int j = 0; j < sum.length; j++) {
        sum[j] += own[j];
        squares[j] += own[j] * own[j];
      }
    }
    if (groups < 2 || !isLike(others)) {
      return new Step(sum, Double.POSITIVE_INFINITY);
    }
    double largest = 0;
    for (int j = 0; j < sum.length; j++) {
      largest = Math.max(largest, squares[j] - sum[j] * sum[j] / groups);
    }
    return new Step(sum, Math.sqrt(groups * largest / (groups - 1)));
  }

  /** Whether each coefficient has its share of what the sample tells, as it has of the others'. */
  private boolean isLike(double[] others) {
    for (int j = 0; j < others.length; j++) {
      double share = others[j] / others[0];
      if (!(diagonal[j] <= UNLIKE * share && share <= UNLIKE * diagonal[j])) {
        return false;
      }
    }
    return true;
  }
}
