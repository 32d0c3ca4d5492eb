/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.jspecify.annotations.Nullable;

/**
 * The Moore-Penrose inverse \( A^+ \) of a symmetric positive semidefinite matrix, after scaling
 * its diagonal to ones; wanted where the inverse itself is the result, as in a sandwich covariance.
 *
 * <p>With \( A = S R S \), \( S \) diagonal and \( R \) of unit diagonal, the result is \( S^{-1}
 * R^+ S^{-1} \): for a matrix of full rank the inverse, else the minimum-norm solution in units of
 * each column's own scale. Eigenvalues of \( R \) below 1e-12 times the largest count as zero. Time
 * O(p^3): by Cholesky where no eigenvalue comes near that, a tenth of the time of finding them all.
 */
public final class PseudoInverse {
  private static final double TOLERANCE = 1e-12;

  /** The most that the ratio of the extreme eigenvalues may be where they are not looked at. */
  private static final double SAFE = 1e10;

  private final int width;
  private final int rank;
  private final double[] inverse;

  private PseudoInverse(int width, int rank, double[] inverse) {
    this.width = width;
    this.rank = rank;
    this.inverse = inverse;
  }

  /** Of the leading {@code width} rows and columns of {@code gram}. */
  public static PseudoInverse of(Gram gram, int width) {
    double[] scale = new double[width];
    for (int i = 0; i < width; i++) {
      double d = gram.get(i, i);
      scale[i] = d > 0 ? 1 / Math.sqrt(d) : 0;
    }
    DMatrixRMaj r = new DMatrixRMaj(width, width);
    for (int i = 0; i < width; i++) {
      for (int j = 0; j < width; j++) {
        r.set(i, j, gram.get(i, j) * scale[i] * scale[j]);
      }
    }
    double[] inverted = inverted(r, scale);
    return inverted == null ? byEigenvalues(r, scale) : new PseudoInverse(width, width, inverted);
  }

  /**
   * The inverse, if the matrix surely has one: the largest eigenvalue of R is its trace at most,
   * and one over the smallest is the inverse's.
   */
  private static double @Nullable [] inverted(DMatrixRMaj r, double[] scale) {
    int width = scale.length;
    DMatrixRMaj inverse = new DMatrixRMaj(width, width);
    if (width == 0
        || !CommonOps_DDRM.invertSPD(r, inverse)
        || !(CommonOps_DDRM.trace(r) * CommonOps_DDRM.trace(inverse) < SAFE)) {
      return null;
    }
    double[] result = new double[width * width];
    for (int i = 0; i < width; i++) {
      for (int j = 0; j < width; j++) {
        result[i * width + j] = inverse.get(Math.max(i, j), Math.min(i, j)) * (scale[i] * scale[j]);
      }
    }
    return result;
  }

  private static PseudoInverse byEigenvalues(DMatrixRMaj r, double[] scale) {
    int width = scale.length;
    SymmetricEigen eigen = SymmetricEigen.of(r);
    double largest = 0;
    for (double value : eigen.values()) {
      largest = Math.max(largest, value);
    }
    double[] inverse = new double[width * width];
    int rank = 0;
    for (int k = 0; k < width; k++) {
      double value = eigen.values()[k];
      double[] vector = eigen.vectors()[k];
      if (value <= TOLERANCE * largest) {
        continue;
      }
      rank++;
      for (int i = 0; i < width; i++) {
        double a = vector[i] * scale[i] / value;
        for (int j = 0; j < width; j++) {
          inverse[i * width + j] += a * vector[j] * scale[j];
        }
      }
    }
    return new PseudoInverse(width, rank, inverse);
  }

  public int rank() {
    return rank;
  }

  public int width() {
    return width;
  }

  /** \( A^+ b \), where b is column {@code column} of {@code gram}. */
  public double[] solve(Gram gram, int column) {
    double[] result = new double[width];
    for (int i = 0; i < width; i++) {
      double sum = 0;
      for (int j = 0; j < width; j++) {
        sum += inverse[i * width + j] * gram.get(j, column);
      }
      result[i] = sum;
    }
    return result;
  }

  /** \( A^+ M A^+ \) for a symmetric {@code meat}, row by row. */
  public double[] sandwich(Gram meat) {
    double[] half = new double[width * width];
    for (int i = 0; i < width; i++) {
      for (int j = 0; j < width; j++) {
        double sum = 0;
        for (int k = 0; k < width; k++) {
          sum += inverse[i * width + k] * meat.get(k, j);
        }
        half[i * width + j] = sum;
      }
    }
    double[] result = new double[width * width];
    for (int i = 0; i < width; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int k = 0; k < width; k++) {
          sum += half[i * width + k] * inverse[k * width + j];
        }
        result[i * width + j] = sum;
        result[j * width + i] = sum;
      }
    }
    return result;
  }

  /** The quadratic form \( z^\top A^+ z \) of the {@code width} numbers from {@code at} on. */
  public double form(double[] z, int at) {
    double total = 0;
    for (int i = 0; i < width; i++) {
      double sum = 0;
      for (int j = 0; j < width; j++) {
        sum += inverse[i * width + j] * z[at + j];
      }
      total += z[at + i] * sum;
    }
    return total;
  }

  /** A copy of \( A^+ \), row by row. */
  public double[] toArray() {
    return inverse.clone();
  }
}
