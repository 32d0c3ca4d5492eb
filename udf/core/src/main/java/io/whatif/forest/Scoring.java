/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import java.util.Arrays;
import java.util.List;

/** Scores blocks of coded rows, for one thread. */
final class Scoring {
  private final Forest forest;
  private final int width;
  private final Router router;
  private final double[] sums;
  private int[][] leafOf = new int[0][];
  private byte[][] columns = new byte[0][];
  private int rows;

  /** Room for blocks of so many rows. */
  Scoring(Forest forest, int most) {
    this.forest = forest;
    this.width = forest.layout().count();
    this.router = new Router(most);
    this.sums = new double[most * width];
  }

  /** Scores a block of codes, feature after feature. */
  RecentBlocks.Block score(byte[] codes, int count, boolean errors) {
    begin(codes, count, errors ? forest.trees().size() : 1);
    add(forest.trees());
    double[] effect = effects();
    return new RecentBlocks.Block(codes, effect, errors ? variances(effect) : null);
  }

  /**
   * Begins with a block of codes.
   *
   * @param kept of how many trees the rows' leaves are kept; of 1, of none
   */
  void begin(byte[] codes, int count, int kept) {
    rows = count;
    columns = new byte[forest.bins().size()][];
    for (int f = 0; f < columns.length; f++) {
      columns[f] = Arrays.copyOfRange(codes, f * count, (f + 1) * count);
    }
    if (leafOf.length != kept) {
      leafOf = new int[kept][sums.length / width];
    }
    Arrays.fill(sums, 0, rows * width, 0);
  }

  /** The effect of each row by the trees that were added: all of the forest's. */
  double[] effects() {
    double[] effect = new double[rows];
    for (int row = 0; row < rows; row++) {
      effect[row] = Moments.effect(forest.layout(), sums, row * width, forest.trees().size());
    }
    return effect;
  }

  /** Adds the leaf means of each row up. */
  void add(List<Tree> trees) {
    for (int t = 0; t < trees.size(); t++) {
      Tree tree = trees.get(t);
      int[] leaves = leafOf[leafOf.length == 1 ? 0 : t];
      router.places.identity(rows);
      router.route(tree, columns, rows, leaves);
      if (width == 4) {
        addFour(tree.moments(), leaves, rows, sums);
      } else {
        add(tree.moments(), leaves, rows, width, sums);
      }
    }
  }

  private static void addFour(float[] means, int[] leaves, int rows, double[] sums) {
    for (int row = 0; row < rows; row++) {
      int at = 4 * row;
      int leaf = 4 * leaves[row];
      sums[at] += means[leaf];
      sums[at + 1] += means[leaf + 1];
      sums[at + 2] += means[leaf + 2];
      sums[at + 3] += means[leaf + 3];
    }
  }

  private static void add(float[] means, int[] leaves, int rows, int width, double[] sums) {
    for (int row = 0; row < rows; row++) {
      for (int k = 0; k < width; k++) {
        sums[row * width + k] += means[leaves[row] * width + k];
      }
    }
  }

  private double[] variances(double[] effect) {
    int trees = forest.trees().size();
    double[] influence = new double[rows * (width + 1)];
    double[] one = new double[width + 1];
    for (int row = 0; row < rows; row++) {
      Moments.influence(forest.layout(), sums, row * width, trees, one);
      System.arraycopy(one, 0, influence, row * (width + 1), width + 1);
    }
    double[] first = new double[rows];
    double[] second = new double[rows];
    double[] between = new double[rows];
    double[] total = new double[rows];
    for (int t = 0; t + 1 < trees; t += 2) {
      influences(forest.trees().get(t).moments(), leafOf[t], influence, width, first);
      influences(forest.trees().get(t + 1).moments(), leafOf[t + 1], influence, width, second);
      for (int row = 0; row < rows; row++) {
        double mean = (first[row] + second[row]) / 2;
        between[row] += mean * mean;
        total[row] += first[row] * first[row] + second[row] * second[row];
      }
    }
    double[] variances = new double[rows];
    for (int row = 0; row < rows; row++) {
      variances[row] =
          Double.isNaN(effect[row])
              ? Double.NaN
              : Moments.variance(between[row], total[row], trees / 2);
    }
    return variances;
  }

  /** What a tree's leaf of each row says: rho. */
  private static void influences(
      float[] means, int[] leaves, double[] influence, int width, double[] into) {
    if (width == 4) {
      influencesOfFour(means, leaves, influence, into);
      return;
    }
    for (int row = 0; row < into.length; row++) {
      int at = row * (width + 1);
      double sum = influence[at + width];
      for (int k = 0; k < width; k++) {
        sum += influence[at + k] * means[leaves[row] * width + k];
      }
      into[row] = sum;
    }
  }

  private static void influencesOfFour(
      float[] means, int[] leaves, double[] influence, double[] into) {
    for (int row = 0; row < into.length; row++) {
      int at = 5 * row;
      int leaf = 4 * leaves[row];
      into[row] =
          influence[at + 4]
              + influence[at] * means[leaf]
              + influence[at + 1] * means[leaf + 1]
              + influence[at + 2] * means[leaf + 2]
              + influence[at + 3] * means[leaf + 3];
    }
  }
}
