/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.function.Relations;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Variances of out-of-bag effects against the definition, row by row. */
final class OutOfBagVarianceTest {
  private static final int ROWS = 600;

  private static ForestPlan drawing(double fraction) {
    ForestPlan plan = ForestPlan.of(24, 5, 3);
    return new ForestPlan(
        plan.trees(),
        plan.group(),
        plan.minNodeSize(),
        plan.mtry(),
        fraction,
        plan.honesty(),
        plan.honestyFraction(),
        plan.minBalance(),
        plan.imbalancePenalty(),
        plan.seed());
  }

  @Test
  void theyAreThoseOfPairsThatDidNotDrawTheRow() {
    Plots plots = Plots.of(ROWS, 5, 2);
    float[] weights = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      weights[i] = 0.5f + (i % 3) / 2f;
    }
    for (double fraction : new double[] {0.5, 0.3}) {
      check(plots.data(), drawing(fraction));
      check(plots.data(weights, null, null), drawing(fraction));
    }
  }

  private static void check(ForestData data, ForestPlan plan) {
    ForestGrower grower = new ForestGrower(data, plan);
    ForestGrower.Grown grown = grower.grow(Relations.run(2));
    double[] variances = grower.variances(Relations.run(3), grown, 0);
    assertThat(grower.variances(Relations.run(1), grown, 0)).containsExactly(variances);
    for (int row = 0; row < ROWS; row += 7) {
      double expected = byHand(data, plan, grown, row);
      if (Double.isNaN(expected)) {
        assertThat(variances[row]).isNaN();
      } else {
        assertThat(variances[row]).isCloseTo(expected, within(1e-9 * Math.max(1, expected)));
      }
    }
  }

  private static double byHand(
      ForestData data, ForestPlan plan, ForestGrower.Grown grown, int row) {
    Moments.Layout layout = Moments.Layout.of(data);
    int width = layout.count();
    double[] influence = new double[width + 1];
    Moments.influence(layout, grown.sums(), row * width, grown.outside()[row], influence);
    double between = 0;
    double total = 0;
    int pairs = 0;
    for (int t = 0; t < plan.trees(); t += 2) {
      if (draws(data, plan, t, row) || draws(data, plan, t + 1, row)) {
        continue;
      }
      double one = rho(grown.trees().get(t), data, row, influence);
      double other = rho(grown.trees().get(t + 1), data, row, influence);
      between += (one + other) * (one + other) / 4;
      total += one * one + other * other;
      pairs++;
    }
    return pairs < 2 ? Double.NaN : Moments.variance(between, total, pairs);
  }

  private static boolean draws(ForestData data, ForestPlan plan, int tree, int row) {
    return Arrays.binarySearch(Draw.of(data, plan, tree).outside(), row) < 0;
  }

  private static double rho(Tree tree, ForestData data, int row, double[] influence) {
    int width = influence.length - 1;
    double sum = influence[width];
    int leaf = leaf(tree, data.codes(), row);
    for (int k = 0; k < width; k++) {
      sum += influence[k] * tree.moments()[leaf * width + k];
    }
    return sum;
  }

  private static int leaf(Tree tree, byte[][] codes, int row) {
    int split = 0;
    int leaf = 0;
    int leaves = tree.leaves();
    while (leaves > 1) {
      int left = tree.leftLeaves()[split];
      int rotation = tree.nullGoesRight(split) ? 1 : 0;
      int code = (codes[tree.featureOf(split)][row] - rotation) & 255;
      if (code <= (tree.bin()[split] & 255) - rotation) {
        leaves = left;
        split++;
      } else {
        split += left;
        leaf += left;
        leaves -= left;
      }
    }
    return leaf;
  }
}
