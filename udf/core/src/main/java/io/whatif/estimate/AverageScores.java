/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.inference.Estimate;
import org.jspecify.annotations.Nullable;

/** What a fit knows of one contrast, from which its average over any rows follows. */
interface AverageScores {
  /** The average over a group of rows; undefined where the group lacks what it takes. */
  Average over(RowGroup group);

  /**
   * An average effect.
   *
   * @param estimate with its error
   * @param influence of each row, null if the error came otherwise
   */
  record Average(Estimate estimate, @Nullable Influence influence) {
    static final Average UNDEFINED = new Average(Estimate.UNDEFINED, null);

    static Average of(double value, Influence influence) {
      return new Average(new Estimate(value, influence.error()), influence);
    }
  }
}
