/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.SqlType.BIGINT;
import static io.whatif.function.SqlType.DOUBLE;
import static io.whatif.function.SqlType.VARCHAR;

import io.whatif.model.PartitionedCate;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
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
              + " differs between the arms, what it alone tells, and how far a linear regression's"
              + " estimate would move without it. Colliders cannot be detected.",
          List.of(
              Argument.optional(
                  "model", Argument.Type.TEXT, "The model's name; or as first argument.")),
          List.of(
              new ResultColumn("item", VARCHAR, "the figure, warning or covariate"),
              new ResultColumn("kind", VARCHAR, "figure, warning, feature or control"),
              new ResultColumn("value", DOUBLE, "of a figure"),
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
    Map<Object, List<Map<String, @Nullable Object>>> covariates = new HashMap<>();
    for (Map<String, @Nullable Object> row : model.explain()) {
      covariates.computeIfAbsent(part(row), none -> new ArrayList<>()).add(row);
    }
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (Map<String, @Nullable Object> report : model.reports()) {
      List<Map<String, @Nullable Object>> own =
          covariates.getOrDefault(
              part(report), covariates.getOrDefault(Arrays.asList(keys(report), null), List.of()));
      List<Map<String, @Nullable Object>> told = grouped ? group(report, own) : rows(report, own);
      for (Map<String, @Nullable Object> row : told) {
        row.put("contrast", report.get("contrast"));
      }
      rows.addAll(grouped ? GroupRows.keyed(told, keys(report)) : told);
    }
    return rows;
  }

  /** The group and the contrast a row is of. */
  private static Object part(Map<String, @Nullable Object> row) {
    return Arrays.asList(keys(row), row.get("contrast"));
  }

  private static List<@Nullable String> keys(Map<String, @Nullable Object> row) {
    List<@Nullable String> keys = new ArrayList<>();
    if (row.get(GroupRows.KEYS) instanceof List<?> list) {
      list.forEach(key -> keys.add(key == null ? null : key.toString()));
    }
    return keys;
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
