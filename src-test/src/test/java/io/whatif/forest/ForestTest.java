/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.function.Relations;
import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What holds of every forest, whatever the data. */
final class ForestTest {
  private static final int ROWS = 1_500;

  private static List<Tree> grow(ForestData data, ForestPlan plan) {
    return new ForestGrower(data, plan).grow(Relations.run(2)).trees();
  }

  private static void assertSame(List<Tree> one, List<Tree> other) {
    assertThat(one).hasSameSizeAs(other);
    for (int t = 0; t < one.size(); t++) {
      assertThat(one.get(t).leaves()).as("leaves of tree %d", t).isEqualTo(other.get(t).leaves());
      assertThat(one.get(t).leftLeaves()).containsExactly(other.get(t).leftLeaves());
      assertThat(one.get(t).feature()).containsExactly(other.get(t).feature());
      assertThat(one.get(t).bin()).containsExactly(other.get(t).bin());
      assertThat(one.get(t).moments()).containsExactly(other.get(t).moments());
    }
  }

  private static ForestData withNulls() {
    Plots plots = Plots.of(ROWS, 5, 1);
    for (int i = 0; i < ROWS; i++) {
      plots.x()[1][i] = i % 4 == 0 ? Double.NaN : plots.x()[1][i];
      plots.x()[2][i] = Math.floor(4 * plots.x()[2][i]);
    }
    return plots.data();
  }

  @Test
  void allWaysToSumANodeGiveTheSameTrees() {
    ForestPlan plan = ForestPlan.of(20, 5, 3);
    List<Tree> usual = grow(withNulls(), plan);
    for (int small : new int[] {0, 17, Integer.MAX_VALUE}) {
      assertSame(new ForestGrower(withNulls(), plan, small).grow(Relations.run(1)).trees(), usual);
    }
  }

  @Test
  void weightsOfOneGiveTheSplitsOfNoWeights() {
    // Gains are rounded otherwise, so that of cuts that gain the same another one may be taken;
    // in these trees there are none.
    ForestPlan plan = ForestPlan.of(10, 5, 3);
    float[] ones = new float[ROWS];
    Arrays.fill(ones, 1);
    Plots plots = Plots.of(ROWS, 5, 2);
    List<Tree> weighted = grow(plots.data(ones, null, null), plan);
    List<Tree> plain = grow(plots.data(), plan);
    for (int t = 0; t < plain.size(); t++) {
      assertThat(weighted.get(t).bin()).containsExactly(plain.get(t).bin());
      assertThat(weighted.get(t).feature()).containsExactly(plain.get(t).feature());
    }
  }

  @Test
  void rescaledWeightsGiveTheSameSplitsAndEffects() {
    float[] weights = new float[ROWS];
    float[] doubled = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      weights[i] = (float) (0.5 + Mix.uniform(9, i));
      doubled[i] = 2 * weights[i];
    }
    ForestPlan plan = ForestPlan.of(10, 5, 3);
    Plots plots = Plots.of(ROWS, 5, 2);
    ForestGrower.Grown one =
        new ForestGrower(plots.data(weights, null, null), plan).grow(Relations.run(1));
    ForestGrower.Grown other =
        new ForestGrower(plots.data(doubled, null, null), plan).grow(Relations.run(1));
    for (int t = 0; t < plan.trees(); t++) {
      assertThat(one.trees().get(t).bin()).containsExactly(other.trees().get(t).bin());
    }
    // Sums of leaf means are kept to a share of the largest there could be, which depends on
    // weights.
    assertThat(one.outOfBag()).containsExactly(other.outOfBag(), within(1e-9));
  }

  @Test
  void threadsDoNotMatter() {
    ForestData data = withNulls();
    ForestPlan plan = ForestPlan.of(30, 5, 4);
    ForestGrower.Grown alone = new ForestGrower(data, plan).grow(Relations.run(1));
    ForestGrower.Grown many = new ForestGrower(data, plan).grow(Relations.run(5));
    assertSame(alone.trees(), many.trees());
    assertThat(alone.outOfBag()).containsExactly(many.outOfBag());
  }

  @Test
  void treesGrownApartAreThoseGrownTogether() {
    ForestData data = withNulls();
    ForestPlan plan = ForestPlan.of(12, 5, 4);
    List<Tree> apart = new ArrayList<>();
    apart.addAll(new ForestGrower(data, plan).grow(Relations.run(2), 0, 5).trees());
    apart.addAll(new ForestGrower(data, plan).grow(Relations.run(2), 5, 12).trees());
    assertSame(apart, grow(data, plan));
  }

  @Test
  void anotherSignOfTheTreatmentGivesTheSameSplitsAndTheOppositeEffect() {
    Plots plots = Plots.of(ROWS, 5, 5);
    double[] opposite = Arrays.stream(plots.w()).map(w -> -w).toArray();
    ForestPlan plan = ForestPlan.of(20, 5, 6);
    ForestGrower.Grown one = new ForestGrower(plots.data(), plan).grow(Relations.run(2));
    ForestGrower.Grown other =
        new ForestGrower(new Plots(plots.x(), plots.y(), opposite).data(), plan)
            .grow(Relations.run(2));
    for (int t = 0; t < plan.trees(); t++) {
      assertThat(one.trees().get(t).bin()).containsExactly(other.trees().get(t).bin());
    }
    assertThat(Arrays.stream(one.outOfBag()).map(e -> -e).toArray())
        .containsExactly(other.outOfBag());
  }

  @Test
  void aColumnThatIsConstantIsNeverSplitBy() {
    Plots plots = Plots.of(ROWS, 5, 5);
    Arrays.fill(plots.x()[3], 7);
    for (Tree tree : grow(plots.data(), ForestPlan.of(20, 5, 6))) {
      for (int k = 0; k < tree.bin().length; k++) {
        assertThat(tree.featureOf(k)).isNotEqualTo(3);
      }
    }
  }

  @Test
  void leavesHoldTheRowsThatChoseNoSplit() {
    Plots plots = Plots.of(ROWS, 5, 7);
    ForestData data = plots.data();
    ForestPlan plan = ForestPlan.of(4, 5, 8);
    List<Tree> trees = grow(data, plan);
    for (int t = 0; t < trees.size(); t++) {
      Draw draw = Draw.of(data, plan, t);
      Tree tree = trees.get(t);
      int[] leafOf = new int[ROWS];
      Router router = new Router(ROWS);
      System.arraycopy(draw.fill(), 0, router.places.order, 0, draw.fill().length);
      router.route(tree, data.codes(), draw.fill().length, leafOf);
      double[] sum = new double[tree.leaves()];
      int[] count = new int[tree.leaves()];
      for (int row : draw.fill()) {
        sum[leafOf[row]] += plots.y()[row];
        count[leafOf[row]]++;
      }
      for (int leaf = 0; leaf < tree.leaves(); leaf++) {
        assertThat(count[leaf]).isPositive();
        // Leaves keep 16 bits of a mean.
        assertThat((double) tree.moments()[4 * leaf])
            .isCloseTo(sum[leaf] / count[leaf], within(1e-4 * (1 + Math.abs(sum[leaf]))));
      }
    }
  }

  @Test
  void rowsThatFillLeavesDecideNoSplit() {
    Plots plots = Plots.of(ROWS, 5, 7);
    ForestPlan plan = ForestPlan.of(2, 5, 8);
    Draw draw = Draw.of(plots.data(), plan, 0);
    assertThat(IntStream.of(draw.grow()).noneMatch(i -> Arrays.binarySearch(draw.fill(), i) >= 0))
        .isTrue();
    Tree before = grow(plots.data(), plan).get(0);
    double[] changed = plots.y().clone();
    for (int row : draw.fill()) {
      changed[row] = 3 * Mix.normal(77, row);
    }
    Tree after = grow(new Plots(plots.x(), changed, plots.w()).data(), plan).get(0);
    assertThat(after.bin()).containsExactly(before.bin());
    assertThat(after.feature()).containsExactly(before.feature());
    assertThat(after.moments()).isNotEqualTo(before.moments());
  }

  @Test
  void aPairOfTreesLooksAtTheSameHalf() {
    ForestData data = Plots.of(ROWS, 2, 1).data();
    ForestPlan plan = ForestPlan.of(4, 2, 8);
    Draw first = Draw.of(data, plan, 0);
    Draw second = Draw.of(data, plan, 1);
    Draw third = Draw.of(data, plan, 2);
    assertThat(first.outside()).hasSize(ROWS / 2).containsExactly(second.outside());
    assertThat(first.grow()).isNotEqualTo(second.grow());
    assertThat(first.outside()).isNotEqualTo(third.outside());
  }

  @Test
  void clustersAreDrawnWhole() {
    int[] starts = IntStream.rangeClosed(0, ROWS / 10).map(c -> 10 * c).toArray();
    ForestData data = Plots.of(ROWS, 2, 1).data(null, starts, null);
    Draw draw = Draw.of(data, ForestPlan.of(2, 2, 8), 0);
    for (int[] rows : new int[][] {draw.grow(), draw.fill(), draw.outside()}) {
      long clusters = Arrays.stream(rows).map(row -> row / 10).distinct().count();
      assertThat(rows.length).isEqualTo(10 * (int) clusters);
    }
  }

  @Test
  void treesWithoutAFoldHaveDrawnNoneOfItsRows() {
    int[] folds = IntStream.range(0, ROWS).map(i -> Mix.bucket(3, i, 5)).toArray();
    ForestData data = Plots.of(ROWS, 2, 1).means(folds);
    ForestPlan plan = new ForestPlan(40, 1, 5, 2, 0.5, true, 0.5, 0.05, 0, 8);
    ForestGrower grower = new ForestGrower(data, plan);
    for (int fold = 0; fold < 5; fold++) {
      boolean[] without = grower.without(fold);
      int count = 0;
      for (int t = 0; t < without.length; t++) {
        Draw draw = Draw.of(data, plan, t);
        int own = fold;
        boolean drew =
            IntStream.concat(IntStream.of(draw.grow()), IntStream.of(draw.fill()))
                .anyMatch(row -> folds[row] == own);
        assertThat(drew).isEqualTo(!without[t]);
        count += without[t] ? 1 : 0;
      }
      assertThat(count).as("trees without fold %d", fold).isBetween(6, 26);
    }
    assertThat(grower.without(5)).as("a fold without rows").containsOnly(true);
  }

  @Test
  void everySetIsDrawnAsOftenAsItShould() {
    int[] drawn = new int[10];
    int draws = 20_000;
    for (int k = 0; k < draws; k++) {
      int[] chosen = Draw.choose(10, 3, Mix.mix(5, k));
      assertThat(chosen).hasSize(3).isSorted().doesNotHaveDuplicates();
      for (int i : chosen) {
        drawn[i]++;
      }
    }
    for (int count : drawn) {
      // Five standard deviations of a binomial number of 20,000 draws at 0.3.
      assertThat(count).isCloseTo(6_000, within(325));
    }
  }

  @Test
  void aRegressionForestFindsAStep() {
    Plots plots = Plots.of(ROWS, 3, 9);
    for (int i = 0; i < ROWS; i++) {
      plots.y()[i] = (plots.x()[1][i] > 0.4 ? 2 : 0) + 0.5 * Mix.normal(4, i);
    }
    ForestData data = plots.means(null);
    ForestPlan plan = new ForestPlan(100, 2, 5, 3, 0.5, true, 0.5, 0.05, 0, 8);
    ForestGrower.Grown grown = new ForestGrower(data, plan).grow(Relations.run(2));
    double squares = 0;
    for (int i = 0; i < ROWS; i++) {
      double off = grown.outOfBag()[i] - (plots.x()[1][i] > 0.4 ? 2 : 0);
      squares += off * off;
    }
    assertThat(Math.sqrt(squares / ROWS)).isLessThan(0.2);
  }

  @Test
  void errorsAreTheSameWhetherEffectsWereAskedForBeforeOrNot() {
    Plots plots = Plots.of(ROWS, 3, 1);
    List<Tree> trees = grow(plots.data(), ForestPlan.of(40, 3, 3));
    Plots others = Plots.of(ROWS, 3, 2);
    Forest fresh = Forest.of(plots.bins(), plots.data(), trees);
    double[] effect = new double[ROWS];
    double[] variance = new double[ROWS];
    fresh.score(plots.x(), ROWS, effect, variance);
    Forest used = Forest.of(plots.bins(), plots.data(), trees);
    double[] again = new double[ROWS];
    double[] errors = new double[ROWS];
    used.score(others.x(), ROWS, again);
    used.score(plots.x(), ROWS, again);
    assertThat(again).containsExactly(effect);
    used.score(plots.x(), ROWS, again, errors);
    assertThat(errors).containsExactly(variance);
    used.score(others.x(), ROWS, again);
    assertThat(again).isNotEqualTo(effect);
    used.score(plots.x(), ROWS, again, errors);
    assertThat(again).containsExactly(effect);
    assertThat(errors).containsExactly(variance);
  }

  @Test
  void bytesGiveTheSameForestBack() {
    Plots plots = Plots.of(ROWS, 5, 1);
    List<Tree> trees = grow(plots.data(), ForestPlan.of(120, 5, 3));
    List<Tree> read = new ArrayList<>();
    for (byte[] part : ForestBytes.trees(trees)) {
      read.addAll(ForestBytes.trees(java.nio.ByteBuffer.wrap(part), 4));
    }
    assertSame(read, trees);
    List<Bins> bins = ForestBytes.bins(java.nio.ByteBuffer.wrap(ForestBytes.bins(plots.bins())));
    for (int f = 0; f < bins.size(); f++) {
      assertThat(bins.get(f).cuts()).containsExactly(plots.bins().get(f).cuts());
    }
  }
}
