/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Refuses what leaves {@link CiDml} too few rows to compare, and tells why. */
final class CiRefusals {
  private CiRefusals() {}

  /**
   * Refuses a study if an arm has no row with all features, whatever its propensities.
   *
   * @param complete whether each row has all features
   * @throws WhatifException that names the arm, and the features it lacks
   */
  static void checkFeatures(Run run, Study study, boolean[] complete) {
    double[] treatment = study.column(run, Study.TREATMENT);
    for (int arm = 0; arm < 2; arm++) {
      if (!hasComplete(treatment, arm, complete)) {
        throw incomplete(run, study, treatment, arm);
      }
    }
  }

  private static boolean hasComplete(double[] treatment, int arm, boolean[] complete) {
    for (int i = 0; i < treatment.length; i++) {
      if (treatment[i] == arm && complete[i]) {
        return true;
      }
    }
    return false;
  }

  private static WhatifException incomplete(Run run, Study study, double[] treatment, int arm) {
    String name = (arm == 0 ? "the control '%s'" : "arm '%s'").formatted(arm(study, arm));
    NullFeatures absent =
        NullFeatures.of(study, column -> isNull(study.column(run, column), treatment, arm));
    return absent.none()
        ? new WhatifException(
            ErrorCode.BAD_COLUMN,
            "features: no usable row of %s has all of them, as method 'ci_dml' needs. Leave out those that are NULL in many rows."
                .formatted(name))
        : absent.refusal(
            " of " + name,
            "Method 'ci_dml' needs rows of both arms with all features: leave %s out."
                .formatted(absent.quoted()));
  }

  private static String arm(Study study, int arm) {
    return study.treatment().arms().get(arm);
  }

  private static boolean isNull(double[] values, double[] treatment, int arm) {
    for (int i = 0; i < values.length; i++) {
      if (treatment[i] == arm && !Double.isNaN(values[i])) {
        return false;
      }
    }
    return true;
  }

  /**
   * Refuses weights that keep no row of an arm, or no more rows than there are coefficients.
   *
   * @param treatment 1 for treated, 0 for untreated
   */
  static void checkKept(CiWeights weights, double[] treatment, CiRepetition.Task task) {
    long[] kept = new long[2];
    for (int i = 0; i < treatment.length; i++) {
      kept[(int) treatment[i]] += weights.weight()[i] > 0 ? 1 : 0;
    }
    int width = task.width();
    if (kept[0] == 0 || kept[1] == 0 || kept[0] + kept[1] <= width) {
      throw new WhatifException(
          ErrorCode.BAD_RELATION,
          String.format(
              Locale.ROOT,
              "%d treated and %d untreated rows have comparable propensities and all features, too few for %d coefficient%s. %s",
              kept[1],
              kept[0],
              width,
              width == 1 ? "" : "s",
              remedy(task)));
    }
  }

  /** What would keep more rows, or needs fewer, and is not asked for already. */
  private static String remedy(CiRepetition.Task task) {
    PropensityTrim.Rule rule = task.plan().rule();
    List<String> ways = new ArrayList<>();
    if (rule.alpha() == null || rule.alpha() > 0) {
      ways.add("lower alpha");
    }
    if (rule.commonSupport()) {
      ways.add("say support => 'none'");
    }
    if (task.width() > 2) {
      ways.add("use fewer clusters");
    }
    for (boolean complete : task.complete()) {
      if (!complete) {
        ways.add("leave out features that are NULL in many rows");
        break;
      }
    }
    if (ways.isEmpty()) {
      ways.add("add rows");
    }
    int last = ways.size() - 1;
    String text =
        last == 0
            ? ways.get(0)
            : String.join(", ", ways.subList(0, last)) + ", or " + ways.get(last);
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".";
  }
}
