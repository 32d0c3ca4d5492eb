/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.RowValues;
import io.whatif.data.Run;
import io.whatif.estimate.Warning.Severity;
import io.whatif.model.CateModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The figures, rows of cate_explain and doubts of one fit, as they are found. */
final class Findings {
  private final Study study;
  private final FitOptions options;
  final Map<String, @Nullable Object> figures = new LinkedHashMap<>();
  final List<Warning> warnings = new ArrayList<>();
  private final List<Map<String, @Nullable Object>> covariates = new ArrayList<>();

  Findings(Study study, FitOptions options) {
    this.study = study;
    this.options = options;
    figures.put("n", study.count());
    figures.put("n_dropped", study.dropped());
  }

  void warn(String code, Severity severity, String format, Object... values) {
    warnings.add(new Warning(code, severity, String.format(Locale.ROOT, format, values)));
  }

  /** How many coefficients the rows can tell apart. */
  void rank(int rank, int width) {
    if (rank < width) {
      warn(
          "collinear_features",
          Severity.CAUTION,
          "the effect's %d terms have rank %d: single coefficients are not identified, predictions are; drop redundant features",
          width,
          rank);
    }
  }

  /** Whether the effect varies. */
  void heterogeneity(Wald wald) {
    if (wald.degrees() == 0) {
      return;
    }
    double p = wald.pValue();
    figures.put("heterogeneity_p", p);
    if (p > 0.1) {
      warn(
          "no_heterogeneity",
          Severity.INFO,
          "no evidence that the effect varies (p = %.2f); ranking by cate_effect ranks noise",
          p);
    }
  }

  /**
   * Overlap and balance of a binary treatment, and a row for each covariate.
   *
   * @param propensities of a binary treatment, null of a continuous one
   * @param error the standard error that shifts are counted in
   */
  void covariates(Run run, @Nullable Propensities propensities, double error) {
    CovariateTable table =
        propensities == null
            ? CovariateTable.unweighted(run, study)
            : CovariateTable.of(run, study, study.diagnosedWeights(propensities.ateWeights()));
    if (propensities != null) {
      Overlap overlap =
          OverlapFigures.overlap(
              run,
              study,
              RowValues.of(propensities.propensity()),
              RowValues.of(propensities.treatment()));
      OverlapFigures.add(overlap, table, figures, warnings);
    }
    new ControlRows(study, table, error).addTo(run, covariates, warnings);
  }

  /** The fit, with everything that was found. */
  Fit fit(CateModel model, List<Effect> effects) {
    StudyWarnings.add(study, options, warnings);
    return new Fit(
        model,
        effects,
        figures,
        ControlRows.explain(figures, covariates),
        warnings.stream().sorted(Warning.WORST_FIRST).toList());
  }
}
