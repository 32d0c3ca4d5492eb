/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.inference.ClusterSums;
import org.jspecify.annotations.Nullable;

/**
 * How far each row pulls an estimate: \( \hat\theta - \theta \approx \sum_i \psi_i \).
 *
 * @param pull \( \psi_i \), NaN for rows that have no part in it
 * @param counts how many rows a row stands for; null if each is one
 * @param clusters the cluster of each row, ascending; null when every row is its own
 */
record Influence(double[] pull, double @Nullable [] counts, int @Nullable [] clusters) {
  /**
   * The influence of rows that count by their weights. A row that stands for n rows of weight w
   * with an outcome variance v between them adds \( n w^2 (\psi^2 + c^2 v) \) to the variance.
   *
   * @param pull of each row of the group if it had a weight of 1, overwritten
   * @param slope c, how far that moves with the row's outcome; unused if no row has a weight
   */
  static Influence of(Study study, RowGroup group, double[] pull, double[] slope) {
    Study.Weighting weighting = study.weighting();
    if (weighting == null) {
      return new Influence(pull, null, group.clusters());
    }
    double[] counts = new double[pull.length];
    for (int j = 0; j < pull.length; j++) {
      int i = group.row(j);
      counts[j] = Math.max(1, weighting.counts()[i]);
      if (group.clusters() != null) {
        pull[j] *= weighting.products()[i];
      } else {
        double squares = pull[j] * pull[j] + slope[j] * slope[j] * weighting.variances()[i];
        pull[j] = weighting.weights()[i] * Math.sqrt(weighting.counts()[i] * squares);
      }
    }
    return new Influence(pull, counts, group.clusters());
  }

  /**
   * \( \sqrt{\frac{C}{C-1} \sum_c (\sum_{i \in c} \psi_i)^2} \) with C clusters; without any, \(
   * \sqrt{\sum_i \psi_i^2} \).
   */
  double error() {
    return Math.sqrt(ClusterSums.squares(pull, clusters));
  }

  /** \( (\sum \psi^2)^2 / \sum \psi^4 \), by cluster: how many rows carry the estimate. */
  double effective() {
    double squares = 0;
    double fourth = 0;
    double[] sums = ClusterSums.of(pull, clusters);
    for (int i = 0; i < sums.length; i++) {
      if (!Double.isNaN(sums[i])) {
        double square = sums[i] * sums[i];
        squares += square;
        fourth += square * square / (counts == null || clusters != null ? 1 : counts[i]);
      }
    }
    return fourth > 0 ? squares * squares / fourth : Double.NaN;
  }

  /** The sum of the ten largest sizes of \( \psi \), by cluster, in standard errors. */
  double topShift() {
    return Ranking.sumOfLargest(ClusterSums.of(pull, clusters), 10) / error();
  }

  /** Rows that have a part in the estimate. */
  long rows() {
    long rows = 0;
    for (double p : pull) {
      rows += Double.isNaN(p) ? 0 : 1;
    }
    return rows;
  }
}
