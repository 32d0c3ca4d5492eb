/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

/**
 * For each row, the sums of the leaf means of the trees that did not draw it. Whole numbers, so
 * that they do not depend on which thread grew which tree.
 */
final class OutOfBag {
  private final int width;
  private final double scale;
  private final long[] sums;
  private final int[] trees;
  private final Router router;
  private final int[] leafOf;
  private long[] means = new long[0];

  /**
   * Sums of nothing yet.
   *
   * @param width means a leaf keeps
   * @param scale by what they are multiplied
   */
  OutOfBag(int rows, int width, double scale) {
    this.width = width;
    this.scale = scale;
    this.sums = new long[rows * width];
    this.trees = new int[rows];
    this.router = new Router(rows);
    this.leafOf = new int[rows];
  }

  /** Adds a tree to the rows that it has not drawn. */
  void add(Tree tree, ForestData data, int[] outside) {
    System.arraycopy(outside, 0, router.places.order, 0, outside.length);
    router.route(tree, data.codes(), outside.length, leafOf);
    int count = tree.leaves() * width;
    if (means.length < count) {
      means = new long[2 * count];
    }
    for (int k = 0; k < count; k++) {
      means[k] = Math.round(tree.moments()[k] * scale);
    }
    for (int row : outside) {
      trees[row]++;
      int at = row * width;
      int leaf = leafOf[row] * width;
      for (int k = 0; k < width; k++) {
        sums[at + k] += means[leaf + k];
      }
    }
  }

  /** A scale by which the means of so many trees, none beyond {@code bound}, can be added up. */
  static double scale(int trees, double bound) {
    return Math.scalb(1.0, 60 - Math.getExponent(trees * bound));
  }

  void merge(OutOfBag other) {
    for (int k = 0; k < sums.length; k++) {
      sums[k] += other.sums[k];
    }
    for (int i = 0; i < trees.length; i++) {
      trees[i] += other.trees[i];
    }
  }

  /** The sums of all rows. */
  double[] sums() {
    double[] all = new double[sums.length];
    for (int k = 0; k < all.length; k++) {
      all[k] = sums[k] / scale;
    }
    return all;
  }

  /** How many trees each row was outside of. */
  int[] trees() {
    return trees;
  }
}
