/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.whatif.estimate.Estimators;
import io.whatif.estimate.Fit;
import io.whatif.estimate.FitOptions;
import io.whatif.estimate.Study;
import io.whatif.inference.Estimate;
import io.whatif.math.Mix;
import io.whatif.model.ForestCate;
import io.whatif.model.ModelCodec;
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

  private static double rootMeanSquare(double[] one, double[] other) {
    double squares = 0;
    for (int i = 0; i < one.length; i++) {
      squares += (one[i] - other[i]) * (one[i] - other[i]);
    }
    return Math.sqrt(squares / one.length);
  }

  static double figure(StoredModel stored, String name) {
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
    // .255 was seen, and 1.70 of the causal forest; a constant effect has 1.
    Encouraged fresh = Encouraged.of(FRESH, 2);
    Relations rows = Encouraged.of(4_000, 1).relation();
    StoredModel stored = rows.fit(arguments());
    Map<String, @Nullable Object> a = arguments("method", "causal_forest");
    a.remove("instrument");
    double[] confounded = CausalForestTest.effects(rows.fit(a), fresh.features());
    double[] effects = CausalForestTest.effects(stored, fresh.features());
    double[] errors = CausalForestTest.errors(stored, fresh.features());
    int covered = 0;
    for (int i = 0; i < FRESH; i++) {
      covered += Math.abs(effects[i] - fresh.tau()[i]) <= 1.96 * errors[i] ? 1 : 0;
    }
    assertThat(rootMeanSquare(effects, fresh.tau())).isLessThan(0.35);
    assertThat(rootMeanSquare(confounded, fresh.tau())).isGreaterThan(1.2);
    assertThat(covered / (double) FRESH).isGreaterThan(0.93);
    assertThat(figure(stored, "estimate")).isCloseTo(1, within(3 * figure(stored, "std_error")));
    assertThat(stored.report().get("learners"))
        .isEqualTo(
            "outcome: ols; treatment: logit; instrument: logit; effect: instrumental_forest(trees=100, min_node_size=5)");
    assertThat(stored.report().get("verdict")).isEqualTo("ok");
    for (String unconfounded :
        List.of("e_min", "max_smd_raw", "robustness_value", "misfit_shift", "heterogeneity_p")) {
      assertThat(stored.report()).doesNotContainKey(unconfounded);
    }
  }

  @Test
  void aTreatmentThatIsItsOwnInstrumentGivesTheCausalForest() {
    Steps steps = Steps.of(ROWS, 1);
    double[][] fresh = Steps.of(FRESH, 2).features();
    Map<String, @Nullable Object> a = arguments("features", Steps.FEATURES);
    Relations rows = steps.relation();
    Map<String, @Nullable Object> c = new HashMap<>(a);
    c.put("method", "causal_forest");
    c.remove("instrument");
    StoredModel causal = rows.fit(c);
    Fit own = ownInstrument(rows, a, c);
    double[] scored = new double[FRESH];
    own.model().effect(fresh, FRESH, scored);
    assertThat(scored).containsExactly(CausalForestTest.effects(causal, fresh));
    own.model().standardError(fresh, FRESH, scored);
    assertThat(scored).containsExactly(CausalForestTest.errors(causal, fresh), within(1e-12));
    c.put("method", "constant");
    c.remove("trees");
    Map<String, @Nullable Object> coefficient = rows.fit(c).summary().get(0);
    Estimate estimate = own.effects().get(0).estimate();
    assertThat(estimate.value()).isEqualTo(coefficient.get("estimate"));
    assertThat(estimate.standardError()).isEqualTo(coefficient.get("std_error"));
  }

  /** A call refuses such an instrument, so it is put into the study. */
  private static Fit ownInstrument(
      Relations rows, Map<String, @Nullable Object> instrumental, Map<String, @Nullable Object> c) {
    FunctionDescriptor function = Catalog.find("cate_fit").orElseThrow();
    Study study = StudyBuilder.build(Relations.run(1), rows.table(), Arguments.of(function, c));
    Study moved =
        new Study(
            study.data(),
            study.profile(),
            study.treatment(),
            study.outcome(),
            study.features(),
            study.covariates(),
            study.units(),
            study.weighting(),
            study.dropped(),
            study.shared(),
            new Study.Instrument("t", true, Study.TREATMENT));
    FitOptions options =
        EffectCall.options(
            Arguments.of(function, instrumental), FitOptions.Scale.PLAIN, rows.rows());
    return Estimators.named("instrumental_forest").fit(Relations.run(1), moved, options);
  }

  @Test
  void aStoredForestScoresToTheSameBits() {
    StoredModel stored = Encouraged.of(ROWS, 1).relation().fit(arguments());
    StoredModel read = ModelCodec.decode("m", ModelCodec.encode(stored));
    double[][] features = Encouraged.of(FRESH, 2).features();
    assertThat(CausalForestTest.effects(read, features))
        .containsExactly(CausalForestTest.effects(stored, features));
    assertThat(CausalForestTest.errors(read, features))
        .containsExactly(CausalForestTest.errors(stored, features));
    assertThat(((ForestCate) read.model()).forest().layout().responses()).isEqualTo(3);
  }

  @Test
  void neitherSignNorUnitOfTheInstrumentMatters() {
    Encouraged rows = Encouraged.of(ROWS, 1);
    double[][] fresh = Encouraged.of(FRESH, 2).features();
    double[] z = rows.relation().column("z").clone();
    double[] dose = new double[ROWS];
    Arrays.setAll(dose, i -> z[i] + Mix.normal(31, i) / 4);
    Map<String, @Nullable Object> a = arguments("instrument_learner", "ols");
    StoredModel plain = rows.relation().with("z", dose.clone()).fit(a);
    for (double factor : new double[] {-1, 3, -1000}) {
      double[] other = Arrays.stream(dose).map(v -> 7 + factor * v).toArray();
      StoredModel scaled = rows.relation().with("z", other).fit(a);
      // the shift changes the last bits of the residuals, and so here and there a cut among equals
      assertThat(
              rootMeanSquare(
                  CausalForestTest.effects(scaled, fresh), CausalForestTest.effects(plain, fresh)))
          .isLessThan(0.05);
      for (String name :
          List.of("estimate", "std_error", "first_stage_f", "ar_lower", "ar_upper")) {
        assertThat(figure(scaled, name))
            .as(name)
            .isCloseTo(figure(plain, name), Percentage.withPercentage(1e-7));
      }
    }
    double[] swapped = Arrays.stream(z).map(v -> 1 - v).toArray();
    StoredModel one = rows.relation().with("z", z).fit(arguments());
    StoredModel other = rows.relation().with("z", swapped).fit(arguments());
    assertThat(
            rootMeanSquare(
                CausalForestTest.effects(other, fresh), CausalForestTest.effects(one, fresh)))
        .isLessThan(0.05);
  }

  @Test
  void aShiftOfTheOutcomeMovesNothingAndItsUnitIsTheEffects() {
    Encouraged rows = Encouraged.of(ROWS, 1);
    double[][] fresh = Encouraged.of(FRESH, 2).features();
    StoredModel plain = rows.relation().fit(arguments());
    double[] y = Arrays.stream(rows.relation().column("y")).map(v -> 500 + 8 * v).toArray();
    StoredModel other = rows.relation().with("y", y).fit(arguments());
    double[] back = Arrays.stream(CausalForestTest.effects(other, fresh)).map(e -> e / 8).toArray();
    assertThat(rootMeanSquare(back, CausalForestTest.effects(plain, fresh))).isLessThan(0.05);
    assertThat(figure(other, "estimate"))
        .isCloseTo(8 * figure(plain, "estimate"), Percentage.withPercentage(1e-7));
    assertThat(figure(other, "ar_lower"))
        .isCloseTo(8 * figure(plain, "ar_lower"), Percentage.withPercentage(1e-7));
  }

  @Test
  void doubledWeightsChangeNothingAndRowsWithoutWeightAreNotThere() {
    Encouraged rows = Encouraged.of(ROWS, 1);
    double[][] fresh = Encouraged.of(FRESH, 2).features();
    double[] weights = new double[ROWS];
    Arrays.setAll(weights, i -> i % 4 == 0 ? 0 : 0.5 + Mix.uniform(8, i));
    Map<String, @Nullable Object> a = arguments("weight", "w");
    StoredModel one = rows.relation().with("w", weights).fit(a);
    double[] doubled = Arrays.stream(weights).map(w -> 2 * w).toArray();
    StoredModel other = rows.relation().with("w", doubled).fit(a);
    assertThat(CausalForestTest.effects(other, fresh))
        .containsExactly(CausalForestTest.effects(one, fresh), within(1e-8));
    double[] y = rows.relation().column("y").clone();
    Arrays.setAll(y, i -> weights[i] == 0 ? 1e4 : y[i]);
    StoredModel spoilt = rows.relation().with("w", weights).with("y", y).fit(a);
    assertThat(CausalForestTest.effects(spoilt, fresh))
        .containsExactly(CausalForestTest.effects(one, fresh), within(1e-5));
    for (String name : List.of("estimate", "std_error", "first_stage_f", "ar_upper")) {
      Percentage rounding = Percentage.withPercentage(1e-7);
      assertThat(figure(other, name)).as(name).isCloseTo(figure(one, name), rounding);
      assertThat(figure(spoilt, name)).as(name).isCloseTo(figure(one, name), rounding);
    }
  }

  @Test
  void rowsTwiceInAClusterSayNoMoreThanOnce() {
    Encouraged once = Encouraged.of(1_000, 1);
    Relations twice = new Relations();
    for (String column : List.of("x0", "x1", "x2", "x3", "x4", "z", "t", "y", "id")) {
      double[] values = once.relation().column(column);
      double[] both = new double[2_000];
      Arrays.setAll(both, i -> values[i / 2]);
      twice.with(column, both);
    }
    Map<String, @Nullable Object> a = arguments("controls", Encouraged.FEATURES, "cov", "HC0");
    a.keySet().removeAll(List.of("features", "trees"));
    a.put("treatment_learner", "ols");
    StoredModel one = once.relation().fit(a);
    StoredModel clustered = twice.fit(a);
    assertThat(figure(clustered, "estimate"))
        .isCloseTo(figure(one, "estimate"), Percentage.withPercentage(0.5));
    // C / (C - 1) of 1,000 clusters, and other folds
    assertThat(figure(clustered, "std_error"))
        .isCloseTo(figure(one, "std_error"), Percentage.withPercentage(1));
    assertThat(figure(clustered, "first_stage_f"))
        .isCloseTo(figure(one, "first_stage_f"), Percentage.withPercentage(2));
  }

  @Test
  void aContinuousTreatmentHasASlope() {
    Encouraged rows = Encouraged.of(4_000, 6);
    double[] z = rows.relation().column("z");
    double[] dose = new double[4_000];
    double[] y = new double[dose.length];
    for (int i = 0; i < dose.length; i++) {
      double unseen = Mix.normal(90, i);
      dose[i] = z[i] + unseen + Mix.normal(91, i) / 2;
      y[i] = rows.tau()[i] * dose[i] + 2 * unseen + Mix.normal(92, i) / 2;
    }
    StoredModel stored =
        rows.relation().with("t", dose).with("y", y).fit(arguments("treatment_learner", "ols"));
    Encouraged fresh = Encouraged.of(FRESH, 2);
    assertThat(figure(stored, "estimate")).isCloseTo(1, within(3.5 * figure(stored, "std_error")));
    assertThat(rootMeanSquare(CausalForestTest.effects(stored, fresh.features()), fresh.tau()))
        .isLessThan(0.6);
    assertThat(stored.report().get("estimand"))
        .isEqualTo("average effect weighted by how far the instrument moves the treatment");
  }

  @Test
  void textsOfTwoAreCodedAndRowsWithoutAnInstrumentAreLeftOutAndTold() {
    Encouraged rows = Encouraged.of(ROWS, 1);
    double[] z = rows.relation().column("z").clone();
    StoredModel numbers = rows.relation().with("z", without(z)).fit(arguments());
    String[] texts = new String[ROWS];
    Arrays.setAll(texts, i -> i % 10 == 0 ? null : z[i] == 1 ? "yes" : "no");
    StoredModel coded = rows.relation().withText("z", texts).fit(arguments());
    double[][] fresh = Encouraged.of(FRESH, 2).features();
    assertThat(CausalForestTest.effects(coded, fresh))
        .containsExactly(CausalForestTest.effects(numbers, fresh));
    assertThat(figure(coded, "n")).isEqualTo(1_800);
    assertThat(figure(coded, "n_dropped")).isEqualTo(200);
    assertThat(String.valueOf(coded.report().get("warnings")))
        .contains(
            "200 rows without an outcome, a treatment, an instrument, an id or a fold (or as nulls => 'drop' asks) were left out");
  }

  private static double[] without(double[] z) {
    double[] some = z.clone();
    Arrays.setAll(some, i -> i % 10 == 0 ? Double.NaN : z[i]);
    return some;
  }

  @Test
  void aWeakInstrumentIsTold() {
    Encouraged rows = Encouraged.of(ROWS, 1);
    double[] noise = new double[ROWS];
    Arrays.setAll(noise, i -> Mix.uniform(95, i) < 0.5 ? 1 : 0);
    StoredModel stored = rows.relation().with("z", noise).fit(arguments());
    assertThat(figure(stored, "first_stage_f")).isLessThan(3.84);
    assertThat(stored.report().get("ar_lower")).isEqualTo(Double.NaN);
    assertThat(stored.report().get("ar_upper")).isEqualTo(Double.NaN);
    assertThat(stored.report().get("verdict")).isEqualTo("do_not_use");
    assertThat(String.valueOf(stored.report().get("warnings"))).contains("weak_instrument");
    StoredModel weak = Encouraged.of(ROWS, 1, 0.2).relation().fit(arguments());
    assertThat(figure(weak, "first_stage_f")).isBetween(3.84, 23.0);
    assertThat(figure(weak, "ar_lower")).isLessThan(1);
    assertThat(figure(weak, "ar_upper")).isGreaterThan(1);
    assertThat(weak.report().get("verdict")).isEqualTo("caution");
  }

  /** 2 T(theta) at both ends of the interval equals the quantile it was inverted at. */
  @Test
  void theAndersonRubinIntervalEndsWhereItsTestRejects() {
    Encouraged rows = Encouraged.of(ROWS, 3, 0.4);
    Map<String, @Nullable Object> a = arguments("controls", Encouraged.FEATURES);
    a.keySet().removeAll(List.of("features", "trees"));
    a.put("treatment_learner", "ols");
    StoredModel stored = rows.relation().fit(a);
    for (String end : List.of("ar_lower", "ar_upper")) {
      double theta = figure(stored, end);
      double[] t = rows.relation().column("t");
      double[] y = rows.relation().column("y").clone();
      double[] less = new double[ROWS];
      Arrays.setAll(less, i -> y[i] - theta * t[i]);
      // least squares are linear in the outcome, so that the residuals are those of y less theta
      // t's
      StoredModel other = rows.relation().with("y", less).fit(a);
      assertThat(figure(other, "ar_p_value")).isCloseTo(0.05, within(1e-9));
      rows.relation().with("y", y);
    }
  }

  @Test
  void withoutFeaturesTheEffectIsThatOfAllRows() {
    Map<String, @Nullable Object> a = arguments("controls", Encouraged.FEATURES);
    a.keySet().removeAll(List.of("features", "trees"));
    StoredModel stored = Encouraged.of(ROWS, 1).relation().fit(a);
    double[] one = new double[1];
    stored.model().effect(new double[0][], 1, one);
    assertThat(one[0]).isEqualTo(figure(stored, "estimate"));
    stored.model().standardError(new double[0][], 1, one);
    assertThat(one[0]).isCloseTo(figure(stored, "std_error"), within(1e-12));
  }

  @Test
  void itsReportsHoldOrAreRefused() {
    Relations rows = Encouraged.of(ROWS, 1).relation();
    StoredModel stored = rows.fit(arguments());
    assertThat(Relations.report(stored, "cate_importance").get(0)).containsEntry("feature", "x0");
    assertThat(rows.readBy(stored, "cate_population", Map.of()).get(0).get("std_error"))
        .isEqualTo(Double.NaN);
    assertThat(rows.readBy(stored, "cate_tree", Map.of("depth", 1L))).hasSize(2);
    assertThatThrownBy(() -> Relations.report(stored, "calibration_test"))
        .hasMessage(
            "model 'm': is of an effect by an instrument, which this test does not know. See first_stage_f and ar_p_value in cate_explain.");
  }
}
