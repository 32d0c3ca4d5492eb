/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.inference.Estimate;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One partition into folds of a study with an instrument.
 *
 * @param estimates the effect as one number
 * @param learners of all that is predicted
 * @param rows outcome, treatment and residuals of each row
 * @param stage what the instrument tells
 */
record InstrumentRepetition(
    List<Medians.Estimates> estimates, String learners, Rows rows, FirstStage stage)
    implements Repetitions.Once {
  /** A residual of which less than this share of the instrument is left is rounding. */
  private static final double NOTHING = 1e-10;

  /**
   * What each row has.
   *
   * @param y the outcome
   * @param d the treatment
   * @param outcome its residual u
   * @param treatment its residual v
   * @param instrument its residual z
   * @param left what share of the instrument's variance the covariates leave
   * @param converged whether all nuisances reached their optimum
   */
  record Rows(
      double[] y,
      double[] d,
      double[] outcome,
      double[] treatment,
      double[] instrument,
      double left,
      boolean converged)
      implements RowResiduals {
    @Override
    public void fill(int from, int to, double[] u, double[] v) {
      System.arraycopy(outcome, from, u, 0, to - from);
      System.arraycopy(treatment, from, v, 0, to - from);
    }

    @Override
    public double[] instrument(int from, int to, double[] v) {
      return Arrays.copyOfRange(instrument, from, to);
    }
  }

  @Override
  public long rowBytes() {
    return 16 + 8 + 40;
  }

  /**
   * A repetition.
   *
   * @param known the instrument as predicted already, null to predict it
   */
  static InstrumentRepetition of(
      Run run,
      Study study,
      FitOptions options,
      CrossFit nuisances,
      CrossFit.@Nullable Predictions known) {
    Study.Instrument instrument = java.util.Objects.requireNonNull(study.instrument());
    int n = Math.toIntExact(study.rows());
    run.memory().take(48L * n, "the residuals");
    CrossFit.Predictions expected =
        known == null ? nuisances.instrument(run, study, options, instrument) : known;
    double[] y = study.column(run, Study.OUTCOME);
    double[] d = study.column(run, Study.TREATMENT);
    double[] z = study.column(run, instrument.place());
    double whole = squares(study, z);
    double[] u = new double[n];
    double[] v = new double[n];
    double[] outcome = nuisances.outcome.toArray();
    double[] treatment = nuisances.treatment.toArray();
    double[] moved = expected.values().toArray();
    for (int i = 0; i < n; i++) {
      u[i] = y[i] - outcome[i];
      v[i] = d[i] - treatment[i];
      z[i] -= moved[i];
    }
    double left = squares(study, z) / whole;
    if (!(left > NOTHING)) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          "instrument => '%s': features and controls tell all of it, so that nothing is left to compare. Leave out the column that repeats it."
              .formatted(instrument.column()));
    }
    boolean converged = nuisances.converged && expected.converged();
    Rows rows = new Rows(y, d, u, v, z, left, converged);
    String cov = LearnedFit.cov(options, study);
    Estimate effect = ConstantEffect.of(run, () -> rows, cov, study);
    Medians.Estimates estimates =
        new Medians.Estimates(
            new double[0], new double[0], effect, effect, Estimate.UNDEFINED, cov);
    String learners =
        known == null
            ? nuisances.learners + "; " + expected.names("instrument")
            : nuisances.learners;
    return new InstrumentRepetition(
        List.of(estimates), learners, rows, FirstStage.of(rows, study, options.level()));
  }

  /** The weighted sum of squares about the weighted mean. */
  static double squares(Study study, double[] values) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < values.length; i++) {
      sum += study.weight(i) * values[i];
      total += study.weight(i);
    }
    double mean = sum / total;
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      squares += study.weight(i) * (values[i] - mean) * (values[i] - mean);
    }
    return squares;
  }
}
