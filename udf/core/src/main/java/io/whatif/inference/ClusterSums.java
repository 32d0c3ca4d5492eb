/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
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
    return squares(influence.length, i -> influence[i], clusters);
  }

  /** The same of influences that are not kept, each of which is asked for once. */
  public static double squares(int rows, IntToDoubleFunction influence, int @Nullable [] clusters) {
    double total = 0;
    if (clusters == null) {
      for (int i = 0; i < rows; i++) {
        double own = influence.applyAsDouble(i);
        total += Double.isNaN(own) ? 0 : own * own;
      }
      return total;
    }
    long groups = 0;
    int i = 0;
    while (i < rows) {
      int cluster = clusters[i];
      double sum = 0;
      boolean counts = false;
      for (; i < rows && clusters[i] == cluster; i++) {
        double own = influence.applyAsDouble(i);
        counts |= !Double.isNaN(own);
        sum += Double.isNaN(own) ? 0 : own;
      }
      total += sum * sum;
      groups += counts ? 1 : 0;
    }
    return groups > 1 ? total * groups / (groups - 1) : total;
  }
}
