/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import io.whatif.math.Mix;

/**
 * Finds the best split of a node: that with the largest \( (\sum_L g \rho)^2 / G_L + (\sum_R g
 * \rho)^2 / G_R - c (1 / s_L + 1 / s_R) \), where s is a child's size \( \sum g (z - \bar z)^2 -
 * (\sum g (z - \bar z))^2 / G \), among those whose children have at least a share of the node's
 * size and enough rows on either side of its mean treatment. Where NULLs are in the node they are
 * tried on both sides of each cut, and alone.
 *
 * <p>Two steps: of each feature looked at, the largest gain of any cut with children of enough
 * rows, which needs one sum (where rows have weights, none is needed and none found); then, from
 * the largest of these bounds on and while a bound exceeds the best split found, the cuts of the
 * feature by all rules. The split found is that of trying all.
 */
final class Splitter {
  /** Rows of a node up to which only the codes that occur are visited. */
  static final int SMALL = 128;

  private static final int FEATURES = 1;
  private static final int COUNT = 2;

  private final int small;
  private final Relabelling relabelling;
  private final int[] largest;
  private final int[] features;
  private final double[] most;
  private final double[] countShares;
  private final Histogram histogram = new Histogram();
  private final Bound bounds;
  private final Rules rules;

  /** The best split so far; no feature if there is none. */
  int feature;

  int bin;
  int rotation;
  private double gain;

  /**
   * A splitter, for one thread.
   *
   * @param rows of a node at most
   * @param small rows of a node up to which only the codes that occur are visited
   */
  Splitter(ForestData data, ForestPlan plan, Relabelling relabelling, int rows, int small) {
    this.small = small;
    this.relabelling = relabelling;
    this.largest = data.largest();
    this.features = new int[largest.length];
    for (int f = 0; f < features.length; f++) {
      features[f] = f;
    }
    this.most = new double[features.length];
    this.countShares = poisson(plan.mtry(), features.length);
    this.bounds = new Bound(rows);
    this.rules = new Rules(plan, relabelling.leastOnEachSide(), bounds, new Labels(0, false));
  }

  /** The distribution function of a Poisson number below {@code features}. */
  private static double[] poisson(double mean, int features) {
    double[] below = new double[features];
    double log = -mean;
    double sum = 0;
    for (int k = 0; k < features; k++) {
      sum += Math.exp(log);
      below[k] = sum;
      log += Math.log(mean) - Math.log(k + 1.0);
    }
    return below;
  }

  /**
   * Looks for the best split of the rows at places {@code from} on, which are labelled.
   *
   * @param seed of the node
   * @return whether there is one
   */
  boolean find(Sample sample, Labels labels, int from, long seed) {
    feature = -1;
    gain = 0;
    int count = draw(seed);
    int least = relabelling.leastRows(labels.rows);
    Bound.Rows rows = new Bound.Rows(sample.places.order, from);
    boolean few = labels.rows <= small;
    for (int k = 0; k < count; k++) {
      int f = features[k];
      rows.largest = largest[f];
      most[k] =
          labels.weighted ? Double.MAX_VALUE : bounds.of(labels, rows, sample.codes[f], least, few);
    }
    for (int k = best(count); k >= 0 && most[k] > gain; k = best(count)) {
      int f = features[k];
      most[k] = -1;
      rows.largest = largest[f];
      int used = histogram.sum(rows, sample.codes[f], labels, few);
      if (rules.search(histogram, used, labels, gain)) {
        gain = rules.gain;
        feature = f;
        bin = rules.bin;
        rotation = rules.rotation;
      }
    }
    undo(count, seed);
    return feature >= 0;
  }

  /** Puts the features that the node looks at first, and gives their number. */
  private int draw(long seed) {
    int p = features.length;
    double u = Mix.uniform(seed, COUNT);
    int count = 0;
    while (count < p && countShares[count] < u) {
      count++;
    }
    count = Math.max(1, count);
    for (int k = 0; k < count && count < p; k++) {
      swap(k, k + Mix.bucket(Mix.mix(seed, FEATURES), k, p - k));
    }
    return count;
  }

  /** Puts the features back, so that a node's draw does not depend on those before it. */
  private void undo(int count, long seed) {
    int p = features.length;
    for (int k = count - 1; k >= 0 && count < p; k--) {
      swap(k, k + Mix.bucket(Mix.mix(seed, FEATURES), k, p - k));
    }
  }

  private void swap(int i, int j) {
    int held = features[i];
    features[i] = features[j];
    features[j] = held;
  }

  private int best(int count) {
    int best = -1;
    double largestBound = 0;
    for (int k = 0; k < count; k++) {
      if (most[k] > largestBound) {
        largestBound = most[k];
        best = k;
      }
    }
    return best;
  }
}
