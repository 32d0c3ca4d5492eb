/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.inference.Estimate;
import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Average effects of a study: of each arm against the control, over all rows or over groups of
 * them, all from the scores of one fit. Repetitions with other folds are aggregated by the median,
 * see {@link Estimate#median}; figures are of the first.
 */
public final class AverageEffects {
  /** Repetitions when none are asked for and there are few rows. */
  private static final int DEFAULT_REPS = 5;

  private static final int FEW_ROWS = 10_000;

  /** Bytes a row of the scores of one arm, their pulls and what figures are made of. */
  private static final long SCORE_BYTES = 80;

  private final Run run;
  private final Study study;
  private final AverageEstimator estimator;
  private final AverageOptions options;
  private final RowGroup[] groups;

  private AverageEffects(
      Run run, Study study, AverageEstimator estimator, AverageOptions options, Groups groups) {
    this.run = run;
    this.study = study;
    this.estimator = estimator;
    this.options = options;
    int[] of = groups.of();
    this.groups =
        of == null ? new RowGroup[] {RowGroup.all(study)} : RowGroup.of(study, of, groups.count());
  }

  /**
   * What averages are over.
   *
   * @param of the number of each row's group, from 0; null for one average over all rows
   * @param count how many groups there are; one may have no row
   */
  public record Groups(int @Nullable [] of, int count) {
    public static final Groups ALL = new Groups(null, 1);
  }

  /**
   * The average effects, group by group and in each arm by arm.
   *
   * @throws WhatifException if the estimator, the estimand and the study do not go together, or the
   *     study cannot bear the estimate
   */
  public static List<AverageEffect> of(
      Run run, Study study, AverageEstimator estimator, AverageOptions options, Groups groups) {
    check(study, estimator, options, groups);
    return new AverageEffects(run, study, estimator, options, groups).effects();
  }

  private List<AverageEffect> effects() {
    int arms = study.treatment().continuous() ? 1 : study.treatment().arms().size() - 1;
    Cell[][] cells = new Cell[arms][groups.length];
    run.memory().take(SCORE_BYTES * study.rows(), "the scores");
    AverageFit first = repeat(cells);
    run.reached("diagnostics", 0.85);
    List<AverageFigures> figures = new ArrayList<>();
    for (int arm = 1; arm <= arms; arm++) {
      figures.add(AverageFigures.of(run, study, options.fit(), first.grounds(run, arm)));
    }
    List<AverageEffect> effects = new ArrayList<>();
    for (int g = 0; g < groups.length; g++) {
      for (int arm = 1; arm <= arms; arm++) {
        Cell cell = cells[arm - 1][g];
        Estimate estimate = cell.median();
        Strength strength = first.strength(arm, groups[g], estimate.value());
        boolean all = groups[g].rows() == null;
        AverageFigures own = all ? figures.get(arm - 1) : figures.get(arm - 1).of(groups[g]);
        own.add(cell, strength.robustness(estimate.value()));
        effects.add(
            new AverageEffect(
                contrast(arm),
                g,
                estimand() + first.among(arm),
                estimate,
                own.figures(),
                own.warnings()));
      }
    }
    run.memory().giveBack(SCORE_BYTES * study.rows());
    return effects;
  }

  /** Fits as often as is asked for, fills the cells, and gives the first fit. */
  private AverageFit repeat(Cell[][] cells) {
    int reps = reps();
    AverageFit first = null;
    for (int r = 0; r < reps; r++) {
      Run own = run.part("", 0, 0.85).step("repetition", r, reps);
      long seed = options.fit().seed();
      AverageFit fit = estimator.fit(own, study, options, r == 0 ? seed : Mix.mix(seed, r));
      for (int arm = 0; arm < cells.length; arm++) {
        AverageScores scores = fit.scores(run, arm + 1);
        for (int g = 0; g < groups.length; g++) {
          run.checkCancelled();
          if (r == 0) {
            cells[arm][g] = new Cell();
          }
          cells[arm][g].add(scores.over(groups[g]));
        }
      }
      if (first == null) {
        first = fit;
      } else {
        run.memory().giveBack(fit.bytes());
      }
    }
    if (first == null) {
      throw new IllegalStateException("no repetition");
    }
    return first;
  }

  private int reps() {
    if (!estimator.takesFolds() || study.units().folds() != null) {
      return 1;
    }
    int asked = options.fit().reps();
    return asked > 0 ? asked : study.rows() < FEW_ROWS ? DEFAULT_REPS : 1;
  }

  private String contrast(int arm) {
    return study.treatment().continuous()
        ? study.treatment().contrast()
        : study.treatment().contrast(arm);
  }

  private String estimand() {
    if (study.treatment().continuous()) {
      return options.estimand() == Estimand.ATE
          ? "average slope"
          : "variance-weighted average slope";
    }
    return estimator.text(options.estimand());
  }

  /** One average in all repetitions; of its rows' pulls only what is told of the first. */
  static final class Cell {
    private final List<Estimate> estimates = new ArrayList<>();
    private Concentration concentration = Concentration.UNKNOWN;
    private long rows = -1;

    private void add(AverageScores.Average average) {
      Influence influence = average.influence();
      if (estimates.isEmpty() && influence != null) {
        concentration = influence.concentration();
        rows = influence.rows();
      }
      estimates.add(average.estimate());
    }

    Estimate median() {
      return Estimate.median(estimates.toArray(Estimate[]::new));
    }

    double spread() {
      return Estimate.spread(estimates.stream().mapToDouble(Estimate::value).toArray());
    }

    int reps() {
      return estimates.size();
    }

    Concentration concentration() {
      return concentration;
    }

    /** Rows that have a part in the estimate, -1 if that is not known. */
    long rows() {
      return rows;
    }
  }

  private static void check(
      Study study, AverageEstimator estimator, AverageOptions options, Groups groups) {
    Treatment treatment = study.treatment();
    Estimand estimand = options.estimand();
    String others = list(AverageEstimators.giving(estimand, treatment));
    if (treatment.continuous() && (estimand == Estimand.ATT || estimand == Estimand.ATC)) {
      throw bad(
          "estimand => '%s': the treatment '%s' is continuous, so no row is treated or untreated. Use 'ATE', the average slope, or 'overlap'.",
          estimand.word(), treatment.column());
    }
    if (treatment.continuous() && !estimator.takesContinuous()) {
      throw bad(
          "estimator => '%s': compares arms, and the treatment '%s' is continuous. Use estimator => %s, or a treatment with two values.",
          estimator.name(), treatment.column(), others);
    }
    if (!estimator.estimands().contains(estimand)) {
      throw bad(
          "estimand => '%s': estimator '%s' gives %s. Use estimator => %s.",
          estimand.word(),
          estimator.name(),
          list(estimator.estimands().stream().map(Estimand::word).toList()),
          others);
    }
    if (treatment.kind() == Treatment.Kind.ARMS && !estimator.takesArms()) {
      throw bad(
          "estimator => '%s': compares two arms, and the treatment '%s' has %d. Use estimator => %s, or filter the relation to two of them.",
          estimator.name(), treatment.column(), treatment.arms().size(), others);
    }
    if (treatment.continuous() && estimand == Estimand.ATE && groups.of() != null) {
      throw bad(
          "estimand => 'ATE': the average slope of a continuous treatment has one model for all rows, so groups of them have none of their own. Use estimand => 'overlap', or partition_by for fits of their own.");
    }
    if (study.profile().isConstant(Study.OUTCOME)) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          "outcome => '%s': column has only one value in the usable rows. It must differ between rows."
              .formatted(study.outcome()));
    }
  }

  private static String list(List<String> words) {
    List<String> quoted = words.stream().map(word -> "'" + word + "'").toList();
    int last = quoted.size() - 1;
    return last <= 0
        ? String.join("", quoted)
        : String.join(", ", quoted.subList(0, last)) + " or " + quoted.get(last);
  }

  private static WhatifException bad(String format, Object... values) {
    return new WhatifException(ErrorCode.BAD_ARGUMENT, String.format(Locale.ROOT, format, values));
  }
}
