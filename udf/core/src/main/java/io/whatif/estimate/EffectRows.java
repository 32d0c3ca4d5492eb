/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.inference.Estimate;
import io.whatif.model.Term;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of a summary.
 *
 * @param study what was asked
 * @param medians the estimates
 * @param complete rows that have what it takes
 * @param count how many rows these stand for
 * @param needed what that is
 */
record EffectRows(Study study, Medians medians, long complete, long count, String needed) {
  /** The same where it takes all features. */
  EffectRows(Study study, Medians medians, long complete, long count) {
    this(study, medians, complete, count, "all features");
  }

  static EffectRows of(Study study, Medians medians, FinalStage stage) {
    return new EffectRows(study, medians, stage.rows, Math.round(stage.count));
  }

  /** What estimands add where rows lack that. */
  private String among() {
    return complete < study.rows() ? " among rows with " + needed : "";
  }

  /** The coefficients of an effect that is linear in a basis of features. */
  List<Effect> coefficients(List<Term> basis) {
    return coefficients(basis, "linear projection of the effect");
  }

  /** The same of what is called otherwise. */
  List<Effect> coefficients(List<Term> basis, String estimand) {
    List<Effect> effects = new ArrayList<>();
    for (int t = 0; t < basis.size(); t++) {
      effects.add(
          Effect.of(
              basis.get(t).name(),
              Effect.Kind.COEFFICIENT,
              estimand + among(),
              medians.coefficient(t),
              new Effect.Basis(count, medians.spreads().beta()[t])));
    }
    return effects;
  }

  /** The only row of an effect that does not vary. */
  Effect treatment(String estimand, Estimate estimate, double spread) {
    Effect.Basis basis = new Effect.Basis(study.count(), spread);
    return Effect.of("treatment", Effect.Kind.COEFFICIENT, estimand, estimate, basis);
  }

  /** The average effect, of what is called so. */
  Effect average(String estimand) {
    return Effect.of(
        "average effect",
        Effect.Kind.AVERAGE,
        estimand + among(),
        medians.average(),
        new Effect.Basis(count, medians.spreads().average()));
  }

  /** The average effect, and that on the treated where there are such. */
  List<Effect> averages() {
    boolean slope = study.treatment().continuous();
    List<Effect> effects = new ArrayList<>();
    effects.add(average(slope ? "average slope" : "ATE"));
    if (!slope) {
      effects.add(
          Effect.of(
              "average effect on the treated",
              Effect.Kind.AVERAGE,
              "ATT" + among(),
              medians.onTreated(),
              new Effect.Basis(count, medians.spreads().onTreated())));
    }
    return effects;
  }

  /** The test that the effect does not vary. */
  Effect heterogeneity() {
    Wald wald = medians.heterogeneity();
    return test(
        "all coefficients but the intercept are 0",
        wald.statistic(),
        wald.pValue(),
        wald.degrees());
  }

  /** A test of whether the effect varies. */
  Effect test(String hypothesis, double statistic, double pValue, int degrees) {
    return test("heterogeneity", hypothesis, statistic, pValue, degrees);
  }

  /** A test of an effect's shape. */
  Effect test(String term, String hypothesis, Wald wald) {
    return test(term, hypothesis, wald.statistic(), wald.pValue(), wald.degrees());
  }

  private Effect test(
      String term, String hypothesis, double statistic, double pValue, int degrees) {
    return new Effect(
        term,
        Effect.Kind.TEST,
        hypothesis + among(),
        new Estimate(statistic, Double.NaN),
        pValue,
        degrees,
        new Effect.Basis(count, Double.NaN));
  }
}
