/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import org.jspecify.annotations.Nullable;

/**
 * The rows a forest is grown on.
 *
 * @param codes of each feature, a byte a row; see {@link Bins}
 * @param largest the largest code of each feature
 * @param responses what is estimated from: the outcome, then of an effect the treatment, then of an
 *     instrumental one the instrument; scaled, see {@link Scale}
 * @param weights how much each row counts, 1 on average and never 0; null if each counts once
 * @param starts where each cluster's rows begin, and behind them the number of rows; null if rows
 *     are drawn one by one
 * @param folds of rows that are drawn one by one, null if there are none: each tree then draws from
 *     {@link #included} of them, and knows nothing of the rows of the others
 */
public record ForestData(
    byte[][] codes,
    int[] largest,
    float[][] responses,
    float @Nullable [] weights,
    int @Nullable [] starts,
    int @Nullable [] folds) {

  /** Rows without folds. */
  public ForestData(
      byte[][] codes,
      int[] largest,
      float[][] responses,
      float @Nullable [] weights,
      int @Nullable [] starts) {
    this(codes, largest, responses, weights, starts, null);
  }

  /** Of how many folds a tree draws from: more than half. */
  static int included(int folds) {
    return folds / 2 + 1;
  }

  /** How many rows there are. */
  public int rows() {
    return responses[0].length;
  }

  /** How many units are drawn from. */
  int units() {
    return starts == null ? rows() : starts.length - 1;
  }

  /**
   * About how many bytes the trees of a plan hold, packed and once more as they are stored: what
   * was seen, with a leaf for 3 of its rows.
   */
  public static long treeBytes(ForestPlan plan, long rows, int responses, boolean weighted) {
    double share = plan.sampleFraction() * (plan.honesty() ? plan.honestyFraction() : 1);
    double leaves = 1 + share * rows / (3.0 * plan.minNodeSize());
    int means = new Moments.Layout(responses, weighted).count();
    return (long) (plan.trees() * (200 + leaves * (4.0 * means + 11)));
  }

  /** Bytes that growing holds beside the trees, by threads at work. */
  public static long bytes(long rows, int features, int threads) {
    return rows * features + threads * rows * (features / 2 + 90L);
  }
}
