/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.inference.Estimate;
import io.whatif.model.LearnedCate;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The R-learner: with the residuals \( u = Y - \hat m \) and \( v = D - \hat e \) out of fold, the
 * learner of {@code final} minimises \( \sum v^2 (u / v - \tau(x))^2 \) over the features.
 *
 * <p>With {@code final => 'ols'}, and without features, it is {@link LinearDml}, intervals and all.
 * With another learner the effect has no valid interval; the average is that of {@link Scores},
 * each repetition by an effect of its own.
 *
 * <p>Source: Nie and Wager 2021, doi:10.1093/biomet/asaa076.
 */
final class RLearner implements Estimator {
  @Override
  public String name() {
    return "r";
  }

  @Override
  public List<Option> options() {
    return List.of(EffectOptions.FINAL);
  }

  @Override
  public Fit fit(Run run, Study study, FitOptions options) {
    boolean linear = EffectOptions.isLinear(EffectOptions.last(options, options.outcomeLearner()));
    if (linear || study.features().isEmpty()) {
      return new LinearDml().fit(run, study, options);
    }
    if (study.treatment().continuous()) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          "treatment => '%s': column is continuous, and method 'r' takes two values unless final => 'ols'. Say final => 'ols', or use method => 'linear_dml'."
              .formatted(study.treatment().column()));
    }
    EffectOptions.checkLearned(options, name());
    LinearDml.checkRows(study, new EffectBasis(study, options));
    boolean[] complete = FeatureLearner.complete(run, study, options);
    Repetitions<Repetition> all =
        Repetitions.of(
            run.part("", 0, 0.9),
            study,
            options,
            (part, seed) -> once(part, study, options, complete, seed));
    Repetition first = all.first();
    Medians medians = all.medians(0);
    Evidence evidence =
        new Evidence(
            study,
            first.nuisances(),
            first.scores(),
            medians.constant(),
            new Evidence.Repeated(medians.reps(), medians.spreads().average(), medians.cov()),
            Evidence.Shape.LEARNED);
    Diagnostics diagnostics = new Diagnostics(run, study, options, evidence);
    return new LearnedFit(study, options).of(diagnostics, first.scores(), first.parts(), medians);
  }

  /** One partition into folds. */
  private record Repetition(
      List<Medians.Estimates> estimates,
      CrossFit nuisances,
      Scores scores,
      List<LearnedCate.Part> parts)
      implements Repetitions.Once {
    @Override
    public long rowBytes() {
      return 16 + 48 + FeatureLearner.KEPT_BYTES;
    }
  }

  private static Repetition once(
      Run run, Study study, FitOptions options, boolean[] complete, long seed) {
    CrossFit nuisances = CrossFit.of(run.part("", 0, 0.7), study, options, seed);
    int n = complete.length;
    run.memory().take(48L * n, "the scores");
    double[] y = study.column(run, Study.OUTCOME);
    double[] d = study.column(run, Study.TREATMENT);
    double[] outcome = nuisances.outcome.toArray();
    double[] treatment = nuisances.treatment.toArray();
    double[] target = new double[n];
    double[] weight = new double[n];
    for (int i = 0; i < n; i++) {
      double v = d[i] - treatment[i];
      target[i] = v == 0 ? 0 : (y[i] - outcome[i]) / v;
      weight[i] = complete[i] ? study.weight(i) * v * v : 0;
    }
    FeatureLearner.Learned learned =
        FeatureLearner.byFeatures(study, options, EffectLearner.finalLearner(options))
            .fit(run, study, nuisances.folds, FeatureLearner.Wanted.value(target, weight));
    List<Integer> inputs = IntStream.range(0, study.features().size()).boxed().toList();
    CrossFit.Fitted fitted =
        new CrossFit.Fitted(
            nuisances.learners + "; effect: " + learned.description(),
            nuisances.converged && learned.converged());
    CrossFit told = new CrossFit(nuisances.outcome, nuisances.treatment, nuisances.folds, fitted);
    double[] tau = learned.values().clone();
    double[] score = new double[n];
    double[] slope = new double[n];
    for (int i = 0; i < n; i++) {
      tau[i] = complete[i] ? tau[i] : Double.NaN;
      double e = Scores.clip(treatment[i]);
      slope[i] = (d[i] - e) / (e * (1 - e));
      score[i] = tau[i] + slope[i] * (y[i] - outcome[i] - (d[i] - e) * tau[i]);
    }
    Scores scores = new Scores(new double[][] {y, d, tau, score, slope}, study);
    String cov = LearnedFit.cov(options, study);
    Estimate constant = ConstantEffect.of(run, scores, nuisances, cov, study);
    Medians.Estimates estimates =
        new Medians.Estimates(
            new double[0],
            new double[0],
            constant,
            scores.average(run),
            scores.onTreated(run, nuisances),
            cov);
    LearnedCate.Part part = new LearnedCate.Part(1, null, learned.whole(), inputs, 0);
    return new Repetition(List.of(estimates), told, scores, List.of(part));
  }
}
