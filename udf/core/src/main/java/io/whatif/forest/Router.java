/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import java.util.Arrays;

/** Sends rows through a tree, all that are in a node at once. For one thread. */
final class Router {
  private static final int WIDTH = 5;

  final Partition places;
  private int[] pending = new int[64 * WIDTH];

  /** Room for so many rows. */
  Router(int rows) {
    places = new Partition(rows);
  }

  /**
   * Finds the leaves of rows.
   *
   * @param codes of each feature
   * @param rows how many of {@link #places} there are; their order changes
   * @param leafOf receives the leaf of each, by its number
   */
  void route(Tree tree, byte[][] codes, int rows, int[] leafOf) {
    int from = 0;
    int to = rows;
    int split = 0;
    int leaf = 0;
    int leaves = tree.leaves();
    int waiting = 0;
    while (true) {
      while (leaves > 1) {
        int left = tree.leftLeaves()[split];
        int middle =
            places.split(
                from,
                to,
                codes[tree.featureOf(split)],
                tree.nullGoesRight(split) ? 1 : 0,
                tree.bin()[split] & 255);
        if (middle == from) {
          split += left;
          leaf += left;
          leaves -= left;
          continue;
        }
        if (middle < to) {
          waiting = push(waiting, middle, to, split + left, leaf + left, leaves - left);
          to = middle;
        }
        split++;
        leaves = left;
      }
      set(places.order, from, to, leaf, leafOf);
      if (waiting == 0) {
        return;
      }
      waiting -= WIDTH;
      from = pending[waiting];
      to = pending[waiting + 1];
      split = pending[waiting + 2];
      leaf = pending[waiting + 3];
      leaves = pending[waiting + 4];
    }
  }

  private int push(int at, int from, int to, int split, int leaf, int leaves) {
    if (at == pending.length) {
      pending = Arrays.copyOf(pending, 2 * at);
    }
    pending[at] = from;
    pending[at + 1] = to;
    pending[at + 2] = split;
    pending[at + 3] = leaf;
    pending[at + 4] = leaves;
    return at + WIDTH;
  }

  private static void set(int[] order, int from, int to, int leaf, int[] leafOf) {
    for (int j = from; j < to; j++) {
      leafOf[order[j]] = leaf;
    }
  }
}
