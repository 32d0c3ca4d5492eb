/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Run;

/**
 * How much each row moves the estimates of a fit, up to a factor for each estimate: what their
 * joint law is made of ({@link io.whatif.inference.MultiplierBootstrap}).
 */
@FunctionalInterface
public interface Influences {
  /**
   * One array for each row of the summary that is shown and has an error, in their order: one
   * number for each row of the study, NaN where it had no part.
   *
   * @param averages whether all averages are shown; else the first one, and that only beside
   *     coefficients of features
   */
  double[][] of(Run run, boolean averages);
}
