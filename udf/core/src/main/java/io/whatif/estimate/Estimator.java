/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import java.util.ArrayList;
import java.util.List;

/** A way to estimate an effect. Stateless: everything it needs is an argument. */
public interface Estimator {
  /** What {@code method =>} calls it. */
  String name();

  /** The arguments that this estimator takes beyond those of all; see {@link FitOptions#own}. */
  default List<Option> options() {
    return List.of();
  }

  /** Whether all it predicts is the outcome and the treatment, so that both may be given. */
  default boolean takesPredictions() {
    return false;
  }

  /** Whether it predicts outcome and treatment by learners. */
  default boolean learns() {
    return true;
  }

  /** Parts for cross-fitting when none are asked for. */
  default int folds() {
    return 5;
  }

  /**
   * The learner of the nuisances when none is asked for, of a relation with so many rows; empty for
   * that of all methods.
   */
  default String learner(long rows) {
    return "";
  }

  /** Whether it keeps rows, see {@link Fit#kept}. */
  default boolean keepsRows() {
    return false;
  }

  /**
   * Estimates the effect.
   *
   * @throws io.whatif.data.WhatifException if the study cannot bear the estimate
   */
  Fit fit(Run run, Study study, FitOptions options);

  /**
   * Estimates the effect of each arm against the control, of a treatment with several: by {@link
   * #fit} on the rows of the two, unless the estimator knows better.
   *
   * @throws io.whatif.data.WhatifException if the study cannot bear the estimate
   */
  default ArmFits fitArms(Run run, Study study, FitOptions options) {
    List<Fit> fits = new ArrayList<>();
    for (int arm = 1; arm < study.treatment().arms().size(); arm++) {
      Pair pair = new Pair(run, study, arm);
      Fit fit = fit(run, pair.study(run), options);
      fits.add(fit.among("rows of the two arms").at(pair.places()));
    }
    return ArmFits.apart(fits);
  }

  /**
   * The rows of {@link Fit#effects} alone, for the many refits of a bootstrap: nothing that judges
   * them need be computed.
   */
  default List<Effect> effects(Run run, Study study, FitOptions options) {
    return fit(run, study, options).effects();
  }
}
