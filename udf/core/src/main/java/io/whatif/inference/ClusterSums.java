/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sums of influences over clusters, of which the error of an estimate is made. A row whose
 * influence is NaN is not counted, nor is a cluster without any other row.
 */
public final class ClusterSums {
  private ClusterSums() {}

  /**
   * The sum over each cluster; the influences themselves if there are no clusters.
   *
   * @param clusters number of each row's cluster, ascending from 0, or null
   */
  public static double[] of(double[] influence, int @Nullable [] clusters) {
    if (clusters == null || clusters.length == 0) {
      return influence;
    }
    double[] sums = new double[clusters[clusters.length - 1] + 1];
    Arrays.fill(sums, Double.NaN);
    for (int i = 0; i < influence.length; i++) {
      if (!Double.isNaN(influence[i])) {
        int c = clusters[i];
        sums[c] = Double.isNaN(sums[c]) ? influence[i] : sums[c] + influence[i];
      }
    }
    return sums;
  }

  /**
   * \( \frac{C}{C-1} \sum_c s_c^2 \), s the sums over C clusters; \( \sum_i \psi_i^2 \) if there
   * are no clusters.
   */
  public static double squares(double[] influence, int @Nullable [] clusters) {
    double total = 0;
    long groups = 0;
    for (double sum : of(influence, clusters)) {
      if (!Double.isNaN(sum)) {
        total += sum * sum;
        groups++;
      }
    }
    return clusters != null && groups > 1 ? total * groups / (groups - 1) : total;
  }
}
