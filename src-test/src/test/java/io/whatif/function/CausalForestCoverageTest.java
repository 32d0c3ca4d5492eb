/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.math.Mix;
import io.whatif.model.StoredModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Intervals of averages by a causal forest hold the truth as often as they say. */
final class CausalForestCoverageTest {
  private static final long SEED = 20261126;

  /** x ~ N(0, I3), e = sigma(.6 x0), tau = 2 if x1 > 0 else 0, y = tau t + x0 + N(0, 1). */
  private static List<CoverageStudy.Result> averages(int replications, int n, long trees) {
    Trials trials = new Trials();
    Trials.each(
        replications,
        r -> {
          CoverageStudy.Draw draw = new CoverageStudy.Draw(SEED, r, n, 3);
          double[] tau = new double[n];
          for (int i = 0; i < n; i++) {
            double e = CoverageStudy.sigmoid(.6 * draw.x[0][i]);
            draw.t[i] = draw.uniform(i) < e ? 1 : 0;
            tau[i] = draw.x[1][i] > 0 ? 2 : 0;
            draw.y[i] = tau[i] * draw.t[i] + draw.x[0][i] + draw.noise(i);
          }
          Map<String, @Nullable Object> a = new HashMap<>(draw.arguments());
          a.put("model", "m");
          a.put("features", List.of("x0", "x1", "x2"));
          a.put("method", "causal_forest");
          a.put("outcome_learner", "ridge");
          a.put("treatment_learner", "logistic");
          a.put("trees", trees);
          a.put("seed", Mix.mix(SEED, r) >>> 40);
          a.put("reps", 1);
          StoredModel model = draw.relation().fit(a);
          trials.add("forest: ATE", rows(model), "average effect", 1);
          trials.add("forest: ATT", rows(model), "average effect on the treated", 1);
        });
    return trials.results();
  }

  @SuppressWarnings("NullAway") // values of a summary's row may be null, those looked at are not
  private static List<Map<String, Object>> rows(StoredModel model) {
    return model.summary().stream().map(row -> (Map<String, Object>) new HashMap<>(row)).toList();
  }

  @Test
  void intervalsOfAveragesCover() {
    Trials.expectBinomial(averages(200, 1_000, 50));
  }

  @Test
  @Tag("slow")
  void intervalsOfAveragesCoverInTheLongRun() {
    Trials.expectBand(averages(2_000, 2_000, 200));
  }

  /** Of fresh points of Wager and Athey's design; grf covers in .99 with 500 trees. */
  @Test
  @Tag("slow")
  void theErrorOfTheEffectIsThatOfGrf() {
    Steps fresh = Steps.of(5_000, 2);
    for (long size : new long[] {5, 20}) {
      double[] figures = new double[3];
      for (long seed = 1; seed <= 3; seed++) {
        StoredModel model =
            Steps.of(20_000, 10)
                .relation()
                .fit(
                    CausalForestTest.arguments(
                        "trees", 500L, "seed", seed, "min_node_size", (double) size));
        double[] found = CausalForestTest.against(model, fresh);
        Arrays.setAll(figures, k -> figures[k] + found[k] / 3);
      }
      System.out.printf(
          "forest: min_node_size %d RMSE %.4f width %.3f coverage %.4f%n",
          size, figures[0], figures[1], figures[2]);
      org.assertj.core.api.Assertions.assertThat(figures[0]).isLessThan(0.1);
      org.assertj.core.api.Assertions.assertThat(figures[2]).isGreaterThan(0.9);
    }
  }
}
