/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

/** The cuts of one feature by all rules of {@link Splitter}. For one thread. */
final class Rules {
  private final ForestPlan plan;
  private final int leastSide;
  private final Bound bound;

  /** The largest gain so far, and where it is. */
  double gain;

  int bin;
  int rotation;

  private Labels labels;
  private long mask;
  private long allRho;
  private long allSide;
  private long allSquare;
  private long allWeight;

  /** The node's size, scaled as {@link Labels#square}. */
  private double size;

  Rules(ForestPlan plan, int leastOnEachSide, Bound bound, Labels none) {
    this.plan = plan;
    this.leastSide = leastOnEachSide;
    this.bound = bound;
    this.labels = none;
  }

  /** Looks for a cut that gains more than {@code least}. */
  boolean search(Histogram sums, int used, Labels of, double least) {
    labels = of;
    mask = (1L << of.bits) - 1;
    allRho = 0;
    allSide = 0;
    allSquare = 0;
    allWeight = 0;
    for (int k = 0; k < used; k++) {
      int c = sums.codes[k];
      allRho += sums.rho[c];
      allSide += sums.side[c];
      allSquare += sums.square[c];
      allWeight += sums.weight[c];
    }
    size = size(allRho, allSide, allSquare, allWeight);
    gain = least;
    cuts(sums, used, 0);
    if (sums.codes[0] == 0 && sums.rho[0] != 0) {
      cuts(sums, used, 1);
    }
    return gain > least;
  }

  private int count(long rho) {
    return (int) (rho & mask);
  }

  private double size(long rho, long side, long square, long weight) {
    double mass = labels.weighted ? weight / Labels.WEIGHT_SCALE : count(rho);
    double sum = side >> labels.bits;
    return square - sum * sum / (labels.sideScale * mass);
  }

  private double gain(long rho, long weight) {
    double sum = rho >> labels.bits;
    if (labels.weighted) {
      double unit = Labels.WEIGHT_SCALE * Labels.WEIGHT_SCALE;
      return weight == 0 || weight == allWeight
          ? 0
          : sum * sum * unit / ((double) weight * (allWeight - weight));
    }
    int count = count(rho);
    return sum * sum * (bound.inverse(count) * bound.inverse(labels.rows - count));
  }

  /** Cuts behind each code; with rotation 1 those of NULL going right. */
  private void cuts(Histogram sums, int used, int rotated) {
    long rho = 0;
    long side = 0;
    long square = 0;
    long weight = 0;
    for (int k = rotated; k < used; k++) {
      int c = sums.codes[k];
      rho += sums.rho[c];
      side += sums.side[c];
      square += sums.square[c];
      weight += sums.weight[c];
      double found = gain(rho, weight);
      if (found > gain && enough(count(rho), (int) (side & mask))) {
        double left = size(rho, side, square, weight);
        double right = size(allRho - rho, allSide - side, allSquare - square, allWeight - weight);
        double charged = charged(found, left, right);
        if (Math.min(left, right) >= plan.minBalance() * size && charged > gain) {
          gain = charged;
          bin = c;
          rotation = rotated;
        }
      }
    }
  }

  /** Whether both children have enough rows on either side. */
  private boolean enough(int count, int low) {
    int allLow = (int) (allSide & mask);
    int rest = labels.rows - count;
    return count > 0
        && rest > 0
        && low >= leastSide
        && count - low >= leastSide
        && allLow - low >= leastSide
        && rest - (allLow - low) >= leastSide;
  }

  private double charged(double found, double left, double right) {
    if (plan.imbalancePenalty() == 0) {
      return found;
    }
    double mass = labels.weighted ? allWeight / Labels.WEIGHT_SCALE : labels.rows;
    double unit = labels.rhoScale * labels.rhoScale * labels.sideScale / mass;
    return found - plan.imbalancePenalty() * unit * (1 / left + 1 / right);
  }
}
