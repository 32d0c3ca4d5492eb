/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.ErrorCode;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.inference.Estimate;
import io.whatif.learn.Basis;
import io.whatif.learn.Design;
import io.whatif.model.LinearCate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Ordinary least squares of the outcome on the covariates, the treatment, and the treatment times
 * each feature: \( Y = w^\top \gamma + D \, \phi(x)^\top \beta + \varepsilon \), w the covariates
 * with an intercept, \( \phi = (1, x) \).
 *
 * <p>The effect is \( \phi(x)^\top \beta \). It is right where the outcome without treatment is
 * linear in the covariates and the effect linear in the features; nothing is predicted out of fold.
 * Averages are means of \( \phi^\top \hat\beta \) over all rows and over the treated, with errors
 * that count the rows as drawn ({@link LinearAverage}).
 *
 * <p>Rows that lack a feature are left out of the regression. Covariates are summed about their
 * means, features too; reported coefficients are of the features as they are. Cost: eight scans of
 * O(p^2) a row, and for a binary treatment one fit of the propensities, from which overlap and
 * balance are told.
 *
 * <p>Sources: White 1980, doi:10.2307/1912934; Lin 2013, doi:10.1214/12-AOAS583, for the average of
 * the regression with interactions.
 */
final class Ols implements Estimator {
  @Override
  public String name() {
    return "ols";
  }

  @Override
  public Fit fit(Run run, Study study, FitOptions options) {
    LinearDml.checkOutcome(study);
    EffectBasis basis = new EffectBasis(study, options);
    double[] means = EffectMeans.of(run, study, basis);
    OlsRows rows = new OlsRows(study, basis.centred(means));
    LeastSquares fit = LeastSquares.of(run, study, rows);
    checkRows(fit);
    String kind = LeastSquares.covariance(options.cov(), fit.count, rows.width());
    LeastSquares.Covariance covariance = fit.covariance(run, kind);
    Coefficients centred = Coefficients.of(fit.beta, covariance.matrix(), rows.offset());
    boolean asked = options.scale().centred();
    Coefficients shown = asked ? centred : centred.uncentred(means);
    LinearAverage.Fitted fitted = new LinearAverage.Fitted(study, rows.basis(), fit, rows.offset());
    LinearAverage average = LinearAverage.of(run, fitted, null);
    Medians one = medians(shown, average, covariance.name());
    EffectBasis terms = asked ? basis.centred(means) : basis;
    LinearCate model =
        LinearDml.model(
            Support.of(run, study, terms), terms, new LinearDml.Fitted(one, options.level()));
    Findings findings = findings(run, study, options, fit, average);
    findings.figures.put("cov", covariance.name());
    EffectRows effects = new EffectRows(study, one, fit.rows, Math.round(fit.count));
    if (basis.width() == 1) {
      return findings.fit(
          model,
          List.of(effects.treatment("regression coefficient", one.coefficient(0), Double.NaN)));
    }
    findings.heterogeneity(one.heterogeneity());
    List<Effect> all =
        new ArrayList<>(effects.coefficients(terms.terms(), "regression coefficient"));
    all.addAll(averages(run, study, fitted, average));
    all.add(effects.heterogeneity());
    return findings.fit(model, all);
  }

  private static Medians medians(Coefficients shown, LinearAverage average, String cov) {
    return Medians.of(
        List.of(
            new Medians.Estimates(
                shown.values(),
                shown.covariance(),
                average.estimate(),
                average.estimate(),
                Estimate.UNDEFINED,
                cov)));
  }

  private static Findings findings(
      Run run, Study study, FitOptions options, LeastSquares fit, LinearAverage average) {
    Findings findings = new Findings(study, options);
    findings.figures.put("n_effect", Math.round(fit.count));
    findings.figures.put("reps", 1L);
    findings.figures.put("r2", fit.rSquared(run));
    findings.rank(fit.bread.rank(), fit.bread.width());
    InfluenceFigures.add(average.influence().concentration(), findings.figures, findings.warnings);
    Propensities propensities =
        study.treatment().binary() ? Propensities.of(run, study.withoutOutcome(), options) : null;
    findings.covariates(run, propensities, average.estimate().standardError());
    return findings;
  }

  private static void checkRows(LeastSquares fit) {
    if (fit.rows <= fit.bread.rank()) {
      throw new WhatifException(
          ErrorCode.BAD_RELATION,
          String.format(
              Locale.ROOT,
              "%d usable rows cannot bear a regression with %d coefficients. Use more rows, fewer controls or fewer features.",
              fit.rows,
              fit.beta.length));
    }
  }

  /** The rows of averages: of all, and of the treated. */
  private static List<Effect> averages(
      Run run, Study study, LinearAverage.Fitted fitted, LinearAverage average) {
    boolean binary = study.treatment().binary();
    long rows = fitted.fit().rows;
    Effect.Basis basis = new Effect.Basis(Math.round(fitted.fit().count), Double.NaN);
    String among = rows < study.rows() ? " among rows with all features" : "";
    List<Effect> effects = new ArrayList<>();
    effects.add(
        Effect.of(
            "average effect",
            Effect.Kind.AVERAGE,
            (binary ? "ATE" : "average slope") + " by regression" + among,
            average.estimate(),
            basis));
    if (binary) {
      Estimate onTreated =
          LinearAverage.of(run, fitted, study.column(run, Study.TREATMENT)).estimate();
      effects.add(
          Effect.of(
              "average effect on the treated",
              Effect.Kind.AVERAGE,
              "ATT by regression" + among,
              onTreated,
              basis));
    }
    return effects;
  }

  /**
   * Rows of the regression: the covariates about their means, then the treatment times each
   * function of the basis; the outcome about its mean.
   */
  private record OlsRows(RowBasis basis, Design design, double[] shift)
      implements LeastSquares.Rows {
    OlsRows(Study study, RowBasis basis) {
      this(basis, new Design(study.covariates(), study.data().schema()), study);
    }

    private OlsRows(RowBasis basis, Design design, Study study) {
      this(basis, design, CovariateTable.shift(study, design));
    }

    /** Where the treatment's coefficients begin. */
    int offset() {
      return design.width();
    }

    @Override
    public int width() {
      return design.width() + basis.width();
    }

    @Override
    public int fill(Batch batch, LeastSquares.Block into) {
      double[][] phi = basis.fill(batch);
      boolean[] complete = EffectBasis.complete(phi, batch.rows());
      int count = 0;
      for (int i = 0; i < complete.length; i++) {
        if (complete[i]) {
          into.weights()[count] = 1;
          into.places()[count++] = i;
        }
      }
      double[] y = batch.column(Study.OUTCOME);
      double[] d = batch.column(Study.TREATMENT);
      int stride = width() + 1;
      double[] values = into.values();
      design.fill(batch, into.places(), 0, count, new Basis.Block(values, stride));
      for (int r = 0; r < count; r++) {
        int i = into.places()[r];
        int at = r * stride;
        for (int c = 0; c < design.width(); c++) {
          values[at + c] -= shift[c];
        }
        for (int t = 0; t < phi.length; t++) {
          values[at + design.width() + t] = d[i] * phi[t][i];
        }
        values[at + stride - 1] = y[i] - shift[design.width() + 1];
      }
      return count;
    }
  }
}
