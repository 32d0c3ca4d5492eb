/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.whatif.data.WhatifException;
import io.whatif.math.Mix;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@code propensity =>} and {@code outcome_prediction =>} of effects. */
class GivenPredictionsTest {
  private static final int ROWS = 800;

  /** A trial with chance .3 where x is negative and .6 elsewhere, known by design. */
  private static Relations relation() {
    double[][] c = new double[6][ROWS];
    String[] arm = new String[ROWS];
    for (int i = 0; i < ROWS; i++) {
      double x = Mix.normal(1, i);
      double e = x < 0 ? .3 : .6;
      double d = Mix.uniform(2, i) < e ? 1 : 0;
      double y = x + d * (1 + .5 * x) + Mix.normal(3, i);
      double[] row = {x, d, y, e, x + e * (1 + .5 * x), Mix.normal(4, i)};
      for (int k = 0; k < c.length; k++) {
        c[k][i] = row[k];
      }
      arm[i] = List.of("a", "b", "c").get(i % 3);
    }
    return new Relations()
        .with("x", c[0])
        .with("d", c[1])
        .with("y", c[2])
        .with("e", c[3])
        .with("m", c[4])
        .with("dose", c[5])
        .withText("arm", arm);
  }

  private static Map<String, @Nullable Object> arguments() {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", "y");
    a.put("treatment", "d");
    a.put("controls", List.of("x"));
    a.put("propensity", "e");
    a.put("outcome_prediction", "m");
    a.put("cov", "HC0");
    return a;
  }

  /** Nothing is fitted but the last regression, so that any folds give the same. */
  @Test
  void theEffectIsTheRegressionOfTheResiduals() {
    Relations relation = relation();
    Map<String, @Nullable Object> row = relation.call("dml_summary", arguments()).get(0);
    double uv = 0;
    double vv = 0;
    double[] u = new double[ROWS];
    double[] v = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      u[i] = relation.column("y")[i] - relation.column("m")[i];
      v[i] = relation.column("d")[i] - relation.column("e")[i];
      uv += u[i] * v[i];
      vv += v[i] * v[i];
    }
    double meat = 0;
    for (int i = 0; i < ROWS; i++) {
      double r = u[i] - v[i] * uv / vv;
      meat += v[i] * v[i] * r * r;
    }
    assertThat((Double) row.get("estimate")).isCloseTo(uv / vv, within(1e-12));
    assertThat((Double) row.get("std_error")).isCloseTo(Math.sqrt(meat) / vv, within(1e-12));
    assertThat((Double) row.get("split_sd")).isCloseTo(0, within(1e-12));
  }

  @Test
  void aModelTellsWhatWasGiven() {
    Map<String, @Nullable Object> a = arguments();
    a.put("features", List.of("x"));
    a.put("model", "m1");
    Map<String, @Nullable Object> row = relation().call("cate_fit", a).get(0);
    assertThat(row.get("learners")).isEqualTo("outcome: given; treatment: given");
    assertThat(row.get("controls")).isEqualTo(List.of());
    assertThat((Double) row.get("estimate")).isCloseTo(1, within(.3));
    a.remove("outcome_prediction");
    a.put("outcome_learner", "ols");
    row = relation().call("cate_fit", a).get(0);
    assertThat(row.get("learners")).isEqualTo("outcome: ols; treatment: given");
  }

  /** The same arrays as those of ate's dml. */
  @Test
  void theAverageIsThatOfAte() {
    Map<String, @Nullable Object> a = arguments();
    a.put("features", List.of("x"));
    List<Map<String, @Nullable Object>> rows = relation().call("dml_summary", a);
    a.remove("cov");
    a.put("estimator", "dml");
    Map<String, @Nullable Object> ate = relation().call("ate", a).get(0);
    Map<String, @Nullable Object> average =
        rows.stream().filter(r -> "average effect".equals(r.get("term"))).findFirst().orElseThrow();
    assertThat((Double) average.get("estimate"))
        .isCloseTo((Double) ate.get("estimate"), within(1e-12));
    assertThat((Double) average.get("std_error"))
        .isCloseTo((Double) ate.get("std_error"), within(1e-12));
  }

  @Test
  void aContinuousTreatmentTakesTheOutcomesPrediction() {
    Map<String, @Nullable Object> a = arguments();
    a.put("treatment", "dose");
    a.remove("propensity");
    a.put("treatment_learner", "ols");
    Map<String, @Nullable Object> row = relation().call("dml_summary", a).get(0);
    assertThat((Double) row.get("estimate")).isCloseTo(0, within(.2));
  }

  private static void refuse(Map<String, @Nullable Object> a, String message) {
    assertThatThrownBy(() -> relation().call("dml_summary", a))
        .isInstanceOf(WhatifException.class)
        .hasMessage(message);
  }

  @Test
  void mistakesAreOneLine() {
    Map<String, @Nullable Object> a = arguments();
    a.put("method", "dr");
    refuse(
        a,
        "outcome_prediction => 'm': method 'dr' needs predictions that no column of one can give. Use method => 'constant' or 'linear_dml', or leave it out.");
    a.remove("method");
    a.put("inference", "bootstrap");
    refuse(
        a,
        "outcome_prediction => 'm': cannot be fitted anew in each resample. Leave it out, or leave out inference.");
    a.remove("inference");
    a.put("outcome", List.of("y", "dose"));
    refuse(
        a,
        "outcome_prediction => 'm': is of one treatment and one outcome, and the call names several. Call it once for each.");
    a.put("outcome", "y");
    a.put("treatment", "dose");
    refuse(
        a,
        "propensity => 'e': is the chance of one of two arms, and the treatment 'dose' is continuous. Leave it out.");
    a.remove("propensity");
    a.put("treatment_basis", "poly(2)");
    refuse(
        a,
        "outcome_prediction => 'm': treatment_basis needs a prediction of each term of the effect. Leave one of them out.");
    a.remove("treatment_basis");
    a.put("treatment", "arm");
    a.put("method", "linear_dml");
    refuse(
        a,
        "outcome_prediction => 'm': is of the rows of all arms, and each arm of the treatment 'arm' is compared with the control alone. Leave it out.");
    a.put("treatment", "d");
    a.put("propensity", "dose");
    double[] dose = relation().column("dose");
    long wrong = Arrays.stream(dose).filter(v -> !(v > 0 && v < 1)).count();
    assertThatThrownBy(() -> relation().call("dml_summary", a))
        .isInstanceOf(WhatifException.class)
        .hasMessageStartingWith(
            "propensity => 'dose': "
                + wrong
                + " of 800 rows hold no chance inside (0, 1), such as");
  }
}
