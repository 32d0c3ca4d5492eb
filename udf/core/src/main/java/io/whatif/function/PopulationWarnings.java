/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.estimate.PopulationEffect;
import io.whatif.estimate.Warning;
import io.whatif.estimate.Warning.Severity;
import io.whatif.model.Contrast;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What there is to doubt where a stored model is asked about the rows of a relation. */
record PopulationWarnings(StoredModel model, Contrast contrast, PopulationEffect effect) {
  /** The share of rows outside the data of the fit from which on that is a doubt. */
  private static final double MANY_OUTSIDE = 0.05;

  static WhatifException noEffect(StoredModel model, PopulationEffect.Counts counts) {
    return new WhatifException(
        ErrorCode.BAD_RELATION,
        String.format(
            Locale.ROOT,
            "model '%s' has no effect for any row: %d have a NULL feature, %d a category or group that was not fitted. Pass rows like those of the fit.",
            model.name(),
            counts.missing(),
            counts.unseen()));
  }

  /**
   * The warnings.
   *
   * @param errors whether the model has valid errors of means
   * @param seeBeside where else to look if rows lie outside the data of the fit
   * @param noise what shows noise where no effect was found that varies
   */
  List<Warning> told(boolean errors, String seeBeside, String noise) {
    List<Warning> warnings = new ArrayList<>();
    double outside = effect.shares().outsideSupport();
    if (outside > MANY_OUTSIDE) {
      warnings.add(
          new Warning(
              "outside_support",
              Severity.CAUTION,
              String.format(
                  Locale.ROOT,
                  "%.0f%% of the rows lie outside the data of the fit: the model guesses there%s",
                  100 * outside,
                  seeBeside)));
    }
    if (!errors) {
      warnings.add(
          new Warning(
              "no_valid_interval",
              Severity.CAUTION,
              "the model has no valid error of a mean over rows: use the average effect of cate_fit or ate for an interval"));
    }
    PopulationEffect.Counts counts = effect.counts();
    if (counts.missing() + counts.unseen() > 0) {
      warnings.add(
          new Warning(
              "rows_without_effect",
              Severity.INFO,
              String.format(
                  Locale.ROOT,
                  "%d rows have no effect (%d for a NULL feature, %d for a category or group that was not fitted) and are left out",
                  counts.missing() + counts.unseen(),
                  counts.missing(),
                  counts.unseen())));
    }
    double p = heterogeneity();
    if (p > 0.1) {
      warnings.add(
          new Warning(
              "no_heterogeneity",
              Severity.INFO,
              String.format(
                  Locale.ROOT, "no evidence that the effect varies (p = %.2f): %s", p, noise)));
    }
    return warnings;
  }

  /** The p-value of no variation as it was found at the fit; NaN of a model of groups. */
  private double heterogeneity() {
    return model.reports().stream()
        .filter(report -> !report.containsKey(GroupRows.KEYS))
        .filter(
            report ->
                contrast.name().equals(report.get("contrast"))
                    || contrast.name().startsWith(report.get("contrast") + " at "))
        .map(report -> report.get("heterogeneity_p"))
        .mapToDouble(p -> p instanceof Number number ? number.doubleValue() : Double.NaN)
        .findFirst()
        .orElse(Double.NaN);
  }
}
