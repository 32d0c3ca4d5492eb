/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Parallel;
import io.whatif.data.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Grows an {@link EffectTree} level by level. */
final class EffectTreeGrower {
  /** A share of the variance of effects that is rounding. */
  private static final double ROUNDING_SHARE = 1e-9;

  /** Bits of a coded effect at most: those of a double. */
  private static final int MOST_BITS = 52;

  private final Run run;
  private final ScoredRows rows;
  private final EffectTree.Size size;
  private final List<Node> nodes = new ArrayList<>();

  /** The node of each row, -1 of a row that is in none. */
  private final int[] nodeOf;

  /** A node: where it hangs, and how it is split, null for a leaf. */
  private static final class Node {
    final long rows;
    final long sum;
    @Nullable Split split;

    /** The left child; the right one follows it. */
    int left;

    Node(long rows, long sum) {
      this.rows = rows;
      this.sum = sum;
    }
  }

  EffectTreeGrower(Run run, ScoredRows rows, EffectTree.Size size) {
    this.run = run;
    this.rows = rows;
    this.size = size;
    this.nodeOf = new int[rows.tau().length];
    Arrays.fill(nodeOf, -1);
    for (int row : rows.used()) {
      nodeOf[row] = 0;
    }
    nodes.add(new Node(rows.used().length, 0));
  }

  /**
   * Grows.
   *
   * @param centre the mean effect
   * @param squares the sum of squares about it
   */
  void grow(double centre, double squares) {
    int exponent = exponent(centre);
    long[] coded = new long[nodeOf.length];
    long sum = 0;
    for (int row : rows.used()) {
      coded[row] = (long) Math.rint(Math.scalb(rows.tau()[row] - centre, exponent));
      sum += coded[row];
    }
    nodes.set(0, new Node(rows.used().length, sum));
    double least = ROUNDING_SHARE * Math.scalb(squares, 2 * exponent);
    SplitSearch[] searches = new SplitSearch[rows.features().length];
    Parallel.forEach(
        run,
        searches.length,
        f -> searches[f] = new SplitSearch(run, rows, f, coded, nodeOf, size.minimum()));
    int first = 0;
    for (int level = 0; level < size.depth() && first < nodes.size(); level++) {
      run.progress("level of the tree", level, size.depth());
      int last = nodes.size();
      splitLevel(searches, first, last, least);
      moveRows(first);
      first = last;
    }
  }

  /** How far deviations are shifted so that no sum of them overflows. */
  private int exponent(double centre) {
    double largest = 0;
    for (int row : rows.used()) {
      largest = Math.max(largest, Math.abs(rows.tau()[row] - centre));
    }
    int ofCount = Long.SIZE - Long.numberOfLeadingZeros(rows.used().length);
    return Math.min(MOST_BITS, 62 - ofCount) - 1 - Math.getExponent(largest);
  }

  private void splitLevel(SplitSearch[] searches, int first, int last, double least) {
    SplitSearch.Found[][] found = new SplitSearch.Found[searches.length][];
    Parallel.forEach(run, searches.length, f -> found[f] = searches[f].best(first, last - first));
    for (int k = first; k < last; k++) {
      Node node = nodes.get(k);
      SplitSearch.Found best = SplitSearch.Found.NONE;
      for (SplitSearch.Found[] ofFeature : found) {
        SplitSearch.Found other = ofFeature[k - first];
        best = other.score() > best.score() ? other : best;
      }
      double unsplit = (double) node.sum / node.rows * node.sum;
      Split split = best.split();
      if (split != null && best.score() - unsplit > least) {
        node.split = split;
        node.left = nodes.size();
        nodes.add(new Node(best.leftRows(), best.leftSum()));
        nodes.add(new Node(node.rows - best.leftRows(), node.sum - best.leftSum()));
      }
    }
  }

  private void moveRows(int first) {
    for (int row : rows.used()) {
      Node node = nodes.get(nodeOf[row]);
      Split split = nodeOf[row] >= first ? node.split : null;
      if (split != null) {
        boolean left = split.goesLeft(rows.features()[split.feature()][row]);
        nodeOf[row] = left ? node.left : node.left + 1;
      }
    }
  }

  /** The steps to each leaf, from left to right. */
  List<List<EffectTree.Step>> paths() {
    List<List<EffectTree.Step>> paths = new ArrayList<>();
    walk(0, List.of(), paths, new int[nodes.size()]);
    return paths;
  }

  /** The rows of each leaf, from left to right. */
  int[][] members() {
    int[] leafOf = new int[nodes.size()];
    List<List<EffectTree.Step>> paths = new ArrayList<>();
    walk(0, List.of(), paths, leafOf);
    int[] count = new int[paths.size()];
    for (int row : rows.used()) {
      count[leafOf[nodeOf[row]]]++;
    }
    int[][] members = new int[count.length][];
    Arrays.setAll(members, l -> new int[count[l]]);
    Arrays.fill(count, 0);
    for (int row : rows.used()) {
      int leaf = leafOf[nodeOf[row]];
      members[leaf][count[leaf]++] = row;
    }
    return members;
  }

  private void walk(
      int at, List<EffectTree.Step> path, List<List<EffectTree.Step>> paths, int[] leafOf) {
    Node node = nodes.get(at);
    Split split = node.split;
    if (split == null) {
      leafOf[at] = paths.size();
      paths.add(path);
      return;
    }
    for (boolean left : new boolean[] {true, false}) {
      List<EffectTree.Step> longer = new ArrayList<>(path);
      longer.add(new EffectTree.Step(split, left));
      walk(left ? node.left : node.left + 1, longer, paths, leafOf);
    }
  }
}
