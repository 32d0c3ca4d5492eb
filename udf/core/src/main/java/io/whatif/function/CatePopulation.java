/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.SqlType.BIGINT;
import static io.whatif.function.SqlType.DOUBLE;
import static io.whatif.function.SqlType.VARCHAR;

import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.estimate.ModelRows;
import io.whatif.estimate.PopulationEffect;
import io.whatif.estimate.Warning;
import io.whatif.inference.Estimate;
import io.whatif.inference.Holm;
import io.whatif.model.Contrast;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a stored model says of the rows of any relation: its mean effect, and how it is spread. */
final class CatePopulation implements Body.ModelSummary {
  static final Argument LEVEL =
      Argument.optional(
          "level", Argument.Type.NUMBER, "The level of intervals; left out, the model's.");
  static final Argument SE =
      Argument.optional(
              "se",
              Argument.Type.WORD,
              "What the error of the mean allows for: sampled, that rows are a sample as well;"
                  + " fixed_x, the coefficients alone, as EconML has it.")
          .withChoices("sampled", "fixed_x")
          .withDefault("sampled");

  static final Argument AT =
      Argument.optional(
          "at",
          Argument.Type.NUMBER,
          "Of a model with treatment_basis: the value of the treatment at which the slope is meant.");

  static final FunctionDescriptor DESCRIPTOR =
      new FunctionDescriptor(
          "cate_population",
          "What a stored model predicts for the rows of a relation: the mean effect with its error,"
              + " percentiles of the effect, shares of rows with a positive one, and how many rows lie"
              + " outside the data it was fitted on. One row for each arm.",
          List.of(StudyArguments.STORED, LEVEL, SE, AT),
          result(),
          "EconML PopulationSummaryResults, and the sampling of rows; Benjamini and Hochberg 1995,"
              + " doi:10.1111/j.2517-6161.1995.tb02031.x",
          """
          SELECT estimate, std_error, effect_p10, effect_p90, share_positive
          FROM cate_population('training', (FROM nsw WHERE treated = 0));""",
          List.of(new CatePopulation()));

  private static List<ResultColumn> result() {
    List<ResultColumn> columns = new ArrayList<>();
    columns.add(new ResultColumn("model", VARCHAR, "the model's name"));
    columns.add(new ResultColumn("contrast", VARCHAR, "what is compared, such as 0 -> 1"));
    columns.add(new ResultColumn("estimate", DOUBLE, "the mean effect"));
    columns.add(new ResultColumn("std_error", DOUBLE, "its standard error"));
    columns.add(new ResultColumn("z", DOUBLE, "estimate over standard error"));
    columns.add(new ResultColumn("p_value", DOUBLE, "two-sided, of no effect"));
    columns.add(new ResultColumn("p_adjusted", DOUBLE, "p_value adjusted for all arms by Holm"));
    columns.add(new ResultColumn("ci_lower", DOUBLE, "lower end of the interval"));
    columns.add(new ResultColumn("ci_upper", DOUBLE, "upper end of the interval"));
    columns.add(new ResultColumn("effect_sd", DOUBLE, "standard deviation of predicted effects"));
    for (int percent : PopulationEffect.PERCENTS) {
      columns.add(
          new ResultColumn("effect_p" + percent, DOUBLE, "their " + percent + "% quantile"));
    }
    columns.add(new ResultColumn("share_positive", DOUBLE, "rows predicted an effect above 0"));
    columns.add(
        new ResultColumn(
            "share_pointwise_positive", DOUBLE, "rows whose interval, taken alone, is above 0"));
    columns.add(
        new ResultColumn(
            "share_fdr_positive",
            DOUBLE,
            "rows called positive with a false-discovery rate of 1 - level (Benjamini-Hochberg)"));
    columns.add(
        new ResultColumn("share_outside_support", DOUBLE, "rows outside the data of the fit"));
    columns.add(new ResultColumn("estimate_in_support", DOUBLE, "the mean without those rows"));
    columns.add(new ResultColumn("std_error_in_support", DOUBLE, "its standard error"));
    columns.add(new ResultColumn("n", BIGINT, "rows with an effect, which all this is of"));
    columns.add(new ResultColumn("n_null", BIGINT, "rows without, for a feature that is NULL"));
    columns.add(
        new ResultColumn("n_unseen", BIGINT, "rows without, of a category or group not fitted"));
    columns.add(new ResultColumn("warnings", SqlType.WARNINGS, "doubts, the worst first"));
    return columns;
  }

  @Override
  public List<Map<String, @Nullable Object>> rows(
      Run run, StoredModel model, RawTable relation, Arguments arguments) {
    if (relation.rows() == 0) {
      throw StudyBuilder.noRows();
    }
    UsableRows.checkCount(relation);
    double level = arguments.isGiven("level") ? EffectCall.level(arguments) : model.model().level();
    boolean fixed = arguments.requiredText("se").equals("fixed_x");
    ModelRows rows = ModelColumns.of(model, relation.columns(), relation.allNames()).rows(relation);
    PopulationEffect.Inference inference = new PopulationEffect.Inference(level, fixed);
    List<Map<String, @Nullable Object>> answer = new ArrayList<>();
    for (Contrast contrast : ModelContrasts.of(model, arguments)) {
      run.reached("arm " + (answer.size() + 1), 0);
      PopulationEffect effect = PopulationEffect.of(run, rows, contrast.effect(), inference);
      if (effect.counts().used() == 0) {
        throw PopulationWarnings.noEffect(model, effect.counts());
      }
      Map<String, @Nullable Object> row = row(effect, level);
      row.put("model", model.name());
      row.put("contrast", contrast.name());
      List<Warning> warnings =
          new PopulationWarnings(model, contrast, effect)
              .told(
                  row.get("std_error") instanceof Double error && !error.isNaN(),
                  "; see estimate_in_support",
                  "percentiles and shares show noise");
      row.put("warnings", warnings.stream().map(Warning::row).toList());
      answer.add(row);
    }
    relation.tiles().close();
    double[] adjusted =
        Holm.adjust(answer.stream().mapToDouble(row -> (Double) row.get("p_value")).toArray());
    for (int a = 0; a < adjusted.length; a++) {
      answer.get(a).put("p_adjusted", adjusted[a]);
    }
    return answer;
  }

  private static Map<String, @Nullable Object> row(PopulationEffect effect, double level) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    Estimate mean = effect.mean();
    row.put("estimate", mean.value());
    row.put("std_error", mean.standardError());
    row.put("z", mean.z());
    row.put("p_value", mean.pValue());
    row.put("ci_lower", mean.lower(level));
    row.put("ci_upper", mean.upper(level));
    row.put("effect_sd", effect.spread());
    for (int p = 0; p < PopulationEffect.PERCENTS.size(); p++) {
      row.put("effect_p" + PopulationEffect.PERCENTS.get(p), effect.percentiles()[p]);
    }
    row.put("share_positive", effect.shares().positive());
    row.put("share_pointwise_positive", effect.shares().pointwise());
    row.put("share_fdr_positive", effect.shares().amongAll());
    row.put("share_outside_support", effect.shares().outsideSupport());
    row.put("estimate_in_support", effect.inSupport().value());
    row.put("std_error_in_support", effect.inSupport().standardError());
    row.put("n", effect.counts().used());
    row.put("n_null", effect.counts().missing());
    row.put("n_unseen", effect.counts().unseen());
    return row;
  }
}
