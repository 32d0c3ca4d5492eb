/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Run;

/** A way to predict which of several classes a row is in. A stateless value. */
public interface ClassLearner {
  /** Its canonical text, e.g. {@code multinomial(c=1.0)}. */
  String name();

  /**
   * Fits once for each fold, on the rows of the other folds.
   *
   * @throws io.whatif.data.WhatifException if a class has no rows outside some fold
   */
  ClassProbabilities fitOutOfFold(
      Run run, Dataset data, Covariates covariates, ClassTarget target, Folds folds);
}
