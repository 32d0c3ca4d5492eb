/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.inference.ClusterSums;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How far each row pulls an estimate: \( \hat\theta - \theta \approx \sum_i \psi_i \).
 *
 * <p>A row that stands for n rows of weight w, between which the outcome's variance is v, adds \( n
 * w^2 (\psi^2 + c^2 v) \) to the variance, \( \psi \) its pull at the mean outcome and c how far
 * that moves with the outcome; its pull is the root of that. Of the n rows one by one nothing more
 * is known: their fourth powers are those of normal outcomes, and all are taken to be as large as
 * their root mean square where the largest are looked for.
 *
 * @param pull \( \psi_i \), NaN for rows that have no part in it
 * @param counted what is known of rows that stand for several; null if each is one
 * @param clusters the cluster of each row, ascending; null when every row is its own
 */
record Influence(double[] pull, @Nullable Counted counted, int @Nullable [] clusters) {
  /**
   * Rows that stand for several.
   *
   * @param counts how many, 0 for rows of weight 0
   * @param within \( n w^2 c^2 v \), the part of a row's squared pull that its outcomes' spread
   *     has; 0 where there are clusters
   */
  record Counted(double[] counts, double[] within) {}

  /**
   * The influence of rows that count by their weights.
   *
   * @param pull of each row of the group if it had a weight of 1, overwritten
   * @param slope c; unused if no row has a weight
   */
  static Influence of(Study study, RowGroup group, double[] pull, double[] slope) {
    return of(study.weighting(), group, pull, slope);
  }

  /** The same of rows that count so. */
  static Influence of(
      Study.@Nullable Weighting weighting, RowGroup group, double[] pull, double[] slope) {
    if (weighting == null) {
      return new Influence(pull, null, group.clusters());
    }
    Counted counted = new Counted(new double[pull.length], new double[pull.length]);
    for (int j = 0; j < pull.length; j++) {
      int i = group.row(j);
      counted.counts()[j] = weighting.weights()[i] > 0 ? weighting.counts()[i] : 0;
      if (group.clusters() != null) {
        pull[j] *= weighting.products()[i];
      } else {
        double n = weighting.counts()[i];
        double w = weighting.weights()[i];
        double spread = slope[j] * slope[j] * weighting.variances()[i];
        pull[j] = w * Math.sqrt(n * (pull[j] * pull[j] + spread));
        counted.within()[j] = n * w * w * spread;
      }
    }
    return new Influence(pull, counted, group.clusters());
  }

  /**
   * \( \sqrt{\frac{C}{C-1} \sum_c (\sum_{i \in c} \psi_i)^2} \) with C clusters; without any, \(
   * \sqrt{\sum_i \psi_i^2} \).
   */
  double error() {
    return Math.sqrt(ClusterSums.squares(pull, clusters));
  }

  /** How many rows, or clusters, carry the estimate, and how far the ten with the most move it. */
  Concentration concentration() {
    return new Concentration(effective(), topShift(), units(), clusters != null);
  }

  private long units() {
    return clusters == null
        ? rows()
        : Arrays.stream(ClusterSums.of(pull, clusters)).filter(sum -> !Double.isNaN(sum)).count();
  }

  /**
   * \( (\sum \psi^2)^2 / \sum \psi^4 \), by cluster: how many rows carry the estimate. With \( a \)
   * and \( \sigma^2 \) the squared pull and its part within, n rows have fourth powers of \( (a^2 +
   * 4 a \sigma^2 - 2 \sigma^4) / n \) if their outcomes are normal.
   */
  private double effective() {
    double squares = 0;
    double fourth = 0;
    double[] sums = ClusterSums.of(pull, clusters);
    for (int i = 0; i < sums.length; i++) {
      if (!Double.isNaN(sums[i])) {
        double square = sums[i] * sums[i];
        squares += square;
        fourth += counted == null || clusters != null ? square * square : fourth(i, square);
      }
    }
    return fourth > 0 ? squares * squares / fourth : Double.NaN;
  }

  private double fourth(int row, double square) {
    Counted rows = java.util.Objects.requireNonNull(counted);
    double n = rows.counts()[row];
    double within = rows.within()[row];
    return n > 0 ? (square * square + 4 * square * within - 2 * within * within) / n : 0;
  }

  /** The sum of the ten largest sizes of \( \psi \), by cluster, in standard errors. */
  private double topShift() {
    if (counted == null || clusters != null) {
      return Ranking.sumOfLargest(ClusterSums.of(pull, clusters), Concentration.TOP) / error();
    }
    double[] sizes = new double[pull.length];
    for (int i = 0; i < sizes.length; i++) {
      double n = counted.counts()[i];
      sizes[i] = n > 0 ? pull[i] / Math.sqrt(n) : 0;
    }
    return Ranking.sumOfLargest(sizes, counted.counts(), Concentration.TOP) / error();
  }

  /** How many rows have a part in the estimate. */
  long rows() {
    double rows = 0;
    for (int i = 0; i < pull.length; i++) {
      rows += Double.isNaN(pull[i]) ? 0 : counted == null ? 1 : counted.counts()[i];
    }
    return Math.round(rows);
  }
}
