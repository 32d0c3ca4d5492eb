/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.RowSample;
import io.whatif.data.RowWindow;
import io.whatif.data.Run;
import io.whatif.estimate.Warning.Severity;
import io.whatif.inference.ClusterSums;
import io.whatif.inference.RowSums;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is reported beside an estimate, and the doubts that follow from it. Figures are
 * of the first repetition, but for the estimates themselves.
 */
final class Diagnostics {
  private final Run run;
  private final Study study;
  private final CrossFit nuisances;
  private final Scores scores;
  private final Evidence evidence;
  private final boolean binary;
  private final ResidualSums sums;
  private final Map<String, @Nullable Object> figures = new LinkedHashMap<>();
  private final List<Map<String, @Nullable Object>> explain = new ArrayList<>();
  private final List<Warning> warnings = new ArrayList<>();
  private Calibration calibration = Calibration.UNDEFINED;

  Diagnostics(Run run, Study study, FitOptions options, Evidence evidence) {
    this(run, study, evidence);
    CovariateTable table = CovariateTable.of(run, study, ateWeights());
    counts();
    influence();
    nuisanceFit();
    if (binary) {
      Overlap overlap = OverlapFigures.overlap(run, study, nuisances.treatment, scores.d);
      OverlapFigures.add(overlap, table, figures, warnings);
    }
    sensitivity();
    effectsVary();
    misfit(table);
    heterogeneity();
    new ControlRows(study, table, evidence.constant().standardError())
        .addTo(run, explain, warnings);
    StudyWarnings.add(study, options, warnings);
  }

  /**
   * The doubts that residuals and propensities raise, for one of many fits: without those that look
   * at each covariate (balance, misfit, controls) and those about the rows.
   *
   * @param overlap of the arms; null of a continuous treatment
   */
  static List<Warning> brief(Run run, Study study, Evidence evidence, @Nullable Overlap overlap) {
    Diagnostics diagnostics = new Diagnostics(run, study, evidence);
    diagnostics.counts();
    diagnostics.influence();
    diagnostics.nuisanceFit();
    if (overlap != null) {
      OverlapFigures.addBrief(study, overlap, diagnostics.warnings);
    }
    diagnostics.sensitivity();
    diagnostics.effectsVary();
    diagnostics.heterogeneity();
    return diagnostics.warnings();
  }

  private Diagnostics(Run run, Study study, Evidence evidence) {
    this.run = run;
    this.study = study;
    this.evidence = evidence;
    this.nuisances = evidence.nuisances();
    this.scores = evidence.scores();
    this.binary = study.treatment().binary();
    this.sums = ResidualSums.of(run, study, scores, nuisances, evidence.constant().value());
  }

  Map<String, @Nullable Object> figures() {
    return figures;
  }

  /** Of a binary treatment's effect that varies, undefined of others. */
  Calibration calibration() {
    return calibration;
  }

  /** Figures as rows, then one row for each covariate. */
  List<Map<String, @Nullable Object>> explain() {
    return ControlRows.explain(figures, explain);
  }

  List<Warning> warnings() {
    return Warning.worstFirst(warnings);
  }

  private void warn(String code, Severity severity, String format, Object... values) {
    warnings.add(new Warning(code, severity, String.format(Locale.ROOT, format, values)));
  }

  private void counts() {
    run.checkCancelled();
    Evidence.Shape shape = evidence.shape();
    figures.put("n", evidence.overall().study().count());
    figures.put("n_dropped", study.dropped());
    figures.put("n_effect", evidence.overall().scores().count());
    figures.put("learners", nuisances.learners);
    StudyWarnings.addLearners(nuisances.learners, warnings);
    figures.put("cov", evidence.repeated().cov());
    figures.put("reps", (long) evidence.repeated().reps());
    if (shape.rank() < shape.terms()) {
      warn(
          "collinear_features",
          Severity.CAUTION,
          "the effect's %d terms have rank %d: single coefficients are not identified, predictions are; drop redundant features",
          shape.terms(),
          shape.rank());
    }
  }

  private void influence() {
    InfluenceFigures.add(Concentration.of(run, evidence.overall().scores()), figures, warnings);
    figures.put("split_sd", evidence.repeated().splitSpread());
  }

  private void nuisanceFit() {
    figures.put("outcome_r2", sums.explained());
    if (!binary) {
      double share = sums.treatmentShare();
      figures.put("treatment_r2", 1 - share);
      figures.put("treatment_residual_share", share);
      double linearity = evidence.shape().linearity();
      figures.put("linearity_p", linearity);
      if (linearity < 0.05) {
        warn(
            "not_linear",
            Severity.CAUTION,
            "the outcome also moves with the square of the treatment (p = %.3f): one slope does not tell the whole effect",
            linearity);
      }
      if (share < 0.05) {
        warn(
            "treatment_predictable",
            Severity.CAUTION,
            "controls explain %s of the treatment: little of it is left to compare; look for a control that follows from it",
            Percent.of(1 - share));
      }
    }
    if (!nuisances.converged) {
      warn(
          "not_converged",
          Severity.SEVERE,
          "a nuisance model did not converge, as when controls decide the treatment: check for a control that repeats it");
    }
  }

  /** The weights of the average effect, of the rows whose covariates are looked at. */
  private double[] ateWeights() {
    RowSample looked = study.diagnosed();
    double[] propensity = nuisances.treatment.at(looked);
    double[] treatment = scores.d.at(looked);
    double[] weights = new double[looked.size()];
    for (int place = 0; place < weights.length; place++) {
      double e = Scores.clip(propensity[place]);
      double chance = !binary ? 1 : treatment[place] == 1 ? e : 1 - e;
      weights[place] = scores.weight((int) looked.row(place)) / chance;
    }
    return weights;
  }

  /**
   * How strong an unseen confounder would have to be, in partial R2 with both, to explain it all.
   */
  private void sensitivity() {
    double robustness = sums.robustness();
    figures.put("robustness_value", robustness);
    if (robustness < 0.05) {
      warn(
          "fragile",
          Severity.CAUTION,
          "an unseen confounder that explains %.1f%% of what is left of both treatment and outcome would explain the %s away: look for causes of both that the controls lack",
          100 * robustness,
          binary ? "overlap-weighted average" : "variance-weighted average slope");
    }
  }

  /** Both averages are of the first repetition and of the rows with all features. */
  private void effectsVary() {
    if (!binary) {
      return;
    }
    double vv = sums.ofEffects().vv();
    double theta = sums.ofEffects().uv() / vv;
    double average = scores.mean();
    double error = scores.error(run, () -> apart(theta, vv));
    if (Math.abs(theta - average) > 1.96 * error) {
      warn(
          "effects_vary",
          Severity.INFO,
          "the overlap-weighted average (%.4g) and the ATE (%.4g) differ by more than chance: the effect varies with the propensity, so say which one you mean",
          theta,
          average);
    }
  }

  /** How far rows move the difference of the two averages. */
  private ClusterSums.Influences apart(double theta, double vv) {
    Supplier<RowResiduals> of = RowResiduals.of(scores, nuisances.outcome, nuisances.treatment);
    RowResiduals residuals = of.get();
    RowWindow window = new RowWindow(scores.score, scores.slopes);
    double[] u = new double[RowSums.BLOCK];
    double[] v = new double[RowSums.BLOCK];
    return (from, to, into) -> {
      residuals.fill(from, to, u, v);
      window.moveTo(from, to);
      double[] score = window.column(0);
      double[] slopes = window.column(1);
      int at = from - window.first();
      for (int j = 0; j < to - from; j++) {
        double pull = v[j] * scores.total / vv;
        double influence = pull * (u[j] - theta * v[j]) - (score[at + j] - scores.mean());
        into[0][j] = scores.moved(from + j, influence, pull - Scores.slope(slopes, at + j));
      }
    };
  }

  private static double[] less(double[] values, double[] expected) {
    double[] left = values.clone();
    Arrays.setAll(left, i -> values[i] - expected[i]);
    return left;
  }

  private void misfit(CovariateTable table) {
    RowSample drawn = study.diagnosed();
    double[] u = less(scores.y.at(drawn), nuisances.outcome.at(drawn));
    double[] v = less(scores.d.at(drawn), nuisances.treatment.at(drawn));
    Misfit misfit =
        Misfit.of(
            run,
            study,
            drawn,
            study.diagnosedRows(),
            table,
            new Misfit.Residuals(new double[][] {u}, new double[][] {v}));
    Misfit.Shift shift = misfit.shift(0, 0, evidence.constant().standardError());
    figures.put("misfit_shift", shift.largest());
    Warning doubt = shift.doubt();
    if (doubt != null) {
      warnings.add(doubt);
    }
  }

  private void heterogeneity() {
    Evidence.Shape shape = evidence.shape();
    if (!shape.varies()) {
      return;
    }
    if (binary) {
      run.checkCancelled();
      calibration = Calibration.of(run, study, scores, nuisances, sums);
    }
    double p = shape.heterogeneity();
    if (Double.isNaN(p) && shape.terms() == 0) {
      p = calibration.pValue();
    }
    figures.put("heterogeneity_p", p);
    if (p > 0.1) {
      warn(
          "no_heterogeneity",
          Severity.INFO,
          "no evidence that the effect varies (p = %.2f); ranking by cate_effect ranks noise",
          p);
    }
    if (binary) {
      figures.put("calibration_slope", calibration.slope().value());
      figures.put("calibration_slope_se", calibration.slope().standardError());
      figures.put("calibration_mean", calibration.mean().value());
      figures.put("calibration_mean_se", calibration.mean().standardError());
      figures.put("calibration_df", calibration.degrees());
      Evidence.Overall overall = evidence.overall();
      Fifths fifths = Fifths.of(run, overall.scores(), overall.folds(), overall.study());
      figures.put("top_fifth_effect", fifths.top().value());
      figures.put("top_fifth_se", fifths.top().standardError());
      figures.put("bottom_fifth_effect", fifths.bottom().value());
      figures.put("bottom_fifth_se", fifths.bottom().standardError());
    }
  }
}
