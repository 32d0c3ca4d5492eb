/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.estimate.Estimand;
import io.whatif.estimate.KeptAverages;
import io.whatif.estimate.LackingRows;
import io.whatif.estimate.Warning;
import io.whatif.estimate.Warning.Severity;
import io.whatif.inference.Estimate;
import io.whatif.model.CateModel;
import io.whatif.model.Kept;
import io.whatif.model.KeptRows;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is told of a merged model: what the first one tells, with the averages by the rows that are
 * kept, without what depends on the trees and is not kept, and with the mean importance of each
 * feature.
 *
 * @param models what was merged
 * @param name of the merged model
 * @param trees how many it has
 */
record MergedReport(List<StoredModel> models, String name, int trees) {
  private static final int FEW_TREES = 50;

  /** Figures that depend on the trees. */
  private static final Set<String> OF_TREES =
      Set.of(
          "heterogeneity_p",
          "calibration_slope",
          "calibration_slope_se",
          "calibration_mean",
          "calibration_mean_se",
          "calibration_df",
          "top_fifth_effect",
          "top_fifth_se",
          "bottom_fifth_effect",
          "bottom_fifth_se");

  private StoredModel first() {
    return models.get(0);
  }

  StoredModel of(CateModel effect, Kept kept) {
    List<KeptRows> rows = kept.rows();
    List<Map<String, @Nullable Object>> reports = new ArrayList<>();
    for (int arm = 0; arm < first().reports().size(); arm++) {
      reports.add(report(arm, rows.isEmpty() ? null : rows.get(arm)));
    }
    return new StoredModel(
        name,
        first().method(),
        first().rows(),
        effect,
        reports.size() == 1 ? reports.get(0) : StoredModel.reportOf(reports),
        summary(rows),
        explain(),
        provenance(),
        kept);
  }

  private Map<String, @Nullable Object> report(int arm, @Nullable KeptRows kept) {
    Map<String, @Nullable Object> own = first().reports().get(arm);
    Map<String, @Nullable Object> report = new LinkedHashMap<>(own);
    OF_TREES.forEach(report::remove);
    report.put("model", name);
    report.put(
        "learners",
        String.valueOf(own.get("learners"))
            .replaceFirst("trees=\\d+, min_node", "trees=" + trees + ", min_node"));
    if (!treeless()) {
      averages(report, kept);
    }
    List<Map<?, ?>> warnings = new ArrayList<>();
    if (kept != null) {
      new LackingRows(kept).warning().ifPresent(warning -> warnings.add(warning.row()));
      if (ModelPart.number(report, "split_sd") > ModelPart.number(report, "std_error")) {
        warnings.add(
            new Warning(
                    "merged_apart",
                    Severity.CAUTION,
                    "the average differs between the forests by more than its error tells (split_sd): were they fitted with the same nuisance learners?")
                .row());
      }
    } else if (!treeless()) {
      warnings.add(
          new Warning(
                  "rows_dropped",
                  Severity.CAUTION,
                  "the forests are of rows that differ: none are kept, so that averages, cate_oob and cate_projection have nothing to be made of")
              .row());
    }
    warnings.addAll(doubts(arm));
    report.put("warnings", warnings);
    report.put("verdict", verdict(warnings));
    return report;
  }

  /** Whether averages are of no trees, so that all have the same. */
  private boolean treeless() {
    return CateMerge.INSTRUMENTAL.equals(first().method());
  }

  private void averages(Map<String, @Nullable Object> report, @Nullable KeptRows kept) {
    if (kept == null) {
      put(report, Estimate.UNDEFINED);
      report.put("reps", null);
      report.put("split_sd", null);
      return;
    }
    KeptAverages averages = new KeptAverages(kept);
    String cov = String.valueOf(report.get("cov"));
    put(report, averages.of(Estimand.ATE, cov));
    report.put("estimand", new LackingRows(kept).among(String.valueOf(report.get("estimand"))));
    report.put("reps", (long) kept.repetitions().size());
    report.put("split_sd", averages.spread(Estimand.ATE, cov));
  }

  /** The doubts about any of the models, each once: of one kind the gravest. */
  private Collection<Map<?, ?>> doubts(int arm) {
    Map<Object, Map<?, ?>> all = new LinkedHashMap<>();
    for (StoredModel model : models) {
      if (model.reports().get(arm).get("warnings") instanceof List<?> doubts) {
        for (Object doubt : doubts) {
          Map<?, ?> warning = (Map<?, ?>) doubt;
          Object code = warning.get("code");
          if ((trees < FEW_TREES || !"few_trees".equals(code)) && !LackingRows.CODE.equals(code)) {
            Map<?, ?> known = all.get(code);
            if (known == null || severity(warning).compareTo(severity(known)) > 0) {
              all.put(code, warning);
            }
          }
        }
      }
    }
    return all.values();
  }

  private static Severity severity(Map<?, ?> warning) {
    return Severity.valueOf(
        String.valueOf(warning.get("severity")).toUpperCase(java.util.Locale.ROOT));
  }

  private static String verdict(List<Map<?, ?>> warnings) {
    return Warning.verdict(
        warnings.stream()
            .map(
                w ->
                    new Warning(
                        String.valueOf(w.get("code")),
                        severity(w),
                        String.valueOf(w.get("message"))))
            .toList());
  }

  private void put(Map<String, @Nullable Object> row, Estimate estimate) {
    double level = first().model().level();
    row.put("estimate", estimate.value());
    row.put("std_error", estimate.standardError());
    row.put("z", estimate.z());
    row.put("p_value", estimate.pValue());
    row.put("ci_lower", estimate.lower(level));
    row.put("ci_upper", estimate.upper(level));
  }

  /** The rows of dml_summary: averages anew, tests of nothing. */
  private List<Map<String, @Nullable Object>> summary(List<KeptRows> kept) {
    if (treeless()) {
      return first().summary();
    }
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (Map<String, @Nullable Object> own : first().summary()) {
      Map<String, @Nullable Object> row = new LinkedHashMap<>(own);
      KeptRows of =
          kept.stream()
              .filter(k -> k.contrast().equals(own.get("contrast")))
              .findFirst()
              .orElse(null);
      boolean average = "average".equals(own.get("kind"));
      boolean treated = String.valueOf(own.get("estimand")).startsWith(Estimand.ATT.word());
      if (average && of != null) {
        Estimand estimand = treated ? Estimand.ATT : Estimand.ATE;
        String cov = String.valueOf(first().reports().get(kept.indexOf(of)).get("cov"));
        put(row, new KeptAverages(of).of(estimand, cov));
        row.put("estimand", new LackingRows(of).among(String.valueOf(row.get("estimand"))));
      } else {
        put(row, Estimate.UNDEFINED);
      }
      rows.add(row);
    }
    return rows;
  }

  private List<Map<String, @Nullable Object>> explain() {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (Map<String, @Nullable Object> own : first().explain()) {
      if ("figure".equals(own.get("kind")) && OF_TREES.contains(String.valueOf(own.get("item")))) {
        continue;
      }
      Map<String, @Nullable Object> row = new LinkedHashMap<>(own);
      if (own.get("importance") instanceof Number) {
        row.put("importance", importance(own));
      }
      rows.add(row);
    }
    return rows;
  }

  /** The mean importance of a feature over the models. */
  private double importance(Map<String, @Nullable Object> row) {
    double sum = 0;
    for (StoredModel model : models) {
      sum +=
          model.explain().stream()
              .filter(r -> java.util.Objects.equals(r.get("item"), row.get("item")))
              .filter(r -> java.util.Objects.equals(r.get("contrast"), row.get("contrast")))
              .filter(r -> r.get("importance") instanceof Number)
              .mapToDouble(r -> ModelPart.number(r, "importance"))
              .findFirst()
              .orElse(Double.NaN);
    }
    return sum / models.size();
  }

  private Map<String, @Nullable Object> provenance() {
    Map<String, @Nullable Object> all = new LinkedHashMap<>(first().provenance());
    Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
    if (all.get("arguments") instanceof Map<?, ?> given) {
      given.forEach((key, value) -> arguments.put(String.valueOf(key), value));
    }
    arguments.put("model", name);
    arguments.put("trees", (long) trees);
    all.put("function", "cate_merge");
    all.put("arguments", arguments);
    all.put("merged", models.stream().map(StoredModel::name).toList());
    return all;
  }
}
