/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.SqlType.BIGINT;
import static io.whatif.function.SqlType.DOUBLE;
import static io.whatif.function.SqlType.VARCHAR;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.inference.Estimate;
import io.whatif.inference.Holm;
import io.whatif.math.Normal;
import io.whatif.model.PartitionedCate;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a stored model's predictions, made out of fold, tell the effects there are. */
final class CalibrationReport implements Body.Report {
  static final FunctionDescriptor DESCRIPTOR =
      new FunctionDescriptor(
          "calibration_test",
          "Whether the effects a stored model predicts are true: a regression of the outcome's"
              + " residual on the mean of the predicted effects and on how they differ from it, both"
              + " times the treatment's, with predictions made without the row's fold. Coefficients"
              + " of 1 are those of right predictions; a differential one of 0 is that of noise. Two"
              + " rows for each arm.",
          List.of(StudyArguments.STORED),
          List.of(
              new ResultColumn("term", VARCHAR, "mean prediction, or differential prediction"),
              new ResultColumn(
                  "estimate", DOUBLE, "the coefficient: 1 if the predictions are right"),
              new ResultColumn("std_error", DOUBLE, "its standard error, HC3 or by clusters"),
              new ResultColumn("t", DOUBLE, "estimate over standard error"),
              new ResultColumn("df", BIGINT, "degrees of freedom of the t law"),
              new ResultColumn("p_value", DOUBLE, "one-sided, that the coefficient is 0 or less"),
              new ResultColumn(
                  "p_adjusted",
                  DOUBLE,
                  "p_value adjusted for all rows, by Holm; of groups, theirs"),
              new ResultColumn("contrast", VARCHAR, "what is compared, such as 0 -> 1")),
          "Chernozhukov, Demirer, Duflo and Fernandez-Val 2018, doi:10.3386/w24678; grf"
              + " test_calibration",
          "SELECT term, estimate, std_error, p_value FROM calibration_test('training');",
          List.of(new CalibrationReport()));

  @Override
  public List<Map<String, @Nullable Object>> rows(StoredModel model, Arguments arguments) {
    boolean grouped = model.model() instanceof PartitionedCate;
    List<ModelPart> parts = ModelPart.of(model);
    if (parts.stream().noneMatch(CalibrationReport::isKnown)) {
      throw none(model, parts);
    }
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    int from = 0;
    while (from < parts.size()) {
      int to = from + 1;
      while (to < parts.size() && parts.get(to).keys().equals(parts.get(from).keys())) {
        to++;
      }
      List<Map<String, @Nullable Object>> told = rows(parts.subList(from, to));
      rows.addAll(grouped ? GroupRows.keyed(told, parts.get(from).keys()) : told);
      from = to;
    }
    return rows;
  }

  private static boolean isKnown(ModelPart part) {
    return part.report().containsKey("calibration_mean");
  }

  private static WhatifException none(StoredModel model, List<ModelPart> parts) {
    if (parts.stream().anyMatch(part -> part.report().containsKey("calibration_slope"))) {
      return new WhatifException(
          ErrorCode.BAD_MODEL,
          "model '%s': was fitted when this test was not kept. Fit it again."
              .formatted(model.name()));
    }
    if (parts.stream().anyMatch(part -> part.report().containsKey("first_stage_f"))) {
      return new WhatifException(
          ErrorCode.BAD_MODEL,
          "model '%s': is of an effect by an instrument, which this test does not know. See first_stage_f and ar_p_value in cate_explain."
              .formatted(model.name()));
    }
    if (model.provenance().get("merged") != null) {
      return new WhatifException(
          ErrorCode.BAD_MODEL,
          "model '%s' was merged of forests, of which such a test is not kept. Fit one with as many trees."
              .formatted(model.name()));
    }
    return new WhatifException(
        ErrorCode.BAD_MODEL,
        "model '%s' has no such test: it is of the effect of two values or arms, and of an effect that varies with features. cate_fit with features keeps it."
            .formatted(model.name()));
  }

  /** The rows of the arms of one group, whose p-values are adjusted together. */
  private static List<Map<String, @Nullable Object>> rows(List<ModelPart> arms) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (ModelPart arm : arms) {
      if (isKnown(arm)) {
        rows.add(row(arm, "mean"));
        rows.add(row(arm, "slope"));
      }
    }
    double[] adjusted =
        Holm.adjust(rows.stream().mapToDouble(row -> ModelPart.number(row, "p_value")).toArray());
    for (int i = 0; i < adjusted.length; i++) {
      rows.get(i).put("p_adjusted", adjusted[i]);
    }
    return rows;
  }

  private static Map<String, @Nullable Object> row(ModelPart arm, String coefficient) {
    Estimate estimate =
        new Estimate(
            arm.figure("calibration_" + coefficient),
            arm.figure("calibration_" + coefficient + "_se"));
    double degrees = arm.figure("calibration_df");
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("term", coefficient.equals("mean") ? "mean prediction" : "differential prediction");
    row.put("estimate", estimate.value());
    row.put("std_error", estimate.standardError());
    row.put("t", estimate.z());
    row.put("df", (long) degrees);
    row.put("p_value", Normal.studentUpperTail(estimate.z(), (long) degrees));
    row.put("contrast", arm.contrast());
    return row;
  }
}
