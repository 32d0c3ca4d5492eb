/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.estimate.Warning.Severity;
import io.whatif.model.LinearCate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    plain.checkPresent();
    if (plain.width() == 1) {
      throw new WhatifException(
          ErrorCode.MISSING_ARGUMENT,
          "features: method 'sparse_dml' chooses among them and needs some. Name features, or use method => 'linear_dml'.");
    }
    double[] means = EffectMeans.of(run, study, plain);
    EffectBasis centred = plain.centred(means);
    boolean asked = options.scale().centred();
    double[] back = asked ? new double[means.length] : means;
    Repetitions<SparseRepetition> all =
        Repetitions.of(
            run,
            study,
            options,
            (part, seed) ->
                SparseRepetition.of(
                    part, study, options, new SparseRepetition.Task(centred, back, seed)));
    SparseRepetition first = all.first();
    Medians medians = all.medians(0);
    EffectBasis basis = asked ? centred : plain;
    LinearCate model =
        LinearDml.model(
            Support.of(run, study, basis), basis, new LinearDml.Fitted(medians, options.level()));
    Wald test = largest(medians);
    Diagnostics diagnostics =
        new Diagnostics(run, study, options, evidence(study, first, medians, test));
    Map<String, @Nullable Object> figures = diagnostics.figures();
    figures.put("features_kept", (long) first.lasso().kept());
    figures.put("penalty", first.lasso().penalty());
    return new Fit(
        model,
        effects(study, first, medians, test, model),
        figures,
        diagnostics.explain(),
        warnings(first, diagnostics));
  }

  private static List<Warning> warnings(SparseRepetition first, Diagnostics diagnostics) {
    List<Warning> warnings = new ArrayList<>(diagnostics.warnings());
    if (!first.lasso().converged()) {
      warnings.add(
          new Warning(
              "not_converged",
              Severity.SEVERE,
              "the lasso of the effect did not converge, as when features repeat each other: drop redundant features"));
      warnings.sort(Warning.WORST_FIRST);
    }
    return warnings;
  }

  /** The largest squared z of the coefficients but the first, with Bonferroni's p-value. */
  private static Wald largest(Medians medians) {
    double largest = Double.NaN;
    int tested = 0;
    for (int t = 1; t < medians.beta().length; t++) {
      double z = medians.coefficient(t).z();
      if (!Double.isNaN(z)) {
        tested++;
        largest = Double.isNaN(largest) ? z * z : Math.max(largest, z * z);
      }
    }
    return Wald.largestOf(largest, tested);
  }

  private static Evidence evidence(
      Study study, SparseRepetition first, Medians medians, Wald test) {
    return new Evidence(
        study,
        first.nuisances(),
        first.scores(),
        medians.constant(),
        new Evidence.Repeated(medians.reps(), medians.spreads().average(), medians.cov()),
        new Evidence.Shape(true, 1, 1, test.pValue(), Double.NaN));
  }

  private static List<Effect> effects(
      Study study, SparseRepetition first, Medians medians, Wald test, LinearCate model) {
    EffectRows rows = new EffectRows(study, medians, first.scores().rows, first.count(study));
    List<Effect> effects =
        new ArrayList<>(rows.coefficients(model.basis(), "coefficient of a sparse effect"));
    effects.addAll(rows.averages());
    effects.add(
        rows.test(
            "all coefficients but the intercept are 0",
            test.statistic(),
            test.pValue(),
            test.degrees()));
    return effects;
  }
}
