/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.estimate.Estimator;
import io.whatif.estimate.Estimators;
import java.util.ArrayList;
import java.util.List;

/** The arguments that functions over a relation share; each is written once. */
final class StudyArguments {
  /** Of functions that read a relation by a stored model. */
  static final Argument STORED =
      Argument.required(
          "model", Argument.Type.TEXT, "The stored model's name; or as first argument.");

  static final Argument OUTCOME =
      Argument.required(
          "outcome", Argument.Type.COLUMN, "What is to be changed: a number or boolean.");
  static final Argument TREATMENT =
      Argument.required(
          "treatment",
          Argument.Type.COLUMN,
          "What may change it: two values (0/1, boolean, or two of anything), several arms, or a continuous number.");

  /** Where the treatment alone is looked at. */
  static final Argument DECIDED =
      Argument.required(
          "treatment",
          Argument.Type.COLUMN,
          "What is decided: two values (0/1, boolean, or two of anything).");

  /** Where a function takes several outcomes. */
  static final Argument OUTCOMES = OUTCOME.listed();

  /** Where a function takes several treatments. */
  static final Argument TREATMENTS = TREATMENT.listed();

  static final Argument FEATURES =
      Argument.optional(
          "features",
          Argument.Type.COLUMNS,
          "What the effect may vary with. They are adjusted for as well.");
  static final Argument CONTROLS =
      Argument.optional(
              "controls",
              Argument.Type.COLUMNS,
              "What else to adjust for: measured before the treatment, related to it and to the outcome."
                  + " Left out: all columns without another role.")
          .withAliases("covariates");
  static final Argument EXCLUDE =
      Argument.optional(
          "exclude", Argument.Type.COLUMNS, "Columns to leave out when controls are not listed.");
  static final Argument TREATMENT_TYPE =
      Argument.optional(
              "treatment_type",
              Argument.Type.WORD,
              "How to read the treatment; auto decides by its values.")
          .withChoices("auto", "binary", "continuous", "arms")
          .withDefault("auto");
  static final Argument WEIGHT =
      Argument.optional(
          "weight",
          Argument.Type.COLUMN,
          "A column with each row's weight, not negative, such as the inverse of its chance to be sampled.");
  static final Argument FREQ =
      Argument.optional(
          "freq",
          Argument.Type.COLUMN,
          "For rows that stand for several: a column with how many; outcome is then their mean.");
  static final Argument OUTCOME_VAR =
      Argument.optional(
          "outcome_var",
          Argument.Type.COLUMN,
          "With freq: a column with the variance of the outcome among the rows that a row stands for"
              + " (divisor: their number), NULL or left out for none.");
  static final Argument CLUSTER =
      Argument.optional(
          "cluster",
          Argument.Type.COLUMN,
          "Rows that depend on each other, such as those of a shop: they share a fold, and errors are clustered by it.");
  static final Argument CONTROL =
      Argument.optional(
          "control",
          Argument.Type.VALUE,
          "The treatment value that means untreated; else the smaller one.");
  static final Argument OUTCOME_LEARNER =
      Argument.optional(
              "outcome_learner",
              Argument.Type.TEXT,
              "Predicts the outcome: auto, spline, linear, ols, ridge(alpha=1), lasso, elastic_net(l1_ratio=0.5),"
                  + " gbt(trees=200, depth=3, rate=0.1), forest(trees=200, depth=8), honest_forest(trees=100). Left out with partition_by:"
                  + " linear in groups below 2,000 rows.")
          .withDefault("auto");
  static final Argument TREATMENT_LEARNER =
      Argument.optional(
              "treatment_learner",
              Argument.Type.TEXT,
              "Predicts the treatment: as outcome_learner, and logit, logistic(c=1), multinomial(c=1) of several"
                  + " arms, isotonic(gbt) to calibrate another. Left out with partition_by: linear in groups below"
                  + " 2,000 rows; left out with over 20 treatments: linear.")
          .withDefault("auto");
  static final Argument FOLDS =
      Argument.optional(
              "folds",
              Argument.Type.INTEGER,
              "Parts for cross-fitting, at least 2. Left out with ci_dml: 3.")
          .withDefault(5L);
  static final Argument SEED =
      Argument.optional("seed", Argument.Type.INTEGER, "Chooses the folds.").withDefault(42L);
  static final Argument FOLD =
      Argument.optional(
          "fold",
          Argument.Type.COLUMN,
          "A column with each row's fold, instead of folds and seed.");
  static final Argument ID =
      Argument.optional(
          "id",
          Argument.Type.COLUMN,
          "Identifies a unit: its rows share a fold and errors are clustered by it if it repeats.");
  static final Argument REPS =
      Argument.optional(
          "reps",
          Argument.Type.INTEGER,
          "How often to repeat with other folds; the median is reported. Left out: 5 below 10,000 rows, else 1;"
              + " 1 with partition_by.");
  static final Argument COV =
      Argument.optional(
              "cov",
              Argument.Type.WORD,
              "The covariance of the coefficients. Left out: HC3, or HC1 above 1,000 rows a coefficient.")
          .withChoices("HC0", "HC1", "HC2", "HC3", "nonrobust");
  static final Argument LEVEL =
      Argument.optional("level", Argument.Type.NUMBER, "The level of intervals, between 0.5 and 1.")
          .withDefault(0.95);
  static final Argument NULLS =
      Argument.optional(
              "nulls",
              Argument.Type.WORD,
              "What to do with NULL controls: indicator (the median and a 0/1 column), drop the row, or error.")
          .withChoices("indicator", "drop", "error")
          .withDefault("indicator");
  static final Argument FEATURE_NULLS =
      Argument.optional(
              "feature_nulls",
              Argument.Type.WORD,
              "What to do with NULL features: exclude the row from the effect, or impute and let the effect differ there.")
          .withChoices("exclude", "impute")
          .withDefault("exclude");
  static final Argument METHOD =
      Argument.optional(
              "method",
              Argument.Type.WORD,
              "The estimator. Left out with several arms: dr, or linear_dml with together.")
          .withChoices(Estimators.ALL.stream().map(Estimator::name).toArray(String[]::new))
          .withDefault("linear_dml");

  static final Argument PARTITION_BY =
      Argument.optional(
          "partition_by",
          Argument.Type.COLUMNS,
          "Columns whose values divide the rows into groups, each answered on its own; a NULL is a"
              + " value. The columns come first in the result. A group that cannot be answered has NULLs"
              + " and its reason in warnings.");

  static final Argument OUTCOME_PREDICTION =
      Argument.optional(
          "outcome_prediction",
          Argument.Type.COLUMN,
          "A column with each row's outcome as predicted from features and controls by a model that did"
              + " not see the row, instead of a fit. For estimator dml, or method linear_dml.");
  static final Argument PROPENSITY =
      Argument.optional(
          "propensity",
          Argument.Type.COLUMN,
          "A column with each row's chance of treatment, inside (0, 1), instead of a fit: known by"
              + " design, or predicted by a model that did not see the row. For two arms.");

  private StudyArguments() {}

  /** Whether several treatments, or arms, are to be estimated in one regression. */
  static boolean together(Arguments arguments) {
    return arguments.function().takes("together") && arguments.flag("together");
  }

  /** As {@link #effect}, with lists of treatments and outcomes. */
  static List<Argument> effects(Argument... more) {
    return effect(more).stream()
        .map(a -> a == TREATMENT ? TREATMENTS : a == OUTCOME ? OUTCOMES : a)
        .toList();
  }

  /**
   * The arguments of functions that look at the treatment alone. Controls must be listed: left out,
   * the outcome would be one of them.
   */
  static List<Argument> propensity(Argument... more) {
    List<Argument> all = new ArrayList<>();
    all.add(DECIDED);
    all.add(
        Argument.required(
                "controls",
                Argument.Type.COLUMNS,
                "What decides the treatment; not the outcome, nor anything after the treatment.")
            .withAliases("covariates"));
    all.addAll(List.of(more));
    all.addAll(
        List.of(
            TREATMENT_LEARNER,
            FOLDS,
            SEED,
            FOLD,
            ID,
            NULLS,
            TREATMENT_TYPE.withChoices("auto", "binary"),
            CONTROL,
            PARTITION_BY));
    return all;
  }

  /** The arguments of functions that estimate an effect, in the order they are documented. */
  static List<Argument> effect(Argument... more) {
    List<Argument> all = new ArrayList<>(List.of(more));
    all.addAll(
        List.of(
            OUTCOME,
            TREATMENT,
            FEATURES,
            CONTROLS,
            EXCLUDE,
            METHOD,
            OUTCOME_LEARNER,
            TREATMENT_LEARNER,
            OUTCOME_PREDICTION,
            PROPENSITY,
            FOLDS,
            SEED,
            FOLD,
            ID,
            CLUSTER,
            WEIGHT,
            FREQ,
            OUTCOME_VAR,
            REPS,
            COV,
            LEVEL,
            NULLS,
            FEATURE_NULLS,
            TREATMENT_TYPE,
            CONTROL,
            PARTITION_BY));
    all.addAll(MethodOptions.METHODS.arguments());
    all.addAll(List.of(Specification.SPEC, Specification.SPEC_FILE));
    return all;
  }
}
