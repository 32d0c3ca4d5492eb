/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.SqlType.BIGINT;
import static io.whatif.function.SqlType.DOUBLE;
import static io.whatif.function.SqlType.VARCHAR;

import io.whatif.data.ErrorCode;
import io.whatif.data.RawTable;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import io.whatif.estimate.ModelRows;
import io.whatif.estimate.PopulationEffect;
import io.whatif.estimate.Warning;
import io.whatif.estimate.Warning.Severity;
import io.whatif.inference.Estimate;
import io.whatif.inference.Holm;
import io.whatif.model.Contrast;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a stored model says of the rows of any relation: its mean effect, and how it is spread. */
final class CatePopulation implements Body.ModelSummary {
  private static final Argument LEVEL =
      Argument.optional(
          "level", Argument.Type.NUMBER, "The level of intervals; left out, the model's.");
  private static final Argument SE =
      Argument.optional(
              "se",
              Argument.Type.WORD,
              "What the error of the mean allows for: sampled, that rows are a sample as well;"
                  + " fixed_x, the coefficients alone, as EconML has it.")
          .withChoices("sampled", "fixed_x")
          .withDefault("sampled");

  private static final Argument AT =
      Argument.optional(
          "at",
          Argument.Type.NUMBER,
          "Of a model with treatment_basis: the value of the treatment at which the slope is meant.");

  /** The share of rows outside the data of the fit from which on that is a doubt. */
  private static final double MANY_OUTSIDE = 0.05;

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
          new ResultColumn("effect_p" + percent, DOUBLE, "their %d%% quantile".formatted(percent)));
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
    for (Contrast contrast : contrasts(model, arguments)) {
      run.progress("arm", answer.size(), answer.size() + 1L);
      PopulationEffect effect = PopulationEffect.of(run, rows, contrast.effect(), inference);
      if (effect.counts().used() == 0) {
        throw noEffect(model, effect.counts());
      }
      Map<String, @Nullable Object> row = row(effect, level);
      row.put("model", model.name());
      row.put("contrast", contrast.name());
      row.put("warnings", warnings(model, contrast, effect).stream().map(Warning::row).toList());
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

  /** The effects to be averaged, by the names that the fit told. */
  private static List<Contrast> contrasts(StoredModel model, Arguments arguments) {
    String only = String.valueOf(model.provenance().getOrDefault("contrast", ""));
    if (Contrast.bends(model.model())) {
      if (!arguments.isGiven("at")) {
        throw new WhatifException(
            ErrorCode.BAD_MODEL,
            "model '%s' has an effect that depends on the value of the treatment (treatment_basis), so that a row has many. Say at => with a value of it for the mean slope there, or average cate_effect over the rows."
                .formatted(model.name()));
      }
      double at = arguments.number("at");
      String name = "%s at %s".formatted(only, TreatmentReader.number(at));
      return List.of(new Contrast(name, Contrast.slope(model.model(), at)));
    }
    if (arguments.isGiven("at")) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "at => %s: the effect of model '%s' does not depend on the value of the treatment. Leave it out."
              .formatted(TreatmentReader.number(arguments.number("at")), model.name()));
    }
    List<Contrast> contrasts = Contrast.of(model.model(), only);
    return model.provenance().get("together") == null
        ? contrasts
        : contrasts.stream().map(c -> new Contrast(told(model, c.name()), c.effect())).toList();
  }

  /** What the fit called the effect of one of several treatments. */
  private static String told(StoredModel model, String name) {
    String treatment = name.substring(name.indexOf(" -> ") + 4);
    return model.reports().stream()
        .map(report -> String.valueOf(report.get("contrast")))
        .filter(contrast -> contrast.startsWith(treatment + ": "))
        .findFirst()
        .orElse(name);
  }

  private static WhatifException noEffect(StoredModel model, PopulationEffect.Counts counts) {
    return new WhatifException(
        ErrorCode.BAD_RELATION,
        String.format(
            Locale.ROOT,
            "model '%s' has no effect for any row: %d have a NULL feature, %d a category or group that was not fitted. Pass rows like those of the fit.",
            model.name(),
            counts.missing(),
            counts.unseen()));
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

  private static List<Warning> warnings(
      StoredModel model, Contrast contrast, PopulationEffect effect) {
    List<Warning> warnings = new ArrayList<>();
    double outside = effect.shares().outsideSupport();
    if (outside > MANY_OUTSIDE) {
      warnings.add(
          new Warning(
              "outside_support",
              Severity.CAUTION,
              String.format(
                  Locale.ROOT,
                  "%.0f%% of the rows lie outside the data of the fit: the model guesses there; see estimate_in_support",
                  100 * outside)));
    }
    if (Double.isNaN(effect.shares().pointwise())) {
      warnings.add(
          new Warning(
              "no_valid_interval",
              Severity.CAUTION,
              "the model has no valid errors: use the average effect of cate_fit or ate for an interval"));
    }
    if (effect.counts().missing() + effect.counts().unseen() > 0) {
      warnings.add(
          new Warning(
              "rows_without_effect",
              Severity.INFO,
              String.format(
                  Locale.ROOT,
                  "%d rows have no effect (%d for a NULL feature, %d for a category or group that was not fitted) and are left out",
                  effect.counts().missing() + effect.counts().unseen(),
                  effect.counts().missing(),
                  effect.counts().unseen())));
    }
    double p = heterogeneity(model, contrast);
    if (p > 0.1) {
      warnings.add(
          new Warning(
              "no_heterogeneity",
              Severity.INFO,
              String.format(
                  Locale.ROOT,
                  "no evidence that the effect varies (p = %.2f): percentiles and shares show noise",
                  p)));
    }
    return warnings;
  }

  /** The p-value of no variation as it was found at the fit; NaN of a model of groups. */
  private static double heterogeneity(StoredModel model, Contrast contrast) {
    return model.reports().stream()
        .filter(report -> !report.containsKey(GroupRows.KEYS))
        .filter(
            report ->
                contrast.name().equals(report.get("contrast"))
                    || contrast.name().startsWith(report.get("contrast") + " at "))
        .map(report -> report.get("heterogeneity_p"))
        .mapToDouble(p -> p instanceof Number number ? number.doubleValue() : Double.NaN)
        .findFirst()
        .orElse(Double.NaN);
  }
}
