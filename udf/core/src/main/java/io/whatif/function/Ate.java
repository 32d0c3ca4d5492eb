/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.SqlType.BIGINT;
import static io.whatif.function.SqlType.DOUBLE;
import static io.whatif.function.SqlType.VARCHAR;

import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.estimate.AverageEstimator;
import io.whatif.estimate.AverageEstimators;
import io.whatif.estimate.Estimand;
import io.whatif.estimate.Warning;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Average effects: of every arm, for all rows, the treated or the untreated, over groups of rows.
 */
final class Ate implements Body.Summary {
  static final Argument ESTIMAND =
      Argument.optional(
              "estimand",
              Argument.Type.WORD,
              "Whose effect: of all rows (ATE), the treated (ATT), the untreated (ATC), or rows that"
                  + " could have gone either way (overlap).")
          .withChoices(Estimand.words().toArray(String[]::new))
          .withDefault(Estimand.ATE.word());
  static final Argument ESTIMATOR =
      Argument.optional(
              "estimator",
              Argument.Type.WORD,
              "How it is estimated. Left out: aipw, or dml for a continuous treatment.")
          .withChoices(
              AverageEstimators.ALL.stream().map(AverageEstimator::name).toArray(String[]::new));
  static final Argument BY =
      Argument.optional(
          "by",
          Argument.Type.COLUMNS,
          "Columns whose values divide the rows into groups, each with an average of its own from the"
              + " one fit of all rows; a NULL is a value. The columns come first in the result, and"
              + " remain controls where they are.");
  static final FunctionDescriptor DESCRIPTOR =
      new FunctionDescriptor(
          "ate",
          "The average effect of a treatment, one row for each arm against the control, and each"
              + " group of by: for all rows, the treated, the untreated, or where arms overlap; by"
              + " cross-fitted doubly robust scores unless another estimator is named. Beside it"
              + " every figure by which to judge it. Several treatments and outcomes give the rows of"
              + " each pair. Of a stored model that keeps its rows, such as a causal forest, ate('model')"
              + " gives them by its own scores, without reading a relation.",
          arguments(),
          result(),
          "Robins, Rotnitzky and Zhao 1994, doi:10.1080/01621459.1994.10476818; Chernozhukov et al."
              + " 2018, doi:10.1111/ectj.12097",
          """
          SELECT estimand, estimate, std_error, verdict
          FROM ate(TABLE nsw, outcome => 'earnings_1978', treatment => 'treated', estimand => 'ATT');""",
          List.of(new Ate(), new AteOfModel()));

  private static List<Argument> arguments() {
    List<Argument> all =
        new ArrayList<>(
            List.of(
                StudyArguments.OUTCOMES,
                StudyArguments.TREATMENTS,
                StudyArguments.FEATURES,
                StudyArguments.CONTROLS,
                StudyArguments.EXCLUDE,
                ESTIMAND,
                ESTIMATOR,
                BY,
                StudyArguments.OUTCOME_LEARNER,
                StudyArguments.TREATMENT_LEARNER,
                StudyArguments.OUTCOME_PREDICTION,
                StudyArguments.PROPENSITY,
                StudyArguments.FOLDS,
                StudyArguments.SEED,
                StudyArguments.FOLD,
                StudyArguments.ID,
                StudyArguments.CLUSTER,
                StudyArguments.WEIGHT,
                StudyArguments.FREQ,
                StudyArguments.OUTCOME_VAR,
                StudyArguments.REPS,
                StudyArguments.LEVEL,
                StudyArguments.NULLS,
                StudyArguments.FEATURE_NULLS,
                StudyArguments.TREATMENT_TYPE,
                StudyArguments.CONTROL,
                StudyArguments.PARTITION_BY));
    all.addAll(MethodOptions.AVERAGES.arguments());
    all.addAll(List.of(Specification.SPEC, Specification.SPEC_FILE));
    return all;
  }

  private static List<ResultColumn> result() {
    List<ResultColumn> columns = new ArrayList<>();
    columns.add(new ResultColumn("outcome", VARCHAR, "the outcome"));
    columns.add(new ResultColumn("treatment", VARCHAR, "the treatment"));
    columns.add(new ResultColumn("estimator", VARCHAR, "how it was estimated"));
    columns.add(new ResultColumn("estimand", VARCHAR, "what the estimate estimates"));
    columns.add(new ResultColumn("contrast", VARCHAR, "what is compared, such as 0 -> 1"));
    columns.add(new ResultColumn("estimate", DOUBLE, "the average effect"));
    columns.add(new ResultColumn("std_error", DOUBLE, "its standard error"));
    columns.add(new ResultColumn("z", DOUBLE, "estimate over standard error"));
    columns.add(new ResultColumn("p_value", DOUBLE, "two-sided, of no effect"));
    columns.add(new ResultColumn("p_adjusted", DOUBLE, "p_value adjusted for all rows, by Holm"));
    columns.add(new ResultColumn("ci_lower", DOUBLE, "lower end of the interval"));
    columns.add(new ResultColumn("ci_upper", DOUBLE, "upper end of the interval"));
    columns.addAll(CateFit.FIGURES);
    columns.add(new ResultColumn("learners", VARCHAR, "the nuisance models and their penalties"));
    columns.add(new ResultColumn("reps", BIGINT, "repetitions with other folds"));
    columns.add(new ResultColumn("seconds", DOUBLE, "how long all rows took"));
    columns.add(new ResultColumn("warnings", SqlType.WARNINGS, "doubts, the worst first"));
    columns.add(new ResultColumn("verdict", VARCHAR, "ok, caution or do_not_use"));
    return columns;
  }

  @Override
  public Answer answer(Run run, RawTable relation, Arguments arguments) {
    if (!Partitions.asked(arguments)) {
      return Answer.of(AveragePairs.rows(run, relation, arguments));
    }
    AverageCall.checkDivision(arguments);
    Arguments alike = EffectCall.alike(relation, arguments);
    List<Map<String, @Nullable Object>> rows =
        GroupRows.of(
            run, relation, arguments, (alone, group) -> AveragePairs.rows(alone, group, alike));
    for (Map<String, @Nullable Object> row : rows) {
      if (row.get("verdict") == null) {
        row.put("verdict", Warning.WORST);
      }
    }
    return Answer.of(rows);
  }
}
