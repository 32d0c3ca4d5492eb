/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.SqlType.BIGINT;
import static io.whatif.function.SqlType.DOUBLE;
import static io.whatif.function.SqlType.VARCHAR;

import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.estimate.FitOptions;
import io.whatif.model.StoredModel;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The effect as rows: estimates, errors, tests; of a relation, or of a stored model. */
final class DmlSummary implements Body.Summary {
  private static final Argument PER =
      Argument.optional(
              "per",
              Argument.Type.WORD,
              "Coefficients per unit or per standard deviation (sd). Not with a stored model.")
          .withChoices("unit", "sd")
          .withDefault("unit");
  private static final Argument CENTER =
      Argument.optional(
              "center",
              Argument.Type.BOOLEAN,
              "Whether the intercept is the effect at the means. Not with a stored model.")
          .withDefault(false);
  private static final Argument AVERAGES =
      Argument.optional(
              "averages",
              Argument.Type.BOOLEAN,
              "Whether to add the average effects: of all rows (ATE) and of the treated (ATT)."
                  + " The ATE row is always there with features.")
          .withDefault(false);

  static final FunctionDescriptor DESCRIPTOR =
      new FunctionDescriptor(
          "dml_summary",
          "How large the effect is, by double machine learning: each coefficient of the effect, the"
              + " average effect, and whether the effect varies. Takes a relation, or the name of a"
              + " stored model. Without features the first row is the overlap-weighted average, which"
              + " is not the ATE; averages => true adds ATE and ATT. Several treatments and outcomes give"
              + " the rows of each pair.",
          StudyArguments.effects(
              PER,
              CENTER,
              AVERAGES,
              InferenceArguments.INFERENCE,
              InferenceArguments.DRAWS,
              InferenceArguments.INTERVAL,
              InferenceArguments.P_ADJUST,
              InferenceArguments.JOINT),
          List.of(
              new ResultColumn("outcome", VARCHAR, "the outcome"),
              new ResultColumn("treatment", VARCHAR, "the treatment"),
              new ResultColumn("term", VARCHAR, "what the row is of"),
              new ResultColumn("kind", VARCHAR, "coefficient, average, share or test"),
              new ResultColumn("estimand", VARCHAR, "what the estimate estimates"),
              new ResultColumn("contrast", VARCHAR, "what is compared, such as 0 -> 1 or +1 unit"),
              new ResultColumn("estimate", DOUBLE, "the estimate; of a test the statistic"),
              new ResultColumn("std_error", DOUBLE, "its standard error"),
              new ResultColumn("z", DOUBLE, "estimate over standard error"),
              new ResultColumn("p_value", DOUBLE, "two-sided, of no effect"),
              new ResultColumn(
                  "p_adjusted", DOUBLE, "p_value adjusted for all rows, as p_adjust says"),
              new ResultColumn("ci_lower", DOUBLE, "lower end of the interval"),
              new ResultColumn("ci_upper", DOUBLE, "upper end of the interval"),
              new ResultColumn(
                  "joint_lower", DOUBLE, "lower end of the interval that holds with all others"),
              new ResultColumn("joint_upper", DOUBLE, "its upper end"),
              new ResultColumn("df", BIGINT, "degrees of freedom of a test"),
              new ResultColumn("n", BIGINT, "rows used by this row"),
              new ResultColumn(
                  "split_sd", DOUBLE, "its standard deviation over repetitions; NULL of one"),
              new ResultColumn("warnings", SqlType.WARNINGS, "doubts, on the first row")),
          "Chernozhukov et al. 2018, doi:10.1111/ectj.12097; EconML LinearDML",
          """
          SELECT term, estimate, std_error, ci_lower, ci_upper
          FROM dml_summary(TABLE nsw, outcome => 'earnings_1978', treatment => 'treated');""",
          List.of(new DmlSummary(), new OfModel()));

  @Override
  public Answer answer(Run run, RawTable relation, Arguments arguments) {
    FitOptions.Scale scale =
        new FitOptions.Scale(arguments.requiredText("per").equals("sd"), arguments.flag("center"));
    if (!Partitions.asked(arguments)) {
      return Answer.of(rows(run, relation, arguments, scale));
    }
    Arguments alike = EffectCall.alike(relation, arguments);
    return Answer.of(
        GroupRows.of(run, relation, arguments, (alone, group) -> rows(alone, group, alike, scale)));
  }

  private static List<Map<String, @Nullable Object>> rows(
      Run run, RawTable relation, Arguments arguments, FitOptions.Scale scale) {
    RelationRoles.Listed listed = RelationRoles.of(relation, arguments).listed();
    if (listed.pairs() > 1) {
      Predictions.refuseSeveral(arguments);
    }
    if (listed.treatments().size() > 1 && StudyArguments.together(arguments)) {
      return JointCall.rows(run, relation, arguments, scale);
    }
    if (listed.pairs() > 1) {
      return new GridCall(run, relation, arguments, scale).rows();
    }
    EffectCall call = EffectCall.of(run, relation, arguments, scale);
    List<Map<String, @Nullable Object>> rows =
        SummaryRows.shown(call.summary(), arguments.flag("averages"));
    JointRows.of(call, arguments).apply(run, rows);
    return rows;
  }

  /** The summary kept with a stored model, shown as asked. */
  static final class OfModel implements Body.Report {
    @Override
    public List<Map<String, @Nullable Object>> rows(StoredModel model, Arguments arguments) {
      return SummaryRows.of(model, arguments);
    }
  }
}
