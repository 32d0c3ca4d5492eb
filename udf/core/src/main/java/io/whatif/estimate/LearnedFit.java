/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.estimate.Warning.Severity;
import io.whatif.model.Feature;
import io.whatif.model.LearnedCate;
import java.util.ArrayList;
import java.util.List;

/**
 * What is told of an effect by learners: its averages, whether it tells rows apart, and that it has
 * no interval.
 */
final class LearnedFit {
  private final Study study;
  private final FitOptions options;

  LearnedFit(Study study, FitOptions options) {
    this.study = study;
    this.options = options;
  }

  /** The covariance of the effect as one number: as asked for, else one for few rows. */
  static String cov(FitOptions options, Study study) {
    String cov = options.cov();
    if (cov != null) {
      return cov;
    }
    return study.count() > 1000 ? "HC1" : "HC3";
  }

  /**
   * The fit.
   *
   * @param scores of all rows
   * @param parts what predicts the effect of new rows
   */
  Fit of(Diagnostics diagnostics, Scores scores, List<LearnedCate.Part> parts, Medians medians) {
    EffectRows rows = new EffectRows(study, medians, scores.rows, scores.count());
    List<Effect> effects = new ArrayList<>(rows.averages());
    Calibration calibration = diagnostics.calibration();
    effects.add(
        rows.test(
            "predicted effects tell nothing of true ones",
            calibration.slope().z(),
            calibration.pValue(),
            0));
    List<Warning> warnings = new ArrayList<>(diagnostics.warnings());
    warnings.add(
        new Warning(
            "no_valid_interval",
            Severity.INFO,
            "an effect by learners has no valid interval of a single row: cate_stderr, cate_lower and cate_upper are NULL; the average and the fifths have theirs"));
    return new Fit(model(parts), effects, diagnostics.figures(), diagnostics.explain(), warnings)
        .predicting(scores.tau);
  }

  private LearnedCate model(List<LearnedCate.Part> parts) {
    List<Feature> features = new EffectBasis(study, options).features();
    List<Integer> nullable = new ArrayList<>();
    for (int f = 0; f < features.size(); f++) {
      if (options.imputeFeatures() && study.profile().nulls(study.features().get(f)) > 0) {
        nullable.add(f);
      }
    }
    return new LearnedCate(features, nullable, parts, options.level(), Support.ranges(study));
  }
}
