/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Column;
import io.whatif.data.Dataset;
import io.whatif.data.Run;
import io.whatif.learn.Covariate;
import io.whatif.learn.Covariates;
import io.whatif.learn.Folds;
import io.whatif.learn.Learner;
import io.whatif.learn.OutOfFold;
import io.whatif.learn.Target;
import io.whatif.model.Predictor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A learner fitted to something of the rows that have all features, by the features alone or by all
 * covariates: out of fold, and on all rows to predict new ones.
 *
 * @param columns what it is fitted by, in the order in which its predictors take them
 */
record FeatureLearner(Learner learner, List<Covariate> columns) {
  /** Bytes a row that are kept of what was fitted. */
  static final long KEPT_BYTES = 8;

  /** Bytes a row of the target, the weight and the predictions. */
  private static final long ROW_BYTES = 24;

  /**
   * What was fitted.
   *
   * @param values the out-of-fold prediction of each row
   * @param whole what predicts new rows
   * @param without what predicts rows by nothing that saw a fold
   * @param description what was fitted, for the report
   * @param converged whether all fits reached their optimum
   */
  record Learned(
      double[] values,
      Predictor whole,
      IntFunction<Predictor> without,
      String description,
      boolean converged) {}

  /** By the features alone; their NULLs as the model will meet them. */
  static FeatureLearner byFeatures(Study study, FitOptions options, Learner learner) {
    List<Covariate> columns = new ArrayList<>();
    for (int feature : study.features()) {
      Covariate covariate = covariate(study, feature);
      columns.add(
          options.imputeFeatures()
              ? covariate
              : new Covariate(
                  covariate.column(),
                  covariate.name(),
                  covariate.fill(),
                  false,
                  covariate.levels()));
    }
    return new FeatureLearner(learner, columns);
  }

  private static Covariate covariate(Study study, int column) {
    return study.covariates().columns().stream()
        .filter(c -> c.column() == column)
        .findFirst()
        .orElseThrow();
  }

  /** By all covariates. */
  static FeatureLearner byCovariates(Study study, Learner learner) {
    return new FeatureLearner(learner, study.covariates().columns());
  }

  /**
   * What is to be predicted.
   *
   * @param name for messages
   * @param target of each row
   * @param weight of each row: 0 for one that it is not fitted to
   */
  record Wanted(String name, Target.Kind kind, double[] target, double[] weight) {
    static Wanted value(double[] target, double[] weight) {
      return new Wanted("", Target.Kind.VALUE, target, weight);
    }
  }

  /** Fits it, out of fold and to all rows. */
  Learned fit(Run run, Study study, Folds folds, Wanted wanted) {
    return fit(run, study, folds, wanted, null);
  }

  /**
   * Fits it where what is to be predicted was itself predicted: then it is another for each fold
   * that is left out, or the rows of the fold would be predicted by what their own outcomes moved.
   *
   * @param without the target of each row, made of nothing that saw a fold; null if the target is
   *     the same for all
   */
  Learned fit(
      Run run, Study study, Folds folds, Wanted wanted, @Nullable IntFunction<double[]> without) {
    int apart = without == null ? 0 : folds.count();
    long rows = study.rows();
    run.memory().take((ROW_BYTES + 16L * apart) * rows, "what the effect is learned from");
    int at = study.data().schema().size();
    boolean even = Arrays.stream(wanted.weight()).allMatch(w -> w == 1);
    int weight = even ? Target.UNWEIGHTED : at + 1 + apart;
    List<double[]> columns = new ArrayList<>(List.of(wanted.target()));
    List<Target> targets = new ArrayList<>();
    targets.add(
        new Target(
            at,
            wanted.kind(),
            weight,
            without == null ? Target.EVERY_FOLD : /* the whole */ folds.count()));
    for (int k = 0; k < apart && without != null; k++) {
      columns.add(without.apply(k));
      targets.add(new Target(at + 1 + k, wanted.kind(), weight, k));
    }
    if (!even) {
      columns.add(wanted.weight());
    }
    Dataset data =
        study
            .data()
            .with(
                columns.stream()
                    .<Column>map(c -> new Column.Numeric(wanted.name(), "DOUBLE"))
                    .toList(),
                columns.toArray(double[][]::new));
    Covariates by = new Covariates(this.columns);
    Learner settled = learner.settled(run, data, by, targets.subList(0, 1), folds);
    List<OutOfFold> fitted = settled.fitOutOfFold(run, data, by, targets, folds.withWhole());
    double[] values = CrossFit.values(run, data, fitted.get(fitted.size() == 1 ? 0 : 1));
    for (int k = 1; k < apart; k++) {
      double[] own = CrossFit.values(run, data, fitted.get(1 + k));
      for (int i = 0; i < own.length; i++) {
        values[i] = folds.of(i) == k ? own[i] : values[i];
      }
    }
    run.memory().giveBack((ROW_BYTES - KEPT_BYTES + 16L * apart) * rows);
    OutOfFold whole = fitted.get(0);
    return new Learned(
        values,
        whole.predictor(folds.count()),
        k -> fitted.get(fitted.size() == 1 ? 0 : 1 + k).predictor(k),
        whole.description(),
        fitted.stream().allMatch(OutOfFold::converged));
  }

  /** What a predictor by these columns gives each row. One scan. */
  double[] values(Run run, Study study, Predictor predictor) {
    return CrossFit.values(run, study.data(), columns, predictor::predict);
  }

  /** The places of its columns among the features; only where all of them are features. */
  static List<Integer> inputs(Study study, List<Covariate> columns) {
    return columns.stream().map(c -> study.features().indexOf(c.column())).toList();
  }

  /** Whether each row has all features; every row does if they are imputed. */
  static boolean[] complete(Run run, Study study, FitOptions options) {
    boolean[] complete = new boolean[Math.toIntExact(study.rows())];
    Arrays.fill(complete, true);
    for (int feature : study.features()) {
      if (!options.imputeFeatures() && study.profile().nulls(feature) > 0) {
        double[] values = study.column(run, feature);
        for (int i = 0; i < complete.length; i++) {
          complete[i] &= !Double.isNaN(values[i]);
        }
      }
    }
    return complete;
  }
}
