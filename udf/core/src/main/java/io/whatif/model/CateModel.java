/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import java.util.List;

/** A fitted conditional effect: a closed set, so that codec, store and scoring never change. */
public sealed interface CateModel
    permits ArmsCate, ClusteredCate, ForestCate, LearnedCate, LinearCate, PartitionedCate {

  /** The features it takes, in order. */
  List<Feature> features();

  /** The level of its intervals, such as 0.95. */
  double level();

  /**
   * The effect at each row, NaN where a feature is NaN.
   *
   * @param features one array for each feature, in order
   */
  void effect(double[][] features, int rows, double[] into);

  /** The standard error of the effect at each row, NaN where it is undefined. */
  void standardError(double[][] features, int rows, double[] into);

  /**
   * 1 where the row lies within the data the model was fitted on, else 0; NaN for a NULL feature.
   */
  void support(double[][] features, int rows, double[] into);

  /** A sum of nothing yet, from which the error of a mean effect follows. */
  default GradientSum gradients() {
    return GradientSum.unknown();
  }
}
