/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.SqlType.BIGINT;
import static io.whatif.function.SqlType.DOUBLE;

import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.estimate.PropensityTrim;
import io.whatif.estimate.Study;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What propensity_trim with the same arguments keeps, in one row. */
final class TrimSummary implements Body.Summary {
  static final FunctionDescriptor DESCRIPTOR =
      new FunctionDescriptor(
          "trim_summary",
          "What propensity_trim with the same arguments keeps: rows and effective sample sizes by arm,"
              + " the alpha used, and what its weights estimate.",
          PropensityTrimFunction.summaryArguments(),
          List.of(
              new ResultColumn("estimand", SqlType.VARCHAR, "what weighting by weight estimates"),
              new ResultColumn("n", BIGINT, "rows with a treatment"),
              new ResultColumn("n_kept", BIGINT, "rows in support"),
              new ResultColumn("n_treated", BIGINT, "treated rows"),
              new ResultColumn("n_treated_kept", BIGINT, "treated rows in support"),
              new ResultColumn("n_control", BIGINT, "untreated rows"),
              new ResultColumn("n_control_kept", BIGINT, "untreated rows in support"),
              new ResultColumn("alpha", DOUBLE, "the alpha used"),
              new ResultColumn("propensity_lower", DOUBLE, "smallest propensity that is kept"),
              new ResultColumn("propensity_upper", DOUBLE, "largest propensity that is kept"),
              new ResultColumn("ess_treated", DOUBLE, "effective sample size of the treated"),
              new ResultColumn("ess_control", DOUBLE, "effective sample size of the untreated"),
              new ResultColumn(
                  "max_weight_share", DOUBLE, "largest share one row has of an arm's weight"),
              new ResultColumn(
                  "n_reclipped", BIGINT, "kept rows whose rescaled propensity was clipped")),
          PropensityTrimFunction.DESCRIPTOR.source(),
          """
          SELECT n_treated_kept, n_control_kept, alpha
          FROM trim_summary(TABLE nsw, treatment => 'treated', controls => ['age', 'education']);""",
          List.of(new TrimSummary()));

  @Override
  public Answer answer(Run run, RawTable relation, Arguments arguments) {
    return GroupRows.answer(
        run, relation, arguments, (alone, group) -> rows(alone, group, arguments));
  }

  private static List<Map<String, @Nullable Object>> rows(
      Run run, RawTable relation, Arguments arguments) {
    Study study = StudyBuilder.build(run, relation, arguments);
    PropensityTrim trim = PropensityTrimFunction.trim(run, study, arguments);
    PropensityTrim.Weights weights = trim.weights();
    PropensityTrim.Arm control = weights.control();
    PropensityTrim.Arm treated = weights.treated();
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("estimand", trim.estimand);
    row.put("n", control.n() + treated.n());
    row.put("n_kept", control.kept() + treated.kept());
    row.put("n_treated", treated.n());
    row.put("n_treated_kept", treated.kept());
    row.put("n_control", control.n());
    row.put("n_control_kept", control.kept());
    row.put("alpha", trim.alpha);
    row.put("propensity_lower", trim.lower);
    row.put("propensity_upper", trim.upper);
    row.put("ess_treated", treated.effective());
    row.put("ess_control", control.effective());
    row.put("max_weight_share", Math.max(control.maxShare(), treated.maxShare()));
    row.put("n_reclipped", weights.reclipped());
    return List.of(row);
  }
}
