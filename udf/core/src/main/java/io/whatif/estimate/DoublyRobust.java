/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import io.whatif.inference.Estimate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One fit by a method that predicts each arm. The average effect of an arm is the mean of its
 * {@link PseudoOutcomes} over the rows of all arms, the average on the treated that of \( (1\{D =
 * a\} - 1\{D = 0\} p_a / p_0) (y - g_0) / P(D = a) \), whatever the effect is learned by.
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

  /** Effects there are: one for each arm but the control. */
  private final int effects;

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
    this.effects = study.treatment().arms().size() - 1;
  }

  /** One repetition of a linear fit. */
  private record Linear(
      List<Medians.Estimates> estimates,
      ArmNuisances nuisances,
      PseudoOutcomes pseudo,
      FinalStage stage,
      long rowBytes)
      implements Repetitions.Once {}

  /** With the effects linear in the features. */
  ArmFits linear() {
    EffectBasis plain = new EffectBasis(study, options);
    LinearDml.checkRows(study, plain);
    EffectBasis basis =
        options.scale().centred() ? plain.centred(EffectMeans.of(run, study, plain)) : plain;
    Repetitions<Linear> all =
        Repetitions.of(
            run.part("", 0, 0.85), study, options, (part, seed) -> linear(part, basis, seed));
    run.reached("diagnostics", 0.85);
    Linear first = all.first();
    Support support = Support.of(run, study, basis);
    List<Fit> fits = new ArrayList<>();
    for (int arm = 1; arm <= effects; arm++) {
      Medians medians = all.medians(arm - 1);
      Scores scores = scores(first.nuisances(), first.pseudo(), arm, tau(first, arm));
      boolean varies = basis.width() > 1;
      Evidence.Shape shape =
          new Evidence.Shape(
              varies,
              basis.width(),
              first.stage().bread.rank(),
              varies ? medians.heterogeneity().pValue() : Double.NaN,
              Double.NaN);
      Diagnostics diagnostics =
          diagnostics(arm, new Found(first.nuisances(), scores, medians, shape));
      Fit fit =
          new Fit(
              LinearDml.model(support, basis, new LinearDml.Fitted(medians, options.level())),
              effects(EffectRows.of(study, medians, first.stage()), basis),
              diagnostics.figures(),
              diagnostics.explain(),
              diagnostics.warnings());
      fits.add(fit.predicting(scores.tau));
    }
    return ArmFits.jointly(fits, all.medians(effects).covariance());
  }

  private Linear linear(Run part, EffectBasis basis, long seed) {
    ArmNuisances nuisances =
        ArmNuisances.of(
            part.part("", 0, 0.9), study, options, new ArmNuisances.Plan(joint, false, seed));
    PseudoOutcomes pseudo = PseudoOutcomes.of(run, nuisances, clip);
    FinalStage stage = FinalStage.of(run, study, pseudo, basis);
    LinearDml.checkComplete(stage);
    String cov = LinearDml.cov(options, stage);
    Sandwich.Covariance v = stage.covariance(run, study, pseudo, cov);
    Medians.Estimates together =
        new Medians.Estimates(
            stage.beta,
            v.matrix(),
            Estimate.UNDEFINED,
            Estimate.UNDEFINED,
            Estimate.UNDEFINED,
            v.name());
    boolean[] complete = basis.complete(run, study.data());
    List<Medians.Estimates> estimates = new ArrayList<>();
    for (int arm = 1; arm <= effects; arm++) {
      Medians.Estimates averages = averages(nuisances, pseudo, arm, complete, cov);
      estimates.add(averages.with(together.block(arm - 1, basis.width())));
    }
    estimates.add(together);
    return new Linear(estimates, nuisances, pseudo, stage, rowBytes());
  }

  /** Bytes a row that nuisances and pseudo-outcomes hold. */
  private long rowBytes() {
    return ArmNuisances.rowBytes(effects + 1) + PseudoOutcomes.rowBytes(effects);
  }

  /** The effect of each row by the coefficients of the other folds. */
  private double[] tau(Linear fit, int arm) {
    FinalStage stage = fit.stage();
    double[] tau = new double[fit.nuisances().y.length];
    study
        .data()
        .forEachBatch(
            run,
            batch -> {
              double[][] phi = stage.basis.fill(batch);
              for (int i = 0; i < batch.rows(); i++) {
                int row = (int) batch.firstRow() + i;
                double[] beta = stage.withoutFold[fit.nuisances().folds.of(row)];
                tau[row] = FinalStage.effect(phi, i, beta, arm - 1);
              }
            });
    return tau;
  }

  private static List<Effect> effects(EffectRows rows, EffectBasis basis) {
    List<Effect> effects = new ArrayList<>();
    if (basis.width() > 1) {
      effects.addAll(rows.coefficients(basis.terms()));
      effects.addAll(rows.averages());
      effects.add(rows.heterogeneity());
      return effects;
    }
    Medians medians = rows.medians();
    effects.add(rows.treatment("ATE", medians.coefficient(0), medians.spreads().beta()[0]));
    effects.addAll(rows.averages());
    return effects;
  }

  /** Scores of all rows, of the effect of an arm; NaN where the effect is. */
  private Scores scores(ArmNuisances nuisances, PseudoOutcomes pseudo, int arm, double[] tau) {
    int n = tau.length;
    run.memory().take(24L * n, "the scores");
    double[] score = pseudo.values()[arm - 1].clone();
    double[] d = effects == 1 ? nuisances.d : new double[n];
    for (int i = 0; i < n; i++) {
      score[i] = Double.isNaN(tau[i]) ? Double.NaN : score[i];
      d[i] = nuisances.d[i] == arm ? 1 : 0;
    }
    return new Scores(new double[][] {nuisances.y, d, tau, score, pseudo.slopes()[arm - 1]}, study);
  }

  /** The averages of one arm, with the coefficients still to come. */
  private Medians.Estimates averages(
      ArmNuisances nuisances, PseudoOutcomes pseudo, int arm, boolean[] complete, String cov) {
    int n = complete.length;
    double[] known = new double[n];
    Arrays.setAll(known, i -> complete[i] ? 0 : Double.NaN);
    Scores scores = scores(nuisances, pseudo, arm, known);
    run.memory().giveBack(24L * n);
    CrossFit residuals = nuisances.against(arm);
    double[] two = new double[n];
    for (int i = 0; i < n; i++) {
      double own = nuisances.d[i];
      two[i] = own == 0 ? 0 : own == arm ? 1 : Double.NaN;
    }
    double[] score = scores.score.toArray();
    Scores ofTwo =
        new Scores(new double[][] {nuisances.y, two, known, score, new double[0]}, study);
    double[] treated = scores.d.toArray();
    double[] propensity = residuals.treatment.toArray();
    OnTreated.Rest rest =
        (from, to, into) -> {
          for (int i = from; i < to; i++) {
            double e = Math.min(1 - clip, Math.max(clip, propensity[i]));
            into.treatment()[i - from] = treated[i];
            into.values()[i - from] =
                complete[i] ? nuisances.y[i] - nuisances.outcome[0][i] : Double.NaN;
            into.odds()[i - from] = Double.isNaN(two[i]) ? 0 : e / (1 - e);
          }
        };
    Estimate onTreated = OnTreated.of(run, scores, () -> rest).estimate(run);
    return new Medians.Estimates(
        new double[0],
        new double[0],
        ConstantEffect.of(run, ofTwo, residuals, cov, study),
        scores.average(run),
        onTreated,
        cov);
  }

  /**
   * What was found of one arm.
   *
   * @param nuisances of the first repetition
   * @param scores of all rows
   */
  private record Found(
      ArmNuisances nuisances, Scores scores, Medians medians, Evidence.Shape shape) {}

  /** Of several arms, figures that compare two are of their rows alone. */
  private Diagnostics diagnostics(int arm, Found found) {
    Medians medians = found.medians();
    Evidence.Repeated repeated =
        new Evidence.Repeated(medians.reps(), medians.spreads().average(), medians.cov());
    ArmNuisances nuisances = found.nuisances();
    CrossFit residuals = nuisances.against(arm);
    if (effects == 1) {
      return new Diagnostics(
          run,
          study,
          options,
          new Evidence(
              study, residuals, found.scores(), medians.constant(), repeated, found.shape()));
    }
    Pair pair = new Pair(run, study, arm);
    long bytes = 8L * study.data().schema().size() * pair.rows();
    Study two = pair.study(run);
    CrossFit own =
        new CrossFit(
            pair.kept(residuals.outcome.toArray()),
            pair.kept(residuals.treatment.toArray()),
            nuisances.folds,
            nuisances.fit);
    Scores scores = pairScores(pair, two, nuisances, arm, found.scores().tau.toArray());
    Diagnostics diagnostics =
        new Diagnostics(
            run,
            two,
            options,
            new Evidence(
                own,
                scores,
                medians.constant(),
                repeated,
                found.shape(),
                new Evidence.Overall(study, found.scores(), nuisances.folds)));
    run.memory().giveBack(bytes);
    return diagnostics;
  }

  /** Scores of the rows of two arms, as if there were no others. */
  private Scores pairScores(Pair pair, Study two, ArmNuisances nuisances, int arm, double[] tau) {
    double[] propensity = nuisances.against(arm).treatment.toArray();
    int n = tau.length;
    double[] score = new double[n];
    double[] slope = new double[n];
    double[] d = new double[n];
    for (int i = 0; i < n; i++) {
      d[i] = nuisances.d[i] == arm ? 1 : 0;
      double e = Math.min(1 - clip, Math.max(clip, propensity[i]));
      slope[i] = (d[i] - e) / (e * (1 - e));
      double effect = nuisances.outcome[arm][i] - nuisances.outcome[0][i];
      double left = nuisances.y[i] - nuisances.outcome[d[i] == 1 ? arm : 0][i];
      score[i] = Double.isNaN(tau[i]) ? Double.NaN : effect + slope[i] * left;
    }
    return new Scores(
        new double[][] {
          pair.kept(nuisances.y), pair.kept(d), pair.kept(tau), pair.kept(score), pair.kept(slope)
        },
        two);
  }

  /** One repetition of the averages. */
  private record Averaged(
      List<Medians.Estimates> estimates,
      ArmNuisances nuisances,
      PseudoOutcomes pseudo,
      long rowBytes)
      implements Repetitions.Once {}

  /** With the effects by learners; without features they are linear: numbers. */
  ArmFits learned(EffectLearner learner) {
    if (study.features().isEmpty()) {
      return linear();
    }
    LinearDml.checkRows(study, new EffectBasis(study, options));
    boolean[] complete = FeatureLearner.complete(run, study, options);
    Repetitions<Averaged> all =
        Repetitions.of(
            run.part("", 0, 0.5), study, options, (part, seed) -> averaged(part, complete, seed));
    Averaged first = all.first();
    List<Fit> fits = new ArrayList<>();
    for (int arm = 1; arm <= effects; arm++) {
      Run part = run.part("effect", 0.5, 1).step("arm", arm - 1, effects);
      EffectLearner.Ground ground =
          new EffectLearner.Ground(
              part, study, options, first.nuisances(), first.pseudo(), complete);
      EffectLearner.LearnedEffect effect = learner.learn(ground, arm);
      double[] tau = effect.values().clone();
      for (int i = 0; i < tau.length; i++) {
        tau[i] = complete[i] ? tau[i] : Double.NaN;
      }
      Medians medians = all.medians(arm - 1);
      Scores scores = scores(first.nuisances(), first.pseudo(), arm, tau);
      Found found =
          new Found(first.nuisances().with(effect), scores, medians, Evidence.Shape.LEARNED);
      fits.add(
          new LearnedFit(study, options)
              .of(diagnostics(arm, found), scores, effect.parts(), medians));
    }
    return ArmFits.apart(fits);
  }

  private Averaged averaged(Run part, boolean[] complete, long seed) {
    boolean first = seed == options.seed();
    boolean whole = first && EffectLearner.allAreFeatures(study);
    ArmNuisances nuisances =
        ArmNuisances.of(part, study, options, new ArmNuisances.Plan(joint, whole, seed));
    PseudoOutcomes pseudo = PseudoOutcomes.of(run, nuisances, clip);
    String cov = LearnedFit.cov(options, study);
    List<Medians.Estimates> estimates = new ArrayList<>();
    for (int arm = 1; arm <= effects; arm++) {
      estimates.add(averages(nuisances, pseudo, arm, complete, cov));
    }
    return new Averaged(estimates, nuisances, pseudo, rowBytes());
  }
}
