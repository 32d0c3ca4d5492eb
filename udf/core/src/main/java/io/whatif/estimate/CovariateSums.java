/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Mergeable;
import io.whatif.math.Gram;

/** What a {@link CovariateTable} is made of. */
final class CovariateSums implements Mergeable<CovariateSums> {
  /** Of the columns, treatment and outcome of each arm. */
  final Gram[] arms;

  final double[][] weighted;

  /** How many rows each arm's stand for. */
  final double[] count = new double[2];

  /** What the outcome's variance among those that a row stands for adds to its squares. */
  double within;

  CovariateSums(int width) {
    arms = new Gram[] {new Gram(width + 2), new Gram(width + 2)};
    weighted = new double[2][width];
  }

  @Override
  public CovariateSums merge(CovariateSums other) {
    within += other.within;
    for (int arm = 0; arm < 2; arm++) {
      arms[arm].add(other.arms[arm]);
      count[arm] += other.count[arm];
      for (int c = 0; c < weighted[arm].length; c++) {
        weighted[arm][c] += other.weighted[arm][c];
      }
    }
    return this;
  }
}
