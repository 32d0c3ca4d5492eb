/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import java.util.Arrays;

/**
 * The coefficients of an effect that is linear in a basis, the intercept first.
 *
 * @param values one for each term
 * @param covariance theirs, row by row
 */
record Coefficients(double[] values, double[] covariance) {

  /** The last coefficients of a regression, from {@code offset} on. */
  static Coefficients of(double[] beta, double[] covariance, int offset) {
    int all = beta.length;
    int p = all - offset;
    double[] block = new double[p * p];
    for (int i = 0; i < p; i++) {
      System.arraycopy(covariance, (offset + i) * all + offset, block, i * p, p);
    }
    return new Coefficients(Arrays.copyOfRange(beta, offset, all), block);
  }

  /**
   * Those of the terms as they are, where these are of the terms less {@code means}: the intercept
   * is less by \( \sum_j \bar\phi_j b_j \), all others are the same.
   */
  Coefficients uncentred(double[] means) {
    int p = values.length;
    double[] b = values.clone();
    double[] v = covariance.clone();
    for (int j = 1; j < p; j++) {
      b[0] -= means[j] * values[j];
    }
    for (int j = 0; j < p; j++) {
      for (int k = 1; k < p; k++) {
        v[j] -= means[k] * covariance[k * p + j];
      }
    }
    double corner = v[0];
    for (int k = 1; k < p; k++) {
      corner -= means[k] * v[k];
      v[k * p] = v[k];
    }
    v[0] = corner;
    return new Coefficients(b, v);
  }
}
