/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.math.Mix;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is told of a continuous treatment. */
class ContinuousTreatmentTest {

  private static Map<String, Object> fit(double bend) {
    int n = 2000;
    double[] x = new double[n];
    double[] t = new double[n];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = Mix.normal(11, i);
      t[i] = 3 + .7 * x[i] + Mix.normal(12, i);
      y[i] = .5 * t[i] + bend * t[i] * t[i] + x[i] + Mix.normal(13, i);
    }
    Relations relation = new Relations().with("x", x).with("t", t).with("y", y);
    Map<String, Object> a = new HashMap<>();
    a.put("outcome", "y");
    a.put("treatment", "t");
    a.put("controls", List.of("x"));
    a.put("model", "m");
    return relation.call("cate_fit", a).get(0);
  }

  @Test
  void aStraightLineIsNotDoubted() {
    Map<String, Object> row = fit(0);
    assertThat((Double) row.get("linearity_p")).isGreaterThan(.01);
    assertThat((Double) row.get("estimate")).isBetween(.42, .58);
    assertThat(row.get("estimand")).isEqualTo("variance-weighted average slope");
    assertThat(row.get("contrast")).isEqualTo("+1 unit");
    assertThat((Double) row.get("treatment_residual_share")).isBetween(.6, .75);
    assertThat(row.get("n_treated")).isNull();
  }

  @Test
  void aBendIsTold() {
    Map<String, Object> row = fit(.2);
    assertThat((Double) row.get("linearity_p")).isLessThan(1e-6);
    assertThat(row.get("warnings").toString()).contains("not_linear");
    assertThat(row.get("verdict")).isEqualTo("caution");
  }

  private static Relations bent(int n) {
    double[] x = new double[n];
    double[] t = new double[n];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = Mix.bucket(21, i, 4);
      t[i] = Mix.bucket(22, i, 5) + x[i];
      y[i] = t[i] + .15 * t[i] * t[i] + x[i] + Mix.normal(23, i);
    }
    return new Relations().with("x", x).with("t", t).with("y", y).withFold(5);
  }

  private static double linearity(Relations relation, Object... more) {
    Map<String, Object> a = new HashMap<>();
    a.put("outcome", "y");
    a.put("treatment", "t");
    a.put("treatment_type", "continuous");
    a.put("features", List.of("x"));
    a.put("outcome_learner", "ols");
    a.put("treatment_learner", "ols");
    a.put("fold", "fold");
    a.put("model", "m");
    for (int i = 0; i < more.length; i += 2) {
      a.put(more[i].toString(), more[i + 1]);
    }
    return (Double) relation.call("cate_fit", a).get(0).get("linearity_p");
  }

  /** z is told by the p-value; its logarithm moves little with rounding. */
  private static void near(double p, double expected) {
    assertThat(Math.log(p)).isCloseTo(Math.log(expected), within(1e-6));
  }

  @Test
  void weightsHaveNoUnitInTheTestOfABend() {
    int n = 2000;
    double[] weight = new double[n];
    double[] uneven = new double[n];
    double[] scaled = new double[n];
    for (int i = 0; i < n; i++) {
      weight[i] = 1.0 / n;
      uneven[i] = .5 + Mix.uniform(24, i);
      scaled[i] = uneven[i] / 1000;
    }
    for (String cov : List.of("HC3", "HC0")) {
      double plain = linearity(bent(n), "cov", cov);
      assertThat(plain).isLessThan(1e-10);
      near(linearity(bent(n).with("w", weight), "cov", cov, "weight", "w"), plain);
      near(
          linearity(bent(n).with("w", scaled), "cov", cov, "weight", "w"),
          linearity(bent(n).with("w", uneven), "cov", cov, "weight", "w"));
    }
    double[] shop = new double[n];
    java.util.Arrays.setAll(shop, i -> Mix.bucket(25, i, 200));
    Relations clustered = bent(n).with("shop", shop).with("w", weight);
    near(
        linearity(clustered, "cluster", "shop", "weight", "w"),
        linearity(clustered, "cluster", "shop"));
  }

  @Test
  void rowsThatStandForSeveralTellTheBendOfTheirRows() {
    Relations rows = bent(2000);
    Map<List<Double>, List<Double>> kinds = new java.util.LinkedHashMap<>();
    for (int i = 0; i < rows.rows(); i++) {
      List<Double> kind = List.of(rows.column("x")[i], rows.column("t")[i], rows.column("fold")[i]);
      kinds.computeIfAbsent(kind, k -> new java.util.ArrayList<>()).add(rows.column("y")[i]);
    }
    double[][] columns = new double[6][kinds.size()];
    int at = 0;
    for (Map.Entry<List<Double>, List<Double>> kind : kinds.entrySet()) {
      List<Double> y = kind.getValue();
      double mean = y.stream().mapToDouble(v -> v).average().orElseThrow();
      for (int c = 0; c < 3; c++) {
        columns[c][at] = kind.getKey().get(c);
      }
      columns[3][at] = mean;
      columns[4][at] = y.size();
      columns[5][at++] =
          y.stream().mapToDouble(v -> (v - mean) * (v - mean)).average().orElseThrow();
    }
    Relations few = new Relations();
    List<String> names = List.of("x", "t", "fold", "y", "copies", "spread");
    for (int c = 0; c < columns.length; c++) {
      few.with(names.get(c), columns[c]);
    }
    near(linearity(few, "freq", "copies", "outcome_var", "spread"), linearity(rows));
  }
}
