/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.inference.BootstrapWeights;
import io.whatif.inference.Estimate;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * CI-PO, the baseline of the paper: the effect on the treated by regression on the untreated within
 * bins of the out-of-fold propensity ({@link PropensityBins}), with the error of a bootstrap of the
 * whole chain, propensities and all.
 *
 * <p>The error is the standard deviation over resamples of units (rows of a key together); folds
 * stay. Propensities that are given are not fitted, and stay in the resamples. A resample without
 * an estimate, as where an arm is missing from a fold's other rows, is left out; if that are more
 * than a tenth there is no error.
 *
 * <p>Within a bin the outcome without treatment must be linear in the covariates; bins let that
 * bend with the propensity. It is not orthogonal: errors of regression enter in first order.
 *
 * <p>Cost: for each resample a fit of the propensities ({@link ResampledPropensities}) and a scan
 * of O(p^2) a row, again for each group. Memory: 60 bytes a row.
 *
 * <p>Source: "Double Machine Learning at Scale to Predict Causal Impact of Customer Actions", sec.
 * 2.1 and 5.2; the number of bins is causalinference's.
 */
final class CiPo implements AverageEstimator {
  private static final Option BINS =
      Option.integer("bins", "Bins of equally many rows, in the order of propensity.", 5);
  private static final Option DRAWS =
      Option.integer(
          "draws", "Bootstrap resamples of the whole chain, from which the error comes.", 200);

  /** Share of resamples that may have no estimate. */
  private static final double MOST_UNDEFINED = 0.1;

  private static final long BYTES = 60;

  @Override
  public String name() {
    return "ci_po";
  }

  @Override
  public Set<Estimand> estimands() {
    return EnumSet.of(Estimand.ATT);
  }

  @Override
  public boolean takesArms() {
    return false;
  }

  /** Its error counts what another choice of folds would change, nearly. */
  @Override
  public boolean takesFolds() {
    return false;
  }

  @Override
  public Set<Prediction> learns() {
    return EnumSet.of(Prediction.PROPENSITY);
  }

  @Override
  public Set<Prediction> takes() {
    return EnumSet.of(Prediction.PROPENSITY);
  }

  @Override
  public List<Option> options() {
    return List.of(BINS, DRAWS);
  }

  @Override
  public AverageFit fit(Run run, Study study, AverageOptions options, long seed) {
    Settings own = options.fit().own();
    int bins = count(own, BINS, 1, 1000);
    int resamples = count(own, DRAWS, 2, 100_000);
    if (study.isCounted()) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "freq: estimator 'ci_po' resamples the rows as they are, and some stand for several. Expand them, or use estimator => 'aipw'.");
    }
    run.memory().take(BYTES * study.rows(), "the propensities and bins");
    double[] treatment = study.column(run, Study.TREATMENT);
    Chances chances = Chances.of(run, study, options, seed);
    return new Binned(
        study, chances, treatment, new PropensityBins(run, study, bins), resamples, seed);
  }

  private static int count(Settings own, Option option, int low, int high) {
    long value = own.integer(option);
    if (value < low || value > high) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "%s => %d: must lie between %d and %d.".formatted(option.name(), value, low, high));
    }
    return (int) value;
  }

  /**
   * The propensities of the rows.
   *
   * @param sample those of the sample
   * @param refit fits them to resamples, null if they are given
   */
  private record Chances(double[] sample, String learners, @Nullable ResampledPropensities refit) {
    static Chances of(Run run, Study study, AverageOptions options, long seed) {
      double[] given = options.fit().given().propensity();
      if (given != null) {
        return new Chances(given, "treatment: given", null);
      }
      CrossFit fitted = CrossFit.of(run, study.withoutOutcome(), options.fit(), seed);
      return new Chances(
          fitted.treatment.toArray(),
          fitted.learners,
          new ResampledPropensities(run, study, options.fit(), fitted.folds));
    }

    void each(Run run, BootstrapWeights weights, int count, ResampledPropensities.EachDraw each) {
      if (refit != null) {
        refit.each(weights, count, each);
        return;
      }
      for (int b = 1; b <= count; b++) {
        run.progress("bootstrap", b - 1L, count);
        each.take(b, sample);
      }
    }
  }

  private record Binned(
      Study study,
      Chances chances,
      double[] treatment,
      PropensityBins bins,
      int resamples,
      long seed)
      implements AverageFit {

    @Override
    public AverageScores scores(Run run, int arm) {
      return group -> average(run, group);
    }

    private AverageScores.Average average(Run run, RowGroup group) {
      boolean[] target = new boolean[treatment.length];
      for (int j = 0; j < group.size(); j++) {
        target[group.row(j)] = true;
      }
      double[] counts = new double[treatment.length];
      Arrays.fill(counts, 1);
      double effect = bins.effect(chances.sample(), counts, target).effect();
      if (Double.isNaN(effect)) {
        return AverageScores.Average.UNDEFINED;
      }
      BootstrapWeights draws = new BootstrapWeights(study.units().keys(), seed);
      double[] drawn = new double[resamples];
      chances.each(
          run,
          draws,
          resamples,
          (draw, chance) -> {
            for (int i = 0; i < counts.length; i++) {
              counts[i] = draws.of(draw, i);
            }
            boolean fitted = Arrays.stream(chance).noneMatch(Double::isNaN);
            drawn[draw - 1] = fitted ? bins.effect(chance, counts, target).effect() : Double.NaN;
          });
      double[] effects = Arrays.stream(drawn).filter(e -> !Double.isNaN(e)).toArray();
      int known = effects.length;
      boolean enough = known >= 2 && known >= (1 - MOST_UNDEFINED) * resamples;
      double error = enough ? Estimate.spread(effects) : Double.NaN;
      return new AverageScores.Average(new Estimate(effect, error), null);
    }

    @Override
    public Grounds grounds(Run run, int arm) {
      boolean[] target = new boolean[treatment.length];
      double[] counts = new double[treatment.length];
      Arrays.fill(target, true);
      Arrays.fill(counts, 1);
      int used = bins.effect(chances.sample(), counts, target).bins();
      return new Grounds(
          ArmPair.of(run, study, arm),
          chances.sample(),
          null,
          "outcome: ols among untreated rows in %d bins; %s".formatted(used, chances.learners()));
    }

    @Override
    public long bytes() {
      return BYTES * study.rows();
    }
  }
}
