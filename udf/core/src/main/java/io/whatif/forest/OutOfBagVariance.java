/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.data.Spare;
import java.util.Arrays;
import java.util.List;

/**
 * The variances of out-of-bag effects: those of {@link Moments}, over the pairs of trees neither of
 * which drew the row, of the first {@value #MOST_PAIRS} pairs.
 *
 * <p>Edge cases: NaN of a row with fewer than two such pairs, or without an effect. Sums are whole
 * numbers, of a scale for each row, so that they do not depend on which thread took which pair.
 * Cost: every tree's draw and the way of the rows outside it, once more. Memory: see {@link
 * #bytes}.
 */
final class OutOfBagVariance {
  private static final int LEAST_PAIRS = 2;

  /** Pairs that are looked at, the first of all; more would tell little and cost as much again. */
  private static final int MOST_PAIRS = 500;

  private final ForestData data;
  private final ForestPlan plan;
  private final ForestGrower.Grown grown;
  private final int firstTree;
  private final int width;
  private final double[] influence;
  private final double[] scale;

  OutOfBagVariance(ForestData data, ForestPlan plan, ForestGrower.Grown grown, int firstTree) {
    this.data = data;
    this.plan = plan;
    this.grown = grown;
    this.firstTree = firstTree;
    this.width = Moments.Layout.of(data).count();
    this.influence = new double[data.rows() * (width + 1)];
    this.scale = new double[data.rows()];
  }

  /** Bytes held while they are computed. */
  static long bytes(long rows, int width, int threads) {
    return rows * (8L * (width + 2) + 40L * threads);
  }

  double[] of(Run run) {
    long held = bytes(data.rows(), width, run.threads());
    run.memory().take(held, "the errors of out-of-bag effects");
    prepare();
    int pairs = Math.min(MOST_PAIRS, grown.trees().size() / 2);
    Spare<Worker> workers = new Spare<>(Worker::new);
    int parts = (2 * pairs + ForestBytes.PART - 1) / ForestBytes.PART;
    Parallel.forEach(
        run,
        parts,
        part -> {
          Worker worker = workers.take();
          worker.add(part * ForestBytes.PART / 2, pairs, part(part));
          run.progress("errors", part, parts);
          workers.giveBack(worker);
        });
    Worker all = new Worker();
    workers.forEach(all::merge);
    double[] variances = new double[data.rows()];
    for (int i = 0; i < variances.length; i++) {
      variances[i] =
          scale[i] == 0 || all.pairs[i] < LEAST_PAIRS
              ? Double.NaN
              : Moments.variance(all.between[i] / scale[i], all.total[i] / scale[i], all.pairs[i]);
    }
    run.memory().giveBack(held);
    return variances;
  }

  /** Trees that are kept together. */
  private List<Tree> part(int part) {
    int from = part * ForestBytes.PART;
    int to = Math.min(from + ForestBytes.PART, grown.trees().size());
    return grown.trees().subList(from, to);
  }

  /** What each row's mean is multiplied by, and the scale that its squares are added up in. */
  private void prepare() {
    double[] largest = new double[width + 1];
    largest[width] = 1;
    for (Tree tree : grown.trees()) {
      for (int k = 0; k < tree.moments().length; k++) {
        largest[k % width] = Math.max(largest[k % width], Math.abs(tree.moments()[k]));
      }
    }
    Moments.Layout layout = Moments.Layout.of(data);
    double[] one = new double[width + 1];
    for (int i = 0; i < scale.length; i++) {
      if (Double.isNaN(grown.outOfBag()[i])) {
        continue;
      }
      Moments.influence(layout, grown.sums(), i * width, grown.outside()[i], one);
      double bound = 0;
      for (int k = 0; k <= width; k++) {
        bound += Math.abs(one[k]) * largest[k];
      }
      System.arraycopy(one, 0, influence, i * (width + 1), width + 1);
      scale[i] = bound > 0 ? OutOfBag.scale(grown.trees().size(), bound * bound) : 0;
    }
  }

  /** What one thread adds up. */
  private final class Worker {
    private final Router router = new Router(data.rows());
    private final int[] first = new int[data.rows()];
    private final int[] second = new int[data.rows()];
    private final long[] between = new long[data.rows()];
    private final long[] total = new long[data.rows()];
    private final int[] pairs = new int[data.rows()];

    /** Adds the pairs of a part, of which the first has this number. */
    void add(int firstPair, int pairs, List<Tree> part) {
      for (int k = 0; k < part.size() / 2 && firstPair + k < pairs; k++) {
        add(firstPair + k, part.get(2 * k), part.get(2 * k + 1));
      }
    }

    private void add(int pair, Tree one, Tree other) {
      int tree = firstTree + 2 * pair;
      int[] outside = Draw.outside(data, plan, tree);
      if (!Draw.isShared(plan)) {
        outside = both(outside, Draw.outside(data, plan, tree + 1));
      }
      route(one, outside, first);
      route(other, outside, second);
      for (int row : outside) {
        double a = rho(one, first[row], row);
        double b = rho(other, second[row], row);
        double mean = (a + b) / 2;
        between[row] += Math.round(mean * mean * scale[row]);
        total[row] += Math.round((a * a + b * b) * scale[row]);
        pairs[row]++;
      }
    }

    private void route(Tree tree, int[] outside, int[] leafOf) {
      System.arraycopy(outside, 0, router.places.order, 0, outside.length);
      router.route(tree, data.codes(), outside.length, leafOf);
    }

    /** What a tree's leaf of a row says. */
    private double rho(Tree tree, int leaf, int row) {
      int at = row * (width + 1);
      double sum = influence[at + width];
      for (int k = 0; k < width; k++) {
        sum += influence[at + k] * tree.moments()[leaf * width + k];
      }
      return sum;
    }

    void merge(Worker other) {
      for (int i = 0; i < pairs.length; i++) {
        between[i] += other.between[i];
        total[i] += other.total[i];
        pairs[i] += other.pairs[i];
      }
    }
  }

  /** The numbers that are in both of two ascending lists. */
  private static int[] both(int[] one, int[] other) {
    int[] both = new int[Math.min(one.length, other.length)];
    int count = 0;
    int j = 0;
    for (int number : one) {
      while (j < other.length && other[j] < number) {
        j++;
      }
      if (j < other.length && other[j] == number) {
        both[count++] = number;
      }
    }
    return Arrays.copyOf(both, count);
  }
}
