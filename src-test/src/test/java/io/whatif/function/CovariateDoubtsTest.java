/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.Doubts.number;
import static io.whatif.function.Doubts.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.math.Mix;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The doubts about single covariates, {@code imbalance}, {@code missing_differs} and the flag
 * {@code check_role}, on both sides of each threshold.
 */
class CovariateDoubtsTest {
  private static final int PAIRS = 1000;

  /**
   * Pairs of an untreated and a treated row.
   *
   * @param apart how far x differs between the rows of a pair, in its standard deviations
   * @param slope of y in x
   */
  private static Relations pairs(double apart, double slope) {
    double[] z = new double[PAIRS];
    double mean = 0;
    for (int j = 0; j < PAIRS; j++) {
      z[j] = Mix.normal(1, j);
      mean += z[j] / PAIRS;
    }
    double squares = 0;
    for (double value : z) {
      squares += (value - mean) * (value - mean);
    }
    double deviation = Math.sqrt(squares / (PAIRS - 1));
    double[] t = new double[2 * PAIRS];
    double[] x = new double[2 * PAIRS];
    double[] y = new double[2 * PAIRS];
    double[] e = new double[2 * PAIRS];
    for (int i = 0; i < t.length; i++) {
      t[i] = i % 2;
      x[i] = (z[Math.floorDiv(i, 2)] - mean) / deviation + apart * t[i];
      y[i] = t[i] + slope * x[i] + Mix.normal(2, i);
      e[i] = .5;
    }
    return new Relations().with("t", t).with("x", x).with("y", y).with("e", e);
  }

  @Test
  void aCovariateThatWeightsDoNotBalanceIsTold() {
    Map<String, @Nullable Object> row = Doubts.fit(pairs(.101, 1), "propensity", "e");
    assertThat(number(row, "max_smd_weighted")).isCloseTo(.101, within(1e-9));
    assertThat(told(row, "imbalance"))
        .containsExactly(
            "caution: after weighting, x still differs by 0.10 standard deviations between the arms: see balance()");
    assertThat(row.get("verdict")).isEqualTo("caution");
    row = Doubts.fit(pairs(.099, 1), "propensity", "e");
    assertThat(number(row, "max_smd_weighted")).isCloseTo(.099, within(1e-9));
    assertThat(told(row, "imbalance")).isEmpty();
  }

  @Test
  void aCovariateThatWeightsBalanceIsNotTold() {
    Map<String, @Nullable Object> row = Doubts.fit(pairs(.3, 1), "treatment_learner", "logit");
    assertThat(number(row, "max_smd_raw")).isCloseTo(.3, within(1e-9));
    assertThat(number(row, "max_smd_weighted")).isLessThan(.05);
    assertThat(told(row, "imbalance")).isEmpty();
  }

  /** An average that predicts no propensities weights nothing: the covariates are as they are. */
  @Test
  void whatIsNotWeightedIsToldAsItIs() {
    Map<String, @Nullable Object> arguments = new HashMap<>();
    arguments.put("outcome", "y");
    arguments.put("treatment", "t");
    arguments.put("controls", List.of("x"));
    arguments.put("estimator", "naive");
    assertThat(told(pairs(.101, 1).call("ate", arguments).get(0), "imbalance"))
        .containsExactly(
            "caution: x differs by 0.10 standard deviations between the arms: see balance()");
    assertThat(told(pairs(.099, 1).call("ate", arguments).get(0), "imbalance")).isEmpty();
  }

  /** So many of the untreated and the treated rows lack a covariate. */
  private static List<String> missing(int untreated, int treated, boolean text) {
    Relations relation = pairs(0, 1);
    double[] known = new double[2 * PAIRS];
    String[] colour = new String[2 * PAIRS];
    for (int i = 0; i < known.length; i++) {
      boolean told = Math.floorDiv(i, 2) >= (i % 2 == 0 ? untreated : treated);
      known[i] = told ? Mix.normal(3, i) : Double.NaN;
      colour[i] = told ? List.of("red", "green").get(Mix.bucket(4, i, 2)) : null;
    }
    if (text) {
      relation.withText("known", colour);
    } else {
      relation.with("known", known);
    }
    return told(
        Doubts.fit(relation, "controls", List.of("x", "known"), "treatment_learner", "logistic"),
        "missing_differs");
  }

  /** With 200 of 1,000 the SMD of "is null" is .0993 for 241 and .1017 for 242. */
  @Test
  void aCovariateThatOneArmLacksMoreOftenIsTold() {
    for (boolean text : new boolean[] {false, true}) {
      assertThat(missing(200, 242, text))
          .containsExactly(
              "caution: known is NULL more often in one arm (by 0.10 standard deviations): find out why it is missing");
      assertThat(missing(242, 200, text)).hasSize(1);
      assertThat(missing(200, 241, text)).isEmpty();
      assertThat(missing(241, 200, text)).isEmpty();
      assertThat(missing(0, 0, text)).isEmpty();
    }
  }

  private static Map<String, @Nullable Object> explained(double slope) {
    return Relations.report(
            pairs(.2, slope).fit(Doubts.arguments("treatment_learner", "logit")), "cate_explain")
        .stream()
        .filter(row -> "x".equals(row.get("item")))
        .findFirst()
        .orElseThrow();
  }

  /** Without its one covariate the estimate is the difference of the arms' means. */
  @Test
  void aCovariateThatMovesTheEffectIsToBeChecked() {
    double[][] slopes = {{.19, .184}, {-.275, -.269}}; // far enough, and not quite
    for (double[] slope : slopes) {
      Map<String, @Nullable Object> row = explained(slope[0]);
      assertThat(Math.abs(number(row, "shift_in_se"))).isBetween(1.0, 1.05);
      assertThat(row.get("flag")).isEqualTo("check_role");
      assertThat(number(row, "estimate_without"))
          .isCloseTo(difference(pairs(.2, slope[0])), within(1e-9));
      row = explained(slope[1]);
      assertThat(Math.abs(number(row, "shift_in_se"))).isBetween(.95, 1.0);
      assertThat(row.get("flag")).isNull();
    }
    assertThat(Catalog.find("cate_explain").orElseThrow().result())
        .filteredOn(column -> column.name().equals("flag"))
        .singleElement()
        .asString()
        .contains("check_role: was it measured before the treatment?");
  }

  private static double difference(Relations relation) {
    double difference = 0;
    for (int i = 0; i < relation.rows(); i++) {
      difference += (i % 2 == 0 ? -1 : 1) * relation.column("y")[i] / PAIRS;
    }
    return difference;
  }

  @Test
  void aControlThatIsNullInEveryRowIsToldByEveryMethod() {
    double[] nothing = new double[2 * PAIRS];
    Arrays.fill(nothing, Double.NaN);
    Relations rows = pairs(.05, 1).with("void", nothing);
    String doubt =
        "info: void is NULL in every row and adjusts for nothing: leave it out, or check the relation";
    for (String method : List.of("linear_dml", "ols", "dr", "t", "causal_forest")) {
      Map<String, @Nullable Object> arguments =
          Doubts.arguments("method", method, "features", "x", "controls", List.of("void"));
      if (method.equals("ols")) {
        arguments.remove("outcome_learner");
      }
      assertThat(told(rows.call("cate_fit", arguments).get(0), "all_null"))
          .as(method)
          .containsExactly(doubt);
    }
    for (String estimator : List.of("aipw", "ipw", "naive", "dml")) {
      Map<String, @Nullable Object> arguments = new HashMap<>();
      arguments.put("outcome", "y");
      arguments.put("treatment", "t");
      arguments.put("controls", List.of("x", "void"));
      arguments.put("estimator", estimator);
      assertThat(told(rows.call("ate", arguments).get(0), "all_null"))
          .as(estimator)
          .containsExactly(doubt);
    }
  }
}
