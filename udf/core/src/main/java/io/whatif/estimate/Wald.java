/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.math.Gram;
import io.whatif.math.Normal;
import io.whatif.math.PseudoInverse;

/**
 * A Wald test, \( b^\top V^+ b \) against the chi-squared law.
 *
 * @param statistic chi-squared under the null; NaN if there is nothing to test
 * @param degrees of freedom, the rank of V
 * @param tests how many tests the statistic is the largest of; the p-value is multiplied by it
 */
record Wald(double statistic, int degrees, int tests) {
  private Wald(double statistic, int degrees) {
    this(statistic, degrees, 1);
  }

  /** The largest of {@code tests} squared z, of any joint law (Bonferroni). */
  static Wald largestOf(double square, int tests) {
    return new Wald(square, Double.isNaN(square) ? 0 : 1, tests);
  }

  /**
   * The test that every number is 0.
   *
   * @param numbers b
   * @param covariance V, row by row
   */
  static Wald allZero(double[] numbers, double[] covariance) {
    int p = numbers.length;
    if (p == 0) {
      return new Wald(Double.NaN, 0);
    }
    Gram v = new Gram(p);
    for (int i = 0; i < p; i++) {
      for (int j = 0; j <= i; j++) {
        v.set(i, j, covariance[i * p + j]);
      }
    }
    PseudoInverse inverse = PseudoInverse.of(v, p);
    return new Wald(inverse.form(numbers, 0), inverse.rank());
  }

  /**
   * The test that some of the numbers are 0.
   *
   * @param which their places
   */
  static Wald someZero(double[] numbers, double[] covariance, int[] which) {
    double[] some = new double[which.length];
    double[] block = new double[which.length * which.length];
    for (int i = 0; i < which.length; i++) {
      some[i] = numbers[which[i]];
      for (int j = 0; j < which.length; j++) {
        block[i * which.length + j] = covariance[which[i] * numbers.length + which[j]];
      }
    }
    return allZero(some, block);
  }

  /** The test that all but the first, the intercept, are 0. */
  static Wald allButFirstZero(double[] numbers, double[] covariance) {
    int p = numbers.length;
    double[] rest = new double[Math.max(0, p - 1)];
    double[] block = new double[rest.length * rest.length];
    for (int i = 1; i < p; i++) {
      rest[i - 1] = numbers[i];
      System.arraycopy(covariance, i * p + 1, block, (i - 1) * rest.length, rest.length);
    }
    return allZero(rest, block);
  }

  /** The test that all are equal: that each differs from the last by 0. */
  static Wald allEqual(double[] numbers, double[] covariance) {
    int p = numbers.length;
    int q = Math.max(0, p - 1);
    double[] gaps = new double[q];
    double[] v = new double[q * q];
    for (int i = 0; i < q; i++) {
      gaps[i] = numbers[i] - numbers[q];
      for (int j = 0; j < q; j++) {
        v[i * q + j] =
            covariance[i * p + j]
                - covariance[i * p + q]
                - covariance[q * p + j]
                + covariance[q * p + q];
      }
    }
    return allZero(gaps, v);
  }

  double pValue() {
    return Math.min(1, tests * Normal.chiSquaredTail(statistic, degrees));
  }
}
