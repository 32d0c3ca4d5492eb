/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import io.whatif.estimate.Warning.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is reported beside the average effect of one arm, and the doubts that follow from it. */
final class AverageFigures {
  /** Doubts that {@link Diagnostics} have of another estimate, which has its own here. */
  private static final Set<String> OF_THE_ESTIMATE = Set.of("few_rows_decide", "fragile");

  /** Doubts about all rows that a group of them may not share. */
  private static final Set<String> OF_ALL_ROWS =
      Set.of(
          "thin_overlap",
          "separation",
          "imbalance",
          "few_treated",
          "effects_vary",
          "no_heterogeneity");

  private static final int FEW_EFFECTIVE = 50;
  private static final int FAR = 3;

  /** Rows of an arm in a group below which its error is rough, and means nothing. */
  private static final int FEW = 50;

  private static final int TOO_FEW = 10;

  private final Study study;
  private final Arms arms;
  private final Map<String, @Nullable Object> figures;
  private final List<Warning> warnings;

  private AverageFigures(
      Study study, Arms arms, Map<String, @Nullable Object> figures, List<Warning> warnings) {
    this.study = study;
    this.arms = arms;
    this.figures = figures;
    this.warnings = warnings;
  }

  /**
   * The two arms, row by row of the whole study.
   *
   * @param side 1 for the arm, 0 for the control, NaN for others; empty if continuous
   * @param chance of the arm against the control; empty if it was not predicted
   */
  private record Arms(double[] side, double[] chance) {}

  /** The figures of an arm over all rows. */
  static AverageFigures of(Run run, Study study, FitOptions options, AverageFit.Grounds grounds) {
    Study pair = grounds.pair().study();
    Map<String, @Nullable Object> figures = new LinkedHashMap<>();
    List<Warning> warnings = new ArrayList<>();
    figures.put("n_dropped", study.dropped());
    figures.put("learners", grounds.learners().isEmpty() ? null : grounds.learners());
    boolean continuous = study.treatment().continuous();
    double[] treated = continuous ? new double[0] : CrossFit.column(run, pair, Study.TREATMENT);
    AverageFit.Fitted fitted = grounds.fitted();
    if (fitted != null) {
      Diagnostics found = new Diagnostics(run, pair, options, evidence(pair, fitted));
      figures.putAll(found.figures());
      figures.remove("cov");
      found.warnings().stream()
          .filter(warning -> !OF_THE_ESTIMATE.contains(warning.code()))
          .forEach(warnings::add);
    } else {
      balance(run, pair, new Propensities(grounds.propensity(), treated), figures, warnings);
    }
    figures.put("n", study.count());
    run.memory().giveBack(grounds.pair().bytes());
    double[] chance = grounds.propensity();
    return new AverageFigures(
        study,
        new Arms(
            continuous ? treated : grounds.pair().spread(treated),
            chance.length == 0 ? chance : grounds.pair().spread(chance)),
        figures,
        warnings);
  }

  private static Evidence evidence(Study pair, AverageFit.Fitted fitted) {
    return new Evidence(
        fitted.nuisances(),
        fitted.scores(),
        ConstantEffect.of(fitted.scores(), fitted.nuisances(), "HC1", pair),
        new Evidence.Repeated(1, Double.NaN, ""),
        fitted.shape(),
        fitted.overall());
  }

  /** Overlap and balance where no outcome was predicted. */
  private static void balance(
      Run run,
      Study pair,
      Propensities propensities,
      Map<String, @Nullable Object> figures,
      List<Warning> warnings) {
    boolean known = propensities.propensity().length > 0;
    double[] weights = new double[propensities.treatment().length];
    java.util.Arrays.fill(weights, 1);
    if (known) {
      weights = propensities.ateWeights();
      overlap(Overlap.of(propensities.propensity(), propensities.treatment()), figures, warnings);
    } else {
      double ones = java.util.Arrays.stream(propensities.treatment()).sum();
      figures.put("n_treated", (long) ones);
      figures.put("n_control", (long) (weights.length - ones));
    }
    CovariateTable table = CovariateTable.of(run, pair, weights);
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
    figures.put("max_smd_weighted", known ? weighted : Double.NaN);
    if (weighted > 0.1) {
      warnings.add(
          caution(
              "imbalance",
              known
                  ? "after weighting, %s still differs by %.2f standard deviations between the arms: see balance()"
                  : "%s differs by %.2f standard deviations between the arms: see balance()",
              worst,
              weighted));
    }
  }

  private static void overlap(
      Overlap o, Map<String, @Nullable Object> figures, List<Warning> warnings) {
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
    OverlapWarnings.add(o, warnings);
  }

  /** The figures of the same arm over a group of rows: those that follow from its own rows. */
  AverageFigures of(RowGroup group) {
    Map<String, @Nullable Object> own = new LinkedHashMap<>();
    List<Warning> doubts = new ArrayList<>();
    double count = 0;
    int n = 0;
    double[] treated = new double[group.size()];
    double[] chance = new double[arms.chance().length == 0 ? 0 : group.size()];
    for (int j = 0; j < group.size(); j++) {
      int i = group.row(j);
      Study.Weighting weighting = study.weighting();
      count += weighting == null ? 1 : weighting.counts()[i];
      if (arms.side().length > 0 && !Double.isNaN(arms.side()[i])) {
        treated[n] = arms.side()[i];
        if (chance.length > 0) {
          chance[n] = arms.chance()[i];
        }
        n++;
      }
    }
    own.put("n", Math.round(count));
    own.put("n_dropped", figures.get("n_dropped"));
    own.put("learners", figures.get("learners"));
    if (arms.side().length > 0) {
      arms(java.util.Arrays.copyOf(treated, n), chance, own, doubts);
    }
    warnings.stream().filter(warning -> !OF_ALL_ROWS.contains(warning.code())).forEach(doubts::add);
    return new AverageFigures(study, arms, own, doubts);
  }

  /** Counts and overlap of the rows of a group that are of the two arms. */
  private static void arms(
      double[] treated,
      double[] chance,
      Map<String, @Nullable Object> figures,
      List<Warning> warnings) {
    long ones = (long) java.util.Arrays.stream(treated).sum();
    long smaller = Math.min(ones, treated.length - ones);
    figures.put("n_treated", ones);
    figures.put("n_control", treated.length - ones);
    if (smaller > 0 && chance.length > 0) {
      overlap(
          Overlap.of(java.util.Arrays.copyOf(chance, treated.length), treated), figures, warnings);
    }
    if (smaller < FEW) {
      warnings.add(
          new Warning(
              "few_treated",
              smaller < TOO_FEW ? Severity.SEVERE : Severity.CAUTION,
              String.format(
                  Locale.ROOT,
                  "the smaller arm has %d rows in this group, fewer than %d: intervals are rough",
                  smaller,
                  FEW)));
    }
  }

  /** Adds what is told of the estimate itself. */
  void add(AverageEffects.Cell cell, double robustness) {
    figures.put("n_effect", cell.rows());
    figures.put("n_effective", cell.effective());
    figures.put("top10_shift", cell.topShift());
    figures.put("split_sd", cell.spread());
    figures.put("reps", (long) cell.reps());
    figures.put("robustness_value", robustness);
    if (cell.effective() < FEW_EFFECTIVE || cell.topShift() > FAR) {
      warnings.add(
          caution(
              "few_rows_decide",
              "the estimate hangs on few rows (n_effective %.0f, the ten most influential move it by %.1f standard errors): look at the largest outcomes",
              cell.effective(),
              cell.topShift()));
    }
    if (robustness < 0.05) {
      warnings.add(
          caution(
              "fragile",
              "an unseen confounder that explains %.1f%% of what is left of both treatment and outcome would explain the estimate away",
              100 * robustness));
    }
  }

  private static Warning caution(String code, String format, Object... values) {
    return new Warning(code, Severity.CAUTION, String.format(Locale.ROOT, format, values));
  }

  Map<String, @Nullable Object> figures() {
    return figures;
  }

  List<Warning> warnings() {
    return warnings.stream().sorted(Comparator.comparing(Warning::severity).reversed()).toList();
  }
}
