/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import io.whatif.forest.ForestData;
import io.whatif.forest.ForestGrower;
import io.whatif.forest.ForestPlan;
import java.util.ArrayList;
import java.util.List;

/**
 * Chooses the least rows of a leaf by the out-of-bag loss \( \sum g (u - v \hat\tau)^2 \) of small
 * forests: the smallest size whose loss is within one paired standard error of the least. Small
 * leaves where the data do not tell keep the bias small that intervals do not know of.
 */
final class LeafSize {
  private static final int[] SIZES = {5, 10, 20, 40, 80, 160};
  private static final int TREES = 200;

  private LeafSize() {}

  /** The plan with the size chosen. */
  static ForestPlan choose(Run run, ForestData data, ForestPlan plan) {
    ForestPlan small = plan.withTrees(Math.min(TREES, plan.trees()));
    List<double[]> losses = new ArrayList<>();
    int best = 0;
    for (int k = 0; k < SIZES.length && bears(data, plan, SIZES[k]); k++) {
      run.progress("min_node_size", k, SIZES.length);
      double[] effect =
          new ForestGrower(data, small.withMinNodeSize(SIZES[k])).grow(run).outOfBag();
      losses.add(losses(data, effect));
      if (excess(losses.get(k), losses.get(best))[0] < 0) {
        best = k;
      }
    }
    for (int k = 0; k < best; k++) {
      double[] excess = excess(losses.get(k), losses.get(best));
      if (excess[0] <= excess[1]) {
        return plan.withMinNodeSize(SIZES[k]);
      }
    }
    return plan.withMinNodeSize(SIZES[best]);
  }

  /** Whether trees can make some splits. */
  private static boolean bears(ForestData data, ForestPlan plan, int size) {
    return size == SIZES[0] || data.rows() * plan.sampleFraction() >= 32.0 * size;
  }

  private static double[] losses(ForestData data, double[] effect) {
    float[] u = data.responses()[0];
    float[] v = data.responses()[1];
    float[] weights = data.weights();
    double[] losses = new double[effect.length];
    for (int i = 0; i < losses.length; i++) {
      double left = u[i] - v[i] * effect[i];
      losses[i] = (weights == null ? 1 : weights[i]) * left * left;
    }
    return losses;
  }

  /** By how much one sum of losses exceeds another, and the standard error of that. */
  private static double[] excess(double[] losses, double[] others) {
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (int i = 0; i < losses.length; i++) {
      double difference = losses[i] - others[i];
      if (!Double.isNaN(difference)) {
        sum += difference;
        squares += difference * difference;
        count++;
      }
    }
    double mean = sum / Math.max(1, count);
    return new double[] {sum, Math.sqrt(Math.max(0, squares - count * mean * mean))};
  }
}
