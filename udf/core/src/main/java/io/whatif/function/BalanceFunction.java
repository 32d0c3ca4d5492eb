/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.SqlType.DOUBLE;

import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.estimate.Balance;
import io.whatif.estimate.Study;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How each covariate differs between the arms, raw and weighted. */
final class BalanceFunction implements Body.Summary {
  static final FunctionDescriptor DESCRIPTOR =
      new FunctionDescriptor(
          "balance",
          "How far treated and untreated rows differ in each covariate, in standard deviations, raw and"
              + " weighted by inverse propensities; a category is a covariate of its own.",
          StudyArguments.propensity(),
          List.of(
              new ResultColumn(
                  "covariate", SqlType.VARCHAR, "the covariate; a category as column=category"),
              new ResultColumn("mean_treated", DOUBLE, "mean among the treated"),
              new ResultColumn("mean_control", DOUBLE, "mean among the untreated"),
              new ResultColumn("smd_raw", DOUBLE, "difference in standard deviations"),
              new ResultColumn("smd_weighted", DOUBLE, "the same after weighting"),
              new ResultColumn(
                  "balanced", SqlType.BOOLEAN, "whether |smd_weighted| is at most 0.1")),
          "Austin 2009, doi:10.1002/sim.3697",
          """
          SELECT covariate, smd_raw, smd_weighted, balanced
          FROM balance(TABLE nsw, treatment => 'treated', controls => ['age', 'education']);""",
          List.of(new BalanceFunction()));

  @Override
  public Answer answer(Run run, RawTable relation, Arguments arguments) {
    return GroupRows.answer(
        run, relation, arguments, (alone, group) -> rows(alone, group, arguments));
  }

  private static List<Map<String, @Nullable Object>> rows(
      Run run, RawTable relation, Arguments arguments) {
    Study study = StudyBuilder.build(run, relation, arguments);
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (Balance.Row covariate :
        Balance.of(run, study, EffectCall.propensityOptions(arguments, study.rows()))) {
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put("covariate", covariate.name());
      row.put("mean_treated", covariate.meanTreated());
      row.put("mean_control", covariate.meanControl());
      row.put("smd_raw", covariate.smdRaw());
      row.put("smd_weighted", covariate.smdWeighted());
      row.put("balanced", Math.abs(covariate.smdWeighted()) <= Balance.BOUND);
      rows.add(row);
    }
    return rows;
  }
}
