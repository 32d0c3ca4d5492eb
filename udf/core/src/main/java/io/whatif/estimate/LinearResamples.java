/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import io.whatif.inference.BootstrapWeights;
import io.whatif.learn.Folds;
import io.whatif.learn.Learner;
import io.whatif.learn.Learners;
import io.whatif.learn.ResampledFits;
import io.whatif.learn.ResampledLearners;
import io.whatif.learn.Target;
import io.whatif.math.Gram;
import java.util.List;

/**
 * The estimates of {@link LinearDml} in many bootstrap resamples, nuisances fitted anew in each,
 * for learners that {@link ResampledLearners} takes.
 *
 * <p>Method: one scan gives the nuisances of all draws; one the residual regressions ({@link
 * ResampledRegression}); for averages of a binary treatment a third the scores ({@link
 * ResampledScores}). Of least squares and one number as the effect the first is enough: products of
 * residuals follow from the Gram matrices they were fitted by. Predictions are made again in each
 * scan and not kept. Folds are those of the first repetition; the copies of a row share its fold.
 *
 * <p>Cost of each scan: {@code draws * (columns + p^2)} operations a row, p terms of the effect;
 * memory {@code folds * draws * p^2} doubles for each thread. Draws are taken in as many rounds as
 * the sums of nuisances need to stay below {@value #SUMS} doubles a thread.
 */
final class LinearResamples {
  private static final long SUMS = 4_000_000;

  private final Run run;
  private final Study study;
  private final EffectBasis basis;
  private final Folds folds;

  /** How many averages there are rows of. */
  private final int averages;

  private final ResampledLearners learners;

  private LinearResamples(Run run, Study study, FitOptions options, boolean averages) {
    this.run = run;
    this.study = study;
    this.basis = LinearDml.basis(run, study, options);
    this.folds = CrossFit.folds(run, study, options, options.seed());
    boolean binary = study.treatment().binary();
    this.averages = !averages ? 0 : binary ? 2 : basis.width() > 1 ? 1 : 0;
    this.learners =
        new ResampledLearners(run, study.data(), study.covariates(), asked(study, options), folds);
  }

  private static List<ResampledLearners.Asked> asked(Study study, FitOptions options) {
    Learner outcome = outcome(options);
    Learner treatment = treatment(study, options);
    Target.Kind kind = study.treatment().binary() ? Target.Kind.PROBABILITY : Target.Kind.VALUE;
    return List.of(
        new ResampledLearners.Asked(
            outcome, new Target(Study.OUTCOME, Target.Kind.VALUE, study.weightColumn())),
        new ResampledLearners.Asked(
            treatment, new Target(Study.TREATMENT, kind, study.weightColumn())));
  }

  private static Learner outcome(FitOptions options) {
    return Learners.parse("outcome_learner", options.outcomeLearner(), Target.Kind.VALUE);
  }

  private static Learner treatment(Study study, FitOptions options) {
    return Learners.parse(
        "treatment_learner",
        options.treatmentLearner(),
        study.treatment().binary() ? Target.Kind.PROBABILITY : Target.Kind.VALUE);
  }

  /** Whether the learners of a call are such that resamples follow from sums. */
  static boolean takes(Study study, FitOptions options) {
    return ResampledLearners.takes(outcome(options), treatment(study, options));
  }

  /** What is asked for. */
  record Asked(int draws, boolean averages) {}

  /**
   * The estimates in the sample itself and in each resample.
   *
   * @param asked how many draws, and whether of averages too
   * @return for each row of the summary that has an error, in order, draws 0 (the sample) to the
   *     last; averages only if they are asked for
   */
  static double[][] estimates(
      Run run, Study study, FitOptions options, BootstrapWeights weights, Asked asked) {
    LinearResamples resamples = new LinearResamples(run, study, options, asked.averages());
    int draws = asked.draws();
    int p = resamples.basis.width();
    int averages = resamples.averages;
    double[][] all = new double[p + averages][draws + 1];
    int round = resamples.learners.drawsWithin(SUMS);
    for (int from = 0; from <= draws; from += round) {
      int to = (int) Math.min(draws + 1L, (long) from + round);
      run.progress("bootstrap", from, draws + 1L);
      double[][] some = resamples.round(weights.draws(from, to));
      for (int row = 0; row < all.length; row++) {
        System.arraycopy(some[row], 0, all[row], from, to - from);
      }
    }
    return all;
  }

  private double[][] round(BootstrapWeights.Draws draws) {
    ResampledFits fits = learners.fit(draws);
    if (averages == 0 && basis.width() == 1 && fits.residualProducts(0, 0) != null) {
      return new double[][] {constants(fits)};
    }
    ResampledRows.Round round = new ResampledRows.Round(study, basis, folds, fits, draws);
    ResampledRegression sums = ResampledRegression.of(run, round);
    int p = basis.width();
    double[][] rows = new double[p + averages][draws.count()];
    double[][] withoutFold = new double[folds.count()][p * draws.count()];
    for (int b = 0; b < draws.count(); b++) {
      double[] beta = sums.solve(-1, b);
      for (int t = 0; t < p; t++) {
        rows[t][b] = beta[t];
      }
      if (averages == 1) {
        rows[p][b] = sums.mean(beta, b);
      }
      for (int k = 0; averages == 2 && k < folds.count(); k++) {
        double[] other = sums.solve(k, b);
        for (int t = 0; t < p; t++) {
          withoutFold[k][t * draws.count() + b] = other[t];
        }
      }
    }
    if (averages == 2) {
      ResampledScores scores = ResampledScores.of(run, round, withoutFold);
      for (int b = 0; b < draws.count(); b++) {
        rows[p][b] = scores.average(b);
        rows[p + 1][b] = scores.averageOnTreated(b);
      }
    }
    return rows;
  }

  /** The effect as one number in each draw, without another scan. */
  private double[] constants(ResampledFits fits) {
    double[] effects = new double[fits.draws()];
    for (int b = 0; b < effects.length; b++) {
      double uv = 0;
      double vv = 0;
      for (int k = 0; k < folds.count(); k++) {
        Gram products = fits.residualProducts(k, b);
        if (products != null) {
          uv += products.get(ResampledRows.OUTCOME, ResampledRows.TREATMENT);
          vv += products.get(ResampledRows.TREATMENT, ResampledRows.TREATMENT);
        }
      }
      effects[b] = uv / vv;
    }
    return effects;
  }
}
