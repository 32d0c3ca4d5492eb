/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.SqlType.BIGINT;
import static io.whatif.function.SqlType.DOUBLE;
import static io.whatif.function.SqlType.VARCHAR;

import io.whatif.model.PartitionedCate;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stored model's figures as rows, its doubts, and what each covariate does. */
final class CateExplain implements Body.Report {
  static final FunctionDescriptor DESCRIPTOR =
      new FunctionDescriptor(
          "cate_explain",
          "Every figure of a stored model as a row, each of its warnings, and per covariate how it"
              + " differs between the arms, what it alone tells, how far a linear regression's"
              + " estimate would move without it, and, of a feature, its importance. Colliders cannot be detected.",
          List.of(
              Argument.optional(
                  "model", Argument.Type.TEXT, "The model's name; or as first argument.")),
          List.of(
              new ResultColumn("item", VARCHAR, "the figure, warning, covariate or term"),
              new ResultColumn("kind", VARCHAR, "figure, warning, feature, control or term"),
              new ResultColumn("value", DOUBLE, "of a figure"),
              new ResultColumn("mean", DOUBLE, "of a feature that is a number, or a term"),
              new ResultColumn("sd", DOUBLE, "its standard deviation"),
              new ResultColumn(
                  "importance",
                  DOUBLE,
                  "of a feature, the share of predicted effects' variance that goes with it alone"),
              new ResultColumn("n_null", BIGINT, "NULLs of a covariate"),
              new ResultColumn("smd_raw", DOUBLE, "standardized mean difference between the arms"),
              new ResultColumn("smd_weighted", DOUBLE, "the same after weighting"),
              new ResultColumn("auc_alone", DOUBLE, "how well it alone tells the treatment"),
              new ResultColumn("r2_outcome_alone", DOUBLE, "how well it alone tells the outcome"),
              new ResultColumn(
                  "estimate_without", DOUBLE, "a linear regression's estimate without it"),
              new ResultColumn("shift_in_se", DOUBLE, "how far that moves, in standard errors"),
              new ResultColumn(
                  "flag",
                  VARCHAR,
                  "maybe_post_treatment, or check_role: was it measured before the treatment?"),
              new ResultColumn("note", VARCHAR, "a warning's text, or a figure in words"),
              new ResultColumn("contrast", VARCHAR, "what is compared, such as 0 -> 1")),
          "this project; Cinelli, Forney and Pearl 2022, doi:10.1177/00491241221099552, on bad controls",
          "SELECT item, value, flag FROM cate_explain('training');",
          List.of(new CateExplain()));

  @Override
  public List<Map<String, @Nullable Object>> rows(StoredModel model, Arguments arguments) {
    boolean grouped = model.model() instanceof PartitionedCate;
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (ModelPart part : ModelPart.of(model)) {
      List<Map<String, @Nullable Object>> told =
          grouped ? group(part.report(), part.explain()) : rows(part.report(), part.explain());
      for (Map<String, @Nullable Object> row : told) {
        row.put("contrast", part.report().get("contrast"));
      }
      rows.addAll(grouped ? GroupRows.keyed(told, part.keys()) : told);
    }
    return rows;
  }

  /** Of a group the figures are kept once, in its report. */
  private static List<Map<String, @Nullable Object>> group(
      Map<String, @Nullable Object> report, List<Map<String, @Nullable Object>> covariates) {
    List<Map<String, @Nullable Object>> explain = new ArrayList<>();
    for (ResultColumn figure : CateFit.FIGURES) {
      if (report.get(figure.name()) instanceof Number number) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("item", figure.name());
        row.put("kind", "figure");
        row.put("value", number.doubleValue());
        explain.add(row);
      }
    }
    explain.addAll(covariates);
    return rows(report, explain);
  }

  private static List<Map<String, @Nullable Object>> rows(
      Map<String, @Nullable Object> report, List<Map<String, @Nullable Object>> explain) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (String item : List.of("estimate", "std_error", "verdict", "learners")) {
      Object value = report.get(item);
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put("item", item);
      row.put("kind", "figure");
      row.put(value instanceof Number ? "value" : "note", value);
      rows.add(row);
    }
    explain.forEach(row -> rows.add(new LinkedHashMap<>(row)));
    if (report.get("warnings") instanceof List<?> warnings) {
      for (Object warning : warnings) {
        if (warning instanceof Map<?, ?> fields) {
          Map<String, @Nullable Object> row = new LinkedHashMap<>();
          row.put("item", String.valueOf(fields.get("code")));
          row.put("kind", "warning");
          row.put("flag", String.valueOf(fields.get("severity")));
          row.put("note", String.valueOf(fields.get("message")));
          rows.add(row);
        }
      }
    }
    return rows;
  }
}
