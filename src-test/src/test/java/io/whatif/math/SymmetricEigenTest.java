/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Tolerance 1e-10: some ulps for each of a few thousand rotations. */
class SymmetricEigenTest {
  private static final long SEED = 20261126;

  /** Correlations of {@code rows} random rows; columns from {@code varying} on are 0. */
  private static DMatrixRMaj correlations(int seed, int rows, int columns, int varying) {
    double[][] x = new double[columns][rows];
    for (int j = 0; j < varying; j++) {
      for (int i = 0; i < rows; i++) {
        x[j][i] = Mix.normal(SEED + seed, (long) i * columns + j);
      }
    }
    DMatrixRMaj matrix = new DMatrixRMaj(columns, columns);
    for (int i = 0; i < columns; i++) {
      for (int j = 0; j < columns; j++) {
        double length = Math.sqrt(dot(x[i], x[i]) * dot(x[j], x[j]));
        // spread the zero columns among the others
        matrix.set(i * 7 % columns, j * 7 % columns, length > 0 ? dot(x[i], x[j]) / length : 0);
      }
    }
    return matrix;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void expectDecomposed(SymmetricEigen eigen, DMatrixRMaj matrix) {
    int n = matrix.numRows;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double product = 0;
        double entry = 0;
        for (int k = 0; k < n; k++) {
          product += eigen.vectors()[i][k] * eigen.vectors()[j][k];
          entry += eigen.values()[k] * eigen.vectors()[k][i] * eigen.vectors()[k][j];
        }
        assertThat(product).isCloseTo(i == j ? 1 : 0, within(1e-10));
        assertThat(entry).isCloseTo(matrix.get(i, j), within(1e-10));
      }
    }
  }

  @Test
  void rotationsDecompose() {
    DMatrixRMaj matrix = correlations(1, 12, 20, 20);
    expectDecomposed(SymmetricEigen.rotations(matrix), matrix);
  }

  @Test
  void bothWaysFindTheSameEigenvalues() {
    DMatrixRMaj matrix = correlations(2, 60, 15, 15);
    double[] one = SymmetricEigen.of(matrix.copy()).values();
    double[] other = SymmetricEigen.rotations(matrix).values();
    Arrays.sort(one);
    Arrays.sort(other);
    assertThat(other).containsExactly(one, within(1e-10));
  }

  @Test
  void matricesOfManyZerosAreDecomposed() {
    // EJML's own iteration fails on one in twenty of these
    for (int seed = 0; seed < 60; seed++) {
      DMatrixRMaj matrix = correlations(seed, 40, 150, 16);
      SymmetricEigen eigen = SymmetricEigen.of(matrix.copy());
      double trace = Arrays.stream(eigen.values()).sum();
      assertThat(trace).isCloseTo(16, within(1e-10));
      if (seed < 3) {
        expectDecomposed(eigen, matrix);
      }
    }
  }

  @Test
  void numbersThatAreNotFiniteAreRefused() {
    DMatrixRMaj matrix = new DMatrixRMaj(2, 2);
    matrix.set(0, 1, Double.NaN);
    assertThatThrownBy(() -> SymmetricEigen.rotations(matrix))
        .isInstanceOf(IllegalStateException.class);
  }
}
