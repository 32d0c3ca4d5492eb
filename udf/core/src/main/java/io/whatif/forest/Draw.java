/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import io.whatif.math.Mix;
import org.jspecify.annotations.Nullable;

/**
 * Which rows a tree looks at. A group of trees draws half of the units (rows, or clusters that are
 * drawn whole; where there are folds, of some of them) without replacement, each of its trees so
 * many of those that they are {@code fraction} of all, and divides them, for honesty, into those
 * that choose its splits and those that fill its leaves.
 *
 * @param grow rows that choose the splits, ascending
 * @param fill rows that fill the leaves, ascending
 * @param outside rows that the tree has not drawn, ascending
 */
record Draw(int[] grow, int[] fill, int[] outside) {
  /** From one state of the generator to the next; see {@link Mix}. */
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private static final int GROUPS = 1;
  private static final int TREES = 2;
  private static final int PART = 3;
  private static final int HONEST = 4;
  private static final int FOLDS = 5;

  /** The draw of a tree; those of a group follow each other. */
  static Draw of(ForestData data, ForestPlan plan, int tree) {
    long seed = treeSeed(plan, tree);
    int[] units = units(data, plan, tree);
    int[] drawn = rows(data.starts(), units);
    int[] outside = others(drawn, data.rows());
    if (!plan.honesty()) {
      return new Draw(drawn, drawn, outside);
    }
    int growing = (int) Math.ceil(plan.honestyFraction() * units.length);
    int[] chosen = choose(units.length, growing, Mix.mix(seed, HONEST));
    int[] grow = among(units, chosen);
    int[] fill = among(units, others(chosen, units.length));
    return new Draw(rows(data.starts(), grow), rows(data.starts(), fill), outside);
  }

  /** The rows that a tree has not drawn, ascending. */
  static int[] outside(ForestData data, ForestPlan plan, int tree) {
    return others(rows(data.starts(), units(data, plan, tree)), data.rows());
  }

  /** Whether the trees of a group draw the same rows: all of their half. */
  static boolean isShared(ForestPlan plan) {
    return plan.sampleFraction() >= 0.5;
  }

  private static int[] units(ForestData data, ForestPlan plan, int tree) {
    int[] half = half(data, plan, tree / plan.group());
    int wanted = (int) Math.ceil(2 * plan.sampleFraction() * half.length);
    return wanted >= half.length
        ? half
        : among(half, choose(half.length, wanted, Mix.mix(treeSeed(plan, tree), PART)));
  }

  /** What decides all else of a tree. */
  static long treeSeed(ForestPlan plan, int tree) {
    return Mix.mix(Mix.mix(plan.seed(), TREES), tree);
  }

  private static int[] half(ForestData data, ForestPlan plan, int group) {
    int units = data.units();
    long seed = Mix.mix(Mix.mix(plan.seed(), GROUPS), group);
    int[] folds = data.folds();
    if (folds == null) {
      return choose(units, units / 2, seed);
    }
    boolean[] included = folds(data, plan, group);
    int[] known = new int[units + 1];
    int count = 0;
    for (int i = 0; i < units; i++) {
      known[count] = i;
      count += included[folds[i]] ? 1 : 0;
    }
    return among(known, choose(count, Math.min(count, units / 2), seed));
  }

  /** Which folds the trees of a group draw from. */
  static boolean[] folds(ForestData data, ForestPlan plan, int group) {
    int[] folds = data.folds();
    int count = 0;
    for (int i = 0; folds != null && i < folds.length; i++) {
      count = Math.max(count, folds[i] + 1);
    }
    boolean[] included = new boolean[count];
    long seed = Mix.mix(Mix.mix(plan.seed(), FOLDS), group);
    for (int fold : choose(count, Math.min(count, ForestData.included(count)), seed)) {
      included[fold] = true;
    }
    return included;
  }

  /**
   * So many of 0..count-1, each set of them equally likely, ascending; by selection sampling,
   * without branches.
   */
  static int[] choose(int count, int take, long seed) {
    int[] chosen = new int[take + 1];
    int at = 0;
    long state = seed;
    for (int i = 0; i < count; i++) {
      state += STEP;
      long bits = Mix.mix(state) >>> 33;
      chosen[at] = i;
      long below = ((bits * (count - i)) >>> 31) - (take - at);
      at += (int) (below >>> 63);
    }
    return java.util.Arrays.copyOf(chosen, take);
  }

  /** Those of 0..count-1 that are not among ascending numbers. */
  static int[] others(int[] numbers, int count) {
    int[] others = new int[count - numbers.length + 1];
    int at = 0;
    int next = 0;
    for (int i = 0; i < count; i++) {
      others[at] = i;
      boolean known = next < numbers.length && numbers[next] == i;
      next += known ? 1 : 0;
      at += known ? 0 : 1;
    }
    return java.util.Arrays.copyOf(others, count - numbers.length);
  }

  private static int[] among(int[] numbers, int[] places) {
    int[] chosen = new int[places.length];
    for (int i = 0; i < places.length; i++) {
      chosen[i] = numbers[places[i]];
    }
    return chosen;
  }

  private static int[] rows(int @Nullable [] starts, int[] units) {
    if (starts == null) {
      return units;
    }
    int count = 0;
    for (int unit : units) {
      count += starts[unit + 1] - starts[unit];
    }
    int[] rows = new int[count];
    int at = 0;
    for (int unit : units) {
      for (int row = starts[unit]; row < starts[unit + 1]; row++) {
        rows[at++] = row;
      }
    }
    return rows;
  }
}
