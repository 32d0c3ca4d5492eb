/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import io.whatif.math.Mix;
import io.whatif.model.KeptRows;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fit repeated with other folds.
 *
 * @param first all of the first repetition, which diagnostics and models are of
 * @param estimates those of every repetition, in the order of {@link Once#estimates}
 * @param kept what is kept of the rows of every repetition; empty if nothing is
 */
record Repetitions<R extends Repetitions.Once>(
    R first, List<List<Medians.Estimates>> estimates, List<KeptRows.Repetition> kept) {
  /** Repetitions when none are asked for and there are few rows. */
  private static final int DEFAULT_REPS = 5;

  private static final int FEW_ROWS = 10_000;

  /** What one repetition finds. */
  interface Once extends AutoCloseable {
    /** The estimates, one for each contrast of treatments, or one behind them for all together. */
    List<Medians.Estimates> estimates();

    /** How many bytes a row it holds, taken from the budget, but for what it closes. */
    long rowBytes();

    /** Gives back what it keeps rows in, if there is anything of its own. */
    @Override
    default void close() {}

    /** What is kept of the rows, null if nothing is. */
    default KeptRows.@Nullable Repetition kept() {
      return null;
    }
  }

  /** Bytes a row of what is kept of it. */
  private static final long KEPT_BYTES = 24;

  /** One repetition, with the folds of a seed. */
  interface Repeated<R extends Once> {
    R apply(Run part, long seed);
  }

  /**
   * Repeats as the options ask for; of each repetition but the first no more is kept than its
   * estimates.
   *
   * @param once what one repetition finds, in a part of the run, with the folds of a seed
   */
  static <R extends Once> Repetitions<R> of(
      Run run, Study study, FitOptions options, Repeated<R> once) {
    int reps = count(study, options);
    List<List<Medians.Estimates>> all = new ArrayList<>();
    R first = once.apply(run.step("repetition", 0, reps), options.seed());
    all.add(first.estimates());
    List<KeptRows.Repetition> kept = new ArrayList<>();
    KeptRows.Repetition own = first.kept();
    if (own != null) {
      kept.add(own);
    }
    for (int r = 1; r < reps; r++) {
      R further = once.apply(run.step("repetition", r, reps), Mix.mix(options.seed(), r));
      all.add(further.estimates());
      KeptRows.Repetition rows = further.kept();
      if (rows != null) {
        kept.add(rows);
      }
      further.close();
      run.memory().giveBack((further.rowBytes() - (rows == null ? 0 : KEPT_BYTES)) * study.rows());
    }
    return new Repetitions<>(first, all, kept);
  }

  /** The medians of the estimates at a place. */
  Medians medians(int place) {
    return Medians.of(estimates.stream().map(each -> each.get(place)).toList());
  }

  /** How many repetitions a call makes. */
  static int count(Study study, FitOptions options) {
    if (options.reps() > 0) {
      return study.units().folds() == null ? options.reps() : 1;
    }
    return study.units().folds() == null && study.rows() < FEW_ROWS ? DEFAULT_REPS : 1;
  }
}
