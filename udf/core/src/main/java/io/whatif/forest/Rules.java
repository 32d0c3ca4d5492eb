/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

/** The cuts of one feature by all rules of {@link Splitter}. */
final class Rules {
  private final Histogram sums;
  private final int used;
  private final Labels labels;
  private final ForestPlan plan;
  private final int least;
  private final Totals all = new Totals();

  /** The node's size, scaled as {@link Labels#square}. */
  private final double size;

  double gain;
  int bin;
  int rotation;

  Rules(Histogram sums, int used, Labels labels, ForestPlan plan, int leastOnEachSide) {
    this.sums = sums;
    this.used = used;
    this.labels = labels;
    this.plan = plan;
    this.least = leastOnEachSide;
    for (int k = 0; k < used; k++) {
      all.add(sums, sums.codes[k]);
    }
    this.size = size(all);
  }

  /** Sums of a child. */
  private static final class Totals {
    long rho;
    long side;
    long square;
    long weight;

    void add(Histogram sums, int code) {
      rho += sums.rho[code];
      side += sums.side[code];
      square += sums.square[code];
      weight += sums.weight[code];
    }

    void rest(Totals all, Totals part) {
      rho = all.rho - part.rho;
      side = all.side - part.side;
      square = all.square - part.square;
      weight = all.weight - part.weight;
    }
  }

  private int count(Totals child) {
    return (int) (child.rho & ((1L << labels.bits) - 1));
  }

  private double mass(Totals child) {
    return labels.weighted ? child.weight / Labels.WEIGHT_SCALE : count(child);
  }

  private double size(Totals child) {
    double side = child.side >> labels.bits;
    return child.square - side * side / (labels.sideScale * mass(child));
  }

  /** Whether a child is large enough. */
  private boolean suffices(Totals child, double childSize) {
    int low = (int) (child.side & ((1L << labels.bits) - 1));
    return low >= least && count(child) - low >= least && childSize >= plan.minBalance() * size;
  }

  /** Looks for a cut that gains more. */
  void search(double most) {
    gain = most;
    boolean nulls = sums.codes[0] == 0 && sums.rho[0] != 0;
    cuts(0, 0);
    if (nulls) {
      cuts(1, 1);
    }
  }

  private void cuts(int first, int rotated) {
    Totals left = new Totals();
    Totals right = new Totals();
    double total = all.rho >> labels.bits;
    for (int k = first; k < used; k++) {
      left.add(sums, sums.codes[k]);
      right.rest(all, left);
      int count = count(left);
      if (count == 0 || count == labels.rows) {
        continue;
      }
      double sum = left.rho >> labels.bits;
      double rest = total - sum;
      double found = gain(left, sum) + gain(right, rest);
      if (found > gain) {
        check(found, left, right, sums.codes[k], rotated);
      }
    }
  }

  private double gain(Totals child, double sum) {
    return labels.weighted
        ? sum * sum * Labels.WEIGHT_SCALE / child.weight
        : sum * sum * (1.0 / count(child));
  }

  private void check(double found, Totals left, Totals right, int code, int rotated) {
    double leftSize = size(left);
    double rightSize = size(right);
    if (!suffices(left, leftSize) || !suffices(right, rightSize)) {
      return;
    }
    double charged = found;
    if (plan.imbalancePenalty() > 0) {
      double unit = labels.rhoScale * labels.rhoScale * labels.sideScale;
      charged -= plan.imbalancePenalty() * unit * (1 / leftSize + 1 / rightSize);
    }
    if (charged > gain) {
      gain = charged;
      bin = code;
      rotation = rotated;
    }
  }
}
