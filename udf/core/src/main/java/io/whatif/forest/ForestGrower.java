/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.data.Spare;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Grows forests: trees side by side on the threads of a run, each from its own random numbers, so
 * that neither their number nor their order matters.
 *
 * <p>Cost: of a tree, p bytes read and added up a drawn row and level, and of each node 255 codes a
 * feature at most. Memory: see {@link ForestData#bytes}.
 */
public final class ForestGrower {
  private final ForestData data;
  private final ForestPlan plan;
  private final int small;

  public ForestGrower(ForestData data, ForestPlan plan) {
    this(data, plan, Splitter.SMALL);
  }

  /** With another number of rows from which nodes are visited code by code; the trees are equal. */
  ForestGrower(ForestData data, ForestPlan plan, int small) {
    this.data = data;
    this.plan = plan;
    this.small = small;
  }

  /**
   * What was grown.
   *
   * @param trees the trees, in order
   * @param outOfBag the effect of each row by the trees that did not draw it, in the units of the
   *     scaled responses; NaN if all did
   * @param sums of each row the sums of those trees' leaf means, which the effect follows from
   * @param outside how many trees did not draw each row
   */
  public record Grown(List<Tree> trees, double[] outOfBag, double[] sums, int[] outside) {}

  /** Grows all trees of the plan. */
  public Grown grow(Run run) {
    return grow(run, 0, plan.trees());
  }

  /** As {@link #grow(Run, int, int)}, with trees kept packed, for a forest to be stored. */
  public Grown growPacked(Run run, int firstTree, int beyond) {
    Packing packing = new Packing(beyond - firstTree);
    Spare<Worker> workers = new Spare<>(() -> new Worker(true));
    grow(run, firstTree, beyond, workers, packing::add);
    return grown(packing.packed(Moments.Layout.of(data).count()), workers);
  }

  /** Grows all trees of the plan, without what they say of the rows they did not draw. */
  public List<Tree> trees(Run run) {
    return trees(run, 0, plan.trees(), new Spare<>(() -> new Worker(false)));
  }

  /** Grows the trees from one up to another: the same as when all are grown together. */
  public Grown grow(Run run, int firstTree, int beyond) {
    Spare<Worker> workers = new Spare<>(() -> new Worker(true));
    List<Tree> trees = trees(run, firstTree, beyond, workers);
    return grown(trees, workers);
  }

  /** The trees with what all workers say of the rows that they did not draw. */
  private Grown grown(List<Tree> trees, Spare<Worker> workers) {
    List<OutOfBag> parts = new ArrayList<>();
    workers.forEach(worker -> parts.add(worker.outOfBag));
    if (parts.isEmpty()) {
      return new Grown(trees, new double[0], new double[0], new int[0]);
    }
    OutOfBag all = parts.get(0);
    parts.subList(1, parts.size()).forEach(all::merge);
    double[] sums = all.sums();
    return new Grown(trees, effects(sums, all.trees()), sums, all.trees());
  }

  private List<Tree> trees(Run run, int firstTree, int beyond, Spare<Worker> workers) {
    Tree[] trees = new Tree[beyond - firstTree];
    grow(run, firstTree, beyond, workers, (index, tree) -> trees[index] = tree);
    return Arrays.asList(trees);
  }

  /** Takes each tree, with its place. */
  private interface Keeper {
    void keep(int index, Tree tree);
  }

  private void grow(Run run, int firstTree, int beyond, Spare<Worker> workers, Keeper keeper) {
    int count = beyond - firstTree;
    Parallel.forEach(
        run,
        count,
        index -> {
          Worker worker = workers.take();
          keeper.keep(index, worker.grow(firstTree + index));
          run.progress("trees", index, count);
          workers.giveBack(worker);
        });
  }

  /** Which of the plan's trees know nothing of the rows of a fold, in order. */
  public boolean[] without(int fold) {
    boolean[] without = new boolean[plan.trees()];
    for (int t = 0; t < without.length; t++) {
      boolean[] included = Draw.folds(data, plan, t / plan.group());
      without[t] = fold >= included.length || !included[fold];
    }
    return without;
  }

  private double[] effects(double[] sums, int[] outside) {
    Moments.Layout layout = Moments.Layout.of(data);
    double[] effects = new double[data.rows()];
    for (int i = 0; i < effects.length; i++) {
      effects[i] = Moments.effect(layout, sums, i * layout.count(), outside[i]);
    }
    return effects;
  }

  /**
   * The variance of each row's effect by the trees that did not draw it, in the squared units of
   * the scaled responses; see {@link OutOfBagVariance}.
   *
   * @param firstTree the number of the first tree that was grown, which begins a pair
   */
  public double[] variances(Run run, Grown grown, int firstTree) {
    return new OutOfBagVariance(data, plan, grown, firstTree).of(run);
  }

  /** What one thread needs. */
  private final class Worker {
    private final Growth growth;
    private final OutOfBag outOfBag;
    private final int rows;

    Worker(boolean wantsOutOfBag) {
      Relabelling relabelling = Relabelling.of(data, plan);
      growth = new Growth(data, plan, relabelling, small);
      double scale = OutOfBag.scale(plan.trees(), bound());
      rows = wantsOutOfBag ? data.rows() : 0;
      outOfBag = new OutOfBag(rows, relabelling.moments(), scale);
    }

    Tree grow(int number) {
      Draw draw = Draw.of(data, plan, number);
      Tree tree = growth.grow(data, draw, Draw.treeSeed(plan, number));
      if (rows > 0) {
        outOfBag.add(tree, data, draw.outside());
      }
      return tree;
    }
  }

  /** What no mean of a leaf exceeds. */
  private double bound() {
    double bound = 1;
    for (float[] response : data.responses()) {
      double largest = 1;
      for (float value : response) {
        largest = Math.max(largest, Math.abs(value));
      }
      bound *= largest;
    }
    if (data.responses().length < 3) {
      bound *= bound; // a treatment may be its own instrument
    }
    float[] weights = data.weights();
    double heaviest = 1;
    if (weights != null) {
      for (float weight : weights) {
        heaviest = Math.max(heaviest, weight);
      }
    }
    return bound * heaviest;
  }
}
