/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.inference.Estimate;
import io.whatif.math.Mix;
import io.whatif.math.PseudoInverse;
import io.whatif.model.LinearCate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

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
 * <p>Cost per repetition: the nuisances', and five scans of O(p^2) a row. Memory: 48 bytes a row.
 *
 * <p>Sources: Chernozhukov et al. 2018, doi:10.1111/ectj.12097; EconML's LinearDML for the final
 * stage; MacKinnon and White 1985, doi:10.1016/0304-4076(85)90158-7, for HC2 and HC3.
 */
final class LinearDml implements Estimator {
  /** Repetitions when none are asked for and there are few rows. */
  private static final int DEFAULT_REPS = 5;

  private static final int FEW_ROWS = 10_000;

  @Override
  public String name() {
    return "linear_dml";
  }

  @Override
  public Fit fit(Run run, Study study, FitOptions options) {
    EffectBasis basis = new EffectBasis(study, options);
    checkRows(study, basis);
    if (options.scale().centred()) {
      basis = basis.centred(EffectMeans.of(run, study, basis));
    }
    int reps = reps(study, options);
    List<Repetition> all = new ArrayList<>();
    for (int r = 0; r < reps; r++) {
      run.progress("repetition", r, reps);
      long seed = r == 0 ? options.seed() : Mix.mix(options.seed(), r);
      all.add(Repetition.of(run, study, options, new Plan(basis, seed)));
      if (r > 0) {
        all.set(r, all.get(r).light());
        run.memory().giveBack(48L * study.rows());
      }
    }
    Medians medians = Medians.of(all);
    LinearCate model = model(run, study, basis, new Fitted(medians, options));
    Diagnostics diagnostics =
        new Diagnostics(run, study, options, evidence(run, study, options, all.get(0), medians));
    return new Fit(
        model,
        effects(study, medians, model, all.get(0).kept().stage()),
        diagnostics.figures(),
        diagnostics.explain(),
        diagnostics.warnings());
  }

  private static Evidence evidence(
      Run run, Study study, FitOptions options, Repetition first, Medians medians) {
    Residuals residuals = first.kept();
    PseudoInverse bread = residuals.stage().bread;
    boolean binary = study.treatment().binary();
    boolean varies = medians.beta().length > 1;
    Spreads spreads = medians.spreads();
    return new Evidence(
        residuals.nuisances(),
        residuals.scores(),
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
            binary ? Double.NaN : Linearity.pValue(run, study, options, residuals)));
  }

  /** What a repetition is to do. */
  private record Plan(EffectBasis basis, long seed) {}

  private static void checkRows(Study study, EffectBasis basis) {
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

  /** How often to repeat with other folds. */
  static int reps(Study study, FitOptions options) {
    if (options.reps() > 0) {
      return study.units().folds() == null ? options.reps() : 1;
    }
    return study.units().folds() == null && study.rows() < FEW_ROWS ? DEFAULT_REPS : 1;
  }

  /**
   * The estimates of one partition into folds.
   *
   * @param residuals what diagnostics need of it, null once let go
   */
  private record Repetition(
      double[] beta,
      double[] covariance,
      Estimate constant,
      Estimate average,
      Estimate onTreated,
      String cov,
      @org.jspecify.annotations.Nullable Residuals residuals) {

    static Repetition of(Run run, Study study, FitOptions options, Plan plan) {
      CrossFit nuisances = CrossFit.of(run, study, options, plan.seed());
      FinalStage stage = FinalStage.of(run, study, nuisances, plan.basis());
      if (stage.rows <= plan.basis().width()) {
        throw new WhatifException(
            ErrorCode.BAD_RELATION,
            String.format(
                Locale.ROOT,
                "features: %d rows have all of them, too few for %d coefficients. Leave out the features that are NULL, or say feature_nulls => 'impute'.",
                stage.rows,
                plan.basis().width()));
      }
      String cov = options.cov();
      if (cov == null) {
        cov = stage.count > 1000L * plan.basis().width() ? "HC1" : "HC3";
      }
      FinalStage.Covariance v = stage.covariance(run, study, nuisances, cov);
      Scores scores = Scores.of(run, study, nuisances, stage);
      boolean binary = study.treatment().binary();
      return new Repetition(
          stage.beta,
          v.matrix(),
          ConstantEffect.of(scores, nuisances, cov, study),
          scores.average(),
          binary ? scores.onTreated(nuisances) : Estimate.UNDEFINED,
          v.name(),
          new Residuals(nuisances, stage, scores));
    }

    Repetition light() {
      return new Repetition(beta, covariance, constant, average, onTreated, cov, null);
    }

    Residuals kept() {
      if (residuals == null) {
        throw new IllegalStateException("the first repetition keeps its residuals");
      }
      return residuals;
    }
  }

  /**
   * What one repetition leaves for diagnostics.
   *
   * @param nuisances the out-of-fold predictions
   * @param stage the residual regression
   * @param scores the scores of each row
   */
  record Residuals(CrossFit nuisances, FinalStage stage, Scores scores) {}

  /**
   * The estimates over all repetitions.
   *
   * @param beta the coefficients
   * @param covariance theirs
   * @param constant the effect as one number: the overlap-weighted average
   * @param average the average effect, or average slope
   * @param onTreated the average effect on the treated
   * @param reps how many repetitions
   * @param spreads the standard deviations between them
   * @param cov what the covariance is called
   */
  record Medians(
      double[] beta,
      double[] covariance,
      Estimate constant,
      Estimate average,
      Estimate onTreated,
      int reps,
      Spreads spreads,
      String cov) {

    private static Medians of(List<Repetition> all) {
      int p = all.get(0).beta().length;
      Estimate[] coefficients = new Estimate[p];
      for (int t = 0; t < p; t++) {
        int term = t;
        coefficients[t] =
            Estimate.median(
                all.stream()
                    .map(
                        r ->
                            new Estimate(
                                r.beta()[term], Math.sqrt(r.covariance()[term * p + term])))
                    .toArray(Estimate[]::new));
      }
      Estimate[] averages = all.stream().map(Repetition::average).toArray(Estimate[]::new);
      return new Medians(
          Arrays.stream(coefficients).mapToDouble(Estimate::value).toArray(),
          covariance(all, coefficients),
          Estimate.median(all.stream().map(Repetition::constant).toArray(Estimate[]::new)),
          Estimate.median(averages),
          Estimate.median(all.stream().map(Repetition::onTreated).toArray(Estimate[]::new)),
          all.size(),
          Spreads.of(all),
          all.get(0).cov());
    }

    /** The mean covariance, scaled to the medians' standard errors; of one repetition its own. */
    private static double[] covariance(List<Repetition> all, Estimate[] coefficients) {
      int p = coefficients.length;
      if (all.size() == 1) {
        return all.get(0).covariance();
      }
      double[] mean = new double[p * p];
      for (Repetition r : all) {
        for (int i = 0; i < mean.length; i++) {
          mean[i] += r.covariance()[i] / all.size();
        }
      }
      double[] scale = new double[p];
      for (int i = 0; i < p; i++) {
        double sd = Math.sqrt(mean[i * p + i]);
        scale[i] = sd > 0 ? coefficients[i].standardError() / sd : 0;
      }
      for (int i = 0; i < p; i++) {
        for (int j = 0; j < p; j++) {
          mean[i * p + j] *= scale[i] * scale[j];
        }
      }
      return mean;
    }

    /** The Wald test that all coefficients but the intercept are 0. */
    Wald heterogeneity() {
      return Wald.allButFirstZero(beta, covariance);
    }
  }

  /**
   * Standard deviations of estimates between repetitions, NaN of one repetition.
   *
   * @param beta of each coefficient
   */
  record Spreads(double[] beta, double constant, double average, double onTreated) {
    private static Spreads of(List<Repetition> all) {
      double[] beta = new double[all.get(0).beta().length];
      for (int t = 0; t < beta.length; t++) {
        int term = t;
        beta[t] = of(all, r -> r.beta()[term]);
      }
      return new Spreads(
          beta,
          of(all, r -> r.constant().value()),
          of(all, r -> r.average().value()),
          of(all, r -> r.onTreated().value()));
    }

    private static double of(List<Repetition> all, ToDoubleFunction<Repetition> estimate) {
      return Estimate.spread(all.stream().mapToDouble(estimate).toArray());
    }
  }

  /** The estimates, and the options they were made with. */
  private record Fitted(Medians medians, FitOptions options) {}

  private static LinearCate model(Run run, Study study, EffectBasis basis, Fitted fitted) {
    Support support = Support.of(run, study, basis);
    Medians medians = fitted.medians();
    return new LinearCate(
        basis.features(),
        basis.terms(),
        medians.beta(),
        medians.covariance(),
        fitted.options().level(),
        support.range(),
        support.maxLeverage(),
        support.leverage());
  }

  private static List<Effect> effects(
      Study study, Medians medians, LinearCate model, FinalStage stage) {
    long rows = Math.round(stage.count);
    boolean binary = study.treatment().binary();
    Spreads spreads = medians.spreads();
    List<Effect> effects = new ArrayList<>();
    int p = model.basis().size();
    if (p == 1) {
      String weighted = binary ? "overlap-weighted average" : "variance-weighted average slope";
      Effect.Basis basis = new Effect.Basis(study.count(), spreads.constant());
      effects.add(
          Effect.of("treatment", Effect.Kind.COEFFICIENT, weighted, medians.constant(), basis));
    }
    String among = stage.rows < study.rows() ? " among rows with all features" : "";
    for (int t = 0; t < p && p > 1; t++) {
      double se = Math.sqrt(Math.max(0, medians.covariance()[t * p + t]));
      effects.add(
          Effect.of(
              model.basis().get(t).name(),
              Effect.Kind.COEFFICIENT,
              "linear projection of the effect" + among,
              new Estimate(medians.beta()[t], se),
              new Effect.Basis(rows, spreads.beta()[t])));
    }
    // without features the average slope is the treatment's row
    if (binary || p > 1) {
      effects.add(
          Effect.of(
              "average effect",
              Effect.Kind.AVERAGE,
              (binary ? "ATE" : "average slope") + among,
              medians.average(),
              new Effect.Basis(rows, spreads.average())));
    }
    if (binary) {
      effects.add(
          Effect.of(
              "average effect on the treated",
              Effect.Kind.AVERAGE,
              "ATT" + among,
              medians.onTreated(),
              new Effect.Basis(rows, spreads.onTreated())));
    }
    if (p > 1) {
      Wald wald = medians.heterogeneity();
      effects.add(
          new Effect(
              "heterogeneity",
              Effect.Kind.TEST,
              "all coefficients but the intercept are 0" + among,
              new Estimate(wald.statistic(), Double.NaN),
              wald.pValue(),
              wald.degrees(),
              new Effect.Basis(rows, Double.NaN)));
    }
    return effects;
  }
}
