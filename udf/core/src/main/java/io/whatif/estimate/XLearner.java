/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.learn.Covariate;
import io.whatif.learn.Target;
import io.whatif.model.LearnedCate.Part;
import io.whatif.model.LearnedCate.Weight;
import io.whatif.model.Predictor;
import java.util.List;

/**
 * The X-learner: effects imputed by the other arm's outcome model, \( Y - \hat\mu_0(x) \) of the
 * treated and \( \hat\mu_1(x) - Y \) of the untreated, each fitted by the learner of {@code final},
 * \( \hat\tau_1 \) and \( \hat\tau_0 \); and \( \hat\tau(x) = \hat e(x) \hat\tau_0(x) + (1 - \hat
 * e(x)) \hat\tau_1(x) \), e clipped. The outcome models did not see the fold of the row they
 * impute, and those of an out-of-fold effect not the fold it is for, or its row's own outcome would
 * move it.
 *
 * <p>With controls beyond the features all this is by all covariates, and the effect by the
 * features alone as {@link TLearner} has it.
 *
 * <p>Source: Künzel, Sekhon, Bickel and Yu 2019, doi:10.1073/pnas.1804597116.
 */
final class XLearner implements EffectLearner {
  @Override
  public String name() {
    return "x";
  }

  @Override
  public LearnedEffect learn(Ground ground, int arm) {
    Study study = ground.study();
    FeatureLearner byCovariates = FeatureLearner.byCovariates(ground.study(), ground.learner());
    FeatureLearner.Learned ofTreated = imputed(ground, byCovariates, arm, arm);
    FeatureLearner.Learned ofUntreated = imputed(ground, byCovariates, arm, 0);
    double clip = EffectOptions.clip(ground.options());
    double[] propensity = ground.nuisances().against(arm).treatment.toArray();
    double[] tau = weighted(propensity, clip, ofUntreated.values(), ofTreated.values());
    String learners =
        "imputed effects: %s | %s".formatted(ofUntreated.description(), ofTreated.description());
    boolean converged = ofTreated.converged() && ofUntreated.converged();
    if (!EffectLearner.allAreFeatures(study)) {
      LearnedEffect projected =
          ground.project(
              tau,
              fold ->
                  weighted(
                      propensity,
                      clip,
                      byCovariates.values(ground.run(), study, ofUntreated.without().apply(fold)),
                      byCovariates.values(ground.run(), study, ofTreated.without().apply(fold))));
      return new LearnedEffect(
          projected.values(),
          projected.parts(),
          learners + "; " + projected.learners(),
          converged && projected.converged());
    }
    List<Covariate> columns = study.covariates().columns();
    List<Integer> inputs = FeatureLearner.inputs(study, columns);
    Predictor chance = propensity(ground, arm);
    Weight weight = new Weight(chance, clip, 1 - clip, false);
    Weight complement = new Weight(chance, clip, 1 - clip, true);
    List<Part> parts =
        List.of(
            new Part(1, weight, ofUntreated.whole(), inputs, 0),
            new Part(1, complement, ofTreated.whole(), inputs, 0));
    return new LearnedEffect(tau, parts, learners, converged);
  }

  /** \( e \tau_0 + (1 - e) \tau_1 \), e clipped. */
  private static double[] weighted(
      double[] propensity, double clip, double[] ofUntreated, double[] ofTreated) {
    double[] tau = new double[propensity.length];
    for (int i = 0; i < tau.length; i++) {
      double e = Math.min(1 - clip, Math.max(clip, propensity[i]));
      tau[i] = e * ofUntreated[i] + (1 - e) * ofTreated[i];
    }
    return tau;
  }

  /** The effects of one arm's rows, imputed by the outcomes of the other, fitted. */
  private static FeatureLearner.Learned imputed(
      Ground ground, FeatureLearner learner, int arm, int own) {
    ArmNuisances nuisances = ground.nuisances();
    int other = own == 0 ? arm : 0;
    return learner.fit(
        ground.run(),
        ground.study(),
        nuisances.folds,
        FeatureLearner.Wanted.value(
            imputed(nuisances.y, nuisances.outcome[other], own),
            ground.weights(i -> nuisances.d[i] == own)),
        fold ->
            imputed(
                nuisances.y,
                nuisances.outcomeWithout(ground.run(), ground.study(), other, fold),
                own));
  }

  /** What rows of an arm, 0 for the control, differ from what the other arm would give. */
  private static double[] imputed(double[] outcome, double[] other, int own) {
    double[] effect = new double[outcome.length];
    for (int i = 0; i < effect.length; i++) {
      effect[i] = own == 0 ? other[i] - outcome[i] : outcome[i] - other[i];
    }
    return effect;
  }

  /** The propensity for new rows, fitted to all rows of the two arms. */
  private static Predictor propensity(Ground ground, int arm) {
    Study study = ground.study();
    ArmNuisances nuisances = ground.nuisances();
    double[] flag = new double[nuisances.d.length];
    double[] weight = new double[flag.length];
    for (int i = 0; i < flag.length; i++) {
      flag[i] = nuisances.d[i] == arm ? 1 : 0;
      weight[i] = nuisances.d[i] == arm || nuisances.d[i] == 0 ? study.weight(i) : 0;
    }
    FeatureLearner learner =
        FeatureLearner.byCovariates(
            study, NuisanceChoice.treatment(ground.run(), study, ground.options()));
    return learner
        .fit(
            ground.run(),
            study,
            nuisances.folds,
            new FeatureLearner.Wanted(
                study.treatment().column(), Target.Kind.PROBABILITY, flag, weight))
        .whole();
  }
}
