/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.estimate.Warning.Severity;
import io.whatif.inference.ClusterSums;
import io.whatif.inference.Estimate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is reported beside an estimate, and the doubts that follow from it. Figures are
 * of the first repetition, but for the estimates themselves.
 */
final class Diagnostics {
  /** Rows of the smaller arm below which errors mean nothing. */
  private static final int TOO_FEW = 10;

  private final Run run;
  private final Study study;
  private final FitOptions options;
  private final CrossFit nuisances;
  private final Scores scores;
  private final Evidence evidence;
  private final boolean binary;
  private final double[] u;
  private final double[] v;
  private final Map<String, @Nullable Object> figures = new LinkedHashMap<>();
  private final List<Map<String, @Nullable Object>> explain = new ArrayList<>();
  private final List<Warning> warnings = new ArrayList<>();
  private Calibration calibration = new Calibration(Estimate.UNDEFINED);

  Diagnostics(Run run, Study study, FitOptions options, Evidence evidence) {
    this.run = run;
    this.study = study;
    this.options = options;
    this.evidence = evidence;
    this.nuisances = evidence.nuisances();
    this.scores = evidence.scores();
    this.binary = study.treatment().binary();
    int n = scores.y.length;
    run.memory().take(16L * n, "the residuals");
    u = new double[n];
    v = new double[n];
    for (int i = 0; i < n; i++) {
      u[i] = scores.y[i] - nuisances.outcome[i];
      v[i] = scores.d[i] - nuisances.treatment[i];
    }
    counts();
    influence();
    nuisanceFit();
    CovariateTable table = CovariateTable.of(run, study, ateWeights());
    overlapAndBalance(table);
    sensitivity();
    misfit(table);
    heterogeneity();
    new ControlRows(study, table, evidence.constant().standardError())
        .addTo(run, explain, warnings);
    generalWarnings();
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
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    figures.forEach(
        (name, value) -> {
          if (value instanceof Number number) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("item", name);
            row.put("kind", "figure");
            row.put("value", number.doubleValue());
            rows.add(row);
          }
        });
    rows.addAll(explain);
    return rows;
  }

  List<Warning> warnings() {
    return warnings.stream().sorted(Comparator.comparing(Warning::severity).reversed()).toList();
  }

  private void warn(String code, Severity severity, String format, Object... values) {
    warnings.add(new Warning(code, severity, String.format(Locale.ROOT, format, values)));
  }

  private void counts() {
    Evidence.Shape shape = evidence.shape();
    figures.put("n", evidence.overall().study().count());
    figures.put("n_dropped", study.dropped());
    figures.put("n_effect", (long) evidence.overall().scores().rows);
    figures.put("learners", nuisances.learners);
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
    Scores all = evidence.overall().scores();
    double[] psi = all.averageInfluence();
    double[] sums = ClusterSums.of(all.weighted(psi), all.clusters);
    double squares = 0;
    double fourth = 0;
    for (double p : sums) {
      if (!Double.isNaN(p)) {
        squares += p * p;
        fourth += p * p * p * p;
      }
    }
    double effective = fourth > 0 ? squares * squares / fourth : Double.NaN;
    double top = Ranking.sumOfLargest(sums, 10);
    double shift = top / all.total / all.error(psi);
    figures.put("n_effective", effective);
    figures.put("top10_shift", shift);
    figures.put("split_sd", evidence.repeated().splitSpread());
    if (effective < 50 || shift > 3) {
      warn(
          "few_rows_decide",
          Severity.CAUTION,
          "the estimate hangs on few rows (n_effective %.0f, the ten most influential move it by %.1f standard errors): look at the largest outcomes",
          effective,
          shift);
    }
  }

  private void nuisanceFit() {
    double mean = scores.meanOfAll(scores.y);
    double total = 0;
    double left = 0;
    double treatmentMean = scores.meanOfAll(scores.d);
    double treatmentTotal = 0;
    double treatmentLeft = 0;
    for (int i = 0; i < u.length; i++) {
      double weight = scores.weight(i);
      total += weight * (scores.y[i] - mean) * (scores.y[i] - mean);
      left += weight * u[i] * u[i];
      treatmentTotal += weight * (scores.d[i] - treatmentMean) * (scores.d[i] - treatmentMean);
      treatmentLeft += weight * v[i] * v[i];
    }
    figures.put("outcome_r2", 1 - left / total);
    double share = treatmentLeft / treatmentTotal;
    if (!binary) {
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
            "controls explain %.0f%% of the treatment: little of it is left to compare",
            100 * (1 - share));
      }
    }
    if (!nuisances.converged) {
      warn(
          "not_converged",
          Severity.SEVERE,
          "a nuisance model did not converge, as when controls decide the treatment: check for a control that repeats it");
    }
  }

  private double[] ateWeights() {
    double[] weights = new double[scores.d.length];
    for (int i = 0; i < weights.length; i++) {
      double e = Scores.clip(nuisances.treatment[i]);
      double chance = !binary ? 1 : scores.d[i] == 1 ? e : 1 - e;
      weights[i] = scores.weight(i) / chance;
    }
    return weights;
  }

  private void overlapAndBalance(CovariateTable table) {
    if (!binary) {
      return;
    }
    Overlap o = Overlap.of(nuisances.treatment, scores.d);
    if (o.auc() > 1 - 1e-9) {
      throw new WhatifException(
          ErrorCode.BAD_RELATION,
          "the controls tell every treated row from every untreated one, so there is nothing to compare. Leave out what follows from the treatment, such as '%s'."
              .formatted(ControlRows.mostTelling(study)));
    }
    figures.put("n_treated", o.treated());
    figures.put("n_control", o.control());
    figures.put("treatment_auc", o.auc());
    figures.put("treatment_log_loss", o.logLoss());
    figures.put("e_min", o.min());
    figures.put("e_p01", o.p01());
    figures.put("e_p99", o.p99());
    figures.put("e_max", o.max());
    figures.put("share_clipped", o.shareClipped());
    figures.put("ess_treated", o.essTreated());
    figures.put("ess_control", o.essControl());
    figures.put("max_weight_share", o.maxWeightShare());
    double raw = 0;
    double weighted = 0;
    String worst = "";
    for (int c = 1; c < table.width(); c++) {
      raw = Math.max(raw, Math.abs(table.smd(c, false)));
      if (Math.abs(table.smd(c, true)) > weighted) {
        weighted = Math.abs(table.smd(c, true));
        worst = table.name(c);
      }
    }
    figures.put("max_smd_raw", raw);
    figures.put("max_smd_weighted", weighted);
    OverlapWarnings.add(o, warnings);
    if (weighted > 0.1) {
      warn(
          "imbalance",
          Severity.CAUTION,
          "after weighting, %s still differs by %.2f standard deviations between the arms: see balance()",
          worst,
          weighted);
    }
    long few = Math.max(50, 10L * (table.width() - 1));
    long smaller = Math.min(o.treated(), o.control());
    if (smaller < few) {
      warn(
          "few_treated",
          smaller < TOO_FEW ? Severity.SEVERE : Severity.CAUTION,
          "the smaller arm has %d rows, fewer than %d: intervals are rough",
          smaller,
          few);
    }
  }

  /**
   * How strong an unseen confounder would have to be, in partial R2 with both, to explain it all.
   */
  private void sensitivity() {
    double theta = evidence.constant().value();
    double sigma2 = 0;
    double v2 = 0;
    for (int i = 0; i < u.length; i++) {
      double r = u[i] - theta * v[i];
      sigma2 += scores.weight(i) * r * r;
      v2 += scores.weight(i) * v[i] * v[i];
    }
    double k = Math.abs(theta) * Math.sqrt(v2 / sigma2);
    double robustness = k * (Math.sqrt(k * k + 4) - k) / 2;
    figures.put("robustness_value", robustness);
    if (robustness < 0.05) {
      warn(
          "fragile",
          Severity.CAUTION,
          "an unseen confounder that explains %.1f%% of what is left of both treatment and outcome would explain the %s away",
          100 * robustness,
          binary ? "overlap-weighted average" : "variance-weighted average slope");
    }
    effectsVary();
  }

  /** Both averages are of the first repetition and of the rows with all features. */
  private void effectsVary() {
    if (!binary) {
      return;
    }
    double uv = 0;
    double vv = 0;
    for (int i = 0; i < u.length; i++) {
      if (!Double.isNaN(scores.score[i])) {
        uv += scores.weight(i) * u[i] * v[i];
        vv += scores.weight(i) * v[i] * v[i];
      }
    }
    double theta = uv / vv;
    Estimate average = scores.average();
    double[] difference = new double[u.length];
    for (int i = 0; i < difference.length; i++) {
      double constant = v[i] * (u[i] - theta * v[i]) * scores.total / vv;
      difference[i] = constant - (scores.score[i] - average.value());
    }
    double gap = theta - average.value();
    double error = scores.error(difference);
    if (Math.abs(gap) > 1.96 * error) {
      warn(
          "effects_vary",
          Severity.INFO,
          "the overlap-weighted average (%.4g) and the ATE (%.4g) differ by more than chance: the effect varies with the propensity, so say which one you mean",
          theta,
          average.value());
    }
  }

  private void misfit(CovariateTable table) {
    double shift = Misfit.shift(run, study, nuisances, table, evidence.constant().standardError());
    figures.put("misfit_shift", shift);
    if (shift > 0.5) {
      warn(
          "nuisance_misfit",
          shift > 2 ? Severity.SEVERE : Severity.CAUTION,
          "a square, cube or product of controls left in the residuals would move the estimate by %.1f standard errors: use the spline learner, or add the term",
          shift);
    }
  }

  private void heterogeneity() {
    Evidence.Shape shape = evidence.shape();
    if (!shape.varies()) {
      return;
    }
    if (binary) {
      calibration = Calibration.of(scores, u, v);
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
      Evidence.Overall overall = evidence.overall();
      Calibration.Fifths fifths =
          Calibration.fifths(overall.scores(), overall.folds(), overall.study().units().keys());
      figures.put("top_fifth_effect", fifths.top().value());
      figures.put("top_fifth_se", fifths.top().standardError());
      figures.put("bottom_fifth_effect", fifths.bottom().value());
      figures.put("bottom_fifth_se", fifths.bottom().standardError());
    }
  }

  private void generalWarnings() {
    if (study.dropped() > 0) {
      warn(
          "rows_dropped",
          Severity.INFO,
          "%d rows without an outcome, a treatment, an id or a fold (or as nulls => 'drop' asks) were left out",
          study.dropped());
    }
    if (study.repeatedIds() && idsSpanFolds()) {
      warn(
          "ids_span_folds",
          Severity.CAUTION,
          "rows of one id lie in different folds of the fold column, so predictions have seen the id: give all rows of an id one fold; errors are clustered by id");
    } else if (study.repeatedIds()) {
      warn(
          "repeated_ids",
          Severity.INFO,
          "rows share ids: each id's rows share a fold, and errors are clustered by id");
    }
    if (study.units().folds() != null && options.reps() > 1) {
      warn("fold_given", Severity.INFO, "reps is not used: the folds are given");
    }
  }

  /** Whether the user's folds part the rows of an id. */
  private boolean idsSpanFolds() {
    int[] folds = study.units().folds();
    int[] clusters = study.units().clusters();
    if (folds == null || clusters == null) {
      return false;
    }
    for (int i = 1; i < folds.length; i++) {
      if (clusters[i] == clusters[i - 1] && folds[i] != folds[i - 1]) {
        return true;
      }
    }
    return false;
  }
}
