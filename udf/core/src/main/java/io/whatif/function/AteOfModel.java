/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.estimate.Estimand;
import io.whatif.estimate.KeptAverages;
import io.whatif.estimate.LackingRows;
import io.whatif.inference.Estimate;
import io.whatif.inference.Holm;
import io.whatif.model.KeptRows;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The average effects of a stored model, by the rows kept with it. */
final class AteOfModel implements Body.Report {
  private static final Set<String> HEEDED = Set.of("estimand", "level");

  /** Figures of the fit that are of the average over all rows alone. */
  private static final List<String> OF_AVERAGE =
      List.of("n_effective", "top10_shift", "misfit_shift");

  @Override
  public List<Map<String, @Nullable Object>> rows(StoredModel model, Arguments arguments) {
    check(model, arguments);
    List<KeptRows> kept = ModelRowsKept.of(model);
    Estimand estimand = Estimand.named(arguments.requiredText("estimand"));
    double level = arguments.isGiven("level") ? EffectCall.level(arguments) : model.model().level();
    List<ModelPart> parts = ModelPart.of(model);
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (int arm = 0; arm < kept.size(); arm++) {
      checkEstimand(model, kept.get(arm), estimand);
      rows.add(row(model, parts.get(arm), kept.get(arm), new Asked(estimand, level)));
    }
    double[] adjusted =
        Holm.adjust(rows.stream().mapToDouble(row -> ModelPart.number(row, "p_value")).toArray());
    for (int i = 0; i < adjusted.length; i++) {
      rows.get(i).put("p_adjusted", adjusted[i]);
    }
    return rows;
  }

  private record Asked(Estimand estimand, double level) {}

  private static Map<String, @Nullable Object> row(
      StoredModel model, ModelPart part, KeptRows kept, Asked asked) {
    KeptAverages averages = new KeptAverages(kept);
    String cov = String.valueOf(part.report().get("cov"));
    Estimate estimate = averages.of(asked.estimand(), cov);
    Map<String, @Nullable Object> row = new LinkedHashMap<>(part.report());
    row.put("outcome", model.provenance().get("outcome"));
    row.put("treatment", model.provenance().get("treatment"));
    row.put("estimator", model.method());
    row.put("estimand", new LackingRows(kept).among(estimand(part, kept, asked.estimand())));
    row.put("contrast", kept.contrast());
    row.put("estimate", estimate.value());
    row.put("std_error", estimate.standardError());
    row.put("z", estimate.z());
    row.put("p_value", estimate.pValue());
    row.put("ci_lower", estimate.lower(asked.level()));
    row.put("ci_upper", estimate.upper(asked.level()));
    row.put("split_sd", averages.spread(asked.estimand(), cov));
    if (asked.estimand() != Estimand.ATE) {
      OF_AVERAGE.forEach(row::remove);
    }
    if (asked.estimand() != Estimand.OVERLAP) {
      row.remove("robustness_value"); // the fit's is of the overlap-weighted average
    }
    return row;
  }

  /** What is estimated, of the same rows as the fit's own average. */
  private static String estimand(ModelPart part, KeptRows kept, Estimand estimand) {
    String own = String.valueOf(part.report().get("estimand"));
    int among = own.indexOf(" among ");
    String text =
        kept.binary()
            ? estimand == Estimand.OVERLAP ? "overlap-weighted average" : estimand.word()
            : estimand == Estimand.OVERLAP ? "variance-weighted average slope" : "average slope";
    return among < 0 ? text : text + own.substring(among);
  }

  private static void checkEstimand(StoredModel model, KeptRows kept, Estimand estimand) {
    if (!kept.binary() && (estimand == Estimand.ATT || estimand == Estimand.ATC)) {
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          "estimand => '%s': the treatment '%s' is continuous, so no row is treated or untreated. Use 'ATE', the average slope, or 'overlap'."
              .formatted(estimand.word(), model.provenance().get("treatment")));
    }
  }

  private static void check(StoredModel model, Arguments arguments) {
    for (Map.Entry<String, Object> given : arguments.given().entrySet()) {
      String name = given.getKey();
      if (HEEDED.contains(name)) {
        continue;
      }
      throw new WhatifException(
          ErrorCode.BAD_ARGUMENT,
          name.equals("by")
              ? "by => %s: model '%s' keeps its rows' scores, but no such columns. Join cate_oob('%s') with them by id and average the scores in groups, or call ate on the relation."
                  .formatted(Arguments.show(arguments.names("by")), model.name(), model.name())
              : "%s: the model '%s' is fitted already. Call ate on the relation, or leave this out."
                  .formatted(name, model.name()));
    }
  }
}
