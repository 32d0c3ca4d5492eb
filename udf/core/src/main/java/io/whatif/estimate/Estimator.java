/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;
import java.util.List;

/** A way to estimate an effect. Stateless: everything it needs is an argument. */
public interface Estimator {
  /** What {@code method =>} calls it. */
  String name();

  /** The arguments that this estimator takes beyond those of all; see {@link FitOptions#own}. */
  default List<Option> options() {
    return List.of();
  }

  /**
   * Estimates the effect.
   *
   * @throws io.whatif.data.WhatifException if the study cannot bear the estimate
   */
  Fit fit(Run run, Study study, FitOptions options);
}
