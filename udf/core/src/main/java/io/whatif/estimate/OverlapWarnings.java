/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.estimate.Warning.Severity;
import java.util.List;
import java.util.Locale;

/** The doubts that thin overlap of the arms raises. */
final class OverlapWarnings {
  private OverlapWarnings() {}

  static void add(Overlap o, List<Warning> warnings) {
    if (o.auc() > 0.95) {
      warnings.add(
          new Warning(
              "separation",
              Severity.SEVERE,
              String.format(
                  Locale.ROOT,
                  "controls tell treated from untreated almost perfectly (AUC %.3f): there is nothing to compare with; look for a control that follows from the treatment",
                  o.auc())));
    }
    double treated = o.essTreated() / o.treated();
    double control = o.essControl() / o.control();
    double smallest = Math.min(treated, control);
    if (o.shareClipped() > 0.05 || smallest < 0.25 || o.maxWeightShare() > 0.05) {
      boolean severe = o.shareClipped() > 0.2 || smallest < 0.05;
      warnings.add(
          new Warning(
              "thin_overlap",
              severe ? Severity.SEVERE : Severity.CAUTION,
              String.format(
                  Locale.ROOT,
                  "few comparable rows: %.1f%% of propensities clipped, effective sample %.0f%% of an arm, largest weight %.1f%%: keep to common support with propensity_trim",
                  100 * o.shareClipped(),
                  100 * smallest,
                  100 * o.maxWeightShare())));
    }
  }
}
