/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.whatif.math.Mix;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors and intervals of resamples, as dml_summary gives them. */
class BootstrapCallTest {
  private static final long SEED = 20261123;

  private static Map<String, @Nullable Object> bootstrap(String interval, int draws) {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", "y");
    a.put("treatment", "t");
    a.put("outcome_learner", "linear");
    a.put("treatment_learner", "linear");
    a.put("inference", "bootstrap");
    a.put("draws", draws);
    a.put("interval_kind", interval);
    a.put("reps", 1);
    return a;
  }

  /** The effect is 1 + x0, so that the overlap-weighted average is not the ATE of 1. */
  private static CoverageStudy.Draw draw(int replication, int n) {
    CoverageStudy.Draw draw = new CoverageStudy.Draw(SEED, replication, n, 3);
    for (int i = 0; i < n; i++) {
      double e = CoverageStudy.sigmoid(.6 * draw.x[0][i] - .6);
      draw.t[i] = draw.uniform(i) < e ? 1 : 0;
      draw.y[i] = (1 + draw.x[0][i]) * draw.t[i] + draw.x[0][i] + .5 * draw.x[1][i] + draw.noise(i);
    }
    return draw;
  }

  private static double value(Map<String, @Nullable Object> row, String column) {
    return (Double) row.get(column);
  }

  /** How often the intervals of x0's coefficient hold 1 and those of the ATE hold 1. */
  private static int[] covered(String interval, int replications, int n) {
    int[] covered = new int[2];
    for (int r = 0; r < replications; r++) {
      Map<String, @Nullable Object> a = bootstrap(interval, 200);
      a.put("features", List.of("x0"));
      a.put("seed", r);
      List<Map<String, @Nullable Object>> rows = draw(r, n).relation().call("dml_summary", a);
      for (int k = 0; k < 2; k++) {
        Map<String, @Nullable Object> row = rows.get(k + 1);
        covered[k] += value(row, "ci_lower") <= 1 && 1 <= value(row, "ci_upper") ? 1 : 0;
      }
    }
    System.out.printf(
        "seed %d: bootstrap %s: coefficient of x0 %d, ATE %d of %d%n",
        SEED, interval, covered[0], covered[1], replications);
    return covered;
  }

  @Test
  void intervalsCover() {
    BinomialDistribution hits = BinomialDistribution.of(200, .95);
    assertThat(covered("percentile", 200, 400))
        .satisfies(
            covered -> {
              for (int c : covered) {
                assertThat(c)
                    .isBetween(
                        hits.inverseCumulativeProbability(.0005),
                        hits.inverseCumulativeProbability(.9995));
              }
            });
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"percentile", "pivot", "normal"})
  void intervalsCoverInTheLongRun(String interval) {
    for (int c : covered(interval, 2000, 600)) {
      assertThat(c / 2000.0).isBetween(.93, .97);
    }
  }

  /** Each row twice under one id is one row of twice its parts: the same draws. */
  @Test
  void idsAreResampledWhole() {
    CoverageStudy.Draw draw = draw(1, 300);
    double[] id = new double[300];
    double[][] twice = new double[5][600];
    double[] twiceId = new double[600];
    for (int i = 0; i < 600; i++) {
      int row = i / 2;
      id[row] = row;
      twiceId[i] = row;
      twice[0][i] = draw.y[row];
      twice[1][i] = draw.t[row];
      for (int c = 0; c < 3; c++) {
        twice[2 + c][i] = draw.x[c][row];
      }
    }
    Map<String, @Nullable Object> a = bootstrap("percentile", 50);
    a.put("id", "id");
    a.put("outcome_learner", "ols");
    a.put("treatment_learner", "ols");
    Map<String, @Nullable Object> once =
        draw.relation().with("id", id).call("dml_summary", a).get(0);
    Relations relation = new Relations().with("y", twice[0]).with("t", twice[1]);
    for (int c = 0; c < 3; c++) {
      relation.with("x" + c, twice[2 + c]);
    }
    Map<String, @Nullable Object> doubled =
        relation.with("id", twiceId).call("dml_summary", a).get(0);
    for (String column : List.of("estimate", "std_error", "ci_lower", "ci_upper")) {
      // the folds are equal because ids are; what is left is rounding
      assertThat(value(doubled, column)).isCloseTo(value(once, column), within(1e-9));
    }
  }

  /** Without a linear learner everything is fitted anew; the error is about the analytic one. */
  @Test
  void otherLearnersAreRefittedToo() {
    Map<String, @Nullable Object> a = bootstrap("normal", 40);
    a.put("outcome_learner", "spline");
    a.put("folds", 2);
    Relations relation = draw(3, 400).relation();
    Map<String, @Nullable Object> resampled = relation.call("dml_summary", a).get(0);
    List.of("inference", "draws", "interval_kind").forEach(a::remove);
    Map<String, @Nullable Object> analytic = relation.call("dml_summary", a).get(0);
    assertThat(value(resampled, "estimate")).isEqualTo(value(analytic, "estimate"));
    // the standard deviation of 40 draws has an error of 11%
    assertThat(value(resampled, "std_error") / value(analytic, "std_error")).isBetween(.6, 1.7);
    double centre = (value(resampled, "ci_lower") + value(resampled, "ci_upper")) / 2;
    assertThat(centre).isCloseTo(value(resampled, "estimate"), within(1e-12));
  }

  @Test
  void everyArmIsResampled() {
    CoverageStudy.Draw draw = draw(6, 600);
    String[] arm = new String[600];
    for (int i = 0; i < 600; i++) {
      arm[i] = draw.t[i] == 0 ? "none" : Mix.uniform(8, i) < .5 ? "one" : "two";
    }
    Relations relation = new Relations().with("y", draw.y).withText("t", arm);
    relation.with("x0", draw.x[0]).with("x1", draw.x[1]);
    Map<String, @Nullable Object> a = bootstrap("percentile", 60);
    List<Map<String, @Nullable Object>> resampled = relation.call("dml_summary", a);
    List.of("inference", "draws", "interval_kind").forEach(a::remove);
    List<Map<String, @Nullable Object>> analytic = relation.call("dml_summary", a);
    assertThat(resampled).hasSize(2);
    for (int row = 0; row < 2; row++) {
      assertThat(resampled.get(row).get("estimate")).isEqualTo(analytic.get(row).get("estimate"));
      assertThat(value(resampled.get(row), "std_error") / value(analytic.get(row), "std_error"))
          .isBetween(.65, 1.5);
    }
  }

  @Test
  void weightsAreKeptInResamples() {
    CoverageStudy.Draw draw = draw(4, 500);
    double[] weight = new double[500];
    for (int i = 0; i < 500; i++) {
      weight[i] = .5 + Mix.uniform(3, i);
    }
    Map<String, @Nullable Object> a = bootstrap("normal", 200);
    a.put("weight", "w");
    a.put("averages", true);
    a.put("outcome_learner", "ols");
    a.put("treatment_learner", "ols");
    Relations relation = draw.relation().with("w", weight);
    List<Map<String, @Nullable Object>> resampled = relation.call("dml_summary", a);
    List.of("inference", "draws", "interval_kind").forEach(a::remove);
    List<Map<String, @Nullable Object>> analytic = relation.call("dml_summary", a);
    for (int row = 0; row < 3; row++) {
      // 200 draws: 5%, and HC3 is a little large
      assertThat(value(resampled.get(row), "std_error") / value(analytic.get(row), "std_error"))
          .isBetween(.8, 1.2);
    }
  }

  /** A cluster has one arm, so that a resample may lack the other. */
  private static List<String> undefined(String role, int clusters) {
    CoverageStudy.Draw draw = draw(7, 240);
    double[] shop = new double[240];
    for (int i = 0; i < 240; i++) {
      shop[i] = i % clusters;
      draw.t[i] = shop[i] < 3 ? 1 : 0;
    }
    Map<String, @Nullable Object> a = bootstrap("normal", 100);
    a.put("folds", 2);
    a.put(role, "shop");
    a.put("controls", List.of("x0"));
    return Doubts.told(
        draw.relation().with("shop", shop).call("dml_summary", a).get(0), "resamples_undefined");
  }

  @Test
  void undefinedResamplesAreBlamedOnWhatIsDrawn() {
    String start = "caution: \\d+ of 100 resamples could not be estimated and are left out: ";
    for (String role : List.of("cluster", "id")) {
      assertThat(undefined(role, 6))
          .singleElement()
          .asString()
          .matches(
              start
                  + role
                  + "s are drawn whole, and of 6 a resample may lack a fold, an arm or a feature's value: an interval needs 10 or more to be trusted");
      assertThat(undefined(role, 12))
          .singleElement()
          .asString()
          .matches(
              start + role + "s are drawn whole, and few of 12 have an arm or a feature's value");
    }
    assertThat(undefined("weight", 240))
        .singleElement()
        .asString()
        .matches(start + "an arm or a feature's value is rare");
  }

  @Test
  void whatCannotBeResampledIsRefused() {
    Relations relation = draw(5, 100).relation();
    Map<String, @Nullable Object> few = bootstrap("normal", 5);
    assertThatThrownBy(() -> relation.call("dml_summary", few))
        .hasMessage("draws => 5: must lie between 20 and 10000.");
    Map<String, @Nullable Object> without = bootstrap("normal", 50);
    without.remove("inference");
    without.remove("interval_kind");
    assertThatThrownBy(() -> relation.call("dml_summary", without))
        .hasMessage(
            "draws => 50: only resamples have it. Say inference => 'bootstrap', or leave it out.");
    without.remove("draws");
    without.put("interval_kind", "pivot");
    assertThatThrownBy(() -> relation.call("dml_summary", without))
        .hasMessage(
            "interval_kind => 'pivot': only resamples have it. Say inference => 'bootstrap', or leave it out.");
    double[] freq = new double[100];
    java.util.Arrays.fill(freq, 2);
    Map<String, @Nullable Object> counted = bootstrap("normal", 50);
    counted.put("freq", "n");
    assertThatThrownBy(() -> relation.with("n", freq).call("dml_summary", counted))
        .hasMessage(
            "inference => 'bootstrap': rows that stand for several (freq) cannot be resampled. Leave inference out, or expand the rows.");
  }
}
