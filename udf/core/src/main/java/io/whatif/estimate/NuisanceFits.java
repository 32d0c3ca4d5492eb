/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.RowColumns;
import io.whatif.data.RowValues;
import io.whatif.data.Run;
import io.whatif.learn.Folds;
import io.whatif.learn.Learner;
import io.whatif.learn.Learners;
import io.whatif.learn.LinearFit;
import io.whatif.learn.OutOfFold;
import io.whatif.learn.Target;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The nuisances of a study, fitted but with no row predicted yet: a pass that reads them as a
 * {@link Response}, each batch once, predicts the rows as it goes, which saves a scan.
 */
final class NuisanceFits implements Response {
  /** What predictions are kept for, as a user would say it. */
  static final String PURPOSE = "the out-of-fold predictions";

  private final PredictedRows making;
  private final CrossFit.Predictions propensity;

  /** Null if the study has no outcome. */
  private final CrossFit.@Nullable Predictions mean;

  private final CrossFit rows;

  private NuisanceFits(
      PredictedRows making,
      CrossFit.Predictions propensity,
      CrossFit.@Nullable Predictions mean,
      Folds folds) {
    this.making = making;
    this.propensity = propensity;
    this.mean = mean;
    CrossFit.Fitted fit =
        mean == null
            ? new CrossFit.Fitted(propensity.names("treatment"), propensity.converged())
            : new CrossFit.Fitted(
                mean.names("outcome") + "; " + propensity.names("treatment"),
                mean.converged() && propensity.converged());
    rows =
        new CrossFit(
            mean == null ? RowValues.NONE : making.values(mean),
            making.values(propensity),
            folds,
            fit);
  }

  /**
   * Fits both nuisances, or the treatment alone when the study has no outcome; what is given needs
   * no fit.
   *
   * @param rooms makes what predictions are kept in
   * @throws io.whatif.data.WhatifException if the rows outside a fold lack an arm
   */
  static NuisanceFits of(
      Run run, Study study, FitOptions options, long seed, RowColumns.Maker rooms) {
    Folds folds = CrossFit.checkedFolds(run, study, options, seed);
    Fitting fitting = new Fitting(study, options, new CrossFit.Parts(folds, seed));
    double[] knownChance = options.given().propensity();
    CrossFit.Predictions propensity =
        knownChance == null
            ? fitting.treatment(run.part("", 0, 0.45))
            : new CrossFit.Predictions(knownChance, "given", true);
    if (study.outcome().isEmpty()) {
      return new NuisanceFits(PredictedRows.of(rooms, propensity), propensity, null, folds);
    }
    double[] knownOutcome = options.given().outcome();
    CrossFit.Predictions mean =
        knownOutcome == null
            ? fitting.outcome(run.part("", 0.45, 0.9))
            : new CrossFit.Predictions(knownOutcome, "given", true);
    return new NuisanceFits(PredictedRows.of(rooms, propensity, mean), propensity, mean, folds);
  }

  @Override
  public Folds folds() {
    return rows.folds;
  }

  @Override
  public int count() {
    return rows.count();
  }

  /** Predicts the batch's rows; the residuals. */
  @Override
  public Values at(Batch batch) {
    double[][] predicted =
        making.predict(batch, Objects.requireNonNull(mean, "no outcome to regress"), propensity);
    return CrossFit.residuals(batch, predicted[0], predicted[1]);
  }

  /** What the predictions are kept in that were made here. */
  RowColumns room() {
    return making.room();
  }

  /** The nuisances, after one pass over all rows has read them here. */
  CrossFit read() {
    making.end();
    return rows;
  }

  /** The nuisances, their rows predicted in a scan of its own. */
  CrossFit predicted(Run run, Study study) {
    making.scan(run, study.data());
    return rows;
  }

  /**
   * The predicted treatment: the propensity if it is binary. In memory that the caller has taken, 8
   * bytes a row.
   */
  static CrossFit.Predictions treatment(
      Run run, Study study, FitOptions options, CrossFit.Parts parts) {
    CrossFit.Predictions treatment =
        new Fitting(study.withoutOutcome(), options, parts).treatment(run);
    int n = Math.toIntExact(study.rows());
    PredictedRows.of(columns -> RowColumns.taken(columns, n), treatment).scan(run, study.data());
    return treatment;
  }

  /**
   * What decides predictions.
   *
   * @param outcome the column predicted, empty for the treatment
   */
  private record Problem(
      Study.Problem study, String outcome, String learner, int folds, long seed) {}

  /** Fits of a study's nuisances on one partition, the treatment's first. */
  private static final class Fitting {
    private final Study study;
    private final FitOptions options;
    private final CrossFit.Parts parts;
    private final Target target;

    /** The outcome's, if the treatment's made its sums along. */
    private @Nullable LinearFit begun;

    Fitting(Study study, FitOptions options, CrossFit.Parts parts) {
      this.study = study;
      this.options = options;
      this.parts = parts;
      this.target = new Target(Study.OUTCOME, Target.Kind.VALUE, study.weightColumn());
    }

    CrossFit.Predictions treatment(Run run) {
      Target.Kind kind = study.treatment().binary() ? Target.Kind.PROBABILITY : Target.Kind.VALUE;
      Target treatment = new Target(Study.TREATMENT, kind, study.weightColumn());
      String learner = options.treatmentLearner();
      return run.shared(
          () -> new Problem(study.problem(run), "", learner, options.folds(), parts.seed()),
          () -> {
            Run own = run.part("treatment", 0, 1);
            Learner fitted = NuisanceChoice.treatment(own.part("choice", 0, 0.7), study, options);
            begun = begin(own);
            return new CrossFit.Predictions(
                begun == null
                    ? fit(own, fitted, treatment)
                    : fitted.fitAlong(own, treatment, begun));
          });
    }

    CrossFit.Predictions outcome(Run run) {
      String name = study.outcome();
      String learner = options.outcomeLearner();
      return run.shared(
          () -> new Problem(study.problem(run), name, learner, options.folds(), parts.seed()),
          () -> {
            Run own = run.part("outcome", 0, 1);
            if (begun != null) {
              return new CrossFit.Predictions(begun.end(own).get(0));
            }
            Learner fitted = NuisanceChoice.outcome(own.part("choice", 0, 0.7), study, options);
            return new CrossFit.Predictions(fit(own, fitted, target));
          });
    }

    private @Nullable LinearFit begin(Run run) {
      if (study.outcome().isEmpty() || options.given().outcome() != null) {
        return null;
      }
      Learner learner = Learners.parse("outcome_learner", options.outcomeLearner(), target.kind());
      return learner.begin(run, study.data(), study.covariates(), List.of(target), parts.folds());
    }

    private OutOfFold fit(Run run, Learner learner, Target column) {
      return learner
          .fitOutOfFold(run, study.data(), study.covariates(), List.of(column), parts.folds())
          .get(0);
    }
  }
}
