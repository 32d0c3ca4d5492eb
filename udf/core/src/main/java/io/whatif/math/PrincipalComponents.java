/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import java.util.Arrays;
import java.util.Comparator;
import org.ejml.data.DMatrixRMaj;

/**
 * Principal components of columns: the unit eigenvectors \( v_k \) of their correlation matrix \( R
 * \), by falling variance \( \lambda_k \), \( R v_k = \lambda_k v_k \). The score of a standardised
 * row z on component k is \( v_k^\top z \), with variance \( \lambda_k \); the variances sum to how
 * many columns vary.
 *
 * <p>Edge cases: a column that does not vary has loading 0 on every component; components whose
 * variance is below {@value #SINGULAR} times the largest are left out, so that there are as many as
 * the columns' rank; no column that varies has no component. Where variances are equal their
 * components are some basis of the space they span.
 *
 * <p>Sign: the loading of largest size is positive, the first of such within 1e-9 of it, so that a
 * tie is not decided by rounding.
 *
 * <p>Method: eigendecomposition of a symmetric matrix. Cost O(p^3).
 *
 * <p>Source: Hotelling 1933, doi:10.1037/h0071325.
 */
public final class PrincipalComponents {
  /** Share of the largest variance below which a component is rounding. */
  private static final double SINGULAR = 1e-10;

  private static final double TIE = 1e-9;

  private final double[] variances;
  private final double[][] loadings;

  private PrincipalComponents(double[] variances, double[][] loadings) {
    this.variances = variances;
    this.loadings = loadings;
  }

  /**
   * Of the columns whose cross-products about their means are the entries of {@code gram}.
   *
   * @param gram \( \sum_i (x_i - \bar x)(x_i - \bar x)^\top \), up to a factor; a diagonal of 0 is
   *     a column that does not vary
   */
  public static PrincipalComponents of(Gram gram) {
    int width = gram.width();
    int[] varying = new int[width];
    int count = 0;
    for (int j = 0; j < width; j++) {
      if (gram.get(j, j) > 0) {
        varying[count++] = j;
      }
    }
    if (count == 0) {
      return new PrincipalComponents(new double[0], new double[0][]);
    }
    DMatrixRMaj correlation = new DMatrixRMaj(count, count);
    for (int a = 0; a < count; a++) {
      for (int b = 0; b < count; b++) {
        int i = varying[a];
        int j = varying[b];
        correlation.set(a, b, gram.get(i, j) / Math.sqrt(gram.get(i, i) * gram.get(j, j)));
      }
    }
    return of(correlation, Arrays.copyOf(varying, count), width);
  }

  private static PrincipalComponents of(DMatrixRMaj correlation, int[] varying, int width) {
    int count = varying.length;
    SymmetricEigen eigen = SymmetricEigen.of(correlation);
    double[] values = eigen.values();
    Integer[] order = new Integer[count];
    Arrays.setAll(order, k -> k);
    Arrays.sort(order, Comparator.comparingDouble((Integer k) -> values[k]).reversed());
    int rank = 0;
    while (rank < count && values[order[rank]] > SINGULAR * values[order[0]]) {
      rank++;
    }
    double[] variances = new double[rank];
    double[][] loadings = new double[rank][width];
    for (int k = 0; k < rank; k++) {
      variances[k] = values[order[k]];
      double[] vector = eigen.vectors()[order[k]];
      for (int a = 0; a < count; a++) {
        loadings[k][varying[a]] = vector[a];
      }
      orient(loadings[k]);
    }
    return new PrincipalComponents(variances, loadings);
  }

  private static void orient(double[] loading) {
    double largest = 0;
    for (double value : loading) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (double value : loading) {
      if (Math.abs(value) >= largest * (1 - TIE)) {
        if (value < 0) {
          for (int j = 0; j < loading.length; j++) {
            loading[j] = -loading[j];
          }
        }
        return;
      }
    }
  }

  /** How many there are: the rank of the columns. */
  public int count() {
    return variances.length;
  }

  /** The variance of a component's scores. */
  public double variance(int component) {
    return variances[component];
  }

  /** The loading of each column on a component. */
  public double[] loadings(int component) {
    return loadings[component].clone();
  }

  /**
   * The fewest components that hold {@code share} of all variance, at least one; 0 if there are
   * none.
   *
   * @param share above 0, at most 1
   */
  public int countFor(double share) {
    double total = Arrays.stream(variances).sum();
    double sum = 0;
    for (int k = 0; k < variances.length; k++) {
      sum += variances[k];
      // the sum of all may fall short of the total by rounding
      if (sum >= share * total * (1 - TIE)) {
        return k + 1;
      }
    }
    return variances.length;
  }

  /** The share of all variance that the first {@code count} components hold; NaN without any. */
  public double share(int count) {
    return Arrays.stream(variances, 0, count).sum() / Arrays.stream(variances).sum();
  }
}
