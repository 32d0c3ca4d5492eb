/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

/**
 * The mean of an outcome: a regression forest. In a node \( \rho_i = Y_i - \bar Y \), so that a
 * split gains what it takes off the squared error; a child has at least {@code min_balance} of the
 * node's rows. Leaves keep the mean of gY, then of g where rows have weights.
 */
final class MeanRelabelling implements Relabelling {
  private final Moments.Layout layout;
  private final double balance;
  private final double bound;

  MeanRelabelling(ForestData data, ForestPlan plan) {
    layout = Moments.Layout.of(data);
    balance = plan.minBalance();
    double largest = 0;
    for (float value : data.responses()[0]) {
      largest = Math.max(largest, Math.abs(value));
    }
    bound = 2 * largest;
  }

  @Override
  public int leastOnEachSide() {
    return 0;
  }

  @Override
  public int leastRows(int rows) {
    return Math.max(1, (int) Math.ceil(balance * rows));
  }

  @Override
  public int moments() {
    return layout.count();
  }

  @Override
  public boolean relabel(Sample sample, int from, int to, Labels into) {
    double[] sums = new double[3];
    sum(sample, from, to, sums);
    if (sums[2] == 0) {
      return false;
    }
    int n = to - from;
    into.rows = n;
    into.low = 0;
    into.sideScale = 1;
    into.rhoScale = into.scale(bound * sums[2], n);
    label(sample, from, n, sums[0] / sums[1], into);
    return true;
  }

  /** Sums of gY and g, and the heaviest g; 0 for it if all Y are equal. */
  private static void sum(Sample sample, int from, int to, double[] into) {
    float[] weights = sample.weights;
    int[] order = sample.places.order;
    float[] ys = sample.responses[0];
    float first = ys[order[from]];
    double y = 0;
    double g = 0;
    double heaviest = 0;
    boolean varies = false;
    for (int j = from; j < to; j++) {
      int i = order[j];
      double weight = weights == null ? 1 : weights[i];
      y += weight * ys[i];
      g += weight;
      heaviest = Math.max(heaviest, weight);
      varies |= ys[i] != first;
    }
    into[0] = y;
    into[1] = g;
    into[2] = varies ? heaviest : 0;
  }

  private static void label(Sample sample, int from, int rows, double mean, Labels into) {
    float[] weights = sample.weights;
    int[] order = sample.places.order;
    float[] ys = sample.responses[0];
    for (int k = 0; k < rows; k++) {
      int i = order[from + k];
      double weight = weights == null ? 1 : weights[i];
      into.rho[k] = ((long) (weight * (ys[i] - mean) * into.rhoScale) << into.bits) + 1;
      into.side[k] = 0;
      into.square[k] = 1;
      if (weights != null) {
        into.weight[k] = (long) (weight * Labels.WEIGHT_SCALE);
      }
    }
  }

  @Override
  public void fill(Sample sample, int from, int to, float[] into, int at) {
    double[] sums = new double[3];
    sum(sample, from, to, sums);
    into[at] = Relabelling.shortened(sums[0] / (to - from));
    if (layout.weighted()) {
      into[at + 1] = Relabelling.shortened(sums[1] / (to - from));
    }
  }
}
