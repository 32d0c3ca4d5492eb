/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.whatif.math.Mix;
import io.whatif.math.Normal;
import io.whatif.model.StoredModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** calibration_test, against the regressions done by hand. */
class CalibrationReportTest {
  private static final int ROWS = 300;
  private static final int FOLDS = 3;

  private static Relations study() {
    double[] x = new double[ROWS];
    double[] t = new double[ROWS];
    double[] y = new double[ROWS];
    double[] shop = new double[ROWS];
    double[] fold = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      shop[i] = Math.floorDiv(i, 5);
      fold[i] = Math.floorMod(Math.floorDiv(i, 5), FOLDS);
      x[i] = Mix.normal(1, i);
      t[i] = Mix.uniform(2, i) < .4 + .1 * Math.tanh(x[i]) ? 1 : 0;
      y[i] = (1 + .4 * x[i]) * t[i] + x[i] + Mix.normal(3, i) + .5 * Mix.normal(4, i / 5);
    }
    return new Relations()
        .with("x", x)
        .with("t", t)
        .with("y", y)
        .with("shop", shop)
        .with("fold", fold);
  }

  private static Map<String, @Nullable Object> arguments(Object... more) {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("model", "m");
    a.put("outcome", "y");
    a.put("treatment", "t");
    a.put("features", List.of("x"));
    a.put("controls", List.of());
    a.put("fold", "fold");
    a.put("outcome_learner", "ols");
    a.put("treatment_learner", "ols");
    for (int i = 0; i < more.length; i += 2) {
      a.put(more[i].toString(), more[i + 1]);
    }
    return a;
  }

  /** Least squares of y on two columns, over the rows that are kept: coefficients, and (X'X)^-1. */
  private record TwoColumns(double b0, double b1, double i00, double i01, double i11) {
    static TwoColumns of(double[] p, double[] q, double[] y, boolean[] keep) {
      double pp = 0;
      double pq = 0;
      double qq = 0;
      double py = 0;
      double qy = 0;
      for (int i = 0; i < y.length; i++) {
        if (keep[i]) {
          pp += p[i] * p[i];
          pq += p[i] * q[i];
          qq += q[i] * q[i];
          py += p[i] * y[i];
          qy += q[i] * y[i];
        }
      }
      double det = pp * qq - pq * pq;
      return new TwoColumns(
          (qq * py - pq * qy) / det, (pp * qy - pq * py) / det, qq / det, -pq / det, pp / det);
    }
  }

  /** The residuals of y by the line in x of the other folds. */
  private static double[] residuals(double[] x, double[] y, double[] fold) {
    double[] left = new double[ROWS];
    double[] one = new double[ROWS];
    java.util.Arrays.fill(one, 1);
    for (int k = 0; k < FOLDS; k++) {
      TwoColumns line = TwoColumns.of(one, x, y, without(fold, k));
      for (int i = 0; i < ROWS; i++) {
        left[i] = fold[i] == k ? y[i] - line.b0 - line.b1 * x[i] : left[i];
      }
    }
    return left;
  }

  private static boolean[] without(double[] fold, int k) {
    boolean[] keep = new boolean[ROWS];
    for (int i = 0; i < ROWS; i++) {
      keep[i] = fold[i] != k;
    }
    return keep;
  }

  /** The two coefficients, their HC3 errors, and their errors by shops. */
  private static double[][] byHand(Relations relation) {
    double[] x = relation.column("x");
    double[] fold = relation.column("fold");
    double[] u = residuals(x, relation.column("y"), fold);
    double[] v = residuals(x, relation.column("t"), fold);
    double[] vx = new double[ROWS];
    java.util.Arrays.setAll(vx, i -> v[i] * x[i]);
    double[] tau = new double[ROWS];
    for (int k = 0; k < FOLDS; k++) {
      TwoColumns stage = TwoColumns.of(v, vx, u, without(fold, k));
      for (int i = 0; i < ROWS; i++) {
        tau[i] = fold[i] == k ? stage.b0 + stage.b1 * x[i] : tau[i];
      }
    }
    double mean = java.util.Arrays.stream(tau).average().orElseThrow();
    double[] c = new double[ROWS];
    double[] d = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      c[i] = v[i] * mean;
      d[i] = v[i] * (tau[i] - mean);
    }
    boolean[] all = new boolean[ROWS];
    java.util.Arrays.fill(all, true);
    TwoColumns fit = TwoColumns.of(c, d, u, all);
    double[] hc3 = new double[2];
    double[] clustered = new double[2];
    double[][] shop = new double[2][ROWS / 5];
    for (int i = 0; i < ROWS; i++) {
      double r = u[i] - fit.b0 * c[i] - fit.b1 * d[i];
      double h = fit.i00 * c[i] * c[i] + 2 * fit.i01 * c[i] * d[i] + fit.i11 * d[i] * d[i];
      double[] pull = {fit.i00 * c[i] + fit.i01 * d[i], fit.i01 * c[i] + fit.i11 * d[i]};
      for (int j = 0; j < 2; j++) {
        hc3[j] += Math.pow(pull[j] * r / (1 - h), 2);
        shop[j][i / 5] += pull[j] * r;
      }
    }
    int shops = ROWS / 5;
    for (int j = 0; j < 2; j++) {
      for (double sum : shop[j]) {
        clustered[j] += sum * sum * shops / (shops - 1);
      }
      hc3[j] = Math.sqrt(hc3[j]);
      clustered[j] = Math.sqrt(clustered[j]);
    }
    return new double[][] {{fit.b0, fit.b1}, hc3, clustered};
  }

  private static double number(Map<String, @Nullable Object> row, String name) {
    return ((Number) java.util.Objects.requireNonNull(row.get(name), name)).doubleValue();
  }

  @Test
  void bothRowsAreThoseOfTheRegressionByHand() {
    // 1e-8 relative: both solve the same small normal equations in another order
    double[][] hand = byHand(study());
    List<Map<String, @Nullable Object>> rows =
        Relations.report(study().fit(arguments()), "calibration_test");
    assertThat(rows.stream().map(row -> row.get("term")))
        .containsExactly("mean prediction", "differential prediction");
    for (int j = 0; j < 2; j++) {
      Map<String, @Nullable Object> row = rows.get(j);
      assertThat(number(row, "estimate")).isCloseTo(hand[0][j], withinPercentage(1e-6));
      assertThat(number(row, "std_error")).isCloseTo(hand[1][j], withinPercentage(1e-6));
      double t = hand[0][j] / hand[1][j];
      assertThat(number(row, "t")).isCloseTo(t, withinPercentage(1e-6));
      assertThat(number(row, "df")).isEqualTo(ROWS - 2);
      assertThat(number(row, "p_value"))
          .isCloseTo(Normal.studentUpperTail(t, ROWS - 2), withinPercentage(1e-4));
      assertThat(row.get("contrast")).isEqualTo("0 -> 1");
    }
    double smaller = Math.min(number(rows.get(0), "p_value"), number(rows.get(1), "p_value"));
    assertThat(Math.min(number(rows.get(0), "p_adjusted"), number(rows.get(1), "p_adjusted")))
        .isCloseTo(2 * smaller, withinPercentage(1e-9));
    // a calibrated linear effect of 1 + .4 x is found to be one
    assertThat(number(rows.get(0), "estimate")).isBetween(.7, 1.3);
    assertThat(number(rows.get(1), "p_value")).isLessThan(.05);
  }

  @Test
  void clustersSumTheirRows() {
    double[][] hand = byHand(study());
    List<Map<String, @Nullable Object>> rows =
        Relations.report(study().fit(arguments("cluster", "shop")), "calibration_test");
    for (int j = 0; j < 2; j++) {
      assertThat(number(rows.get(j), "estimate")).isCloseTo(hand[0][j], withinPercentage(1e-6));
      assertThat(number(rows.get(j), "std_error")).isCloseTo(hand[2][j], withinPercentage(1e-6));
      assertThat(number(rows.get(j), "df")).isEqualTo(ROWS / 5 - 1);
    }
  }

  @Test
  void pValuesAreOneSidedOfStudentsLaw() {
    // tables: P(t > 2) is .03669402 of ten degrees, .14758362 of one
    assertThat(Normal.studentUpperTail(2, 10)).isCloseTo(.03669402, within(5e-9));
    assertThat(Normal.studentUpperTail(2, 1)).isCloseTo(.14758362, within(5e-9));
    assertThat(Normal.studentUpperTail(-2, 10)).isCloseTo(1 - .03669402, within(5e-9));
    assertThat(Normal.studentUpperTail(2, 0)).isNaN();
  }

  @Test
  void everyMethodArmAndGroupHasItsPair() {
    for (String method : List.of("t", "dr", "r")) {
      List<Map<String, @Nullable Object>> rows =
          Relations.report(
              study().fit(arguments("method", method, "treatment_learner", "logit")),
              "calibration_test");
      assertThat(rows).as(method).hasSize(2);
      assertThat(number(rows.get(0), "estimate")).as(method).isBetween(.7, 1.3);
    }
    String[] arm = new String[ROWS];
    double[] half = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      arm[i] = study().column("t")[i] == 0 ? "none" : i % 2 == 0 ? "call" : "mail";
      half[i] = i % 2;
    }
    Relations armed = study().withText("arm", arm);
    StoredModel arms =
        armed.fit(arguments("treatment", "arm", "control", "none", "treatment_learner", "logit"));
    List<Map<String, @Nullable Object>> rows = Relations.report(arms, "calibration_test");
    assertThat(rows.stream().map(row -> row.get("contrast")))
        .containsExactly("none -> call", "none -> call", "none -> mail", "none -> mail");
    rows =
        Relations.report(
            study().with("half", half).fit(arguments("partition_by", List.of("half"))),
            "calibration_test");
    assertThat(rows).hasSize(4).allMatch(row -> row.containsKey(GroupRows.KEYS));
  }

  @Test
  void modelsWithoutItSaySo() {
    String none =
        "model 'm' has no such test: it is of the effect of two values or arms, and of an effect that varies with features. cate_fit with features keeps it.";
    StoredModel plain = study().fit(arguments("features", List.of(), "controls", List.of("x")));
    assertThatThrownBy(() -> Relations.report(plain, "calibration_test")).hasMessage(none);
    Relations dose = study();
    for (int i = 0; i < ROWS; i++) {
      dose.column("t")[i] += Mix.normal(9, i);
    }
    StoredModel continuous = dose.fit(arguments());
    assertThatThrownBy(() -> Relations.report(continuous, "calibration_test")).hasMessage(none);
    StoredModel old =
        new StoredModel(
            "m",
            "linear_dml",
            9,
            plain.model(),
            Map.of("calibration_slope", 1.0),
            List.of(),
            List.of(),
            Map.of());
    assertThatThrownBy(() -> Relations.report(old, "calibration_test"))
        .hasMessage("model 'm': was fitted when this test was not kept. Fit it again.");
  }
}
