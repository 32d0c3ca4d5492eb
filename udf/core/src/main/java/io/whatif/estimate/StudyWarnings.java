/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.estimate.Warning.Severity;
import io.whatif.learn.Covariate;
import io.whatif.learn.Learners;
import java.util.List;
import java.util.Locale;

/** What is to be told of the rows of a study, whatever is estimated. */
final class StudyWarnings {
  /** Clusters below which errors by cluster are doubtful. */
  private static final int ENOUGH_CLUSTERS = 10;

  /** Clusters below which an interval at 95% holds the truth in less than 88% at best. */
  private static final int LEAST_CLUSTERS = 5;

  private StudyWarnings() {}

  static void add(Study study, FitOptions options, List<Warning> warnings) {
    if (study.dropped() > 0) {
      warnings.add(
          new Warning(
              "rows_dropped",
              Severity.INFO,
              String.format(
                  Locale.ROOT,
                  "%d rows without an outcome, a treatment, %san id or a fold (or as nulls => 'drop' asks) were left out",
                  study.dropped(),
                  study.instrument() == null ? "" : "an instrument, ")));
    }
    String noun = study.shared().noun();
    boolean shared = study.shared() != Study.Shared.NOTHING;
    if (shared && idsSpanFolds(study)) {
      warnings.add(
          new Warning(
              "ids_span_folds",
              Severity.CAUTION,
              "rows of one %s lie in different folds of the fold column, so predictions have seen it: give all its rows one fold; errors are clustered by it"
                  .formatted(noun)));
    } else if (shared) {
      warnings.add(
          new Warning(
              "repeated_ids",
              Severity.INFO,
              "rows share %ss: folds keep such rows together, and errors are clustered by them"
                  .formatted(noun)));
    }
    fewClusters(study, warnings);
    for (Covariate covariate : study.covariates().columns()) {
      if (study.profile().nulls(covariate.column()) == study.rows()) {
        warnings.add(
            new Warning(
                "all_null",
                Severity.INFO,
                study.name(covariate.column())
                    + " is NULL in every row and adjusts for nothing: leave it out, or check the relation"));
      }
    }
    if (study.units().folds() != null && options.reps() > 1) {
      warnings.add(
          new Warning("fold_given", Severity.INFO, "reps is not used: the folds are given"));
    }
  }

  /** The law of errors by cluster is that of many clusters. */
  private static void fewClusters(Study study, List<Warning> warnings) {
    int[] clusters = study.units().clusters();
    int count = clusters == null ? ENOUGH_CLUSTERS : clusters[clusters.length - 1] + 1;
    if (areFew(count)) {
      warnings.add(
          new Warning(
              "few_clusters",
              count < LEAST_CLUSTERS ? Severity.SEVERE : Severity.CAUTION,
              String.format(
                  Locale.ROOT,
                  "errors are by %d %ss and hold for many: intervals are too narrow, p-values too small",
                  count,
                  study.shared().noun())));
    }
  }

  /** Whether so many clusters are too few for what holds for many. */
  static boolean areFew(int clusters) {
    return clusters < ENOUGH_CLUSTERS;
  }

  /** What is to be told of the learners. */
  static void addLearners(String report, List<Warning> warnings) {
    if (Learners.lackTrees(report)) {
      warnings.add(
          new Warning(
              "gbt_missing",
              Severity.INFO,
              "auto chose between ridge and spline alone, as gbt needs XGBoost's native library, which cannot be loaded here: install OpenMP (libgomp, on macOS libomp), or name the learners"));
    }
  }

  /** Whether the user's folds part the rows of an id. */
  private static boolean idsSpanFolds(Study study) {
    int[] folds = study.units().folds();
    int[] clusters = study.units().clusters();
    if (folds == null || clusters == null) {
      return false;
    }
    for (int i = 1; i < folds.length; i++) {
      if (clusters[i] == clusters[i - 1] && folds[i] != folds[i - 1]) {
        return true;
      }
    }
    return false;
  }
}
