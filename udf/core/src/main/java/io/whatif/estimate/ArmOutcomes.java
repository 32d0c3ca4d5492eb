/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Column;
import io.whatif.data.Dataset;
import io.whatif.data.Run;
import io.whatif.learn.Covariate;
import io.whatif.learn.Covariates;
import io.whatif.learn.FoldRows;
import io.whatif.learn.Folds;
import io.whatif.learn.Learner;
import io.whatif.learn.OutOfFold;
import io.whatif.learn.Target;
import io.whatif.model.Predictor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The outcome that each arm would give each row, \( \hat g_a(X, W) \), out of fold. Never changed.
 *
 * @param values for each arm, the outcome of each row
 * @param joint whether one model serves all arms
 * @param models one of all arms, or one for each
 */
record ArmOutcomes(
    double[][] values,
    boolean joint,
    List<OutOfFold> models,
    String description,
    boolean converged) {
  ArmOutcomes {
    models = List.copyOf(models);
  }

  /** Where nobody asks for outcomes. */
  static ArmOutcomes none() {
    return new ArmOutcomes(new double[0][], false, List.of(), "", true);
  }

  /**
   * Those of a fit to the rows of each arm alone.
   *
   * @param d the arm of each row
   */
  static ArmOutcomes perArm(Run run, Study study, Learner learner, Folds folds, double[] d) {
    int arms = study.treatment().arms().size();
    List<OutOfFold> models = new ArrayList<>();
    List<String> descriptions = new ArrayList<>();
    boolean converged = true;
    double[] weight = new double[d.length];
    Dataset data = study.data().with(List.of(new Column.Numeric("", "DOUBLE")), weight);
    Target target = new Target(Study.OUTCOME, Target.Kind.VALUE, study.data().schema().size());
    for (int arm = 0; arm < arms; arm++) {
      for (int i = 0; i < weight.length; i++) {
        weight[i] = d[i] == arm ? study.weight(i) : 0;
      }
      OutOfFold fitted =
          learner
              .fitOutOfFold(
                  run.step("arm", arm, arms), data, study.covariates(), List.of(target), folds)
              .get(0);
      models.add(fitted);
      descriptions.add(fitted.description());
      converged &= fitted.converged();
    }
    String description =
        descriptions.stream().distinct().count() == 1
            ? descriptions.get(0)
            : String.join(" | ", descriptions);
    double[][] values = CrossFit.values(run, study.data(), models);
    return new ArmOutcomes(values, false, models, description + " in each arm", converged);
  }

  /** Those of one fit to all rows, with the arm among its covariates. */
  static ArmOutcomes jointly(Run run, Study study, Learner learner, Folds folds) {
    int arms = study.treatment().arms().size();
    List<Covariate> columns = new ArrayList<>(study.covariates().columns());
    String name = study.treatment().column();
    columns.add(
        arms == 2
            ? Covariate.numeric(Study.TREATMENT, name, 0, false)
            : Covariate.categorical(Study.TREATMENT, name, arms, false));
    Target target = new Target(Study.OUTCOME, Target.Kind.VALUE, study.weightColumn());
    OutOfFold fitted =
        learner
            .fitOutOfFold(run, study.data(), new Covariates(columns), List.of(target), folds)
            .get(0);
    double[][] values = new double[arms][Math.toIntExact(study.rows())];
    study.data().forEachBatch(run, new InEachArm(columns, fitted, folds, values)::predict);
    return new ArmOutcomes(values, true, List.of(fitted), fitted.description(), fitted.converged());
  }

  /** What predicts an arm's outcome without a fold; of all arms if they were fitted jointly. */
  Predictor model(int arm, int fold) {
    return models.get(joint ? 0 : arm).predictor(fold);
  }

  /** The outcome of an arm at every row, by the model that did not see a fold. One scan. */
  double[] without(Run run, Study study, int arm, int fold) {
    List<Covariate> columns = study.covariates().columns();
    Predictor predictor = model(arm, fold);
    if (!joint) {
      return CrossFit.values(run, study.data(), columns, predictor::predict);
    }
    return CrossFit.values(
        run,
        study.data(),
        columns,
        (inputs, rows, into) -> {
          double[][] withArm = Arrays.copyOf(inputs, inputs.length + 1);
          withArm[inputs.length] = new double[rows];
          Arrays.fill(withArm[inputs.length], arm);
          predictor.predict(withArm, rows, into);
        });
  }

  /** Predicts every row in every arm, by the model that did not see its fold. */
  private static final class InEachArm {
    private final List<Covariate> columns;
    private final Folds folds;
    private final double[][] values;
    private final Predictor[] predictors;

    InEachArm(List<Covariate> columns, OutOfFold fitted, Folds folds, double[][] values) {
      this.columns = columns;
      this.folds = folds;
      this.values = values;
      this.predictors = new Predictor[folds.count()];
      Arrays.setAll(predictors, fitted::predictor);
    }

    void predict(Batch batch) {
      FoldRows grouped = new FoldRows(folds);
      grouped.group(batch);
      int last = columns.size() - 1;
      for (int k = 0; k < predictors.length; k++) {
        int from = grouped.start(k);
        int count = grouped.start(k + 1) - from;
        double[][] inputs = new double[columns.size()][count];
        for (int c = 0; c < last && count > 0; c++) {
          double[] column = batch.column(columns.get(c).column());
          for (int r = 0; r < count; r++) {
            inputs[c][r] = column[grouped.rows()[from + r]];
          }
        }
        double[] predicted = new double[count];
        for (int arm = 0; arm < values.length && count > 0; arm++) {
          Arrays.fill(inputs[last], arm);
          predictors[k].predict(inputs, count, predicted);
          for (int r = 0; r < count; r++) {
            values[arm][(int) batch.firstRow() + grouped.rows()[from + r]] = predicted[r];
          }
        }
      }
    }
  }
}
