/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;

/** A way to estimate an effect. Stateless: everything it needs is an argument. */
public interface Estimator {
  /** What {@code method =>} calls it. */
  String name();

  /**
   * Estimates the effect.
   *
   * @throws io.whatif.data.WhatifException if the study cannot bear the estimate
   */
  Fit fit(Run run, Study study, FitOptions options);
}
