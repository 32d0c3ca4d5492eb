/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Run;
import io.whatif.inference.Estimate;
import io.whatif.model.LinearCate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One fit by a method that predicts each arm. The average effect is the mean of {@link
 * PseudoOutcomes}, the average on the treated that of \( \{D (y - g_0) - (1 - D) \frac{e}{1 - e} (y
 * - g_0)\} / P(D = 1) \), whatever the effect is learned by.
 *
 * <p>Sources: Robins, Rotnitzky and Zhao 1994, doi:10.1080/01621459.1994.10476818; Chernozhukov et
 * al. 2018, doi:10.1111/ectj.12097.
 */
final class DoublyRobust {
  private final Run run;
  private final Study study;
  private final FitOptions options;
  private final boolean joint;
  private final double clip;

  /**
   * A fit to be made.
   *
   * @param joint whether one model predicts the outcomes of all arms
   */
  DoublyRobust(Run run, Study study, FitOptions options, boolean joint) {
    this.run = run;
    this.study = study;
    this.options = options;
    this.joint = joint;
    this.clip = EffectOptions.clip(options);
  }

  /** With the effect linear in the features. */
  Fit linear() {
    EffectBasis plain = new EffectBasis(study, options);
    LinearDml.checkRows(study, plain);
    EffectBasis basis =
        options.scale().centred() ? plain.centred(EffectMeans.of(run, study, plain)) : plain;
    Repetitions<Linear> all = Repetitions.of(run, study, options, seed -> linear(basis, seed));
    Linear first = all.first();
    Medians medians = all.medians(0);
    LinearCate model =
        LinearDml.model(run, study, basis, new LinearDml.Fitted(medians, options.level()));
    boolean varies = basis.width() > 1;
    Evidence evidence =
        new Evidence(
            first.nuisances().against(1),
            first.scores(),
            medians.constant(),
            new Evidence.Repeated(medians.reps(), medians.spreads().average(), medians.cov()),
            new Evidence.Shape(
                varies,
                basis.width(),
                first.stage().bread.rank(),
                varies ? medians.heterogeneity().pValue() : Double.NaN,
                Double.NaN));
    Diagnostics diagnostics = new Diagnostics(run, study, options, evidence);
    EffectRows rows = EffectRows.of(study, medians, first.stage());
    List<Effect> effects = new ArrayList<>();
    if (varies) {
      effects.addAll(rows.coefficients(basis.terms()));
    } else {
      effects.add(rows.treatment("ATE", medians.coefficient(0), medians.spreads().beta()[0]));
    }
    effects.addAll(rows.averages());
    if (varies) {
      effects.add(rows.heterogeneity());
    }
    return new Fit(
        model, effects, diagnostics.figures(), diagnostics.explain(), diagnostics.warnings());
  }

  /** One repetition of a linear fit. */
  private record Linear(
      List<Medians.Estimates> estimates, ArmNuisances nuisances, FinalStage stage, Scores scores)
      implements Repetitions.Once {
    @Override
    public long rowBytes() {
      return 48 + 32 + 40;
    }
  }

  private Linear linear(EffectBasis basis, long seed) {
    ArmNuisances nuisances =
        ArmNuisances.of(run, study, options, new ArmNuisances.Plan(joint, false, seed));
    PseudoOutcomes pseudo = PseudoOutcomes.of(nuisances, clip);
    FinalStage stage = FinalStage.of(run, study, pseudo, basis);
    LinearDml.checkComplete(stage);
    String cov = LinearDml.cov(options, stage);
    Sandwich.Covariance v = stage.covariance(run, study, pseudo, cov);
    Scores scores = scores(nuisances, pseudo, effects(stage, nuisances));
    Medians.Estimates estimates =
        estimates(nuisances, scores, new Coefficients(stage.beta, v.matrix(), cov, v.name()));
    return new Linear(List.of(estimates), nuisances, stage, scores);
  }

  /**
   * Coefficients of an effect that has some.
   *
   * @param cov the covariance asked for
   * @param name what it came to
   */
  private record Coefficients(double[] beta, double[] covariance, String cov, String name) {}

  /** The effect of each row by the coefficients of the other folds. */
  private double[] effects(FinalStage stage, ArmNuisances nuisances) {
    double[] tau = new double[nuisances.y.length];
    study
        .data()
        .scan(
            run,
            new CrossFit.Fill() {
              @Override
              public void accumulate(Batch batch, CrossFit.Nothing sum) {
                double[][] phi = stage.basis.fill(batch);
                for (int i = 0; i < batch.rows(); i++) {
                  int row = (int) batch.firstRow() + i;
                  double[] beta = stage.withoutFold[nuisances.folds.of(row)];
                  tau[row] = FinalStage.effect(phi, i, beta, 0);
                }
              }
            });
    return tau;
  }

  private Scores scores(ArmNuisances nuisances, PseudoOutcomes pseudo, double[] tau) {
    run.memory().take(8L * tau.length, "the scores");
    double[] score = pseudo.values()[0].clone();
    for (int i = 0; i < score.length; i++) {
      score[i] = Double.isNaN(tau[i]) ? Double.NaN : score[i];
    }
    double[][] columns = {nuisances.y, nuisances.d, tau, score, pseudo.slopes()[0]};
    return new Scores(columns, study);
  }

  private Medians.Estimates estimates(
      ArmNuisances nuisances, Scores scores, Coefficients coefficients) {
    CrossFit residuals = nuisances.against(1);
    Estimate onTreated =
        scores.onTreated(
            i ->
                Double.isNaN(scores.score[i])
                    ? Double.NaN
                    : nuisances.y[i] - nuisances.outcome[0][i],
            i -> Math.min(1 - clip, Math.max(clip, residuals.treatment[i])));
    return new Medians.Estimates(
        coefficients.beta(),
        coefficients.covariance(),
        ConstantEffect.of(scores, residuals, coefficients.cov(), study),
        scores.average(),
        onTreated,
        coefficients.name());
  }

  /** With the effect by learners; without features it is linear, a number. */
  Fit learned(EffectLearner learner) {
    if (study.features().isEmpty()) {
      return linear();
    }
    LinearDml.checkRows(study, new EffectBasis(study, options));
    boolean[] complete = FeatureLearner.complete(run, study, options);
    Repetitions<Averaged> all =
        Repetitions.of(run, study, options, seed -> averaged(complete, seed));
    Averaged first = all.first();
    EffectLearner.LearnedEffect effect =
        learner.learn(
            new EffectLearner.Ground(
                run, study, options, first.nuisances(), first.pseudo(), complete),
            1);
    double[] tau = effect.values().clone();
    for (int i = 0; i < tau.length; i++) {
      tau[i] = complete[i] ? tau[i] : Double.NaN;
    }
    Scores scores = scores(first.nuisances(), first.pseudo(), tau);
    CrossFit residuals = first.nuisances().against(1);
    return new LearnedFit(run, study, options).of(residuals, scores, effect, all.medians(0));
  }

  /** One repetition of the averages. */
  private record Averaged(
      List<Medians.Estimates> estimates, ArmNuisances nuisances, PseudoOutcomes pseudo)
      implements Repetitions.Once {
    @Override
    public long rowBytes() {
      return 48 + 32 + 40;
    }
  }

  private Averaged averaged(boolean[] complete, long seed) {
    boolean whole = EffectLearner.allAreFeatures(study);
    ArmNuisances nuisances =
        ArmNuisances.of(run, study, options, new ArmNuisances.Plan(joint, whole, seed));
    PseudoOutcomes pseudo = PseudoOutcomes.of(nuisances, clip);
    double[] known = new double[complete.length];
    Arrays.setAll(known, i -> complete[i] ? 0 : Double.NaN);
    Scores scores = scores(nuisances, pseudo, known);
    String cov = LearnedFit.cov(options, study);
    Medians.Estimates estimates =
        estimates(nuisances, scores, new Coefficients(new double[0], new double[0], cov, cov));
    return new Averaged(List.of(estimates), nuisances, pseudo);
  }
}
