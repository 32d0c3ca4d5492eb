/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.SqlType.BIGINT;
import static io.whatif.function.SqlType.DOUBLE;
import static io.whatif.function.SqlType.VARCHAR;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.model.PartitionedCate;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How much of a stored model's predicted effects goes with each feature, as found at the fit. */
final class CateImportance implements Body.Report {
  static final FunctionDescriptor DESCRIPTOR =
      new FunctionDescriptor(
          "cate_importance",
          "How much of the variance of the effects a stored model predicts goes with each feature"
              + " alone: Var(E[effect given the feature]) / Var(effect) over the rows of the fit, for"
              + " any method. Of independent features that add up, the shares add up to 1. They speak"
              + " of the predictions, which may be noise: see heterogeneity_p.",
          List.of(StudyArguments.STORED),
          List.of(
              new ResultColumn("rank", BIGINT, "1 for the largest share"),
              new ResultColumn("feature", VARCHAR, "the feature"),
              new ResultColumn(
                  "importance", DOUBLE, "the share, from 0 to 1; NULL if the effect does not vary"),
              new ResultColumn("mean", DOUBLE, "of a feature that is a number, at the fit"),
              new ResultColumn("sd", DOUBLE, "its standard deviation"),
              new ResultColumn("contrast", VARCHAR, "what is compared, such as 0 -> 1")),
          "Sobol 2001, doi:10.1016/S0378-4754(00)00270-6; Plischke, Borgonovo and Smith 2013,"
              + " doi:10.1016/j.ejor.2012.11.047",
          "SELECT feature, importance FROM cate_importance('training');",
          List.of(new CateImportance()));

  @Override
  public List<Map<String, @Nullable Object>> rows(StoredModel model, Arguments arguments) {
    boolean grouped = model.model() instanceof PartitionedCate;
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (ModelPart part : ModelPart.of(model)) {
      List<Map<String, @Nullable Object>> told = rows(part, model.name());
      rows.addAll(grouped ? GroupRows.keyed(told, part.keys()) : told);
    }
    return rows;
  }

  private static List<Map<String, @Nullable Object>> rows(ModelPart part, String model) {
    List<Map<String, @Nullable Object>> features = ranked(part);
    if (features.stream().anyMatch(row -> !row.containsKey("importance"))) {
      throw new WhatifException(
          ErrorCode.BAD_MODEL,
          "model '%s': was fitted when importances were not kept. Fit it again.".formatted(model));
    }
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (Map<String, @Nullable Object> feature : features) {
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put("rank", rows.size() + 1L);
      row.put("feature", feature.get("item"));
      row.put("importance", feature.get("importance"));
      row.put("mean", feature.get("mean"));
      row.put("sd", feature.get("sd"));
      row.put("contrast", part.report().get("contrast"));
      rows.add(row);
    }
    return rows;
  }

  /** The features' rows, the most important first, those without importance last. */
  static List<Map<String, @Nullable Object>> ranked(ModelPart part) {
    return part.explain("feature").stream()
        .sorted((a, b) -> Double.compare(importance(b), importance(a)))
        .toList();
  }

  private static double importance(Map<String, @Nullable Object> row) {
    double importance = ModelPart.number(row, "importance");
    return Double.isNaN(importance) ? -1 : importance;
  }
}
