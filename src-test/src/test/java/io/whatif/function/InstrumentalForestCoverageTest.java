/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.math.Mix;
import io.whatif.model.StoredModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Intervals of effects by an instrument hold the truth as often as they say. */
final class InstrumentalForestCoverageTest {
  private static final long SEED = 20261126;

  private static Map<String, @Nullable Object> arguments(int r) {
    Map<String, @Nullable Object> a =
        InstrumentalForestTest.arguments("seed", Mix.mix(SEED, r) >>> 40);
    a.put("outcome_learner", "ridge");
    a.put("treatment_learner", "logistic");
    return a;
  }

  private static Map<String, @Nullable Object> withoutForest(int r) {
    Map<String, @Nullable Object> a = arguments(r);
    a.put("controls", Encouraged.FEATURES);
    a.keySet().removeAll(List.of("features", "trees"));
    return a;
  }

  @SuppressWarnings("NullAway") // values of a summary's row may be null, those looked at are not
  private static List<Map<String, Object>> rows(StoredModel model) {
    return model.summary().stream().map(row -> (Map<String, Object>) new HashMap<>(row)).toList();
  }

  /**
   * Neither the instrument's variance nor compliance depends on x0, which the effect does: the
   * weighted average is 1.
   */
  private static List<CoverageStudy.Result> averages(int replications, int n) {
    Trials trials = new Trials();
    Trials.each(
        replications,
        r -> {
          Relations rows = Encouraged.of(n, Mix.mix(SEED, r)).relation();
          StoredModel model = rows.fit(withoutForest(r));
          trials.add("instrument: average", rows(model), "average effect", 1);
        });
    return trials.results();
  }

  /** How often Anderson-Rubin sets of a weak instrument hold the truth, and how many have ends. */
  private static int[] weak(int replications, int n, double push) {
    int[] counts = new int[2];
    Trials.each(
        replications,
        r -> {
          Relations rows = Encouraged.of(n, Mix.mix(SEED + 1, r), push).relation();
          double[] t = rows.column("t");
          double[] y = rows.column("y").clone();
          StoredModel model = rows.fit(withoutForest(r));
          Map<String, Object> test = rows(model).get(1);
          boolean bounded = !((Double) test.get("ci_lower")).isNaN();
          // of the true effect, whatever the set's shape: the test of the outcome without it
          for (int i = 0; i < y.length; i++) {
            y[i] -= (rows.column("x0")[i] > 0.5 ? 2 : 0) * t[i];
          }
          double p = (Double) rows(rows.with("y", y).fit(withoutForest(r))).get(1).get("p_value");
          synchronized (counts) {
            counts[0] += p >= 0.05 ? 1 : 0;
            counts[1] += bounded ? 1 : 0;
          }
        });
    return counts;
  }

  @Test
  void intervalsOfTheAverageCover() {
    Trials.expectBinomial(averages(200, 1_000));
  }

  @Test
  void andersonRubinHoldsOfAWeakInstrument() {
    int[] counts = weak(200, 1_000, 0.15);
    BinomialDistribution hits = BinomialDistribution.of(200, .95);
    System.out.printf("weak instrument: %d of 200 hold, %d have ends%n", counts[0], counts[1]);
    assertThat(counts[0])
        .isBetween(
            hits.inverseCumulativeProbability(.0005), hits.inverseCumulativeProbability(.9995));
    assertThat(counts[1]).as("some sets have ends, some not").isBetween(20, 180);
  }

  @Test
  @Tag("slow")
  void intervalsOfTheAverageCoverInTheLongRun() {
    Trials.expectBand(averages(2_000, 2_000));
  }

  /** Of fresh points: bias in both halves of the step, and the share of intervals that hold. */
  @Test
  @Tag("slow")
  void intervalsOfTheEffectCoverFreshPoints() {
    Encouraged fresh = Encouraged.of(2_000, 2);
    int runs = 10;
    double[] effect = new double[2_000];
    double[] error = new double[2_000];
    double covered = 0;
    double[] bias = new double[2];
    for (int r = 0; r < runs; r++) {
      Map<String, @Nullable Object> a = arguments(r);
      a.put("trees", 500L);
      StoredModel model = Encouraged.of(4_000, Mix.mix(SEED + 2, r)).relation().fit(a);
      model.model().effect(fresh.features(), 2_000, effect);
      model.model().standardError(fresh.features(), 2_000, error);
      for (int i = 0; i < 2_000; i++) {
        double off = effect[i] - fresh.tau()[i];
        covered += Math.abs(off) <= 1.96 * error[i] ? 1 : 0;
        bias[fresh.tau()[i] > 0 ? 1 : 0] += off / (1_000.0 * runs);
      }
    }
    System.out.printf(
        "instrumental forest: coverage %.4f, bias %.3f where there is no effect, %.3f where it is 2%n",
        covered / (2_000 * runs), bias[0], bias[1]);
    assertThat(covered / (2_000 * runs)).isGreaterThan(0.9);
    assertThat(bias[0]).isBetween(-0.2, 0.2);
    assertThat(bias[1]).isBetween(-0.2, 0.2);
  }
}
