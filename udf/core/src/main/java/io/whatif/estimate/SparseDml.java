/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.estimate.Warning.Severity;
import io.whatif.inference.Estimate;
import io.whatif.math.Mix;
import io.whatif.model.LinearCate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Double machine learning with an effect linear in many features of which few matter: the residual
 * regression of {@link LinearDml} by the lasso, and intervals from its debiased coefficients
 * ({@link io.whatif.math.DebiasedLasso}). There may be more features than rows.
 *
 * <p>The coefficients estimate those of a sparse effect; with fewer features than rows they come
 * near least squares. Errors are sandwiches with the lasso's residuals, leverage that of the
 * columns it kept. Averages and scores are those of {@link LinearDml} with \( \tau_{-k} \) the
 * lasso's without the row's fold. That the effect does not vary is tested by the largest |z| of the
 * features' coefficients, its p-value times their number. Repetitions with other folds are
 * aggregated by the median.
 *
 * <p>Cost per repetition: the nuisances', a scan of O(p^2) a row for each fold, and 37 lassos a
 * fold and one a feature on Gram matrices.
 *
 * <p>Sources: Semenova, Goldman, Chernozhukov and Taddy 2023, doi:10.3982/QE1670, for the lasso
 * final stage; van de Geer, Buehlmann, Ritov and Dezeure 2014, doi:10.1214/14-AOS1221, for the
 * intervals.
 */
final class SparseDml implements Estimator {
  @Override
  public String name() {
    return "sparse_dml";
  }

  @Override
  public Fit fit(Run run, Study study, FitOptions options) {
    LinearDml.checkOutcome(study);
    EffectBasis plain = new EffectBasis(study, options);
    if (plain.width() == 1) {
      throw new WhatifException(
          ErrorCode.MISSING_ARGUMENT,
          "features: method 'sparse_dml' chooses among them and needs some. Name features, or use method => 'linear_dml'.");
    }
    double[] means = EffectMeans.of(run, study, plain);
    EffectBasis basis = plain.centred(means);
    int reps = LinearDml.reps(study, options);
    List<SparseRepetition> all = new ArrayList<>();
    for (int r = 0; r < reps; r++) {
      run.progress("repetition", r, reps);
      long seed = r == 0 ? options.seed() : Mix.mix(options.seed(), r);
      SparseRepetition one = SparseRepetition.of(run, study, options, basis, seed);
      all.add(r == 0 ? one : one.light(run));
    }
    Coefficients centred =
        Coefficients.median(all.stream().map(SparseRepetition::coefficients).toList());
    boolean asked = options.scale().centred();
    Coefficients shown = asked ? centred : centred.uncentred(means);
    LinearCate model = shown.model(run, study, asked ? basis : plain, options.level());
    Wald test = largest(centred);
    SparseRepetition.Rest first = all.get(0).kept();
    Estimates estimates = Estimates.of(all);
    Diagnostics diagnostics =
        new Diagnostics(run, study, options, evidence(study, first, estimates, test));
    Map<String, @Nullable Object> figures = diagnostics.figures();
    figures.put("features_kept", (long) first.lasso().kept());
    figures.put("penalty", first.lasso().penalty());
    List<Warning> warnings = new ArrayList<>(diagnostics.warnings());
    if (!first.lasso().converged()) {
      warnings.add(
          new Warning(
              "not_converged",
              Severity.SEVERE,
              "the lasso of the effect did not converge, as when features repeat each other: drop redundant features"));
      warnings.sort(Comparator.comparing(Warning::severity).reversed());
    }
    return new Fit(
        model,
        effects(
            study,
            shown.effects(model, estimand(study, first), first.scores().rows),
            test,
            estimates),
        figures,
        diagnostics.explain(),
        warnings);
  }

  private static String among(Study study, long rows) {
    return rows < study.rows() ? " among rows with all features" : "";
  }

  private static String estimand(Study study, SparseRepetition.Rest first) {
    return "coefficient of a sparse effect" + among(study, first.scores().rows);
  }

  /** The largest squared z of the coefficients but the first, with Bonferroni's p-value. */
  private static Wald largest(Coefficients coefficients) {
    double largest = Double.NaN;
    int tested = 0;
    for (int t = 1; t < coefficients.values().length; t++) {
      double z = coefficients.estimate(t).z();
      if (!Double.isNaN(z)) {
        tested++;
        largest = Double.isNaN(largest) ? z * z : Math.max(largest, z * z);
      }
    }
    return Wald.largestOf(largest, tested);
  }

  /**
   * The averages over repetitions.
   *
   * @param spread the standard deviation of the average between them, NaN of one
   */
  private record Estimates(
      Estimate average,
      Estimate onTreated,
      double spread,
      double treatedSpread,
      int reps,
      String cov) {
    static Estimates of(List<SparseRepetition> all) {
      return new Estimates(
          median(all, SparseRepetition::average),
          median(all, SparseRepetition::onTreated),
          spread(all, SparseRepetition::average),
          spread(all, SparseRepetition::onTreated),
          all.size(),
          all.get(0).cov());
    }

    private static Estimate median(
        List<SparseRepetition> all, Function<SparseRepetition, Estimate> estimate) {
      return Estimate.median(all.stream().map(estimate).toArray(Estimate[]::new));
    }

    private static double spread(
        List<SparseRepetition> all, Function<SparseRepetition, Estimate> estimate) {
      return Estimate.spread(all.stream().map(estimate).mapToDouble(Estimate::value).toArray());
    }
  }

  private static Evidence evidence(
      Study study, SparseRepetition.Rest first, Estimates estimates, Wald test) {
    Estimate constant =
        ConstantEffect.of(first.scores(), first.nuisances(), estimates.cov(), study);
    return new Evidence(
        first.nuisances(),
        first.scores(),
        constant,
        new Evidence.Repeated(estimates.reps(), estimates.spread(), estimates.cov()),
        new Evidence.Shape(true, 1, 1, test.pValue(), Double.NaN));
  }

  private static List<Effect> effects(
      Study study, List<Effect> coefficients, Wald test, Estimates estimates) {
    List<Effect> effects = new ArrayList<>(coefficients);
    boolean binary = study.treatment().binary();
    long rows = coefficients.get(0).basis().rows();
    String among = among(study, rows);
    effects.add(
        Effect.of(
            "average effect",
            Effect.Kind.AVERAGE,
            (binary ? "ATE" : "average slope") + among,
            estimates.average(),
            new Effect.Basis(rows, estimates.spread())));
    if (binary) {
      effects.add(
          Effect.of(
              "average effect on the treated",
              Effect.Kind.AVERAGE,
              "ATT" + among,
              estimates.onTreated(),
              new Effect.Basis(rows, estimates.treatedSpread())));
    }
    effects.add(Coefficients.test(test, "all coefficients but the intercept are 0" + among, rows));
    return effects;
  }
}
