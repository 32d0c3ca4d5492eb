/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.Doubts.number;
import static io.whatif.function.Doubts.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.math.Mix;
import io.whatif.model.StoredModel;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The doubts about an effect as a whole, {@code effects_vary}, {@code fragile}, {@code
 * treatment_predictable} and {@code no_heterogeneity}, on both sides of each threshold.
 */
class EffectDoubtsTest {
  private static final int ROWS = 2000;

  /** Nothing is predicted: both nuisances stand in columns. */
  private static final @Nullable Object[] GIVEN = {
    "propensity", "e", "outcome_prediction", "m", "outcome_learner", null
  };

  /** A continuous treatment of which so much is noise. */
  private static Map<String, @Nullable Object> predictable(double noise) {
    double[] x = new double[ROWS];
    double[] t = new double[ROWS];
    double[] y = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      x[i] = Mix.normal(1, i);
      t[i] = x[i] + noise * Mix.normal(2, i);
      y[i] = t[i] + x[i] + Mix.normal(3, i);
    }
    return Doubts.fit(
        new Relations().with("x", x).with("t", t).with("y", y), "treatment_learner", "ols");
  }

  @Test
  void aTreatmentThatControlsExplainIsTold() {
    Map<String, @Nullable Object> row = predictable(.22);
    assertThat(number(row, "treatment_residual_share")).isBetween(.045, .05);
    assertThat(told(row, "treatment_predictable"))
        .containsExactly(
            "caution: controls explain 95% of the treatment: little of it is left to compare; look for a control that follows from it");
    assertThat(told(predictable(.065), "treatment_predictable"))
        .containsExactly(
            "caution: controls explain 99.6% of the treatment: little of it is left to compare; look for a control that follows from it");
    row = predictable(.235);
    assertThat(number(row, "treatment_residual_share")).isBetween(.05, .055);
    assertThat(told(row, "treatment_predictable")).isEmpty();
  }

  @Test
  void anInstrumentThatCovariatesExplainIsTold() {
    Relations rows = Encouraged.of(2_000, 1).relation();
    double[] near = rows.column("z").clone();
    for (int i = 0; i < near.length; i++) {
      near[i] += .05 * Mix.normal(6, i);
    }
    Map<String, @Nullable Object> row =
        rows.with("near", near)
            .call("cate_fit", InstrumentalForestTest.arguments("instrument_learner", "ols"))
            .get(0);
    assertThat(told(row, "instrument_predictable"))
        .containsExactly(
            "caution: covariates explain 99% of the instrument: little of it is left to compare; look for one that follows from it, and leave that out");
  }

  /**
   * Pairs of rows whose outcomes differ by {@code effect}, beside noise of variance 1 that they
   * share; what is left of the treatment is 1/2 in size, and the effect is estimated as it is.
   */
  private static Relations pairs(double effect) {
    double squares = 0;
    for (int j = 0; j < ROWS / 2; j++) {
      squares += Mix.normal(4, j) * Mix.normal(4, j) * 2 / ROWS;
    }
    double[] t = new double[ROWS];
    double[] y = new double[ROWS];
    double[] e = new double[ROWS];
    double[] m = new double[ROWS];
    double[] x = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      t[i] = i % 2;
      y[i] = effect * t[i] + Mix.normal(4, Math.floorDiv(i, 2)) / Math.sqrt(squares);
      e[i] = .5;
      m[i] = effect / 2;
      x[i] = Mix.normal(5, i);
    }
    return new Relations().with("t", t).with("y", y).with("e", e).with("m", m).with("x", x);
  }

  /** The effect that a confounder explains away which explains {@code r} of both. */
  private static double effect(double r) {
    return 2 * r / Math.sqrt(1 - r);
  }

  /** What {@code cate_fit} and {@code ate} tell of such an effect. */
  private static List<List<String>> fragile(double r, int sign) {
    Relations relation = pairs(sign * effect(r));
    Map<String, @Nullable Object> row = Doubts.fit(relation, GIVEN);
    assertThat(number(row, "robustness_value")).isCloseTo(r, within(1e-9));
    Map<String, @Nullable Object> arguments = Doubts.arguments(GIVEN);
    arguments.remove("model");
    arguments.put("estimator", "dml");
    Map<String, @Nullable Object> average = relation.call("ate", arguments).get(0);
    // its score uses the effect of the other folds, which is not quite that of all rows
    assertThat(number(average, "robustness_value")).isCloseTo(r, within(1e-4));
    return List.of(told(row, "fragile"), told(average, "fragile"));
  }

  @Test
  void anEffectThatAWeakConfounderExplainsAwayIsFragile() {
    String weak =
        "caution: an unseen confounder that explains 4.9% of what is left of both treatment and outcome would explain the ";
    String remedy = " away: look for causes of both that the controls lack";
    for (int sign : new int[] {1, -1}) {
      assertThat(fragile(.049, sign))
          .containsExactly(
              List.of(weak + "overlap-weighted average" + remedy),
              List.of(weak + "estimate" + remedy));
      assertThat(fragile(.051, sign)).containsExactly(List.of(), List.of());
    }
  }

  /** Chances of .2 and .5, at which the effect differs by {@code by}. */
  private static Relations chances(double by) {
    double[][] c = new double[5][ROWS];
    for (int i = 0; i < ROWS; i++) {
      double x = i % 2;
      double e = x == 0 ? .2 : .5;
      double t = Mix.uniform(6, i) < e ? 1 : 0;
      double tau = 1 + by * x;
      double[] row = {x, t, e, e * tau, t * tau + Mix.normal(7, i)};
      for (int k = 0; k < row.length; k++) {
        c[k][i] = row[k];
      }
    }
    return new Relations()
        .with("x", c[0])
        .with("t", c[1])
        .with("e", c[2])
        .with("m", c[3])
        .with("y", c[4])
        .withFold(5);
  }

  /** The overlap-weighted average, the ATE, and by how many errors of that they differ. */
  private record Averages(double overlap, double all, double errorsApart) {
    static Averages of(Relations relation) {
      double[] u = new double[ROWS];
      double[] v = new double[ROWS];
      double[] uv = new double[6];
      double[] vv = new double[6];
      for (int i = 0; i < ROWS; i++) {
        u[i] = relation.column("y")[i] - relation.column("m")[i];
        v[i] = relation.column("t")[i] - relation.column("e")[i];
        for (int k : new int[] {i % 5, 5}) {
          uv[k] += u[i] * v[i];
          vv[k] += v[i] * v[i];
        }
      }
      double overlap = uv[5] / vv[5];
      double all = 0;
      double[] score = new double[ROWS];
      for (int i = 0; i < ROWS; i++) {
        double e = relation.column("e")[i];
        double tau = (uv[5] - uv[i % 5]) / (vv[5] - vv[i % 5]);
        score[i] = tau + v[i] / (e * (1 - e)) * (u[i] - v[i] * tau);
        all += score[i] / ROWS;
      }
      double squares = 0;
      for (int i = 0; i < ROWS; i++) {
        double influence = ROWS * v[i] * (u[i] - overlap * v[i]) / vv[5] - (score[i] - all);
        squares += influence * influence;
      }
      return new Averages(overlap, all, Math.abs(overlap - all) * ROWS / Math.sqrt(squares));
    }
  }

  private static List<String> vary(Relations relation) {
    Map<String, @Nullable Object> arguments = Doubts.arguments(GIVEN);
    arguments.remove("reps"); // folds are given
    arguments.put("fold", "fold");
    return told(relation.call("cate_fit", arguments).get(0), "effects_vary");
  }

  @Test
  void averagesThatDifferByMoreThanChanceAreTold() {
    Relations relation = chances(.183);
    Averages averages = Averages.of(relation);
    assertThat(averages.errorsApart).isBetween(1.96, 1.99);
    assertThat(vary(relation))
        .containsExactly(
            String.format(
                Locale.ROOT,
                "info: the overlap-weighted average (%.4g) and the ATE (%.4g) differ by more than chance: the effect varies with the propensity, so say which one you mean",
                averages.overlap,
                averages.all));
    relation = chances(.18);
    assertThat(Averages.of(relation).errorsApart).isBetween(1.93, 1.96);
    assertThat(vary(relation)).isEmpty();
    assertThat(vary(chances(0))).isEmpty();
  }

  /** A trial whose effect moves so much with x. */
  private static Relations trial(double slope) {
    double[] x = new double[ROWS];
    double[] t = new double[ROWS];
    double[] y = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      x[i] = Mix.normal(8, i);
      t[i] = Mix.bucket(9, i, 2);
      y[i] = (1 + slope * x[i]) * t[i] + x[i] + Mix.normal(10, i);
    }
    return new Relations().with("x", x).with("t", t).with("y", y);
  }

  @Test
  void anEffectThatDoesNotVaryBeyondChanceIsTold() {
    Object[] more = {"features", List.of("x"), "treatment_learner", "logit"};
    Map<String, @Nullable Object> row = Doubts.fit(trial(.11), more);
    assertThat(number(row, "heterogeneity_p")).isBetween(.1, .105);
    assertThat(told(row, "no_heterogeneity"))
        .containsExactly(
            "info: no evidence that the effect varies (p = 0.10); ranking by cate_effect ranks noise");
    StoredModel model = trial(.11).fit(Doubts.arguments(more));
    assertThat(told(trial(0).readBy(model, "cate_population", Map.of()).get(0), "no_heterogeneity"))
        .containsExactly(
            "info: no evidence that the effect varies (p = 0.10): percentiles and shares show noise");
    row = Doubts.fit(trial(.111), more);
    assertThat(number(row, "heterogeneity_p")).isBetween(.095, .1);
    assertThat(told(row, "no_heterogeneity")).isEmpty();
    StoredModel other = trial(.111).fit(Doubts.arguments(more));
    assertThat(told(trial(0).readBy(other, "cate_population", Map.of()).get(0), "no_heterogeneity"))
        .isEmpty();
  }
}
