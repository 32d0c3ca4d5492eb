/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.Pass;
import io.whatif.data.RowColumns;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.inference.Estimate;
import io.whatif.math.PseudoInverse;
import io.whatif.model.LinearCate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Double machine learning with an effect linear in its features: cross-fitted residuals of outcome
 * and treatment, and a least-squares regression of the one on the other times \( \phi(x) = (1, x)
 * \).
 *
 * <p>The coefficients estimate the linear projection of the effect on \( \phi \), weighted by the
 * treatment's residual variance; with no features, its overlap-weighted average. The average effect
 * is estimated apart, from {@link Scores}. Repetitions with other folds are aggregated by the
 * median; the model's covariance then has the medians' errors and the mean correlation.
 *
 * <p>Cost per repetition: the nuisances', and two scans of O(p^2) a row, of a continuous treatment
 * five. Memory: 32 bytes a row, 40 of a study with weights; in a file where the budget has no room.
 *
 * <p>Sources: Chernozhukov et al. 2018, doi:10.1111/ectj.12097; EconML's LinearDML for the final
 * stage; MacKinnon and White 1985, doi:10.1016/0304-4076(85)90158-7, for HC2 and HC3.
 */
final class LinearDml implements Estimator {
  @Override
  public String name() {
    return "linear_dml";
  }

  @Override
  public List<Option> options() {
    return List.of(CurveDml.BASIS, JointDml.TOGETHER);
  }

  @Override
  public boolean takesPredictions() {
    return true;
  }

  /** The terms of the effect. */
  static EffectBasis basis(Run run, Study study, FitOptions options) {
    EffectBasis basis = new EffectBasis(study, options);
    checkRows(study, basis);
    return options.scale().centred() ? basis.centred(EffectMeans.of(run, study, basis)) : basis;
  }

  private static Repetitions<Repetition> repetitions(
      Run run, Study study, FitOptions options, EffectBasis phi) {
    return Repetitions.of(
        run,
        study,
        options,
        (part, seed) -> Repetition.of(part, study, options, new Plan(phi, seed)));
  }

  @Override
  public List<Effect> effects(Run run, Study study, FitOptions options) {
    if (CurveDml.isAsked(study, options)) {
      return fit(run, study, options).effects();
    }
    EffectBasis basis = basis(run, study, options);
    Repetitions<Repetition> all = repetitions(run, study, options, basis);
    try (Repetition first = all.first()) {
      return effects(EffectRows.of(study, all.medians(0), first.stage()), basis);
    }
  }

  @Override
  public Fit fit(Run run, Study study, FitOptions options) {
    if (CurveDml.isAsked(study, options)) {
      return new CurveDml(run, study, options).fit();
    }
    EffectBasis basis = basis(run, study, options);
    Repetitions<Repetition> all = repetitions(run.part("", 0, 0.85), study, options, basis);
    run.reached("diagnostics", 0.85);
    Medians medians = all.medians(0);
    LinearCate model =
        model(Support.of(run, study, basis), basis, new Fitted(medians, options.level()));
    Evidence evidence = evidence(run, study, options, all.first(), medians);
    Diagnostics diagnostics = new Diagnostics(run, study, options, evidence);
    return new Fit(
        model,
        effects(EffectRows.of(study, medians, all.first().stage()), basis),
        diagnostics.figures(),
        diagnostics.explain(),
        diagnostics.warnings(),
        new LinearInfluences(study, all.first()),
        all.first().scores().tau,
        null);
  }

  /** All in one regression if that is asked for, else each arm by itself. */
  @Override
  public ArmFits fitArms(Run run, Study study, FitOptions options) {
    return options.own().flag(JointDml.TOGETHER)
        ? JointDml.ofArms(run, study, options)
        : Estimator.super.fitArms(run, study, options);
  }

  private static Evidence evidence(
      Run run, Study study, FitOptions options, Repetition first, Medians medians) {
    boolean binary = study.treatment().binary();
    double linearity = binary ? Double.NaN : Linearity.pValue(run, study, options, first);
    return evidence(study, first, medians, linearity);
  }

  /** What diagnostics need to know of a fit. */
  static Evidence evidence(Study study, Repetition first, Medians medians, double linearity) {
    PseudoInverse bread = first.stage().bread;
    boolean binary = study.treatment().binary();
    boolean varies = medians.beta().length > 1;
    Medians.Spreads spreads = medians.spreads();
    return new Evidence(
        study,
        first.nuisances(),
        first.scores(),
        medians.constant(),
        new Evidence.Repeated(
            medians.reps(),
            binary || varies ? spreads.average() : spreads.constant(),
            medians.cov()),
        new Evidence.Shape(
            varies,
            bread.width(),
            bread.rank(),
            varies ? medians.heterogeneity().pValue() : Double.NaN,
            linearity));
  }

  /** What a repetition is to do. */
  private record Plan(EffectBasis basis, long seed) {}

  /** Refuses a study that cannot bear so many coefficients. */
  static void checkRows(Study study, EffectBasis basis) {
    if (study.rows() <= basis.width() + 1L) {
      throw new WhatifException(
          ErrorCode.BAD_RELATION,
          String.format(
              Locale.ROOT,
              "%d usable rows cannot bear an effect with %d coefficient%s. Use more rows or fewer features.",
              study.rows(),
              basis.width(),
              basis.width() == 1 ? "" : "s"));
    }
    checkOutcome(study);
  }

  /** An outcome that never differs has no effect to estimate. */
  static void checkOutcome(Study study) {
    if (study.profile().isConstant(Study.OUTCOME)) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          "outcome => '%s': column has only one value in the usable rows. It must differ between rows."
              .formatted(study.outcome()));
    }
  }

  /**
   * One partition into folds.
   *
   * @param nuisances the out-of-fold predictions
   * @param stage the residual regression
   * @param scores the scores of each row
   * @param predicted what holds the predictions, if they are its own
   */
  record Repetition(
      List<Medians.Estimates> estimates,
      CrossFit nuisances,
      FinalStage stage,
      Scores scores,
      @Nullable RowColumns predicted)
      implements Repetitions.Once {

    static Repetition of(Run run, Study study, FitOptions options, Plan plan) {
      RowColumns.Maker rooms = columns -> study.data().room(run, columns, NuisanceFits.PURPOSE);
      NuisanceFits fits = NuisanceFits.of(run, study, options, plan.seed(), rooms);
      FinalStage stage = FinalStage.of(run, study, fits, plan.basis());
      RowColumns room = fits.room();
      if (run.shares()) {
        run.keep(room);
      }
      return of(run, study, options, new Regressed(fits.read(), stage, run.shares() ? null : room));
    }

    /** With predictions that are there already. */
    static Repetition of(
        Run run, Study study, FitOptions options, EffectBasis basis, CrossFit nuisances) {
      FinalStage stage = FinalStage.of(run, study, nuisances, basis);
      return of(run, study, options, new Regressed(nuisances, stage, null));
    }

    /** What is known before the scores. */
    private record Regressed(
        CrossFit nuisances, FinalStage stage, @Nullable RowColumns predicted) {}

    private static Repetition of(Run run, Study study, FitOptions options, Regressed found) {
      CrossFit nuisances = found.nuisances();
      FinalStage stage = found.stage();
      checkComplete(stage);
      String cov = cov(options, stage);
      RowColumns room = study.data().room(run, LinearScores.columns(study), LinearScores.PURPOSE);
      Pass.Both<Sandwich.Covariance, Scores> both =
          study
              .data()
              .scan(
                  run,
                  Sandwich.pass(study, nuisances, stage, cov)
                      .with(LinearScores.pass(run, study, nuisances, stage, room)));
      Sandwich.Covariance v = both.first();
      Scores scores = both.second();
      boolean binary = study.treatment().binary();
      Medians.Estimates estimates =
          new Medians.Estimates(
              stage.beta,
              v.matrix(),
              ConstantEffect.of(run, scores, nuisances, cov, study),
              scores.average(run),
              binary ? scores.onTreated(run, nuisances) : Estimate.UNDEFINED,
              v.name());
      return new Repetition(List.of(estimates), nuisances, stage, scores, found.predicted());
    }

    /** Nothing but what predictions and scores are kept in. */
    @Override
    public long rowBytes() {
      return 0;
    }

    @Override
    public void close() {
      scores.close();
      if (predicted != null) {
        predicted.close();
      }
    }
  }

  /** Refuses features that too few rows have. */
  static void checkComplete(FinalStage stage) {
    int p = stage.basis.width();
    if (stage.rows <= p) {
      throw new WhatifException(
          ErrorCode.BAD_RELATION,
          String.format(
              Locale.ROOT,
              "features: %d rows have all of them, too few for %d coefficients. Leave out the features that are NULL, or say feature_nulls => 'impute'.",
              stage.rows,
              p));
    }
  }

  /** The covariance asked for, else one that small samples can bear. */
  static String cov(FitOptions options, FinalStage stage) {
    String cov = options.cov();
    if (cov != null) {
      return cov;
    }
    return stage.count > 1000L * stage.basis.width() ? "HC1" : "HC3";
  }

  /** The estimates, and the level of the model's intervals. */
  record Fitted(Medians medians, double level) {}

  /** The model of the coefficients. */
  static LinearCate model(Support support, EffectBasis basis, Fitted fitted) {
    Medians medians = fitted.medians();
    return new LinearCate(
        basis.features(),
        basis.terms(),
        medians.beta(),
        medians.covariance(),
        fitted.level(),
        support.range(),
        support.maxLeverage(),
        support.leverage());
  }

  /** The rows of a summary. */
  static List<Effect> effects(EffectRows rows, EffectBasis basis) {
    Medians medians = rows.medians();
    boolean binary = rows.study().treatment().binary();
    if (basis.width() > 1) {
      List<Effect> effects = new ArrayList<>(rows.coefficients(basis.terms()));
      effects.addAll(rows.averages());
      effects.add(rows.heterogeneity());
      return effects;
    }
    String weighted = binary ? "overlap-weighted average" : "variance-weighted average slope";
    List<Effect> effects = new ArrayList<>();
    effects.add(rows.treatment(weighted, medians.constant(), medians.spreads().constant()));
    if (binary) { // else the average slope is the treatment's row
      effects.addAll(rows.averages());
    }
    return effects;
  }
}
