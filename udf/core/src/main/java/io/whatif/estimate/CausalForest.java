/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.model.KeptRows;
import io.whatif.model.RowIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The causal forest: an average of honest trees that divide the rows where the effect differs,
 * grown on the residuals \( Y - \hat m \) and \( D - \hat e \) out of fold. What a tree does is
 * told at {@link io.whatif.forest.EffectRelabelling}; how the effect and its error follow at {@link
 * io.whatif.forest.Moments}.
 *
 * <p>A NULL feature has a side of its own at each split, where it was NULL at the fit. Rows count
 * by their weights, and clusters are drawn whole. Averages and diagnostics are of doubly robust
 * scores, with the effect of each row by the trees that did not draw it; so its own outcome is in
 * none of it. Repetitions have other nuisances and the same forest. Without features it is {@link
 * LinearDml}.
 *
 * <p>Source: Athey, Tibshirani and Wager 2019, doi:10.1214/18-AOS1709; Wager and Athey 2018,
 * doi:10.1080/01621459.2017.1319839.
 */
final class CausalForest implements Estimator {
  private static final long FEW_ROWS = 5_000;
  private static final int FEW_TREES = 50;

  @Override
  public String name() {
    return "causal_forest";
  }

  /**
   * A regression forest, which costs a third of the spline and serves the effect better where it
   * has steps; of few rows a forest learns too little.
   */
  @Override
  public String learner(long rows) {
    return rows < FEW_ROWS ? "" : "honest_forest";
  }

  @Override
  public List<Option> options() {
    return ForestOptions.ALL;
  }

  @Override
  public boolean keepsRows() {
    return true;
  }

  @Override
  public Fit fit(Run run, Study study, FitOptions options) {
    EffectOptions.checkLearned(options, name());
    if (study.features().isEmpty()) {
      return new LinearDml().fit(run, study, options);
    }
    refuseCounts(study, name());
    LinearDml.checkOutcome(study);
    checkFeatures(study);
    GrownForest forest = GrownForest.of(run.part("", 0, .8), study, options);
    Repetitions<Repetition> all =
        Repetitions.of(
            run.part("", .8, 1),
            study,
            options,
            (part, seed) -> once(part, study, options, forest, seed));
    Repetition first = all.first();
    Medians medians = all.medians(0);
    ResidualSums sums =
        ResidualSums.of(run, study, first.scores(), first.nuisances(), medians.constant().value());
    Calibration calibration = Calibration.of(run, study, first.scores(), first.nuisances(), sums);
    Evidence evidence =
        new Evidence(
            study,
            first.nuisances(),
            first.scores(),
            medians.constant(),
            new Evidence.Repeated(medians.reps(), medians.spreads().average(), medians.cov()),
            new Evidence.Shape(true, 0, 0, calibration.pValue(), Double.NaN));
    Diagnostics diagnostics = new Diagnostics(run, study, options, evidence);
    KeptRows kept = kept(study, forest, all);
    LackingRows lacking = new LackingRows(kept);
    EffectRows rows =
        new EffectRows(
            study,
            medians,
            study.rows() - lacking.count(),
            first.scores().count(),
            LackingRows.NEEDED);
    List<Effect> effects = new ArrayList<>(rows.averages());
    effects.add(
        rows.test(
            "predicted effects tell nothing of true ones",
            calibration.slope().z(),
            calibration.pValue(),
            0));
    return new Fit(
            forest.model(study, options),
            effects,
            diagnostics.figures(),
            diagnostics.explain(),
            diagnostics.warnings())
        .with(
            effects, Stream.concat(fewTrees(options).stream(), lacking.warning().stream()).toList())
        .predicting(first.scores().tau)
        .keeping(kept);
  }

  /** The rows, with what every repetition predicts of them. */
  private static KeptRows kept(Study study, GrownForest forest, Repetitions<Repetition> all) {
    Study.Weighting weighting = study.weighting();
    Scores scores = all.first().scores();
    return new KeptRows(
        "",
        study.treatment().binary(),
        RowIds.NONE,
        scores.y.toArray(),
        scores.d.toArray(),
        weighting == null
            ? null
            : new KeptRows.Counting(weighting.weights(), weighting.counts(), weighting.variances()),
        study.units().clusters(),
        forest.bag().error(),
        new KeptRows.Bag(forest.bag().sums(), forest.bag().trees()),
        all.kept());
  }

  /** Whether it should be compared with other methods: a forest learns little from few rows. */
  static boolean learnsFrom(Run run, Study study) {
    return study.rows() >= FEW_ROWS
        && !study.isCounted()
        && study.features().stream().anyMatch(f -> !isConstant(study, f))
        && ForestLimits.bears(run, study);
  }

  /** Of few pairs of trees the error between them is itself a guess, and often far too small. */
  static List<Warning> fewTrees(FitOptions options) {
    int trees = ForestOptions.trees(options);
    return trees >= FEW_TREES
        ? List.of()
        : List.of(
            new Warning(
                "few_trees",
                Warning.Severity.CAUTION,
                String.format(
                    Locale.ROOT,
                    "%d trees are too few for errors of single rows, which may be far too small: use %d or more",
                    trees,
                    FEW_TREES)));
  }

  static void refuseCounts(Study study, String method) {
    if (study.isCounted()) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "method => '%s': its trees draw rows, and rows that stand for several (freq) cannot be parted. Expand the rows%s."
              .formatted(method, study.instrument() == null ? ", or use method => 'dr'" : ""));
    }
  }

  static void checkFeatures(Study study) {
    boolean constant = study.features().stream().allMatch(f -> isConstant(study, f));
    if (constant) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          String.format(
              Locale.ROOT,
              "features => %s: no column differs between the usable rows, so that there is nothing to split by. Name a feature that does, or %s.",
              study.features().stream().map(study::name).toList(),
              study.instrument() == null
                  ? "use method => 'linear_dml' without features"
                  : "leave features out"));
    }
  }

  private static boolean isConstant(Study study, int column) {
    long nulls = study.profile().nulls(column);
    return study.profile().isConstant(column) && (nulls == 0 || nulls == study.rows());
  }

  /** One partition into folds. */
  private record Repetition(
      List<Medians.Estimates> estimates, CrossFit nuisances, Scores scores, boolean binary)
      implements Repetitions.Once {
    @Override
    public long rowBytes() {
      return 16 + 40;
    }

    @Override
    public KeptRows.Repetition kept() {
      return new KeptRows.Repetition(
          scores.tau.toArray(),
          nuisances.outcome.toArray(),
          nuisances.treatment.toArray(),
          binary ? new double[0] : scores.slopes.toArray());
    }
  }

  private static Repetition once(
      Run run, Study study, FitOptions options, GrownForest forest, long seed) {
    CrossFit nuisances =
        seed == options.seed() ? forest.nuisances() : CrossFit.of(run, study, options, seed);
    Scores scores = forest.scores(run, study, options, nuisances);
    String cov = LearnedFit.cov(options, study);
    Medians.Estimates estimates =
        new Medians.Estimates(
            new double[0],
            new double[0],
            ConstantEffect.of(run, scores, nuisances, cov, study),
            scores.average(run),
            study.treatment().binary()
                ? scores.onTreated(run, nuisances)
                : io.whatif.inference.Estimate.UNDEFINED,
            cov);
    return new Repetition(List.of(estimates), nuisances, scores, study.treatment().binary());
  }
}
