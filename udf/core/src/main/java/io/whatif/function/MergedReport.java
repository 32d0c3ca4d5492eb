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
import java.util.Objects;
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

  /** Figures of estimates, which are the whole's only where every model has the same. */
  private static final List<String> OF_ESTIMATES = List.of("misfit_shift", "robustness_value");

  /** What cate_explain tells of a covariate's role in the rows of one model. */
  private static final List<String> OF_ROWS =
      List.of(
          "mean",
          "sd",
          "n_null",
          "smd_raw",
          "smd_weighted",
          "auc_alone",
          "r2_outcome_alone",
          "estimate_without",
          "shift_in_se",
          "flag");

  /** What a row of dml_summary tells of an estimate that is not made. */
  private static final List<String> UNDEFINED_ALIKE = List.of("n", "df", "split_sd");

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
        summary(reports, rows),
        explain(reports),
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
    List<Map<?, ?>> warnings = new ArrayList<>();
    if (!treeless()) {
      averages(report, kept);
      figures(report, kept, arm).forEach(warning -> warnings.add(warning.row()));
    }
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

  /**
   * Makes the figures those of all: what the rows' pulls tell is made anew, what cannot be is NULL
   * unless all models have the same. Others are of the first repetition, as they are of a fit. Of
   * rows that differ nothing is known together.
   *
   * @return the doubts that follow
   */
  private List<Warning> figures(
      Map<String, @Nullable Object> report, @Nullable KeptRows kept, int arm) {
    if (kept == null) {
      CateFit.FIGURES.forEach(figure -> report.put(figure.name(), null));
      return List.of();
    }
    for (String figure : OF_ESTIMATES) {
      Object own = report.get(figure);
      if (models.stream().anyMatch(m -> !Objects.equals(m.reports().get(arm).get(figure), own))) {
        report.put(figure, null);
      }
    }
    return new KeptAverages(kept).tellInfluence(report);
  }

  /** The doubts about any of the models, each once: of one kind the gravest. */
  private Collection<Map<?, ?>> doubts(int arm) {
    Map<Object, Map<?, ?>> all = new LinkedHashMap<>();
    for (StoredModel model : models) {
      if (model.reports().get(arm).get("warnings") instanceof List<?> doubts) {
        for (Object doubt : doubts) {
          Map<?, ?> warning = (Map<?, ?>) doubt;
          Object code = warning.get("code");
          boolean anew = LackingRows.CODE.equals(code) || isOfPulls(code);
          if ((trees < FEW_TREES || !"few_trees".equals(code)) && !anew) {
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

  /** Whether the doubt is found anew, in the rows' pulls. */
  private boolean isOfPulls(@Nullable Object code) {
    return !treeless() && KeptAverages.FEW_ROWS.equals(code);
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

  /**
   * The rows of dml_summary: averages anew, tests of nothing; the doubts on the first of an arm.
   */
  private List<Map<String, @Nullable Object>> summary(
      List<Map<String, @Nullable Object>> reports, List<KeptRows> kept) {
    if (treeless()) {
      return first().summary();
    }
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (Map<String, @Nullable Object> own : first().summary()) {
      Map<String, @Nullable Object> report = reportOf(reports, own);
      Map<String, @Nullable Object> row = new LinkedHashMap<>(own);
      if (rows.isEmpty() || reportOf(reports, rows.get(rows.size() - 1)) != report) {
        row.put("warnings", report.get("warnings"));
      }
      KeptRows of = kept.isEmpty() ? null : kept.get(reports.indexOf(report));
      if (of != null && "average".equals(own.get("kind"))) {
        average(row, report, of);
      } else {
        put(row, Estimate.UNDEFINED);
        UNDEFINED_ALIKE.forEach(name -> row.put(name, null));
      }
      rows.add(row);
    }
    return rows;
  }

  private void average(
      Map<String, @Nullable Object> row, Map<String, @Nullable Object> report, KeptRows kept) {
    boolean treated = String.valueOf(row.get("estimand")).startsWith(Estimand.ATT.word());
    Estimand estimand = treated ? Estimand.ATT : Estimand.ATE;
    String cov = String.valueOf(report.get("cov"));
    KeptAverages averages = new KeptAverages(kept);
    put(row, averages.of(estimand, cov));
    row.put("estimand", new LackingRows(kept).among(String.valueOf(row.get("estimand"))));
    row.put("n", report.get("n_effect"));
    row.put("split_sd", averages.spread(estimand, cov));
  }

  /** The report of the arm that a row is of. */
  private static Map<String, @Nullable Object> reportOf(
      List<Map<String, @Nullable Object>> reports, Map<String, @Nullable Object> row) {
    return reports.stream()
        .filter(report -> Objects.equals(report.get("contrast"), row.get("contrast")))
        .findFirst()
        .orElse(reports.get(0));
  }

  /** The rows of cate_explain: figures as they are reported, importances their means. */
  private List<Map<String, @Nullable Object>> explain(List<Map<String, @Nullable Object>> reports) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (Map<String, @Nullable Object> own : first().explain()) {
      Map<String, @Nullable Object> report = reportOf(reports, own);
      Map<String, @Nullable Object> row = new LinkedHashMap<>(own);
      if ("figure".equals(own.get("kind"))) {
        if (!(report.get(String.valueOf(own.get("item"))) instanceof Number figure)) {
          continue;
        }
        row.put("value", figure.doubleValue());
      } else if (report.get("n") == null) {
        OF_ROWS.forEach(row::remove);
      }
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
              .filter(r -> Objects.equals(r.get("item"), row.get("item")))
              .filter(r -> Objects.equals(r.get("contrast"), row.get("contrast")))
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
