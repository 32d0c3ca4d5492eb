/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.jr.ob.JSON;
import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.model.LinearCate;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@code method => 'ols'}. */
class OlsTest {
  /** 1e-8 relative: both sides solve the same normal equations in double precision. */
  private static final Percentage CLOSE = Percentage.withPercentage(1e-6);

  private static Map<String, @Nullable Object> arguments(
      String outcome, String treatment, List<String> features, List<String> controls) {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("method", "ols");
    a.put("outcome", outcome);
    a.put("treatment", treatment);
    a.put("features", features);
    a.put("controls", controls);
    a.put("treatment_learner", "logistic(c=1)");
    return a;
  }

  private static Map<String, @Nullable Object> notebookArguments() {
    return arguments("y", "t", List.of("age", "engagement"), List.of());
  }

  private static Relations notebook() {
    return Relations.read(Relations.shared("data/notebook.csv"), ",");
  }

  private static void near(@Nullable Object actual, double expected) {
    assertThat((Double) actual).isCloseTo(expected, CLOSE);
  }

  private static Map<String, @Nullable Object> row(
      List<Map<String, @Nullable Object>> rows, String term) {
    return rows.stream().filter(r -> term.equals(r.get("term"))).findFirst().orElseThrow();
  }

  @Test
  void everyCovarianceAgreesWithStatsmodels() throws IOException {
    Map<String, Object> golden =
        JSON.std.mapFrom(
            Files.readString(
                Relations.shared("reference/golden/econml_doubleml_statsmodels.json")));
    Map<?, ?> ols = (Map<?, ?>) golden.get("ols_notebook");
    Map<String, @Nullable Object> a = notebookArguments();
    for (String cov : List.of("nonrobust", "HC0", "HC1", "HC2", "HC3")) {
      a.put("cov", cov);
      List<Map<String, @Nullable Object>> rows = notebook().call("dml_summary", a);
      List<?> expected = (List<?>) ols.get(cov);
      int[] places = {1, 4, 5}; // T, T:age, T:engagement
      for (int t = 0; t < 3; t++) {
        Map<?, ?> term = (Map<?, ?>) expected.get(places[t]);
        near(rows.get(t).get("estimate"), ((Number) term.get("estimate")).doubleValue());
        near(rows.get(t).get("std_error"), ((Number) term.get("stderr")).doubleValue());
        if (!cov.equals("nonrobust")) { // of which statsmodels' law is Student's
          near(rows.get(t).get("ci_lower"), ((Number) term.get("ci_lo")).doubleValue());
          near(rows.get(t).get("ci_upper"), ((Number) term.get("ci_hi")).doubleValue());
        }
      }
    }
    a.put("model", "m");
    Map<?, ?> summary = (Map<?, ?>) ols.get("summary");
    Map<String, @Nullable Object> r2 =
        notebook().fit(a).explain().stream()
            .filter(r -> "r2".equals(r.get("item")))
            .findFirst()
            .orElseThrow();
    near(r2.get("value"), ((Number) summary.get("rsquared")).doubleValue());
  }

  @Test
  void clustersAndAveragesAgreeWithAnIndependentComputation() {
    // numpy 2.4.6, double precision: A = inv(Z'Z), groups of four rows in file order,
    // psi = g (tau - theta) / G + Z A c r
    Map<String, @Nullable Object> a = notebookArguments();
    a.put("cov", "HC0");
    a.put("averages", true);
    List<Map<String, @Nullable Object>> rows = notebook().call("dml_summary", a);
    near(row(rows, "average effect").get("estimate"), 3.443002543581442);
    near(row(rows, "average effect").get("std_error"), 0.06916773167418717);
    near(row(rows, "average effect on the treated").get("estimate"), 3.4389483273326187);
    near(row(rows, "average effect on the treated").get("std_error"), 0.0733743797976412);
    Relations grouped = notebook();
    double[] group = new double[grouped.rows()];
    Arrays.setAll(group, i -> Math.floorDiv(i, 4));
    a.put("id", "group");
    rows = grouped.with("group", group).call("dml_summary", a);
    near(row(rows, "intercept").get("std_error"), 0.312646110004055);
    near(row(rows, "age").get("std_error"), 0.007220816450992);
    near(row(rows, "engagement").get("std_error"), 0.232672151942799);
    near(row(rows, "average effect").get("std_error"), 0.07017302998800304);
    near(row(rows, "average effect on the treated").get("std_error"), 0.0727325317327621);
  }

  @Test
  void publicDataAgreeWithAnIndependentComputation() {
    // methods.md, "Deterministic oracles": OLS with HC1
    expectPrinted(PublicData.nsw(), "re78", "t", PublicData.NSW, 1.67070948, .68020112);
    expectPrinted(PublicData.bonus(), "y", "d", PublicData.BONUS, -.07169248, .03540052);
    expectPrinted(
        PublicData.pension(), "net_tfa", "e401", PublicData.PENSION, 5896.19842135, 1524.03365895);
  }

  private static void expectPrinted(
      Relations data,
      String outcome,
      String treatment,
      List<String> controls,
      double estimate,
      double error) {
    Map<String, @Nullable Object> a = arguments(outcome, treatment, List.of(), controls);
    a.put("cov", "HC1");
    Map<String, @Nullable Object> row = data.call("dml_summary", a).get(0);
    // half a unit of the last digit printed, or 1e-8 relative
    double half = 5.1e-9;
    assertThat((Double) row.get("estimate"))
        .isCloseTo(estimate, within(Math.max(half, 1e-8 * Math.abs(estimate))));
    assertThat((Double) row.get("std_error"))
        .isCloseTo(error, within(Math.max(half, 1e-8 * error)));
  }

  @Test
  void theAverageIsTheInterceptOfCentredFeatures() {
    CoverageStudy.Draw draw = draw(600, 2);
    Map<String, @Nullable Object> a = arguments("y", "t", List.of("x0", "x1"), List.of());
    a.put("averages", true);
    List<Map<String, @Nullable Object>> plain = draw.relation().call("dml_summary", a);
    a.put("center", true);
    List<Map<String, @Nullable Object>> centred = draw.relation().call("dml_summary", a);
    assertThat((Double) row(centred, "intercept").get("estimate"))
        .isCloseTo((Double) row(plain, "average effect").get("estimate"), within(1e-12));
    for (String term : List.of("x0", "x1", "average effect", "heterogeneity")) {
      near(row(centred, term).get("estimate"), (Double) row(plain, term).get("estimate"));
    }
    near(row(centred, "x0").get("std_error"), (Double) row(plain, "x0").get("std_error"));
    // the average's error counts the rows as drawn, that of the intercept does not
    assertThat((Double) row(plain, "average effect").get("std_error"))
        .isGreaterThan((Double) row(centred, "intercept").get("std_error"));
  }

  /** x ~ N(0, I), t fair, y = (1 + 2 x0) t + x0 + N(0, 1). */
  private static CoverageStudy.Draw draw(int n, int columns) {
    CoverageStudy.Draw draw = new CoverageStudy.Draw(20261126, 0, n, columns);
    for (int i = 0; i < n; i++) {
      draw.t[i] = draw.uniform(i) < .5 ? 1 : 0;
      draw.y[i] = (1 + 2 * draw.x[0][i]) * draw.t[i] + draw.x[0][i] + draw.noise(i);
    }
    return draw;
  }

  @Test
  void theModelScoresByTheTreatmentsCoefficients() {
    CoverageStudy.Draw draw = draw(400, 2);
    Map<String, @Nullable Object> a = arguments("y", "t", List.of("x0"), List.of("x1"));
    a.put("model", "m");
    var stored = draw.relation().fit(a);
    LinearCate model = (LinearCate) stored.model();
    double[] effect = new double[1];
    double[] error = new double[1];
    model.effect(new double[][] {{0}}, 1, effect);
    model.standardError(new double[][] {{0}}, 1, error);
    near(effect[0], (Double) row(stored.summary(), "intercept").get("estimate"));
    near(error[0], (Double) row(stored.summary(), "intercept").get("std_error"));
    assertThat(stored.method()).isEqualTo("ols");
    assertThat(stored.report().get("estimand")).isEqualTo("ATE by regression");
    assertThat(stored.report().get("treatment_auc")).isNotNull();
  }

  @Test
  void rowsThatLackAFeatureAreLeftOutOrImputed() {
    CoverageStudy.Draw draw = draw(400, 2);
    for (int i = 0; i < 50; i++) {
      draw.x[0][i] = Double.NaN;
    }
    Map<String, @Nullable Object> a = arguments("y", "t", List.of("x0"), List.of("x1"));
    Map<String, @Nullable Object> first = draw.relation().call("dml_summary", a).get(0);
    assertThat(first.get("n")).isEqualTo(350L);
    assertThat(first.get("estimand"))
        .isEqualTo("regression coefficient among rows with all features");
    a.put("feature_nulls", "impute");
    first = draw.relation().call("dml_summary", a).get(0);
    assertThat(first.get("n")).isEqualTo(400L);
  }

  @Test
  void aContinuousTreatmentHasAnAverageSlope() {
    CoverageStudy.Draw draw = draw(500, 2);
    for (int i = 0; i < 500; i++) {
      draw.t[i] = draw.x[1][i] + draw.uniform(i);
      draw.y[i] = (2 + draw.x[0][i]) * draw.t[i] + draw.x[1][i] + .1 * draw.noise(i);
    }
    Map<String, @Nullable Object> a = arguments("y", "t", List.of("x0"), List.of("x1"));
    a.remove("treatment_learner");
    List<Map<String, @Nullable Object>> rows = draw.relation().call("dml_summary", a);
    assertThat(row(rows, "average effect").get("estimand"))
        .isEqualTo("average slope by regression");
    assertThat((Double) row(rows, "intercept").get("estimate")).isCloseTo(2, within(.1));
    assertThat((Double) row(rows, "x0").get("estimate")).isCloseTo(1, within(.05));
  }

  @Test
  void moreCoefficientsThanRowsAreRefused() {
    CoverageStudy.Draw draw = draw(6, 4);
    draw.t[0] = 0;
    draw.t[1] = 1;
    Map<String, @Nullable Object> a = arguments("y", "t", List.of("x0"), List.of("x1", "x2", "x3"));
    assertThatThrownBy(() -> draw.relation().call("dml_summary", a))
        .isInstanceOfSatisfying(
            WhatifException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_RELATION))
        .hasMessage(
            "6 usable rows cannot bear a regression with 7 coefficients. Use more rows, fewer"
                + " controls or fewer features.");
  }

  @Test
  void aConstantOutcomeIsRefused() {
    CoverageStudy.Draw draw = draw(60, 1);
    Arrays.fill(draw.y, 3);
    Map<String, @Nullable Object> a = arguments("y", "t", List.of(), List.of("x0"));
    assertThatThrownBy(() -> draw.relation().call("dml_summary", a))
        .hasMessage(
            "outcome => 'y': column has only one value in the usable rows. It must differ between"
                + " rows.");
  }

  /** As linear_dml: clusters go before the covariance that is asked for. */
  @Test
  void clustersAreHeededWhateverTheCovariance() {
    CoverageStudy.Draw draw = new CoverageStudy.Draw(3, 1, 400, 2);
    double[] shop = new double[400];
    for (int i = 0; i < 400; i++) {
      shop[i] = Math.floorDiv(i, 10);
      draw.t[i] = i % 2;
      draw.y[i] = draw.t[i] + draw.x[0][i] + io.whatif.math.Mix.normal(5, (long) shop[i]);
    }
    Relations relation = draw.relation().with("shop", shop);
    for (String method : List.of("ols", "linear_dml")) {
      Map<String, @Nullable Object> a = arguments("y", "t", List.of("x0"), List.of("x1"));
      a.put("method", method);
      a.put("cluster", "shop");
      a.put("cov", "HC1");
      List<Map<String, @Nullable Object>> robust = relation.call("dml_summary", a);
      a.put("cov", "nonrobust");
      List<Map<String, @Nullable Object>> even = relation.call("dml_summary", a);
      for (int r = 0; r < 2; r++) {
        assertThat(even.get(r).get("std_error")).isEqualTo(robust.get(r).get("std_error"));
      }
    }
  }
}
