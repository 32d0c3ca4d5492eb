/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.model.StoredModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@code method => 'instrumental_forest'}, as a user calls it. */
final class InstrumentalForestTest {
  private static final int ROWS = 2_000;
  private static final int FRESH = 1_000;

  static Map<String, @Nullable Object> arguments(Object... more) {
    Map<String, @Nullable Object> arguments = new HashMap<>();
    arguments.put("model", "m");
    arguments.put("outcome", "y");
    arguments.put("treatment", "t");
    arguments.put("instrument", "z");
    arguments.put("features", Encouraged.FEATURES);
    arguments.put("id", "id");
    arguments.put("method", "instrumental_forest");
    arguments.put("trees", 100L);
    arguments.put("outcome_learner", "ols");
    arguments.put("treatment_learner", "logit");
    arguments.put("reps", 1L);
    for (int i = 0; i < more.length; i += 2) {
      arguments.put((String) more[i], more[i + 1]);
    }
    return arguments;
  }

  private static double[] effects(StoredModel stored, double[][] features) {
    double[] effects = new double[features[0].length];
    stored.model().effect(features, effects.length, effects);
    return effects;
  }

  private static double[] errors(StoredModel stored, double[][] features) {
    double[] errors = new double[features[0].length];
    stored.model().standardError(features, errors.length, errors);
    return errors;
  }

  private static double rootMeanSquare(double[] one, double[] other) {
    double squares = 0;
    for (int i = 0; i < one.length; i++) {
      squares += (one[i] - other[i]) * (one[i] - other[i]);
    }
    return Math.sqrt(squares / one.length);
  }

  private static double figure(StoredModel stored, String name) {
    return ((Number) Objects.requireNonNull(stored.report().get(name))).doubleValue();
  }

  /**
   * DoubleML's partially linear model with an instrument, by numpy: eligibility moves participation
   * in a 401(k); least squares for all three, folds by row (methods.md, digits to four places). F
   * is numpy's, from the same nuisances: 1e-8 relative.
   */
  @Test
  void thePartiallyLinearModelWithAnInstrumentAgreesOnPensions() {
    Relations pension = PublicData.pension().withFold(5);
    List<String> controls = PublicData.withHinges(pension);
    Map<String, @Nullable Object> a =
        arguments(
            "outcome", "net_tfa", "treatment", "p401", "instrument", "e401", "controls", controls);
    a.keySet().removeAll(List.of("features", "id", "trees"));
    a.putAll(Map.of("treatment_learner", "ols", "fold", "fold", "cov", "HC0"));
    StoredModel stored = pension.fit(a);
    Percentage digits = Percentage.withPercentage(1e-6);
    assertThat(figure(stored, "estimate")).isCloseTo(12844.5500, within(5.1e-5));
    assertThat(figure(stored, "std_error")).isCloseTo(1844.4015, within(5.1e-5));
    assertThat(figure(stored, "first_stage_f")).isCloseTo(7633.698425524958, digits);
    assertThat(stored.report().get("learners"))
        .isEqualTo("outcome: ols; treatment: ols; instrument: ols");
    assertThat(stored.report().get("estimand")).isEqualTo("weighted average effect on compliers");
  }

  @Test
  void anEffectWithAStepIsFoundThoughTheTreatmentIsConfounded() {
    Encouraged fresh = Encouraged.of(FRESH, 2);
    Relations rows = Encouraged.of(4_000, 1).relation();
    StoredModel stored = rows.fit(arguments());
    Map<String, @Nullable Object> a = arguments("method", "causal_forest");
    a.remove("instrument");
    double[] confounded = effects(rows.fit(a), fresh.features());
    double[] effects = effects(stored, fresh.features());
    double[] errors = errors(stored, fresh.features());
    int covered = 0;
    for (int i = 0; i < FRESH; i++) {
      covered += Math.abs(effects[i] - fresh.tau()[i]) <= 1.96 * errors[i] ? 1 : 0;
    }
    System.out.printf(
        "iv rmse %.3f cf rmse %.3f covered %.3f width %.3f%n",
        rootMeanSquare(effects, fresh.tau()),
        rootMeanSquare(confounded, fresh.tau()),
        covered / (double) FRESH,
        2 * 1.96 * Arrays.stream(errors).average().orElseThrow());
    System.out.println(stored.report());
    System.out.println(stored.summary());
  }

  @Test
  void aTreatmentThatIsItsOwnInstrumentGivesTheCausalForest() {
    Steps steps = Steps.of(ROWS, 1);
    double[][] fresh = Steps.of(FRESH, 2).features();
    Map<String, @Nullable Object> a = arguments("features", Steps.FEATURES, "exclude", "z");
    Relations rows = steps.relation().with("z", steps.relation().column("t").clone());
    StoredModel own = rows.fit(a);
    a.put("method", "causal_forest");
    a.remove("instrument");
    StoredModel causal = rows.fit(a);
    assertThat(effects(own, fresh)).containsExactly(effects(causal, fresh));
    assertThat(errors(own, fresh)).containsExactly(errors(causal, fresh), within(1e-12));
  }
}
