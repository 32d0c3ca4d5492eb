/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Alone;
import io.whatif.data.Column;
import io.whatif.data.Dataset;
import io.whatif.data.ErrorCode;
import io.whatif.data.Parallel;
import io.whatif.data.RowValues;
import io.whatif.data.Run;
import io.whatif.data.Schema;
import io.whatif.data.StoredDataset;
import io.whatif.data.Tiles;
import io.whatif.data.WhatifException;
import io.whatif.learn.Folds;
import io.whatif.learn.Target;
import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The effects of many treatments on many outcomes over the same rows and covariates, each as {@link
 * LinearDml} estimates it by itself.
 *
 * <p>Method: all outcomes are predicted in one call of their learner, and so are all treatments of
 * a kind; the folds are the same for all. What remains of a pair is the regression of its
 * residuals, pairs side by side on one thread each. Of several treatments folds do not depend on
 * the arms of any; of one they are those of a call for it alone.
 *
 * <p>A treatment that lacks an arm outside some fold, or that cannot be estimated for another
 * reason its rows give, is refused by itself.
 *
 * <p>Warnings are of the first repetition, without those that look at each covariate's balance or
 * role; misfit is looked for in a sample of rows.
 *
 * <p>Memory: 8 bytes a row for each outcome and for {@value #TOGETHER} treatments, 8 for each of
 * the sample and treatment, and about 100 a row for each thread. Cost: that of the learners for all
 * targets, and of five passes over the residuals of each pair.
 */
public final class EffectGrid {
  /** Treatments whose predictions are held at once. */
  private static final int TOGETHER = 16;

  static final Set<ErrorCode> OF_ROWS = EnumSet.of(ErrorCode.BAD_RELATION, ErrorCode.BAD_COLUMN);

  private final Run run;
  private final Question question;
  private final FitOptions options;
  private final @Nullable Wanted wanted;
  private final EffectBasis basis;
  private final Cell[][] cells;
  private final @Nullable Tiles influences;

  private final GridNuisances nuisances;

  private final GridMisfit misfit;

  /**
   * What is asked.
   *
   * @param base a study of some treatment and outcome; its data hold all of them
   * @param treatments binary or continuous
   * @param outcomes at least one
   */
  public record Question(Study base, List<Treated> treatments, List<Measured> outcomes) {
    public Question {
      treatments = List.copyOf(treatments);
      outcomes = List.copyOf(outcomes);
    }
  }

  /** A treatment, and the dataset column it stands in. */
  public record Treated(Treatment treatment, int column) {
    /** What its learner predicts. */
    Target.Kind kind() {
      return treatment.binary() ? Target.Kind.PROBABILITY : Target.Kind.VALUE;
    }
  }

  /** An outcome's name, and the dataset column it stands in. */
  public record Measured(String name, int column) {}

  /**
   * Influences that are wanted of every pair.
   *
   * @param averages whether all averages are shown
   * @param kind what tiles they are to lie in
   */
  public record Wanted(boolean averages, Tiles kind) {}

  /**
   * Every answer.
   *
   * @param answers by treatment, and in each by outcome
   * @param influences a column for each row with an error that is shown, in the order of answers
   *     and rows; null if none are wanted
   */
  public record Answers(List<List<Answer>> answers, @Nullable Dataset influences) {}

  /**
   * What was found of a pair.
   *
   * @param effects empty if it was refused
   * @param warnings doubts, the worst first
   * @param refusal why there is no effect, else null
   */
  public record Answer(
      List<Effect> effects, List<Warning> warnings, @Nullable WhatifException refusal) {}

  /** A pair while repetitions are made. */
  private static final class Cell {
    final List<Medians.Estimates> estimates = new ArrayList<>();
    List<Warning> warnings = List.of();
    @Nullable WhatifException refusal;
    long complete;
    long count;

    /** Where its influences stand. */
    int[] places = new int[0];

    /** Adds the doubt that misfit raises, the worst first. */
    void doubt(Misfit misfit, int outcome, int treatment) {
      if (refusal == null) {
        double error = estimates.get(0).constant().standardError();
        Warning doubt = misfit.shift(outcome, treatment, error).doubt();
        if (doubt != null) {
          List<Warning> all = new ArrayList<>(warnings);
          all.add(doubt);
          warnings = Warning.worstFirst(all);
        }
      }
    }
  }

  private EffectGrid(Run run, Question question, FitOptions options, @Nullable Wanted wanted) {
    this.run = run;
    this.question = question;
    this.options = options;
    this.wanted = wanted;
    this.basis = LinearDml.basis(run, question.base(), options);
    this.nuisances = new GridNuisances(run, question, options);
    this.misfit = new GridMisfit(run, question);
    this.cells = new Cell[question.treatments().size()][question.outcomes().size()];
    int columns = 0;
    for (int t = 0; t < cells.length; t++) {
      for (int o = 0; o < cells[t].length; o++) {
        cells[t][o] = new Cell();
        int first = columns;
        cells[t][o].places = IntStream.range(first, first + shown(t)).toArray();
        columns += wanted == null ? 0 : shown(t);
      }
    }
    this.influences = wanted == null ? null : wanted.kind().sibling(columns);
    if (influences != null) {
      influences.reserve(question.base().rows());
    }
  }

  /** How many rows with an error the pairs of a treatment show. */
  private int shown(int treatment) {
    boolean averages =
        wanted != null
            && wanted.averages()
            && question.treatments().get(treatment).kind() == Target.Kind.PROBABILITY;
    boolean varies = basis.width() > 1;
    return basis.width() + (varies || averages ? 1 : 0) + (averages ? 1 : 0);
  }

  /**
   * Answers every pair.
   *
   * @param wanted null if no influences are wanted
   */
  public static Answers of(
      Run run, Question question, FitOptions options, @Nullable Wanted wanted) {
    return new EffectGrid(run, question, options, wanted).answers();
  }

  /** The doubts that the rows raise, whatever pair. */
  public static List<Warning> rowDoubts(Study base, FitOptions options) {
    List<Warning> doubts = new ArrayList<>();
    StudyWarnings.add(base, options, doubts);
    return doubts;
  }

  private Answers answers() {
    int reps = Repetitions.count(question.base(), options);
    for (int r = 0; r < reps; r++) {
      repeat(
          run.step("repetition", r, reps), r, r == 0 ? options.seed() : Mix.mix(options.seed(), r));
    }
    List<List<Answer>> all = new ArrayList<>();
    for (int t = 0; t < cells.length; t++) {
      List<Answer> ofTreatment = new ArrayList<>();
      for (int o = 0; o < cells[t].length; o++) {
        ofTreatment.add(answer(t, o));
      }
      all.add(ofTreatment);
    }
    return new Answers(all, influences == null ? null : influences(influences));
  }

  /** The influences of the pairs that were answered. */
  private Dataset influences(Tiles tiles) {
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < tiles.columns(); c++) {
      columns.add(new Column.Numeric("", "DOUBLE"));
    }
    int[] answered =
        Arrays.stream(cells)
            .flatMap(Arrays::stream)
            .filter(cell -> cell.refusal == null)
            .flatMapToInt(cell -> Arrays.stream(cell.places))
            .toArray();
    return new StoredDataset(new Schema(columns), tiles, question.base().rows()).select(answered);
  }

  private Answer answer(int treatment, int outcome) {
    Cell cell = cells[treatment][outcome];
    if (cell.refusal != null) {
      return new Answer(List.of(), List.of(), cell.refusal);
    }
    Medians medians = Medians.of(cell.estimates);
    EffectRows rows = new EffectRows(study(treatment, outcome), medians, cell.complete, cell.count);
    return new Answer(LinearDml.effects(rows, basis), cell.warnings, null);
  }

  /** A pair as a study of its own: the same rows, its columns in their places. */
  private Study study(int treatment, int outcome) {
    Study base = question.base();
    int covariates = base.covariates().columns().size();
    boolean weighted = base.weighting() != null;
    int[] places = new int[2 + covariates + (weighted ? 1 : 0)];
    Arrays.setAll(places, c -> c);
    places[Study.OUTCOME] = question.outcomes().get(outcome).column();
    places[Study.TREATMENT] = question.treatments().get(treatment).column();
    Study.Weighting weighting = base.weighting();
    if (weighting != null) {
      places[2 + covariates] = weighting.column();
      weighting = weighting.at(2 + covariates);
    }
    return new Study(
        base.data().select(places),
        base.profile(),
        question.treatments().get(treatment).treatment(),
        question.outcomes().get(outcome).name(),
        base.features(),
        base.covariates(),
        base.units(),
        weighting,
        base.dropped(),
        base.shared());
  }

  private void repeat(Run part, int repetition, long seed) {
    Study base = question.base();
    int n = Math.toIntExact(base.rows());
    int several = question.treatments().size();
    int[] given = base.units().folds();
    Folds folds =
        given != null || several == 1
            ? CrossFit.folds(run, study(0, 0), options, seed)
            : Folds.byKey(run, base.units().keys(), null, options.folds(), seed);
    int outcomes = question.outcomes().size();
    int together = Math.min(TOGETHER, several);
    run.memory().take(8L * n * (outcomes + together), "the out-of-fold predictions");
    GridNuisances.Fitted[] treated = nuisances.treatments(part.part("treatments", 0, 0.4), folds);
    GridNuisances.Fitted[] measured = nuisances.outcomes(part.part("outcomes", 0.4, 0.5), folds);
    double[][] means = nuisances.predict(IntStream.range(0, outcomes).toArray(), measured, n);
    for (int from = 0; from < several; from += together) {
      part.part("", 0.5, 1).progress("effects of treatments", from, several);
      int[] some =
          IntStream.range(from, Math.min(several, from + together))
              .filter(t -> treated[t].refusal() == null)
              .toArray();
      double[][] chances = nuisances.predict(some, treated, n);
      @Nullable Overlap[] overlaps = new Overlap[some.length];
      if (repetition == 0) {
        Parallel.forEach(run, some.length, j -> overlaps[j] = overlap(some[j], chances[j]));
      }
      Parallel.forEach(
          run,
          some.length * outcomes,
          i -> {
            int t = some[i / outcomes];
            int o = i % outcomes;
            CrossFit.Fitted fit =
                new CrossFit.Fitted(
                    measured[o].text("outcome") + "; " + treated[t].text("treatment"),
                    measured[o].converged() && treated[t].converged());
            pair(
                new Place(t, o, repetition == 0, overlaps[i / outcomes]),
                new CrossFit(means[o], chances[i / outcomes], folds, fit));
          });
      for (int j = 0; repetition == 0 && j < some.length; j++) {
        misfit.keep(some[j], chances[j]);
      }
    }
    if (repetition == 0) {
      doubtMisfit(
          IntStream.range(0, several).filter(t -> treated[t].refusal() == null).toArray(), means);
    }
    for (int t = 0; t < several; t++) {
      for (int o = 0; o < outcomes; o++) {
        if (treated[t].refusal() != null) {
          cells[t][o].refusal = treated[t].refusal();
        }
      }
    }
    run.memory().giveBack(8L * n * (outcomes + together));
  }

  /** Doubts what is left in the residuals of all pairs of some treatments. */
  private void doubtMisfit(int[] treatments, double[][] means) {
    if (treatments.length == 0) {
      return;
    }
    Misfit found = misfit.of(study(treatments[0], 0), means);
    for (int j = 0; j < treatments.length; j++) {
      for (int o = 0; o < means.length; o++) {
        cells[treatments[j]][o].doubt(found, o, j);
      }
    }
  }

  /** How the arms of a treatment overlap, null of a continuous one. */
  private @Nullable Overlap overlap(int treatment, double[] propensity) {
    if (question.treatments().get(treatment).kind() != Target.Kind.PROBABILITY) {
      return null;
    }
    Study study = study(treatment, 0);
    double[] arms = study.column(Alone.of(run, 1), Study.TREATMENT);
    Overlap.Rows rows = Overlap.Rows.of(study, RowValues.of(propensity), RowValues.of(arms));
    return Overlap.of(Alone.of(run, 1), rows);
  }

  /** A pair, whether its first repetition is made, and how the arms of its treatment overlap. */
  private record Place(int treatment, int outcome, boolean first, @Nullable Overlap overlap) {}

  private void pair(Place place, CrossFit predicted) {
    Cell cell = cells[place.treatment()][place.outcome()];
    if (cell.refusal != null) {
      return;
    }
    Alone alone = Alone.of(run, 1);
    Study study = study(place.treatment(), place.outcome());
    try (LinearDml.Repetition found =
        LinearDml.Repetition.of(alone, study, options, basis, predicted)) {
      cell.estimates.addAll(found.estimates());
      if (place.first()) {
        cell.complete = found.stage().rows;
        cell.count = Math.round(found.stage().count);
        Evidence evidence =
            LinearDml.evidence(study, found, Medians.of(found.estimates()), Double.NaN);
        cell.warnings = Diagnostics.brief(alone, study, evidence, place.overlap());
        keepInfluences(alone, place, new LinearInfluences(study, found));
      }
    } catch (WhatifException e) {
      if (!OF_ROWS.contains(e.code())) {
        throw e;
      }
      cell.refusal = e;
    } finally {
      alone.memory().giveBackAll();
    }
  }

  private void keepInfluences(Run alone, Place place, Influences found) {
    if (wanted == null || influences == null) {
      return;
    }
    int[] places = cells[place.treatment()][place.outcome()].places;
    double[][] all = found.of(alone, wanted.averages());
    for (int j = 0; j < all.length; j++) {
      influences.write(places[j], 0, all[j], all[j].length);
    }
  }
}
