/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.math.Normal;
import io.whatif.model.ClusteredCate;
import io.whatif.model.ModelCodec;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@code method => 'ci_dml'}. */
class CiDmlTest {
  private static final long SEED = 20261126;

  static Map<String, @Nullable Object> arguments(
      String outcome, String treatment, List<String> controls) {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("method", "ci_dml");
    a.put("outcome", outcome);
    a.put("treatment", treatment);
    a.put("controls", controls);
    return a;
  }

  private static Map<String, @Nullable Object> row(
      List<Map<String, @Nullable Object>> rows, String term) {
    return rows.stream().filter(r -> term.equals(r.get("term"))).findFirst().orElseThrow();
  }

  /** x ~ N(0, I), e = sigma(.5 x0), effect 1 + x0, y = tau t + x0 + x1 + N(0, 1). */
  static CoverageStudy.Draw draw(int replication, int n) {
    CoverageStudy.Draw draw = new CoverageStudy.Draw(SEED, replication, n, 3);
    for (int i = 0; i < n; i++) {
      draw.t[i] = draw.uniform(i) < CoverageStudy.sigmoid(.5 * draw.x[0][i]) ? 1 : 0;
      draw.y[i] = (1 + draw.x[0][i]) * draw.t[i] + draw.x[0][i] + draw.x[1][i] + draw.noise(i);
    }
    return draw;
  }

  static Map<String, @Nullable Object> clustered() {
    Map<String, @Nullable Object> a = arguments("y", "t", List.of("x2"));
    a.put("features", List.of("x0", "x1"));
    a.put("outcome_learner", "ridge(alpha=1)");
    a.put("treatment_learner", "logistic(c=1)");
    a.put("clusters", 5);
    a.put("components", 2);
    a.put("reps", 1);
    return a;
  }

  @Test
  void aScoredRowIsTheFormulaOfThePaper() {
    Map<String, @Nullable Object> a = clustered();
    a.put("model", "m");
    StoredModel stored = draw(0, 800).relation().fit(a);
    ClusteredCate model = (ClusteredCate) stored.model();
    double[][] x = {{.3}, {-1.2}};
    double[] psi = new double[5];
    double[][] place = model.basis().coordinates(x, 1);
    double sum = 0;
    for (int c = 0; c < 5; c++) {
      double[] centre = model.basis().centres()[c];
      psi[c] = 1 / Math.hypot(place[0][0] - centre[0], place[1][0] - centre[1]);
      sum += psi[c];
    }
    double effect = 0;
    double variance = 0;
    for (int c = 0; c < 5; c++) {
      effect += psi[c] / sum * model.coefficients()[c];
      for (int k = 0; k < 5; k++) {
        variance += psi[c] / sum * psi[k] / sum * model.covariance()[c * 5 + k];
      }
    }
    double[] into = new double[1];
    model.effect(x, 1, into);
    assertThat(into[0]).isCloseTo(effect, within(1e-12));
    model.standardError(x, 1, into);
    assertThat(into[0]).isCloseTo(Math.sqrt(variance), within(1e-12));
    for (int c = 0; c < 5; c++) {
      Map<String, @Nullable Object> row = row(stored.summary(), "cluster " + (c + 1));
      assertThat((Double) row.get("estimate")).isEqualTo(model.coefficients()[c]);
    }
  }

  @Test
  void theModelComesBackToTheSameBits() {
    Map<String, @Nullable Object> a = clustered();
    a.put("model", "m");
    StoredModel stored = draw(1, 400).relation().fit(a);
    StoredModel back = ModelCodec.decode("m", ModelCodec.encode(stored));
    assertThat(ModelCodec.encode(back)).isEqualTo(ModelCodec.encode(stored));
    double[][] x = {{.3, -2, 40, Double.NaN}, {-1.2, 0, 0, 0}};
    for (int figure = 0; figure < 3; figure++) {
      double[] before = new double[4];
      double[] after = new double[4];
      score(stored, figure, x, before);
      score(back, figure, x, after);
      assertThat(after).isEqualTo(before);
      assertThat(before[3]).isNaN();
      assertThat(figure < 2 || (before[0] == 1 && before[2] == 0)).isTrue();
    }
    assertThat(ModelCodec.encode(stored)[11]).isEqualTo((byte) 3);
  }

  private static void score(StoredModel stored, int figure, double[][] x, double[] into) {
    switch (figure) {
      case 0 -> stored.model().effect(x, into.length, into);
      case 1 -> stored.model().standardError(x, into.length, into);
      default -> stored.model().support(x, into.length, into);
    }
  }

  @Test
  void theShareOfIntervalsThatCrossZeroIsCounted() {
    CoverageStudy.Draw draw = draw(2, 900);
    Map<String, @Nullable Object> a = clustered();
    a.put("estimand", "ATT");
    a.put("alpha", 0);
    a.put("support", "none");
    a.put("model", "m");
    StoredModel stored = draw.relation().fit(a);
    double[] effect = new double[900];
    double[] error = new double[900];
    stored.model().effect(new double[][] {draw.x[0], draw.x[1]}, 900, effect);
    stored.model().standardError(new double[][] {draw.x[0], draw.x[1]}, 900, error);
    double crossing = 0;
    double treated = 0;
    double mean = 0;
    for (int i = 0; i < 900; i++) {
      treated += draw.t[i];
      mean += draw.t[i] * effect[i];
      boolean crosses = Math.abs(effect[i]) <= Normal.quantile(.975) * error[i];
      crossing += crosses ? draw.t[i] : 0;
    }
    assertThat(
            (Double) row(stored.summary(), "customers whose interval crosses zero").get("estimate"))
        .isCloseTo(crossing / treated, within(1e-12));
    assertThat((Double) row(stored.summary(), "mean of customer effects").get("estimate"))
        .isCloseTo(mean / treated, within(1e-9));
    assertThat(stored.report().get("estimand")).isEqualTo("ATT");
    List<Object> items = new ArrayList<>();
    stored.explain().forEach(r -> items.add(r.get("item")));
    assertThat(items)
        .contains(
            "n_kept",
            "n_clusters",
            "n_components",
            "components_share",
            "customer_mean",
            "share_crossing_zero",
            "share_crossing_zero_homoscedastic",
            "std_error_homoscedastic");
  }

  @Test
  void sameRowsGiveTheSameBitsInAnyOrder() {
    CoverageStudy.Draw draw = draw(3, 700);
    List<Map<String, @Nullable Object>> forward = draw.relation().call("dml_summary", clustered());
    for (double[] column : draw.x) {
      reverse(column);
    }
    reverse(draw.t);
    reverse(draw.y);
    List<Map<String, @Nullable Object>> backward = draw.relation().call("dml_summary", clustered());
    for (int i = 0; i < forward.size(); i++) {
      assertThat(backward.get(i).get("estimate")).isEqualTo(forward.get(i).get("estimate"));
      assertThat(backward.get(i).get("std_error")).isEqualTo(forward.get(i).get("std_error"));
    }
  }

  private static void reverse(double[] values) {
    for (int i = 0; i < values.length / 2; i++) {
      double v = values[i];
      values[i] = values[values.length - 1 - i];
      values[values.length - 1 - i] = v;
    }
  }

  @Test
  void shiftingTheOutcomeLeavesTheEffectAndScalingItScales() {
    CoverageStudy.Draw draw = draw(4, 700);
    Map<String, @Nullable Object> a = clustered();
    a.put("outcome_learner", "ols");
    List<Map<String, @Nullable Object>> plain = draw.relation().call("dml_summary", a);
    for (int i = 0; i < draw.y.length; i++) {
      draw.y[i] = 100 - 2 * draw.y[i];
    }
    List<Map<String, @Nullable Object>> scaled = draw.relation().call("dml_summary", a);
    for (int i = 0; i < plain.size(); i++) {
      if (!"coefficient".equals(plain.get(i).get("kind"))) {
        continue;
      }
      assertThat((Double) scaled.get(i).get("estimate"))
          .isCloseTo(-2 * (Double) plain.get(i).get("estimate"), within(1e-7));
      assertThat((Double) scaled.get(i).get("std_error"))
          .isCloseTo(2 * (Double) plain.get(i).get("std_error"), within(1e-7));
    }
  }

  @Test
  void weightsCountAsCopiesOfRows() {
    CoverageStudy.Draw draw = draw(5, 500);
    double[] copies = new double[500];
    double[] id = new double[500];
    Arrays.setAll(copies, i -> 1 + i % 3);
    Arrays.setAll(id, i -> i);
    Relations counted = draw.relation().with("copies", copies).with("unit", id);
    Relations copied = copied(draw, copies);
    for (String method : List.of("ci_dml", "ols")) {
      Map<String, @Nullable Object> a =
          method.equals("ols")
              ? new HashMap<>(Map.of("outcome", "y", "treatment", "t"))
              : clustered();
      a.put("method", method);
      a.put("features", List.of());
      a.put("controls", List.of("x0", "x1", "x2"));
      a.put("outcome_learner", "ols");
      a.put("treatment_learner", "logit");
      a.put("cov", "HC1");
      a.put("fold", "part");
      double[] part = new double[500];
      Arrays.setAll(part, i -> i % 4);
      Map<String, @Nullable Object> whole = copied.call("dml_summary", a).get(0);
      a.put("freq", "copies");
      Map<String, @Nullable Object> short_ =
          counted.with("part", part).call("dml_summary", a).get(0);
      assertThat((Double) short_.get("estimate"))
          .isCloseTo((Double) whole.get("estimate"), Percentage.withPercentage(1e-8));
      assertThat((Double) short_.get("std_error"))
          .isCloseTo((Double) whole.get("std_error"), Percentage.withPercentage(1e-8));
    }
  }

  private static Relations copied(CoverageStudy.Draw draw, double[] copies) {
    int total = (int) Arrays.stream(copies).sum();
    double[][] columns = new double[6][total];
    int at = 0;
    for (int i = 0; i < copies.length; i++) {
      for (int c = 0; c < copies[i]; c++) {
        columns[0][at] = draw.y[i];
        columns[1][at] = draw.t[i];
        for (int k = 0; k < 3; k++) {
          columns[2 + k][at] = draw.x[k][i];
        }
        columns[5][at++] = i % 4;
      }
    }
    return new Relations()
        .with("y", columns[0])
        .with("t", columns[1])
        .with("x0", columns[2])
        .with("x1", columns[3])
        .with("x2", columns[4])
        .with("part", columns[5]);
  }

  @Test
  void trimmedRowsAreToldOf() {
    CoverageStudy.Draw draw = draw(6, 600);
    Map<String, @Nullable Object> a = clustered();
    a.put("alpha", .35);
    List<Map<String, @Nullable Object>> rows = draw.relation().call("dml_summary", a);
    assertThat(rows.get(0).get("estimand")).isEqualTo("ATE among kept rows");
    assertThat((Long) rows.get(0).get("n")).isBetween(100L, 599L);
    for (int i = 0; i < 60; i++) {
      draw.x[0][i] = Double.NaN;
    }
    rows = draw.relation().call("dml_summary", a);
    assertThat(rows.get(0).get("estimand")).isEqualTo("ATE among kept rows with all features");
  }

  @Test
  void thePapersWeightsAlwaysWarn() {
    Map<String, @Nullable Object> a = clustered();
    a.put("weights", "paper");
    a.put("model", "m");
    Object warnings = draw(7, 500).relation().fit(a).report().get("warnings");
    assertThat(String.valueOf(warnings)).contains("paper_weights").doesNotContain("few_rows_per");
    a.put("clusters", 40);
    warnings = draw(7, 500).relation().fit(a).report().get("warnings");
    assertThat(String.valueOf(warnings)).contains("few_rows_per_cluster");
  }
}
