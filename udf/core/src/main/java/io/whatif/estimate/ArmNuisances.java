/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.learn.Folds;
import io.whatif.learn.Learner;
import io.whatif.learn.Learners;
import io.whatif.learn.Target;
import io.whatif.model.Predictor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The nuisances of methods that predict what each arm would give, out of fold: \( \hat g_a(X, W) \)
 * of the outcome in arm a ({@link ArmOutcomes}), and \( \hat p_a(X, W) \), the propensity of arm a
 * ({@link ArmPropensities}).
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

  private final ArmOutcomes outcomes;
  private final Plan plan;

  private ArmNuisances(
      Rows rows, ArmOutcomes outcomes, ArmPropensities propensities, Folds folds, Plan plan) {
    this.y = rows.y();
    this.d = rows.d();
    this.outcome = outcomes.values();
    this.propensity = propensities.values();
    this.folds = folds;
    this.outcomes = outcomes;
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
    this.outcomes = other.outcomes;
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
    Rows rows = new Rows(study.column(run, Study.OUTCOME), study.column(run, Study.TREATMENT));
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
    ArmOutcomes outcomes =
        known.outcomes()
            ? run.shared(
                problem,
                () -> {
                  Run own = run.part("outcome", 0, 0.6);
                  return plan.joint()
                      ? ArmOutcomes.jointly(own, study, jointLearner(options), folds)
                      : ArmOutcomes.perArm(
                          own, study, NuisanceChoice.outcome(own, study, options), folds, rows.d());
                })
            : ArmOutcomes.none();
    double[] given = known.propensity();
    ArmPropensities propensity =
        given == null
            ? ArmPropensities.of(
                run.part("", 0.6, 1), study, options, new CrossFit.Parts(parts, plan.seed()))
            : ArmPropensities.ofTwo(given, "given", true);
    return new ArmNuisances(rows, outcomes, propensity, parts, plan);
  }

  /** With the arm among the covariates another learner may be the best one. */
  private static Learner jointLearner(FitOptions options) {
    return Learners.parse("outcome_learner", options.outcomeLearner(), Target.Kind.VALUE);
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
    return outcomes.without(run, study, arm, fold);
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
    return outcomes.model(arm, folds.count());
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
