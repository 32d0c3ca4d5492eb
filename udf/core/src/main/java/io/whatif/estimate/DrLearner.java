/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import java.util.List;

/**
 * The DR-learner: {@link PseudoOutcomes} regressed on the features.
 *
 * <p>With {@code final => 'ols'}, the default, on \( \phi(x) = (1, x) \): the coefficients estimate
 * the linear projection of the effect, every row counting alike, and their intervals are valid
 * because the pseudo-outcomes' errors are products of those of outcomes and propensities. With
 * another learner the effect has no valid interval.
 *
 * <p>Sources: Kennedy 2023, doi:10.1214/23-EJS2157; Semenova and Chernozhukov 2021,
 * doi:10.1093/ectj/utaa027, for the intervals; EconML's LinearDRLearner.
 */
final class DrLearner implements EffectLearner {
  @Override
  public String name() {
    return "dr";
  }

  @Override
  public List<Option> options() {
    return List.of(EffectOptions.FINAL, EffectOptions.CLIP, EffectOptions.OUTCOME_MODEL);
  }

  @Override
  public ArmFits fitArms(Run run, Study study, FitOptions options) {
    ArmNuisances.checkTreatment(study, name());
    boolean joint = options.own().text(EffectOptions.OUTCOME_MODEL).equals("joint");
    DoublyRobust fit = new DoublyRobust(run, study, options, joint);
    if (EffectOptions.isLinear(EffectOptions.last(options, "ols"))) {
      return fit.linear();
    }
    EffectOptions.checkLearned(options, name());
    return fit.learned(this);
  }

  @Override
  public LearnedEffect learn(Ground ground, int arm) {
    return ground.project(ground.pseudo().values()[arm - 1]);
  }
}
