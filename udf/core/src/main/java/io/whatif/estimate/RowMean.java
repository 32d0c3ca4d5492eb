/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.inference.Spread;
import org.jspecify.annotations.Nullable;

/**
 * The weighted mean of a number of each row, and the squares of which its error is made where rows
 * are their own clusters, \( \sum_i n_i w_i^2 ((x_i - \bar x)^2 + c_i^2 v_i) \), see {@link
 * Influence}. One pass.
 */
final class RowMean {
  private double count;
  private double weights;
  private double sum;
  private double within;
  private final Spread spread = new Spread();

  /**
   * Adds a row.
   *
   * @param part of it that counts
   * @param slope c, how far the number moves with the row's outcome
   */
  void add(Study.@Nullable Weighting weighting, int row, double part, double x, double slope) {
    if (weighting == null) {
      count += part;
      weights += part;
      sum += part * x;
      spread.add(part, x);
      return;
    }
    double rows = part * weighting.counts()[row];
    double weight = weighting.weights()[row];
    double squared = rows * weight * weight;
    count += rows;
    weights += rows * weight;
    sum += rows * weight * x;
    spread.add(squared, x);
    within += squared * slope * slope * weighting.variances()[row];
  }

  /** Adds rows that count once each, as one after the other. */
  void addEach(double[] values, int rows) {
    double total = sum;
    for (int j = 0; j < rows; j++) {
      total += values[j];
    }
    sum = total;
    count += rows;
    weights += rows;
    spread.addEach(values, rows);
  }

  /** Adds later rows. */
  void add(RowMean later) {
    count += later.count;
    weights += later.weights;
    sum += later.sum;
    within += later.within;
    spread.add(later.spread);
  }

  /** How many rows they stand for. */
  double count() {
    return count;
  }

  double weights() {
    return weights;
  }

  double sum() {
    return sum;
  }

  double mean() {
    return sum / weights;
  }

  double squares() {
    return squaresAbout(mean());
  }

  /** The same about another number than the mean. */
  double squaresAbout(double center) {
    return spread.about(center) + within;
  }
}
