/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Batch;
import io.whatif.data.Column;
import io.whatif.data.Dataset;
import io.whatif.data.ErrorCode;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.learn.ClassProbabilities;
import io.whatif.learn.ClassTarget;
import io.whatif.learn.Covariate;
import io.whatif.learn.Covariates;
import io.whatif.learn.FoldRows;
import io.whatif.learn.Folds;
import io.whatif.learn.Learner;
import io.whatif.learn.Learners;
import io.whatif.learn.OutOfFold;
import io.whatif.learn.Target;
import io.whatif.model.Predictor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The nuisances of methods that predict what each arm would give, out of fold: \( \hat g_a(X, W) \)
 * of the outcome in arm a, and \( \hat p_a(X, W) \), the propensity of arm a.
 *
 * <p>Per arm, \( \hat g_a \) is fitted to the rows of the arm alone; jointly, one fit to all rows
 * has the arm among its covariates. Cost: the learners'; memory: 16 bytes a row and arm.
 */
final class ArmNuisances {
  /** The outcome and the arm of each row. */
  final double[] y;

  final double[] d;

  /** For each arm, the outcome that it would give each row. */
  final double[][] outcome;

  /** For each arm, the propensity of each row, not clipped. */
  final double[][] propensity;

  final Folds folds;
  final CrossFit.Fitted fit;

  /** What predicts the outcome: one for each arm, or one of all arms. */
  private final List<OutOfFold> models;

  private final Plan plan;

  private ArmNuisances(
      Rows rows, Outcomes outcomes, Propensity propensities, Folds folds, Plan plan) {
    this.y = rows.y();
    this.d = rows.d();
    this.outcome = outcomes.values();
    this.propensity = propensities.values();
    this.folds = folds;
    this.models = outcomes.models();
    this.plan = plan;
    String learners =
        (outcomes.description().isEmpty() ? "" : "outcome: " + outcomes.description() + "; ")
            + "treatment: "
            + propensities.description();
    this.fit = new CrossFit.Fitted(learners, outcomes.converged() && propensities.converged());
  }

  private ArmNuisances(ArmNuisances other, CrossFit.Fitted fit) {
    this.y = other.y;
    this.d = other.d;
    this.outcome = other.outcome;
    this.propensity = other.propensity;
    this.folds = other.folds;
    this.models = other.models;
    this.plan = other.plan;
    this.fit = fit;
  }

  /**
   * How to fit.
   *
   * @param joint whether one model of the outcome serves all arms
   * @param whole whether models of all rows are wanted as well, to predict new ones
   * @param seed chooses the folds
   */
  record Plan(boolean joint, boolean whole, long seed) {}

  /**
   * What need not be fitted.
   *
   * @param outcomes whether outcomes are wanted
   * @param propensity the propensity of a binary treatment at each row, null to fit it
   */
  record Known(boolean outcomes, double @Nullable [] propensity) {
    static final Known NOTHING = new Known(true, null);
  }

  /** Outcome and arm of each row. */
  private record Rows(double[] y, double[] d) {}

  /** The outcomes that arms would give, never changed. */
  private record Outcomes(
      double[][] values, List<OutOfFold> models, String description, boolean converged) {}

  /** Propensities, never changed. */
  private record Propensity(double[][] values, String description, boolean converged) {
    /** Of two arms, that of the treated given. */
    static Propensity ofTwo(double[] treated, String description, boolean converged) {
      double[] untreated = new double[treated.length];
      Arrays.setAll(untreated, i -> 1 - treated[i]);
      return new Propensity(new double[][] {untreated, treated}, description, converged);
    }
  }

  /** What decides the outcomes of arms, or of all together. */
  private record Problem(
      Study.Problem study, String outcome, String learner, int folds, Plan plan) {}

  static ArmNuisances of(Run run, Study study, FitOptions options, Plan plan) {
    return of(run, study, options, plan, Known.NOTHING);
  }

  static ArmNuisances of(Run run, Study study, FitOptions options, Plan plan, Known known) {
    int arms = study.treatment().arms().size();
    int n = Math.toIntExact(study.rows());
    run.memory().take(rowBytes(arms) * n, "the out-of-fold predictions of each arm");
    Folds parts = CrossFit.folds(run, study, options, plan.seed());
    Rows rows =
        new Rows(
            CrossFit.column(run, study, Study.OUTCOME),
            CrossFit.column(run, study, Study.TREATMENT));
    FoldArms.checkArms(run, study, rows.d(), parts);
    Folds folds = plan.whole() ? parts.withWhole() : parts;
    Supplier<Problem> problem =
        () ->
            new Problem(
                study.problem(run),
                study.outcome(),
                options.outcomeLearner(),
                options.folds(),
                plan);
    Outcomes outcomes =
        !known.outcomes()
            ? new Outcomes(new double[0][], List.of(), "", true)
            : run.shared(
                problem,
                () -> {
                  // with the arm among the covariates another learner may be the best one
                  Run own = run.part("outcome", 0, 0.6);
                  return plan.joint()
                      ? jointly(
                          own,
                          study,
                          Learners.parse(
                              "outcome_learner", options.outcomeLearner(), Target.Kind.VALUE),
                          folds)
                      : perArm(
                          own, study, NuisanceChoice.outcome(own, study, options), folds, rows);
                });
    double[] given = known.propensity();
    Propensity propensity =
        given == null
            ? propensity(
                run.part("", 0.6, 1), study, options, new CrossFit.Parts(parts, plan.seed()))
            : Propensity.ofTwo(given, "given", true);
    return new ArmNuisances(rows, outcomes, propensity, parts, plan);
  }

  /** Refuses a treatment without arms. */
  static void checkTreatment(Study study, String method) {
    if (study.treatment().continuous()) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          "treatment => '%s': column is continuous and method '%s' compares arms. Use method => 'linear_dml', or a column with a few values."
              .formatted(study.treatment().column(), method));
    }
  }

  /** Bytes a row that so many arms take. */
  static long rowBytes(int arms) {
    return 16L * (arms + 1);
  }

  private static Outcomes perArm(Run run, Study study, Learner learner, Folds folds, Rows rows) {
    int arms = study.treatment().arms().size();
    List<OutOfFold> models = new ArrayList<>();
    List<String> descriptions = new ArrayList<>();
    boolean converged = true;
    double[] weight = new double[rows.d().length];
    Dataset data = study.data().with(List.of(new Column.Numeric("", "DOUBLE")), weight);
    Target target = new Target(Study.OUTCOME, Target.Kind.VALUE, study.data().schema().size());
    for (int arm = 0; arm < arms; arm++) {
      for (int i = 0; i < weight.length; i++) {
        weight[i] = rows.d()[i] == arm ? study.weight(i) : 0;
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
    return new Outcomes(values, models, description + " in each arm", converged);
  }

  private static Outcomes jointly(Run run, Study study, Learner learner, Folds folds) {
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
    study.data().scan(run, new InEachArm(columns, fitted, folds, values));
    return new Outcomes(values, List.of(fitted), fitted.description(), fitted.converged());
  }

  /** Predicts every row in every arm, by the model that did not see its fold. */
  private static final class InEachArm extends CrossFit.Fill {
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

    @Override
    public void accumulate(Batch batch, CrossFit.Nothing sum) {
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

  /**
   * The propensity of each arm: of two that of the treated and one less it; of several as {@link
   * Learners#parseClasses} has it.
   */
  private static Propensity propensity(
      Run run, Study study, FitOptions options, CrossFit.Parts parts) {
    int arms = study.treatment().arms().size();
    if (arms == 2) {
      CrossFit.Predictions treated = NuisanceFits.treatment(run, study, options, parts);
      return Propensity.ofTwo(
          treated.values().toArray(), treated.description(), treated.converged());
    }
    return ofSeveral(run.part("treatment", 0, 1), study, options, parts.folds());
  }

  /** Out-of-fold propensities of the arms of a treatment with several. */
  static CrossFit.Predictions[] ofArms(Run run, Study study, FitOptions options, Folds folds) {
    Propensity found = ofSeveral(run, study, options, folds);
    CrossFit.Predictions[] all = new CrossFit.Predictions[found.values().length];
    Arrays.setAll(
        all,
        arm ->
            new CrossFit.Predictions(found.values()[arm], found.description(), found.converged()));
    return all;
  }

  private static Propensity ofSeveral(Run run, Study study, FitOptions options, Folds folds) {
    int arms = study.treatment().arms().size();
    ClassProbabilities fitted =
        Learners.classes(
                "treatment_learner",
                options.treatmentLearner(),
                NuisanceChoice.treatment(run, study, options))
            .fitOutOfFold(
                run,
                study.data(),
                study.covariates(),
                new ClassTarget(Study.TREATMENT, arms, study.weightColumn()),
                folds);
    double[][] values = new double[arms][Math.toIntExact(study.rows())];
    study
        .data()
        .scan(
            run,
            new CrossFit.Fill() {
              @Override
              public void accumulate(Batch batch, CrossFit.Nothing sum) {
                double[][] chances = new double[arms][batch.rows()];
                fitted.predict(batch, chances);
                for (int arm = 0; arm < arms; arm++) {
                  int first = (int) batch.firstRow();
                  System.arraycopy(chances[arm], 0, values[arm], first, batch.rows());
                }
              }
            });
    return new Propensity(values, fitted.description(), fitted.converged());
  }

  /** The out-of-fold effect of an arm against the control, \( \hat g_a - \hat g_0 \). */
  double[] effect(int arm) {
    double[] effect = new double[y.length];
    for (int i = 0; i < effect.length; i++) {
      effect[i] = outcome[arm][i] - outcome[0][i];
    }
    return effect;
  }

  /**
   * The effect of an arm against the control at every row, by models that did not see a fold,
   * whatever fold the row is in. Two scans.
   */
  double[] effectWithout(Run run, Study study, int arm, int fold) {
    double[] effect = outcomeWithout(run, study, arm, fold);
    double[] control = outcomeWithout(run, study, 0, fold);
    for (int i = 0; i < effect.length; i++) {
      effect[i] -= control[i];
    }
    return effect;
  }

  /** The outcome of an arm at every row, by the model that did not see a fold. One scan. */
  double[] outcomeWithout(Run run, Study study, int arm, int fold) {
    List<Covariate> columns = study.covariates().columns();
    if (!plan.joint()) {
      Predictor predictor = models.get(arm).predictor(fold);
      return CrossFit.values(run, study.data(), columns, predictor::predict);
    }
    Predictor predictor = models.get(0).predictor(fold);
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

  /** The same, with the learners of an effect among those told of. */
  ArmNuisances with(EffectLearner.LearnedEffect effect) {
    String learners = effect.learners();
    return learners == null
        ? this
        : new ArmNuisances(
            this,
            new CrossFit.Fitted(
                fit.learners() + "; " + learners, fit.converged() && effect.converged()));
  }

  /** What predicts an arm's outcome for new rows; of all arms if they were fitted jointly. */
  Predictor whole(int arm) {
    if (!plan.whole()) {
      throw new IllegalStateException("no model of all rows was fitted");
    }
    return models.get(plan.joint() ? 0 : arm).predictor(folds.count());
  }

  /**
   * Outcome and treatment as if there were but the control and one arm: \( m = (p_0 g_0 + p_a g_a)
   * / (p_0 + p_a) \), \( e = p_a / (p_0 + p_a) \).
   */
  CrossFit against(int arm) {
    double[] m = new double[y.length];
    double[] e = new double[y.length];
    for (int i = 0; i < m.length; i++) {
      e[i] = propensity[arm][i] / (propensity[0][i] + propensity[arm][i]);
      m[i] = e[i] * outcome[arm][i] + (1 - e[i]) * outcome[0][i];
    }
    return new CrossFit(m, e, folds, fit);
  }
}
