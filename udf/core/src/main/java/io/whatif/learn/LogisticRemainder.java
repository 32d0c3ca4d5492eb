/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.math.Gram;
import io.whatif.math.NormalEquations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a step of Newton from a to b leaves of a logistic regression's gradient, \( r = g(b) - g(a)
 * - H(a) (b - a) \), as groups of a sample's rows tell it. How much the groups differ tells how far
 * the sample may be off.
 *
 * @param byGroup r of each group that has rows, over the first entry of the sample's Hessian
 */
record LogisticRemainder(double[][] byGroup) {
  /** Groups of a sample: enough to tell an error of a coefficient within a quarter or so. */
  static final int GROUPS = 8;

  /** A sample's rows dealt out to the groups. */
  static Folds groups(long rows) {
    int[] group = new int[Math.toIntExact(rows)];
    Arrays.setAll(group, i -> i % GROUPS);
    return Folds.given(group, GROUPS);
  }

  /**
   * The remainder of a step.
   *
   * @param at gradient and Hessian of each group where the step begins
   * @param then the gradient of each group where it ends
   * @param step b - a
   */
  static LogisticRemainder of(LogisticSums[] at, LogisticSums[] then, double[] step) {
    List<double[]> groups = new ArrayList<>();
    double first = 0;
    for (int g = 0; g < at.length; g++) {
      Gram hessian = at[g].hessian();
      if (hessian.get(0, 0) > 0) {
        first += hessian.get(0, 0);
        groups.add(left(at[g].gradient(), then[g].gradient(), hessian, step));
      }
    }
    for (double[] left : groups) {
      for (int j = 0; j < left.length; j++) {
        left[j] /= first;
      }
    }
    return new LogisticRemainder(groups.toArray(double[][]::new));
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
   * @param error the largest standard error of its entries; infinite if one group tells all
   */
  record Step(double[] step, double error) {}

  /**
   * The step that takes away the remainder of other rows with the same distribution.
   *
   * @param equations of those rows' Hessian
   * @param first that Hessian's first entry
   */
  Step step(NormalEquations equations, double first) {
    int groups = byGroup.length;
    double[] sum = new double[groups == 0 ? 0 : byGroup[0].length];
    double[] squares = new double[sum.length];
    for (double[] left : byGroup) {
      double[] own = equations.solve(Arrays.stream(left).map(r -> -first * r).toArray());
      for (int j = 0; j < sum.length; j++) {
        sum[j] += own[j];
        squares[j] += own[j] * own[j];
      }
    }
    double largest = 0;
    for (int j = 0; j < sum.length; j++) {
      largest = Math.max(largest, squares[j] - sum[j] * sum[j] / groups);
    }
    double error =
        groups < 2 ? Double.POSITIVE_INFINITY : Math.sqrt(groups * largest / (groups - 1));
    return new Step(sum, error);
  }
}
