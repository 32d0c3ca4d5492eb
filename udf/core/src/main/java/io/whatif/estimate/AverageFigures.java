/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.RowValues;
import io.whatif.data.Run;
import io.whatif.estimate.Warning.Severity;
import java.util.ArrayList;
import java.util.Arrays;
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
    ArmPair pair = grounds.pair();
    double[] chance = grounds.propensity();
    double[] side =
        study.treatment().continuous() ? new double[0] : pair.study().column(run, Study.TREATMENT);
    Map<String, @Nullable Object> figures = new LinkedHashMap<>();
    List<Warning> warnings = new ArrayList<>();
    figures.put("n_dropped", study.dropped());
    figures.put("learners", grounds.learners().isEmpty() ? null : grounds.learners());
    AverageFit.Fitted fitted = grounds.fitted();
    if (fitted != null) {
      Diagnostics found = new Diagnostics(run, pair.study(), options, evidence(run, pair, fitted));
      figures.putAll(found.figures());
      figures.remove("cov");
      found.warnings().stream()
          .filter(warning -> !OF_THE_ESTIMATE.contains(warning.code()))
          .forEach(warnings::add);
    } else {
      compared(run, pair.study(), new Propensities(chance, side), figures, warnings);
      StudyWarnings.add(pair.study(), options, warnings);
      StudyWarnings.addLearners(grounds.learners(), warnings);
    }
    figures.put("n", study.count());
    run.memory().giveBack(pair.bytes());
    Arms arms =
        new Arms(
            side.length == 0 ? side : pair.spread(side),
            chance.length == 0 ? chance : pair.spread(chance));
    return new AverageFigures(study, arms, figures, warnings);
  }

  private static Evidence evidence(Run run, ArmPair pair, AverageFit.Fitted fitted) {
    return new Evidence(
        fitted.nuisances(),
        fitted.scores(),
        ConstantEffect.of(run, fitted.scores(), fitted.nuisances(), "HC1", pair.study()),
        new Evidence.Repeated(1, Double.NaN, ""),
        fitted.shape(),
        fitted.overall());
  }

  /** Overlap and balance where no outcome was predicted. */
  private static void compared(
      Run run,
      Study pair,
      Propensities propensities,
      Map<String, @Nullable Object> figures,
      List<Warning> warnings) {
    double[] side = propensities.treatment();
    if (propensities.propensity().length > 0) {
      Overlap overlap =
          OverlapFigures.overlap(
              run, pair, RowValues.of(propensities.propensity()), RowValues.of(side));
      double[] weights = pair.diagnosedWeights(propensities.ateWeights());
      CovariateTable table = CovariateTable.of(run, pair, weights);
      OverlapFigures.add(overlap, table, figures, warnings);
      return;
    }
    CovariateTable table = CovariateTable.unweighted(run, pair);
    OverlapFigures.balance(table, false, figures, warnings);
    long few = Math.max(OverlapFigures.FEW, 10L * (table.width() - 1));
    OverlapFigures.few(counted(side, pair.counted(), figures), few, "", warnings);
  }

  /** Counts the rows of both arms, and gives those of the smaller. */
  private static long counted(
      double[] side, double @Nullable [] counts, Map<String, @Nullable Object> figures) {
    double[] arms = new double[2];
    for (int i = 0; i < side.length; i++) {
      arms[(int) side[i]] += counts == null ? 1 : counts[i];
    }
    figures.put("n_treated", Math.round(arms[1]));
    figures.put("n_control", Math.round(arms[0]));
    return Math.round(Math.min(arms[0], arms[1]));
  }

  /** The figures of the same arm over a group of rows: those that follow from its own rows. */
  AverageFigures of(RowGroup group) {
    Map<String, @Nullable Object> own = new LinkedHashMap<>();
    List<Warning> doubts = new ArrayList<>();
    double count = 0;
    for (int j = 0; j < group.size(); j++) {
      Study.Weighting weighting = study.weighting();
      count += weighting == null ? 1 : weighting.counts()[group.row(j)];
    }
    own.put("n", Math.round(count));
    own.put("n_dropped", figures.get("n_dropped"));
    own.put("learners", figures.get("learners"));
    if (arms.side().length > 0) {
      overlap(group, own, doubts);
    }
    warnings.stream().filter(warning -> !OF_ALL_ROWS.contains(warning.code())).forEach(doubts::add);
    return new AverageFigures(study, arms, own, doubts);
  }

  /** Of the rows of a group that are of the two arms. */
  private void overlap(RowGroup group, Map<String, @Nullable Object> own, List<Warning> doubts) {
    boolean predicted = arms.chance().length > 0;
    double[] side = new double[group.size()];
    double[] chance = new double[group.size()];
    double[] counts = new double[group.size()];
    double[] weights = new double[group.size()];
    int n = 0;
    for (int j = 0; j < group.size(); j++) {
      int i = group.row(j);
      if (!Double.isNaN(arms.side()[i])) {
        side[n] = arms.side()[i];
        chance[n] = predicted ? arms.chance()[i] : Double.NaN;
        counts[n] = study.counted(i);
        weights[n] = study.weightOfOne(i);
        n++;
      }
    }
    side = Arrays.copyOf(side, n);
    long smaller = counted(side, counts, own);
    if (predicted && smaller > 0) {
      RowValues chances = RowValues.of(Arrays.copyOf(chance, n));
      Overlap.Rows rows = new Overlap.Rows(chances, RowValues.of(side), counts, weights);
      OverlapFigures.add(Overlap.of(null, rows), own, doubts);
    }
    OverlapFigures.few(smaller, OverlapFigures.FEW, " in this group", doubts);
  }

  /** Adds what is told of the estimate itself. */
  void add(AverageEffects.Cell cell, double robustness) {
    figures.put("n_effect", cell.rows() < 0 ? null : cell.rows());
    InfluenceFigures.add(cell.concentration(), figures, warnings);
    figures.put("split_sd", cell.spread());
    figures.put("reps", (long) cell.reps());
    figures.put("robustness_value", robustness);
    if (robustness < 0.05) {
      warnings.add(
          new Warning(
              "fragile",
              Severity.CAUTION,
              String.format(
                  Locale.ROOT,
                  "an unseen confounder that explains %.1f%% of what is left of both treatment and outcome would explain the estimate away: look for causes of both that the controls lack",
                  100 * robustness)));
    }
  }

  Map<String, @Nullable Object> figures() {
    return figures;
  }

  /** The worst first. */
  List<Warning> warnings() {
    return Warning.worstFirst(warnings);
  }
}
