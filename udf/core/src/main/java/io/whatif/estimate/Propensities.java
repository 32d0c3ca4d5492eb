/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.ErrorCode;
import io.whatif.data.Run;
import io.whatif.data.WhatifException;

/**
 * Out-of-fold propensities of a binary treatment, row by row.
 *
 * @param propensity the chance of treatment
 * @param treatment 1 for treated, 0 for untreated
 */
record Propensities(double[] propensity, double[] treatment) {

  static Propensities of(Run run, Study study, FitOptions options) {
    if (!study.treatment().binary()) {
      throw new WhatifException(
          ErrorCode.BAD_COLUMN,
          "treatment => '%s': column is continuous and has no propensity. Use a column with two values."
              .formatted(study.treatment().column()));
    }
    CrossFit nuisances = CrossFit.of(run, study, options, options.seed());
    return new Propensities(nuisances.treatment.toArray(), study.column(run, Study.TREATMENT));
  }

  /** Weights of the average effect: 1/e and 1/(1-e), e clipped. */
  double[] ateWeights() {
    double[] weights = new double[propensity.length];
    for (int i = 0; i < weights.length; i++) {
      double e = Scores.clip(propensity[i]);
      weights[i] = treatment[i] == 1 ? 1 / e : 1 / (1 - e);
    }
    return weights;
  }
}
