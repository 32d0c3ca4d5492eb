/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;

/**
 * Solves \( (G + \mathrm{diag}(\lambda))\, b = r \) for a Gram matrix G whose first column belongs
 * to the intercept.
 *
 * <p>Edge cases: a column that does not vary once the intercept is taken out gets coefficient 0;
 * collinear columns get the solution of least norm, every column counted in units of its own
 * standard deviation. The solution is finite for every finite G.
 *
 * <p>Method: the intercept is eliminated first, which centres the other columns; the rest is scaled
 * to unit diagonal and factored by Cholesky. Where a pivot falls below {@value #SINGULAR}, an
 * eigendecomposition takes the place of the factor. Cost: {@code width^3 / 3} operations once,
 * {@code width^2} for each solution.
 */
public final class NormalEquations {
  /** Share of a column's variation below which it counts as explained by the others. */
  public static final double SINGULAR = 1e-11;

  private static final double CONSTANT = 1e-12;

  private final int width;
  private final double corner;
  private final double[] edge;
  private final int[] active;
  private final double[] unit;
  private final SymmetricFactor factor;

  private NormalEquations(Gram gram, int width, double[] penalty) {
    this.width = width;
    this.corner = gram.get(0, 0) + penalty[0];
    this.edge = new double[width];
    int[] kept = new int[width];
    int count = 0;
    for (int j = 1; j < width && corner > 0; j++) {
      edge[j] = gram.get(j, 0);
      double diagonal = gram.get(j, j) + penalty[j];
      if (diagonal - edge[j] * edge[j] / corner > CONSTANT * diagonal) {
        kept[count++] = j;
      }
    }
    this.active = java.util.Arrays.copyOf(kept, count);
    this.unit = new double[count];
    DMatrixRMaj matrix = new DMatrixRMaj(count, count);
    for (int a = 0; a < count; a++) {
      int i = active[a];
      unit[a] = 1 / Math.sqrt(gram.get(i, i) + penalty[i] - edge[i] * edge[i] / corner);
      for (int b = 0; b < a; b++) {
        int j = active[b];
        double value = (gram.get(i, j) - edge[i] * edge[j] / corner) * unit[a] * unit[b];
        matrix.unsafe_set(a, b, value);
        matrix.unsafe_set(b, a, value);
      }
      matrix.unsafe_set(a, a, 1);
    }
    this.factor = SymmetricFactor.of(matrix);
  }

  /**
   * Factors the first {@code width} rows and columns of {@code gram}.
   *
   * @param penalty what to add to each diagonal entry, not negative
   */
  public static NormalEquations of(Gram gram, int width, double[] penalty) {
    return new NormalEquations(gram, width, penalty);
  }

  /** How many columns, with the intercept, are told apart. */
  public int rank() {
    return (corner > 0 ? 1 : 0) + factor.rank();
  }

  /** Whether every column has a coefficient of its own. */
  public boolean fullRank() {
    return rank() == width;
  }

  /** The solution for {@code right}, as a new array. */
  public double[] solve(double[] right) {
    double[] solution = new double[width];
    if (!(corner > 0)) {
      return solution;
    }
    double[] x = new double[active.length];
    for (int a = 0; a < x.length; a++) {
      x[a] = (right[active[a]] - edge[active[a]] * right[0] / corner) * unit[a];
    }
    factor.solve(x);
    double rest = right[0];
    for (int a = 0; a < x.length; a++) {
      double value = x[a] * unit[a];
      solution[active[a]] = value;
      rest -= edge[active[a]] * value;
    }
    solution[0] = rest / corner;
    return solution;
  }

  /** A factored matrix of unit diagonal. */
  private sealed interface SymmetricFactor {
    static SymmetricFactor of(DMatrixRMaj matrix) {
      int n = matrix.numRows;
      if (n > 0) {
        CholeskyDecomposition_F64<DMatrixRMaj> cholesky = DecompositionFactory_DDRM.chol(n, true);
        if (cholesky.decompose(matrix.copy())) {
          DMatrixRMaj lower = cholesky.getT(null);
          double smallest = Double.POSITIVE_INFINITY;
          for (int i = 0; i < n; i++) {
            smallest = Math.min(smallest, lower.unsafe_get(i, i));
          }
          if (smallest * smallest > SINGULAR) {
            return new Triangular(n, lower.data);
          }
        }
      }
      return Spectral.of(matrix);
    }

    int rank();

    /** Replaces {@code x} by the solution. */
    void solve(double[] x);
  }

  private record Triangular(int n, double[] lower) implements SymmetricFactor {
    @Override
    public int rank() {
      return n;
    }

    @Override
    public void solve(double[] x) {
      for (int i = 0; i < n; i++) {
        double rest = x[i];
        for (int j = 0; j < i; j++) {
          rest -= lower[i * n + j] * x[j];
        }
        x[i] = rest / lower[i * n + i];
      }
      for (int i = n - 1; i >= 0; i--) {
        double value = x[i] / lower[i * n + i];
        x[i] = value;
        for (int j = 0; j < i; j++) {
          x[j] -= lower[i * n + j] * value;
        }
      }
    }
  }

  /** Eigenvectors, one a row, each divided by the square root of its eigenvalue. */
  private record Spectral(int n, double[][] vectors) implements SymmetricFactor {
    static Spectral of(DMatrixRMaj matrix) {
      int n = matrix.numRows;
      if (n == 0) {
        return new Spectral(0, new double[0][]);
      }
      SymmetricEigen eigen = SymmetricEigen.of(matrix);
      double largest = 0;
      for (double value : eigen.values()) {
        largest = Math.max(largest, value);
      }
      java.util.List<double[]> kept = new java.util.ArrayList<>();
      for (int i = 0; i < n; i++) {
        double value = eigen.values()[i];
        if (value > SINGULAR * largest) {
          double[] scaled = eigen.vectors()[i].clone();
          for (int j = 0; j < n; j++) {
            scaled[j] /= Math.sqrt(value);
          }
          kept.add(scaled);
        }
      }
      return new Spectral(n, kept.toArray(new double[0][]));
    }

    @Override
    public int rank() {
      return vectors.length;
    }

    @Override
    public void solve(double[] x) {
      double[] sum = new double[n];
      for (double[] vector : vectors) {
        double along = 0;
        for (int j = 0; j < n; j++) {
          along += vector[j] * x[j];
        }
        for (int j = 0; j < n; j++) {
          sum[j] += along * vector[j];
        }
      }
      System.arraycopy(sum, 0, x, 0, n);
    }
  }
}
