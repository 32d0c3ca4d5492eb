/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.whatif.math.Mix;
import io.whatif.model.StoredModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What {@code method => 'auto'} takes, and what it tells of it. */
class AutoMethodTest {
  private static final int ROWS = 1500;

  /** x ~ N(0, I2), t by lot, y = tau t + x0 + N(0, 1). */
  private static Relations relation(java.util.function.DoubleUnaryOperator tau) {
    double[] x0 = new double[ROWS];
    double[] x1 = new double[ROWS];
    double[] t = new double[ROWS];
    double[] y = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      x0[i] = Mix.normal(1, i);
      x1[i] = Mix.normal(2, i);
      t[i] = Mix.uniform(3, i) < .5 ? 1 : 0;
      y[i] = tau.applyAsDouble(x0[i]) * t[i] + x0[i] + Mix.normal(4, i);
    }
    return new Relations().with("y", y).with("t", t).with("x0", x0).with("x1", x1);
  }

  private static Map<String, @Nullable Object> arguments() {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", "y");
    a.put("treatment", "t");
    a.put("features", List.of("x0", "x1"));
    a.put("model", "m");
    a.put("method", "auto");
    a.put("outcome_learner", "ridge");
    a.put("treatment_learner", "logistic");
    return a;
  }

  private static String doubt(StoredModel model) {
    return String.valueOf(model.report().get("warnings"));
  }

  @Test
  void theSimplestIsTakenOfThoseThatExplainTheEffect() {
    StoredModel constant = relation(x -> 1).fit(arguments());
    assertThat(constant.report().get("method")).isEqualTo("constant");
    StoredModel linear = relation(x -> 1 + x).fit(arguments());
    assertThat(linear.report().get("method")).isEqualTo("linear_dml");
    Map<String, @Nullable Object> bent = arguments();
    bent.put("outcome_learner", "spline");
    StoredModel learned = relation(x -> 3 * Math.abs(x)).fit(bent);
    assertThat(learned.report().get("method")).isIn("t", "x");
  }

  @Test
  void allLossesAreTold() {
    assertThat(doubt(relation(x -> 1 + x).fit(arguments())))
        .containsPattern(
            "auto took linear_dml, the simplest within one standard error of the smallest R-loss"
                + " \\(constant 1\\.\\d+, linear_dml 0\\.99\\d+, dr 0\\.99\\d+, t 0\\.99\\d+, x 0\\.99\\d+\\)");
  }

  @Test
  void whatIsChosenIsFittedAsIfItHadBeenAskedFor() {
    Relations relation = relation(x -> 1 + x);
    Map<String, @Nullable Object> named = arguments();
    named.put("method", "linear_dml");
    StoredModel own = relation.fit(named);
    StoredModel chosen = relation.fit(arguments());
    assertThat(chosen.model()).usingRecursiveComparison().isEqualTo(own.model());
    assertThat(chosen.report().get("estimate")).isEqualTo(own.report().get("estimate"));
    assertThat(chosen.report().get("std_error")).isEqualTo(own.report().get("std_error"));
  }

  @Test
  void aConstantEffectIsTheSameForEveryRow() {
    Map<String, @Nullable Object> a = arguments();
    a.put("method", "constant");
    StoredModel model = relation(x -> 1 + x).fit(a);
    assertThat(model.model().features()).hasSize(2);
    double[] effect = new double[2];
    double[] error = new double[2];
    double[][] rows = {{0, 5}, {1, Double.NaN}};
    model.model().effect(rows, 2, effect);
    model.model().standardError(rows, 2, error);
    assertThat(effect[0]).isEqualTo(effect[1]);
    assertThat(error[0]).isEqualTo(error[1]).isPositive();
    Map<String, @Nullable Object> without = arguments();
    without.remove("features");
    without.remove("model");
    without.put("controls", List.of("x0", "x1"));
    without.put("method", "linear_dml");
    Map<String, @Nullable Object> row = relation(x -> 1 + x).call("dml_summary", without).get(0);
    // the same numbers summed in another order
    assertThat(effect[0]).isCloseTo((Double) row.get("estimate"), withinPercentage(1e-10));
    assertThat(error[0]).isCloseTo((Double) row.get("std_error"), withinPercentage(1e-8));
  }

  @Test
  void continuousTreatmentsAndArmsAreTaken() {
    Relations relation = relation(x -> 1 + x);
    double[] dose = new double[ROWS];
    Arrays.setAll(dose, i -> relation.column("t")[i] + Mix.normal(5, i));
    String[] arm = new String[ROWS];
    Arrays.setAll(arm, i -> relation.column("t")[i] == 1 ? (i % 2 == 0 ? "b" : "c") : "a");
    Map<String, @Nullable Object> a = arguments();
    a.put("treatment", "dose");
    a.put("treatment_learner", "ridge");
    a.put("exclude", List.of("t"));
    assertThat(doubt(relation.with("dose", dose).fit(a)))
        .containsPattern("\\(constant \\d+\\.\\d+, linear_dml \\d+\\.\\d+\\)");
    Map<String, @Nullable Object> arms = arguments();
    arms.put("treatment", "arm");
    arms.put("control", "a");
    arms.put("exclude", List.of("t", "dose"));
    List<Map<String, @Nullable Object>> rows = relation.withText("arm", arm).call("cate_fit", arms);
    assertThat(rows)
        .hasSize(2)
        .allSatisfy(row -> assertThat(row.get("method")).isEqualTo("linear_dml"));
  }

  @Test
  void whatCannotBeChosenForIsRefused() {
    Map<String, @Nullable Object> draws = arguments();
    draws.remove("model");
    draws.put("inference", "bootstrap");
    assertThatThrownBy(() -> relation(x -> 1).call("dml_summary", draws))
        .hasMessage(
            "inference => 'bootstrap': method 'auto' chooses a method by the rows, and is not resampled. Name the method it chose.");
    Map<String, @Nullable Object> units = arguments();
    units.remove("model");
    units.put("per", "sd");
    assertThatThrownBy(() -> relation(x -> 1).call("dml_summary", units))
        .hasMessage(
            "per => 'sd': method 'auto' chooses how the effect is fitted, and may have no coefficients. Leave it out, or name the method.");
  }
}
