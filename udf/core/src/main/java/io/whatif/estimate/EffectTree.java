/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.inference.Estimate;
import io.whatif.model.CateModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A regression tree of predicted effects over the rows of a relation: at each node the split that
 * most reduces the variance of \( \hat\tau(x) \), that is maximises \( S_L^2 / n_L + S_R^2 / n_R \)
 * of the sums S of effects on both sides. What it tells of is the model, not the data: a leaf's
 * figure is the mean of predictions with the error of {@link MeanEffect}.
 *
 * <p>A number is parted between two of its values, categories by the mean effect of each, for which
 * the best of all partitions is among those in their order (Fisher 1958,
 * doi:10.1080/01621459.1958.10501479). NULL goes to the side where it explains more, or is a side
 * of its own.
 *
 * <p>Edge cases: rows without an effect are in no leaf; an effect that is constant but for
 * rounding, and one that no feature with enough rows on both sides tells apart, has one leaf. The
 * first feature and the lowest border win among equals.
 *
 * <p>Method: level by level over rows sorted once for each feature; effects are whole numbers in
 * units of their largest deviation over about \( 2^{62} / n \), whose sums are exact, so that
 * neither the order of rows nor threads show. Cost: one scan, a sort for each feature, and one pass
 * over the rows for each feature and level. Memory: 28 bytes a row and 12 for each feature.
 *
 * <p>Source: Breiman, Friedman, Olshen and Stone 1984, Classification and Regression Trees; as an
 * interpreter EconML 0.17.0, SingleTreeCateInterpreter; NULL as Twala, Jones and Hand 2008,
 * doi:10.1016/j.patrec.2008.01.010.
 *
 * @param leaves from left to right
 * @param explained the share of the variance of effects that lies between leaves, NaN if they do
 *     not vary
 * @param varies whether effects vary by more than rounding
 * @param nulls for each feature whether it is NULL in some row
 * @param outside what tells the rows without an effect
 */
public record EffectTree(
    List<Leaf> leaves, double explained, boolean varies, boolean[] nulls, Outside outside) {

  /** Variation of the effect, over its square, that is rounding. */
  static final double ROUNDING = 1e-24;

  /** Bytes a row for its effect, the same coded, its node, and lists of rows. */
  private static final long ROW_BYTES = 28;

  /** Bytes a row for each feature: its value, and a place in its order. */
  private static final long FEATURE_BYTES = 12;

  /**
   * One step from the root.
   *
   * @param left which side was taken
   */
  public record Step(Split split, boolean left) {}

  /**
   * A leaf.
   *
   * @param path the steps to it, from the root
   * @param rows how many rows with an effect it has
   * @param mean their mean effect
   * @param spread the standard deviation of their effects, divisor n - 1
   */
  public record Leaf(List<Step> path, long rows, Estimate mean, double spread) {
    public Leaf {
      path = List.copyOf(path);
    }
  }

  /**
   * Features by which all rows without an effect are told.
   *
   * @param nulls where NULL has no effect
   * @param unseen where a category that was not there at the fit has none
   */
  public record Outside(List<Integer> nulls, List<Integer> unseen) {
    public Outside {
      nulls = List.copyOf(nulls);
      unseen = List.copyOf(unseen);
    }
  }

  /**
   * How large it may grow.
   *
   * @param depth splits from the root to a leaf at most
   * @param minimum rows of a leaf at least
   */
  public record Size(int depth, int minimum) {}

  /**
   * Grows a tree on rows of which some have an effect.
   *
   * @param fixed whether rows count as given, not as drawn
   */
  public static EffectTree grow(
      Run run, ModelRows rows, CateModel effect, Size size, boolean fixed) {
    int n = Math.toIntExact(rows.data().rows());
    int width = rows.features().size();
    long bytes = (ROW_BYTES + FEATURE_BYTES * width) * n;
    run.memory().take(bytes, "the tree's rows");
    try {
      double[] tau = new double[n];
      double[][] features = new double[width][n];
      rows.data()
          .forEachBatch(
              run,
              batch -> {
                int at = (int) batch.firstRow();
                double[][] values = rows.features(batch);
                double[] scored = new double[batch.rows()];
                effect.effect(values, batch.rows(), scored);
                System.arraycopy(scored, 0, tau, at, scored.length);
                for (int f = 0; f < width; f++) {
                  System.arraycopy(values[f], 0, features[f], at, scored.length);
                }
              });
      return of(run, new ScoredRows(rows.features(), features, tau), effect, size, fixed);
    } finally {
      run.memory().giveBack(bytes);
    }
  }

  private static EffectTree of(
      Run run, ScoredRows rows, CateModel effect, Size size, boolean fixed) {
    run.checkCancelled();
    MeanEffect all = mean(run, effect, rows, rows.used());
    double centre = all.mean(true).value();
    boolean varies = all.variance() > ROUNDING * centre * centre;
    EffectTreeGrower grower = new EffectTreeGrower(run, rows, size);
    if (varies) {
      grower.grow(centre, all.variance() * (all.rows() - 1));
    }
    List<List<Step>> paths = grower.paths();
    int[][] members = grower.members();
    MeanEffect[] means = new MeanEffect[paths.size()];
    Parallel.forEach(run, means.length, l -> means[l] = mean(run, effect, rows, members[l]));
    List<Leaf> leaves = new ArrayList<>();
    double within = 0;
    for (int l = 0; l < means.length; l++) {
      double variance = means[l].variance();
      within += Double.isNaN(variance) ? 0 : variance * (means[l].rows() - 1);
      leaves.add(
          new Leaf(paths.get(l), means[l].rows(), means[l].mean(fixed), Math.sqrt(variance)));
    }
    double total = all.variance() * (all.rows() - 1);
    return new EffectTree(
        leaves,
        varies ? Math.max(0, 1 - within / total) : Double.NaN,
        varies,
        rows.nulls(),
        rows.outside());
  }

  private static MeanEffect mean(Run run, CateModel effect, ScoredRows rows, int[] places) {
    MeanEffect mean = new MeanEffect(effect);
    for (int from = 0; from < places.length; from += Batch.CAPACITY) {
      run.checkCancelled();
      int to = Math.min(places.length, from + Batch.CAPACITY);
      mean.add(rows.features(), rows.tau(), Arrays.copyOfRange(places, from, to));
    }
    return mean;
  }
}
