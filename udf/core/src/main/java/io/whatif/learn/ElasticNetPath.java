/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.math.CoordinateDescent;
import io.whatif.math.Gram;
import java.util.Arrays;

/**
 * The penalties of {@code lasso} and {@code elastic_net}, smallest first, and fits along them.
 *
 * @param lambda each penalty
 * @param ratio the share of the absolute penalty, above 0 and at most 1
 */
record ElasticNetPath(double[] lambda, double ratio) {
  private static final int PER_POWER_OF_TEN = 12;
  private static final int POWERS_OF_TEN = 4;

  /**
   * Penalties to choose from: twelve to a power of ten, from 1e-4 of the largest up.
   *
   * @param largest a penalty that drops every column
   */
  static ElasticNetPath of(double largest, double ratio) {
    double[] lambda = new double[POWERS_OF_TEN * PER_POWER_OF_TEN + 1];
    Arrays.setAll(
        lambda, i -> largest / ratio * Math.pow(10, (double) i / PER_POWER_OF_TEN - POWERS_OF_TEN));
    return new ElasticNetPath(lambda, ratio);
  }

  /** One penalty that is given. */
  static ElasticNetPath fixed(double lambda, double ratio) {
    return new ElasticNetPath(new double[] {lambda}, ratio);
  }

  /** The learner's name without its options. */
  String family() {
    return ratio == 1 ? "lasso" : "elastic_net";
  }

  int count() {
    return lambda.length;
  }

  /**
   * The penalty on coefficients of standardized columns.
   *
   * @param rows the weight of the rows fitted
   * @param deviation of the target, in its own unit; 1 for a probability
   */
  CoordinateDescent.Penalty penalty(int index, int width, double rows, double deviation) {
    double whole = lambda[index] * rows;
    return CoordinateDescent.Penalty.even(width, whole * ratio * deviation, whole * (1 - ratio));
  }

  /**
   * Least-squares fits at each penalty from the largest down to the one numbered {@code last}, each
   * sought from the one before; entries below {@code last} are empty.
   *
   * @param gram of the rows fitted: standardized columns, then targets
   * @param descent of its columns
   * @param column of the target
   */
  CoordinateDescent.Solution[] follow(
      Gram gram, CoordinateDescent descent, int width, int column, int last) {
    double rows = gram.get(0, 0);
    double mean = gram.get(0, column) / rows;
    double deviation = Math.sqrt(Math.max(0, gram.get(column, column) / rows - mean * mean));
    double[] right = FoldGrams.column(gram, width, column);
    CoordinateDescent.Solution[] fits = new CoordinateDescent.Solution[count()];
    double[] start = new double[width];
    for (int i = count() - 1; i >= last; i--) {
      fits[i] = descent.solve(right, penalty(i, width, rows, deviation), start);
      start = fits[i].coefficients();
    }
    return fits;
  }

  /**
   * How a report tells what was chosen.
   *
   * @param chosen the number of the penalty, for each fold
   * @param coefficients for each fold, on any scale
   */
  String describe(int[] chosen, double[][] coefficients) {
    StringBuilder text = new StringBuilder(family() + ": ");
    int columns = coefficients[0].length - 1;
    int[] kept =
        Arrays.stream(coefficients)
            .mapToInt(b -> (int) Arrays.stream(b).skip(1).filter(c -> c != 0).count())
            .sorted()
            .toArray();
    int least = kept[0];
    int most = kept[kept.length - 1];
    text.append(least == most ? least : least + " to " + most).append(" of ").append(columns);
    text.append(" columns, penalty ");
    int[] distinct = Arrays.stream(chosen).sorted().distinct().toArray();
    for (int i = 0; i < distinct.length; i++) {
      text.append(i == 0 ? "" : " or ").append(String.format("%.3g", lambda[distinct[i]]));
    }
    return text.toString();
  }
}
