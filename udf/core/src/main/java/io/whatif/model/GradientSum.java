/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.model;

import io.whatif.math.ExactSum;

/**
 * The gradient of effects by a model's coefficients, summed over rows, \( g = \sum_i \nabla
 * \tau(x_i) \): with the coefficients' covariance V the variance of the sum of effects is \( g^\top
 * V g \), for the rows as they are.
 *
 * <p>Sums are exact, so that they do not depend on the order of rows. Not thread-safe; those of
 * several threads are merged.
 */
public sealed interface GradientSum
    permits GradientSum.OfBasis, GradientSum.Unknown, PartitionedCate.GroupSums {
  /**
   * Adds rows, all of which have an effect.
   *
   * @param features one array for each feature of the model, in order
   */
  void add(double[][] features, int rows);

  /** Adds what was added to a sum of the same model. */
  void merge(GradientSum other);

  /** The variance of the sum of effects, NaN if the model does not know it. */
  double variance();

  /** Of a model whose errors are not known. */
  static GradientSum unknown() {
    return new Unknown();
  }

  /** The values of a basis, which are the gradient of an effect linear in it. */
  @FunctionalInterface
  interface Basis {
    /**
     * Writes each term's value at each row.
     *
     * @param into one array for each term
     */
    void fill(double[][] features, int rows, double[][] into);
  }

  /** Nothing is known of the variance. */
  final class Unknown implements GradientSum {
    private Unknown() {}

    @Override
    public void add(double[][] features, int rows) {}

    @Override
    public void merge(GradientSum other) {}

    @Override
    public double variance() {
      return Double.NaN;
    }
  }

  /** Of an effect linear in a basis. */
  final class OfBasis implements GradientSum {
    private final double[] covariance;
    private final Basis basis;
    private final ExactSum[] sums;

    /**
     * A sum of nothing yet.
     *
     * @param width how many terms the basis has
     * @param covariance of the coefficients, row by row
     */
    public OfBasis(int width, double[] covariance, Basis basis) {
      this.covariance = covariance;
      this.basis = basis;
      this.sums = new ExactSum[width];
      java.util.Arrays.setAll(sums, t -> new ExactSum());
    }

    @Override
    public void add(double[][] features, int rows) {
      double[][] values = new double[sums.length][rows];
      basis.fill(features, rows, values);
      for (int t = 0; t < sums.length; t++) {
        for (int i = 0; i < rows; i++) {
          sums[t].add(values[t][i]);
        }
      }
    }

    @Override
    public void merge(GradientSum other) {
      for (int t = 0; t < sums.length; t++) {
        sums[t].add(((OfBasis) other).sums[t]);
      }
    }

    @Override
    public double variance() {
      int p = sums.length;
      double[] g = new double[p];
      java.util.Arrays.setAll(g, t -> sums[t].value());
      double form = 0;
      for (int s = 0; s < p; s++) {
        double half = 0;
        for (int t = 0; t < p; t++) {
          half += covariance[s * p + t] * g[t];
        }
        form += g[s] * half;
      }
      return Double.isNaN(form) ? form : Math.max(0, form);
    }
  }
}
