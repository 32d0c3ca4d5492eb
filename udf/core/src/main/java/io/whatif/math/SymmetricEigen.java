/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * Eigenvalues and unit eigenvectors of a symmetric matrix, in no order.
 *
 * <p>Method: EJML's tridiagonal QR. That does not always converge where many eigenvalues are 0, as
 * with columns that do not vary; then cyclic Jacobi rotations, which always do (Golub and Van Loan,
 * Matrix Computations, 8.5). Cost O(p^3), some ten times that for rotations. Memory: two matrices.
 *
 * @param values the eigenvalues
 * @param vectors the eigenvector of each, one a row
 */
record SymmetricEigen(double[] values, double[][] vectors) {
  private static final int MAX_SWEEPS = 60;

  /** Of {@code matrix}, which may be overwritten. */
  static SymmetricEigen of(DMatrixRMaj matrix) {
    int n = matrix.numRows;
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(n, true, true);
    DMatrixRMaj copy = eigen.inputModified() ? matrix.copy() : matrix;
    if (!eigen.decompose(copy)) {
      return rotations(matrix);
    }
    double[] values = new double[n];
    double[][] vectors = new double[n][n];
    for (int k = 0; k < n; k++) {
      values[k] = eigen.getEigenvalue(k).getReal();
      DMatrixRMaj vector = eigen.getEigenVector(k);
      for (int j = 0; j < n && vector != null; j++) {
        vectors[k][j] = vector.get(j);
      }
    }
    return new SymmetricEigen(values, vectors);
  }

  /** By Jacobi's rotations. */
  static SymmetricEigen rotations(DMatrixRMaj matrix) {
    int n = matrix.numRows;
    double[][] a = new double[n][n];
    double[][] vectors = new double[n][n];
    double size = 0;
    for (int i = 0; i < n; i++) {
      vectors[i][i] = 1;
      for (int j = 0; j < n; j++) {
        a[i][j] = matrix.get(i, j);
        size += a[i][j] * a[i][j];
      }
    }
    if (Double.isNaN(size)) {
      throw new IllegalStateException("a matrix of numbers that are not finite has no eigenvalues");
    }
    for (int sweep = 0; sweep < MAX_SWEEPS && offDiagonal(a) > 1e-30 * size; sweep++) {
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          if (a[p][q] != 0) {
            rotate(a, vectors, p, q);
          }
        }
      }
    }
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = a[i][i];
    }
    return new SymmetricEigen(values, vectors);
  }

  private static double offDiagonal(double[][] a) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < i; j++) {
        sum += 2 * a[i][j] * a[i][j];
      }
    }
    return sum;
  }

  /** Makes the entry (p, q) zero; rows of {@code vectors} turn along. */
  private static void rotate(double[][] a, double[][] vectors, int p, int q) {
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = 1 / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    t = theta < 0 ? -t : t;
    double c = 1 / Math.sqrt(t * t + 1);
    double s = t * c;
    turn(a[p], a[q], c, s);
    for (double[] row : a) {
      double x = row[p];
      double y = row[q];
      row[p] = c * x - s * y;
      row[q] = s * x + c * y;
    }
    a[p][q] = 0;
    a[q][p] = 0;
    turn(vectors[p], vectors[q], c, s);
  }

  private static void turn(double[] x, double[] y, double c, double s) {
    for (int j = 0; j < x.length; j++) {
      double first = x[j];
      x[j] = c * first - s * y[j];
      y[j] = s * first + c * y[j];
    }
  }
}
