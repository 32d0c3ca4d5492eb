/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import io.whatif.forest.Bins;
import io.whatif.forest.Forest;
import io.whatif.forest.Moments;
import io.whatif.forest.Rescaling;
import io.whatif.forest.Tree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Forests that were grown apart as one: all trees, in the order of the forests. Those of equal
 * scales are taken as they are, so that forests grown with the same nuisances make the one that
 * would have been grown at once; the leaf means of others are brought to the scales of the first.
 */
public final class ForestMerge {
  private final ForestCate first;
  private final ForestCate other;
  private final Rescaling rescaling;

  private ForestMerge(ForestCate first, ForestCate other) {
    this.first = first;
    this.other = other;
    this.rescaling = new Rescaling(first.forest().layout(), other.scales(), first.scales());
  }

  /** Two forests; they must not differ in any way that {@link #difference} tells. */
  public static ForestMerge of(ForestCate first, ForestCate other) {
    return new ForestMerge(first, other);
  }

  /** Why two forests are not merged, to end "differ in"; empty if they are. */
  public static Optional<String> difference(ForestCate first, ForestCate other) {
    Forest one = first.forest();
    Forest two = other.forest();
    if (!first.features().equals(other.features())) {
      return Optional.of("their features or what these hold");
    }
    if (!one.layout().equals(two.layout())) {
      return Optional.of("their use of weights or of an instrument");
    }
    for (int f = 0; f < one.bins().size(); f++) {
      Bins bins = two.bins().get(f);
      if (!Arrays.equals(one.bins().get(f).cuts(), bins.cuts())) {
        return Optional.of(
            "the thresholds of %s, so that they are of other rows"
                .formatted(first.features().get(f).name()));
      }
    }
    if (!first.nullable().equals(other.nullable())) {
      return Optional.of("which features were NULL");
    }
    return first.level() == other.level() ? Optional.empty() : Optional.of("their level");
  }

  /** Whether they have a tree in common, which would count twice. */
  public boolean overlaps() {
    Set<List<Integer>> known = new HashSet<>();
    first.forest().trees().forEach(tree -> known.add(mark(tree)));
    return other.forest().trees().stream().anyMatch(tree -> known.contains(mark(tree)));
  }

  private static List<Integer> mark(Tree tree) {
    return List.of(
        Arrays.hashCode(tree.leftLeaves()),
        Arrays.hashCode(tree.feature()),
        Arrays.hashCode(tree.bin()),
        Arrays.hashCode(tree.moments()));
  }

  /** The forest of both. */
  public ForestCate forest() {
    List<Tree> trees = new ArrayList<>(first.forest().trees());
    other.forest().trees().forEach(tree -> trees.add(rescaling.of(tree)));
    return new ForestCate(
        first.features(),
        first.nullable(),
        new Forest(first.forest().bins(), first.forest().layout(), trees),
        first.unit(),
        first.level(),
        first.range(),
        first.scales());
  }

  /**
   * The rows kept with both: their out-of-bag effects are by the trees of both, each error the root
   * of the mean variance by trees. Nuisances that differ are repetitions.
   *
   * @return null if the two are not of the same rows
   */
  public @Nullable KeptRows kept(KeptRows one, KeptRows two) {
    KeptRows.Bag bag = one.bag();
    KeptRows.Bag further = two.bag();
    if (bag == null || further == null || !one.isOfRowsOf(two)) {
      return null;
    }
    double[] sums = rescaling.of(further.sums(), further.trees());
    int[] trees = new int[one.rows()];
    double[] error = new double[trees.length];
    double[] effect = new double[trees.length];
    for (int k = 0; k < sums.length; k++) {
      sums[k] += bag.sums()[k];
    }
    Moments.Layout layout = first.forest().layout();
    for (int i = 0; i < trees.length; i++) {
      trees[i] = bag.trees()[i] + further.trees()[i];
      error[i] =
          error(
              new double[] {one.error()[i], two.error()[i]},
              new int[] {bag.trees()[i], further.trees()[i]});
      effect[i] = first.unit() * Moments.effect(layout, sums, i * layout.count(), trees[i]);
    }
    return new KeptRows(
        one.contrast(),
        one.binary(),
        one.ids(),
        one.outcome(),
        one.treatment(),
        one.counting(),
        one.clusters(),
        error,
        new KeptRows.Bag(sums, trees),
        repetitions(one, two, effect));
  }

  /** The root of the mean variance by trees; one that is not known has no part. */
  private static double error(double[] errors, int[] trees) {
    double squares = 0;
    double count = 0;
    for (int k = 0; k < errors.length; k++) {
      if (!Double.isNaN(errors[k])) {
        squares += trees[k] * errors[k] * errors[k];
        count += trees[k];
      }
    }
    return count == 0 ? Double.NaN : Math.sqrt(squares / count);
  }

  private static List<KeptRows.Repetition> repetitions(
      KeptRows one, KeptRows two, double[] effect) {
    List<KeptRows.Repetition> all = new ArrayList<>();
    one.repetitions().forEach(each -> all.add(each.with(effect)));
    for (KeptRows.Repetition each : two.repetitions()) {
      if (one.repetitions().stream().noneMatch(each::predictsAs)) {
        all.add(each.with(effect));
      }
    }
    return all;
  }
}
