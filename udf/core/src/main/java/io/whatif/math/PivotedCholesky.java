/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

/**
 * A factor \( A = F^\top F \) of a symmetric positive semidefinite matrix of any rank, by Cholesky
 * with the largest remaining diagonal entry as the next pivot.
 *
 * <p>Edge cases: a matrix of zeros has rank 0. The factorisation ends where the largest diagonal
 * entry left falls to {@value #NOTHING} times the largest of A: what is left then is rounding.
 *
 * <p>Cost: {@code rank * width^2} operations, {@code rank * width} doubles.
 *
 * <p>Source: Higham 2002, Accuracy and Stability of Numerical Algorithms, 10.3.
 */
public final class PivotedCholesky {
  private static final double NOTHING = 1e-12;

  private final int width;
  private final int rank;
  private final double[] rows;

  private PivotedCholesky(int width, int rank, double[] rows) {
    this.width = width;
    this.rank = rank;
    this.rows = rows;
  }

  /** Factors {@code gram}. */
  public static PivotedCholesky of(Gram gram) {
    int width = gram.width();
    if (width == 0) {
      return new PivotedCholesky(0, 0, new double[0]);
    }
    double[] left = new double[width];
    java.util.Arrays.setAll(left, j -> gram.get(j, j));
    double least = NOTHING * left[largest(left)];
    double[] rows = new double[width * width];
    int rank = 0;
    while (rank < width) {
      int pivot = largest(left);
      if (!(left[pivot] > least)) {
        break;
      }
      double root = Math.sqrt(left[pivot]);
      int row = rank * width;
      for (int j = 0; j < width; j++) {
        rows[row + j] = gram.get(pivot, j);
      }
      for (int k = 0; k < rank; k++) {
        double factor = rows[k * width + pivot];
        for (int j = 0; j < width; j++) {
          rows[row + j] -= factor * rows[k * width + j];
        }
      }
      for (int j = 0; j < width; j++) {
        rows[row + j] = left[j] == Double.NEGATIVE_INFINITY ? 0 : rows[row + j] / root;
        left[j] -= rows[row + j] * rows[row + j];
      }
      rows[row + pivot] = root;
      left[pivot] = Double.NEGATIVE_INFINITY;
      rank++;
    }
    return new PivotedCholesky(width, rank, java.util.Arrays.copyOf(rows, rank * width));
  }

  private static int largest(double[] values) {
    int best = 0;
    for (int j = 1; j < values.length; j++) {
      best = values[j] > values[best] ? j : best;
    }
    return best;
  }

  public int width() {
    return width;
  }

  public int rank() {
    return rank;
  }

  /** A copy of F: {@link #rank} rows of {@link #width} numbers. */
  public double[] toArray() {
    return rows.clone();
  }
}
