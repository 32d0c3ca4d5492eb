/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.model.LearnedCate;
import java.util.List;

/**
 * The T-learner: \( \hat\tau(x) = \hat\mu_1(x) - \hat\mu_0(x) \), the outcome of each arm predicted
 * by a model of its own.
 *
 * <p>With controls beyond the features the effect is a function of the features alone: the learner
 * of {@code final} predicts the out-of-fold differences from them. The average effect and those of
 * fifths are of doubly robust scores; the effect itself has no valid interval.
 *
 * <p>Source: Künzel, Sekhon, Bickel and Yu 2019, doi:10.1073/pnas.1804597116.
 */
final class TLearner implements EffectLearner {
  @Override
  public String name() {
    return "t";
  }

  @Override
  public LearnedEffect learn(Ground ground, int arm) {
    return difference(ground, arm, false);
  }

  /**
   * The difference of two arms' predicted outcomes, as it is or by the features alone.
   *
   * @param joint whether one model predicts all arms
   */
  static LearnedEffect difference(Ground ground, int arm, boolean joint) {
    ArmNuisances nuisances = ground.nuisances();
    double[] effect = nuisances.effect(arm);
    Study study = ground.study();
    if (!EffectLearner.allAreFeatures(study)) {
      return ground.project(
          effect, fold -> nuisances.effectWithout(ground.run(), study, arm, fold));
    }
    List<Integer> inputs =
        new java.util.ArrayList<>(FeatureLearner.inputs(study, study.covariates().columns()));
    if (joint) {
      inputs.add(LearnedCate.Part.ARM);
    }
    return new LearnedEffect(
        effect,
        List.of(
            new LearnedCate.Part(1, null, nuisances.whole(arm), inputs, arm),
            new LearnedCate.Part(-1, null, nuisances.whole(0), inputs, 0)),
        null,
        true);
  }
}
