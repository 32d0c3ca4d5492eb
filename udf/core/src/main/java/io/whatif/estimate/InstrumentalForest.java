/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.RowValues;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.inference.Estimate;
import io.whatif.model.CateModel;
import io.whatif.model.LinearCate;
import io.whatif.model.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The instrumental forest: the effect of a treatment that depends on what is not seen, by an
 * instrument that moves it and the outcome through it alone. Honest trees as those of {@link
 * CausalForest}, grown on the residuals out of fold \( u = Y - \hat m \), \( v = D - \hat e \) and
 * \( z = Z - \hat h \), each by the covariates; in a node \( \hat\tau = Cov(z, u) / Cov(z, v) \),
 * and splits are chosen by how each row would move that. The causal forest is the case Z = D.
 *
 * <p>The effect is the conditional local average: of two values of both, where the instrument
 * pushes nobody away from the treatment, that of the compliers with these features. The average is
 * {@link ConstantEffect} with z: the mean of those, weighted by \( Var(Z | X) \) and the share of
 * compliers; it and the figures of {@link FirstStage} need no forest. Without features the model
 * has that effect for every row. Repetitions have other nuisances and the same forest.
 *
 * <p>What is told of overlap, balance, confounders and calibration of an unconfounded treatment is
 * left out: it would be of another effect.
 *
 * <p>Source: Athey, Tibshirani and Wager 2019, section 7, doi:10.1214/18-AOS1709; Imbens and
 * Angrist 1994, doi:10.2307/2951620, for what is estimated; Chernozhukov et al. 2018,
 * doi:10.1111/ectj.12097, for the average.
 */
final class InstrumentalForest implements Estimator {
  private static final String NAME = "instrumental_forest";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String learner(long rows) {
    return new CausalForest().learner(rows);
  }

  @Override
  public List<Option> options() {
    return Stream.concat(
            Stream.of(ForestOptions.INSTRUMENT, ForestOptions.INSTRUMENT_LEARNER),
            ForestOptions.ALL.stream())
        .toList();
  }

  @Override
  public ArmFits fitArms(Run run, Study study, FitOptions options) {
    throw new WhatifException(
        ErrorCode.BAD_COLUMN,
        "treatment => '%s': has %d arms, and an instrument tells the effect of two values or of a number. Filter the relation to two arms."
            .formatted(study.treatment().column(), study.treatment().arms().size()));
  }

  @Override
  public List<Effect> effects(Run run, Study study, FitOptions options) {
    throw new WhatifException(
        ErrorCode.BAD_ARGUMENT,
        "inference => 'bootstrap': method '%s' is not resampled. Leave it out: see ar_lower and ar_upper of cate_fit for an interval that a weak instrument does not break."
            .formatted(NAME));
  }

  @Override
  public Fit fit(Run run, Study study, FitOptions options) {
    Study.Instrument instrument = checked(study, options);
    double grown = study.features().isEmpty() ? 0 : .8;
    GrownForest forest = grown > 0 ? GrownForest.of(run.part("", 0, grown), study, options) : null;
    List<FirstStage> stages = new ArrayList<>();
    Repetitions<InstrumentRepetition> all =
        Repetitions.of(
            run.part("", grown, 1),
            study,
            options,
            (part, seed) -> {
              InstrumentRepetition once = once(part, study, options, forest, seed);
              stages.add(once.stage());
              return once;
            });
    Medians medians = all.medians(0);
    InstrumentFigures figures =
        new InstrumentFigures(study, options, medians, all.first(), FirstStage.median(stages));
    EffectRows rows = new EffectRows(study, medians, study.rows(), study.count());
    List<Effect> effects = new ArrayList<>();
    effects.add(rows.average(estimand(study, instrument)));
    effects.addAll(figures.tests(rows));
    CateModel model =
        forest == null ? constant(medians.average(), options) : forest.model(study, options);
    Fit fit = new Fit(model, effects, figures.figures(), figures.explain(), figures.warnings());
    return forest == null
        ? fit
        : fit.with(effects, CausalForest.fewTrees(options))
            .predicting(RowValues.of(forest.bag().effect()));
  }

  private InstrumentRepetition once(
      Run run, Study study, FitOptions options, @Nullable GrownForest forest, long seed) {
    CrossFit.Predictions expected = forest == null ? null : forest.instrument();
    if (forest != null && expected != null && seed == options.seed()) {
      return InstrumentRepetition.of(run, study, options, forest.nuisances(), expected);
    }
    CrossFit nuisances = CrossFit.of(run, study, options, seed);
    return InstrumentRepetition.of(run, study, options, nuisances, null);
  }

  /** What the average is of, which depends on what the instrument can tell. */
  private static String estimand(Study study, Study.Instrument instrument) {
    return study.treatment().binary() && instrument.binary()
        ? "weighted average effect on compliers"
        : "average effect weighted by how far the instrument moves the treatment";
  }

  /** The same effect for every row. */
  private static LinearCate constant(Estimate effect, FitOptions options) {
    double error = effect.standardError();
    return new LinearCate(
        List.of(),
        List.of(new Term.Intercept()),
        new double[] {effect.value()},
        new double[] {error * error},
        options.level(),
        Map.of(),
        0,
        new double[0]);
  }

  private Study.Instrument checked(Study study, FitOptions options) {
    Study.Instrument instrument = study.instrument();
    if (instrument == null) {
      throw new WhatifException(
          ErrorCode.MISSING_ARGUMENT,
          "instrument: method '%s' needs a column that moves the treatment, and the outcome through it alone. Name it, or use method => 'causal_forest'."
              .formatted(NAME));
    }
    EffectOptions.checkLearned(options, NAME);
    if (ForestOptions.choosesSize(options)) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "min_node_size => 'auto': is chosen by the loss of an unconfounded treatment, which method '%s' does not have. Give a number."
              .formatted(NAME));
    }
    CausalForest.refuseCounts(study, NAME);
    LinearDml.checkOutcome(study);
    if (!study.features().isEmpty()) {
      CausalForest.checkFeatures(study);
    }
    return instrument;
  }
}
