/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Dataset;
import io.whatif.data.MemoryBudget;
import io.whatif.data.RowColumns;
import io.whatif.data.RowValues;
import io.whatif.data.Run;
import io.whatif.learn.Covariate;
import io.whatif.learn.Folds;
import io.whatif.learn.JointPredictions;
import io.whatif.learn.Learner;
import io.whatif.learn.Learners;
import io.whatif.learn.OutOfFold;
import io.whatif.learn.Target;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The nuisances of a study, predicted out of fold: \( \hat m(X, W) \) of the outcome and \( \hat
 * e(X, W) \) of the treatment. They are kept, 8 bytes a row each, because every later pass wants
 * them.
 */
final class CrossFit implements Response {
  /** The predicted outcome of each row; empty if the study has none. */
  final RowValues outcome;

  /** The predicted treatment of each row: the propensity if it is binary. */
  final RowValues treatment;

  final Folds folds;
  final String learners;
  final boolean converged;

  /**
   * Predictions made otherwise.
   *
   * @param outcome of each row, empty if there is none
   * @param treatment of each row
   * @param fit what was fitted to make them
   */
  CrossFit(double[] outcome, double[] treatment, Folds folds, Fitted fit) {
    this(RowValues.of(outcome), RowValues.of(treatment), folds, fit);
  }

  CrossFit(RowValues outcome, RowValues treatment, Folds folds, Fitted fit) {
    this.outcome = outcome;
    this.treatment = treatment;
    this.folds = folds;
    this.learners = fit.learners();
    this.converged = fit.converged();
  }

  /**
   * What predictions come from.
   *
   * @param learners the learners and what they chose, for the report
   * @param converged whether all reached their optimum
   */
  record Fitted(String learners, boolean converged) {}

  @Override
  public Folds folds() {
    return folds;
  }

  @Override
  public int count() {
    return 1;
  }

  /** The residuals u of the outcome and v of the treatment. */
  @Override
  public Values at(Batch batch) {
    double[] u = new double[batch.rows()];
    double[] v = new double[batch.rows()];
    outcome.read((int) batch.firstRow(), u.length, u);
    treatment.read((int) batch.firstRow(), v.length, v);
    return residuals(batch, u, v);
  }

  /**
   * The residuals of a batch's rows.
   *
   * @param m the predicted outcomes, overwritten
   * @param e the predicted treatments, overwritten
   */
  static Values residuals(Batch batch, double[] m, double[] e) {
    double[] y = batch.column(Study.OUTCOME);
    double[] d = batch.column(Study.TREATMENT);
    subtractFrom(y, m, batch.rows());
    subtractFrom(d, e, batch.rows());
    return new Values(new double[][] {m}, e, new double[0][]);
  }

  /** Puts what predictions leave in their stead. */
  private static void subtractFrom(double[] values, double[] predicted, int rows) {
    for (int i = 0; i < rows; i++) {
      predicted[i] = values[i] - predicted[i];
    }
  }

  /** Fits as {@link NuisanceFits#of}, and predicts all rows into arrays, of 16 bytes a row. */
  static CrossFit of(Run run, Study study, FitOptions options, long seed) {
    int n = Math.toIntExact(study.rows());
    run.memory().take(16L * n, NuisanceFits.PURPOSE);
    RowColumns.Maker inMemory = columns -> RowColumns.taken(columns, n);
    CrossFit all = NuisanceFits.of(run, study, options, seed, inMemory).predicted(run, study);
    return new CrossFit(
        all.outcome.toArray(),
        all.treatment.toArray(),
        all.folds,
        new Fitted(all.learners, all.converged));
  }

  /**
   * Parts of the rows.
   *
   * @param seed what chose the folds
   */
  record Parts(Folds folds, long seed) {}

  /** The predicted instrument, with the same folds. */
  Predictions instrument(Run run, Study study, FitOptions options, Study.Instrument instrument) {
    Target.Kind kind = instrument.binary() ? Target.Kind.PROBABILITY : Target.Kind.VALUE;
    Target target = new Target(instrument.place(), kind, study.weightColumn());
    return fit(run, study, NuisanceChoice.instrument(run, study, options, target), target, folds);
  }

  /**
   * Out-of-fold predictions of one target: of no row before {@link PredictedRows} made them, then
   * for good.
   */
  static final class Predictions {
    /** What will predict rows; null once it has, since it may be large. */
    private @Nullable OutOfFold fitted;

    private final String description;
    private final boolean converged;
    private @Nullable RowValues values;

    Predictions(OutOfFold fitted) {
      this.fitted = fitted;
      this.description = fitted.description();
      this.converged = fitted.converged();
    }

    /**
     * Predictions that are there.
     *
     * @param values one for each row; never changed
     * @param description what was fitted
     */
    Predictions(double[] values, String description, boolean converged) {
      this.fitted = null;
      this.values = RowValues.of(values);
      this.description = description;
      this.converged = converged;
    }

    /** One for each row. */
    RowValues values() {
      return Objects.requireNonNull(values, "rows are not predicted yet");
    }

    /** Whether rows are still to be predicted. */
    boolean isOpen() {
      return values == null;
    }

    /** What will predict rows. */
    OutOfFold fitted() {
      return Objects.requireNonNull(fitted, "rows are predicted already");
    }

    /** All rows are predicted: what did so is let go. */
    void end(RowValues predicted) {
      values = predicted;
      fitted = null;
    }

    String description() {
      return description;
    }

    boolean converged() {
      return converged;
    }

    String names(String target) {
      return target + ": " + description;
    }
  }

  /**
   * Out-of-fold predictions of another column by the treatment's learner, with the same folds; a
   * learner that chooses does so for this column.
   *
   * @param rooms makes what they are kept in
   */
  RowValues predict(Run run, Study study, FitOptions options, int column, RowColumns.Maker rooms) {
    Target target = new Target(column, Target.Kind.VALUE, study.weightColumn());
    Learner learner =
        Learners.parse("treatment_learner", options.treatmentLearner(), target.kind());
    return fit(run, study, learner, new FoldedTarget(target, folds), rooms).values();
  }

  /** The folds of a study: the user's, else by its keys. */
  static Folds folds(Run run, Study study, FitOptions options, long seed) {
    if (study.units().folds() != null) {
      return folds(run, study, options, seed, null);
    }
    MemoryBudget passing = run.memory().part();
    try {
      return folds(run, study, options, seed, arms(run, study, passing));
    } finally {
      passing.giveBackAll();
    }
  }

  /**
   * The folds of a study, outside each of which there are rows of every arm.
   *
   * @throws io.whatif.data.WhatifException if there are not
   */
  static Folds checkedFolds(Run run, Study study, FitOptions options, long seed) {
    MemoryBudget passing = run.memory().part();
    try {
      Folds.Arms arms = arms(run, study, passing);
      Folds folds = folds(run, study, options, seed, arms);
      if (arms != null) {
        FoldArms.checkFolds(run, study, arms.of(), folds);
      }
      return folds;
    } finally {
      passing.giveBackAll();
    }
  }

  private static Folds folds(
      Run run, Study study, FitOptions options, long seed, Folds.@Nullable Arms arms) {
    int[] given = study.units().folds();
    return given != null
        ? Folds.given(given, study.units().foldCount(), study.units().keys())
        : Folds.byKey(run, study.units().keys(), arms, options.folds(), seed);
  }

  /** The arm of each row; null of a continuous treatment. One scan. */
  private static Folds.@Nullable Arms arms(Run run, Study study, MemoryBudget memory) {
    if (study.treatment().continuous()) {
      return null;
    }
    memory.take(study.rows(), "the arms of rows");
    return study.data().scan(run, new ArmsPass(new byte[Math.toIntExact(study.rows())]));
  }

  /** Predictions of a target, in memory that the caller has taken: 8 bytes a row. */
  static Predictions fit(Run run, Study study, Learner learner, Target target, Folds folds) {
    int n = Math.toIntExact(study.rows());
    RowColumns.Maker inMemory = columns -> RowColumns.taken(columns, n);
    return fit(run, study, learner, new FoldedTarget(target, folds), inMemory);
  }

  /** A target, and the parts of the rows that it is predicted for. */
  private record FoldedTarget(Target target, Folds folds) {}

  private static Predictions fit(
      Run run, Study study, Learner learner, FoldedTarget of, RowColumns.Maker rooms) {
    List<Target> targets = List.of(of.target());
    Predictions predicted =
        new Predictions(
            learner
                .fitOutOfFold(run, study.data(), study.covariates(), targets, of.folds())
                .get(0));
    PredictedRows.of(rooms, predicted).scan(run, study.data());
    return predicted;
  }

  /** The prediction of each row. One scan. */
  static double[] values(Run run, Dataset data, OutOfFold fitted) {
    return values(run, data, List.of(fitted))[0];
  }

  /** The predictions of each row by each. One scan. */
  static double[][] values(Run run, Dataset data, List<? extends OutOfFold> fitted) {
    double[][] into = new double[fitted.size()][Math.toIntExact(data.rows())];
    JointPredictions predictions = new JointPredictions(fitted);
    if (into.length > 0) {
      data.forEachBatch(run, batch -> predictions.predict(batch, into, (int) batch.firstRow()));
    }
    return into;
  }

  /** What predicts rows by columns, as {@link io.whatif.model.Predictor#predict}. */
  interface ByColumns {
    void predict(double[][] columns, int rows, double[] into);
  }

  /** What a predictor by these columns gives each row, whatever its fold. One scan. */
  static double[] values(Run run, Dataset data, List<Covariate> columns, ByColumns predictor) {
    double[] into = new double[Math.toIntExact(data.rows())];
    data.forEachBatch(
        run,
        batch -> {
          double[][] inputs = new double[columns.size()][];
          for (int c = 0; c < inputs.length; c++) {
            inputs[c] = batch.column(columns.get(c).column());
          }
          double[] predicted = new double[batch.rows()];
          predictor.predict(inputs, batch.rows(), predicted);
          System.arraycopy(predicted, 0, into, (int) batch.firstRow(), batch.rows());
        });
    return into;
  }
}
