/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.whatif.data.WhatifException;
import io.whatif.math.Mix;
import io.whatif.model.LinearCate;
import io.whatif.model.StoredModel;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * {@code method => 'sparse_dml'}. Design: x normal with correlations .5^|j-k|, t by lot, effect 1 +
 * x1 + .5 x2, y = effect t + x0 + x3 + N(0, 1). The propensity is learnt with a strong penalty:
 * noise in it, which shrinks every coefficient of an effect that varies, is not what is tested.
 */
class SparseDmlTest {
  private static final long SEED = 20261126;

  private static CoverageStudy.Draw draw(int replication, int n, int columns) {
    CoverageStudy.Draw draw = new CoverageStudy.Draw(SEED, replication, n, columns);
    for (int i = 0; i < n; i++) {
      for (int c = 1; c < columns; c++) {
        draw.x[c][i] = .5 * draw.x[c - 1][i] + Math.sqrt(.75) * draw.x[c][i];
      }
      draw.t[i] = draw.uniform(i) < .5 ? 1 : 0;
      draw.y[i] =
          (1 + draw.x[1][i] + .5 * draw.x[2][i]) * draw.t[i]
              + draw.x[0][i]
              + draw.x[3][i]
              + draw.noise(i);
    }
    return draw;
  }

  private static Map<String, Object> arguments(CoverageStudy.Draw draw) {
    Map<String, Object> a = draw.arguments();
    a.put("method", "sparse_dml");
    a.put("features", IntStream.range(0, draw.x.length).mapToObj(c -> "x" + c).toList());
    a.put("outcome_learner", "ridge(alpha=20)");
    a.put("treatment_learner", "logistic(c=.001)");
    a.put("reps", 1);
    return a;
  }

  private static Map<String, Object> row(List<Map<String, Object>> rows, String term) {
    return rows.stream().filter(r -> term.equals(r.get("term"))).findFirst().orElseThrow();
  }

  @Test
  void intervalsOfASparseEffectCover() {
    Trials.expectBinomial(study(200, 500, 60));
  }

  @Test
  @Tag("slow")
  void intervalsOfASparseEffectCoverInTheLongRun() {
    Trials.expectBand(study(2000, 500, 60));
  }

  private static List<CoverageStudy.Result> study(int replications, int n, int columns) {
    Trials trials = new Trials();
    Trials.each(
        replications,
        r -> {
          CoverageStudy.Draw draw = draw(r, n, columns);
          Map<String, Object> a = arguments(draw);
          List<Map<String, Object>> rows = draw.relation().call("dml_summary", a);
          trials.add("sparse_dml, effect at x = 0", rows, "intercept", 1);
          trials.add("sparse_dml, x1", rows, "x1", 1);
          trials.add("sparse_dml, x2", rows, "x2", .5);
          trials.add("sparse_dml, x3 (none)", rows, "x3", 0);
          trials.add("sparse_dml, x20 (none)", rows, "x20", 0);
          trials.add("sparse_dml, average effect", rows, "average effect", 1);
        });
    return trials.results();
  }

  @Test
  void theModelScoresByTheDebiasedCoefficients() {
    CoverageStudy.Draw draw = draw(0, 400, 10);
    Map<String, Object> a = arguments(draw);
    a.put("model", "m");
    StoredModel stored = draw.relation().fit(a);
    LinearCate model = (LinearCate) stored.model();
    double[] effect = new double[1];
    double[] error = new double[1];
    model.effect(new double[10][1], 1, effect);
    model.standardError(new double[10][1], 1, error);
    assertThat(effect[0])
        .isCloseTo((Double) row(stored.summary(), "intercept").get("estimate"), within(1e-12));
    assertThat(error[0])
        .isCloseTo((Double) row(stored.summary(), "intercept").get("std_error"), within(1e-12));
    assertThat((Double) row(stored.summary(), "heterogeneity").get("p_value")).isLessThan(.001);
    assertThat(stored.explain())
        .extracting(r -> r.get("item"))
        .contains("features_kept", "penalty");
  }

  @Test
  void moreFeaturesThanRowsAreBorne() {
    CoverageStudy.Draw draw = draw(1, 120, 150);
    List<Map<String, Object>> rows = draw.relation().call("dml_summary", arguments(draw));
    assertThat((Double) row(rows, "x1").get("estimate")).isCloseTo(1, within(1.2));
    assertThat((Double) row(rows, "x1").get("std_error")).isBetween(.05, 1.0);
  }

  @Test
  void withFewFeaturesItComesNearLinearDml() {
    CoverageStudy.Draw draw = draw(2, 5000, 4);
    Map<String, Object> a = arguments(draw);
    List<Map<String, Object>> sparse = draw.relation().call("dml_summary", a);
    a.put("method", "linear_dml");
    List<Map<String, Object>> linear = draw.relation().call("dml_summary", a);
    for (String term : List.of("intercept", "x0", "x1", "x2", "x3", "average effect")) {
      double error = (Double) row(linear, term).get("std_error");
      // the nodewise penalty leaves a little of the lasso's bias, and takes a little of the spread
      assertThat((Double) row(sparse, term).get("estimate"))
          .isCloseTo((Double) row(linear, term).get("estimate"), within(.2 * error));
      assertThat((Double) row(sparse, term).get("std_error")).isBetween(.9 * error, 1.02 * error);
    }
  }

  @Test
  void aContinuousTreatmentHasAnAverageSlope() {
    CoverageStudy.Draw draw = draw(3, 1000, 20);
    for (int i = 0; i < 1000; i++) {
      double u = draw.uniform(i);
      draw.t[i] = .5 * draw.x[0][i] + 3 * u;
      draw.y[i] = (1 + draw.x[1][i]) * draw.t[i] + draw.x[0][i] + .5 * draw.noise(i);
    }
    Map<String, Object> a = arguments(draw);
    a.put("treatment_learner", "ridge(alpha=1)");
    List<Map<String, Object>> rows = draw.relation().call("dml_summary", a);
    Map<String, Object> average = row(rows, "average effect");
    assertThat(average.get("estimand")).isEqualTo("average slope");
    assertThat((Double) average.get("estimate")).isCloseTo(1, within(.2));
    assertThat((Double) row(rows, "x1").get("estimate")).isCloseTo(1, within(.15));
  }

  /** A treatment that spreads with a feature: the lasso's coefficients and the debiased differ. */
  @Test
  void theAverageSlopeIsTheSlopeAtTheFeaturesMeans() {
    CoverageStudy.Draw draw = new CoverageStudy.Draw(SEED, 5, 500, 60);
    for (int i = 0; i < 500; i++) {
      draw.t[i] = Math.exp(.5 * draw.x[0][i]) * Mix.normal(41, i);
      draw.y[i] = (1 + draw.x[0][i] + .5 * draw.x[1][i]) * draw.t[i] + draw.noise(i);
    }
    Map<String, Object> a = arguments(draw);
    a.put("treatment_learner", "ridge(alpha=1)");
    a.put("center", true);
    List<Map<String, Object>> rows = draw.relation().call("dml_summary", a);
    // both sum the same numbers in another order
    assertThat((Double) row(rows, "average effect").get("estimate"))
        .isCloseTo((Double) row(rows, "intercept").get("estimate"), within(1e-9));
    assertThat((Double) row(rows, "average effect").get("std_error")).isBetween(.04, .2);
  }

  @Test
  void noFeaturesAreRefused() {
    CoverageStudy.Draw draw = draw(4, 100, 4);
    Map<String, Object> a = arguments(draw);
    a.remove("features");
    assertThatThrownBy(() -> draw.relation().call("dml_summary", a))
        .isInstanceOf(WhatifException.class)
        .hasMessage(
            "features: method 'sparse_dml' chooses among them and needs some. Name features, or use"
                + " method => 'linear_dml'.");
  }
}
