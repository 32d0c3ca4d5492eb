/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PseudoInverseTest {
  /** The Gram matrix of 3 q rows of normals, column j in units of 10^(j - 2). */
  private static Gram gram(int q) {
    double[] rows = new double[3 * q * q];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Mix.normal(1, i) * Math.pow(10, i % q % 5 - 2);
    }
    Gram gram = new Gram(q);
    gram.add(rows, 3 * q);
    return gram;
  }

  /** A B A, in which both are q x q. */
  private static double[] around(double[] a, double[] b, int q) {
    return times(times(a, b, q), a, q);
  }

  private static double[] times(double[] a, double[] b, int q) {
    double[] product = new double[q * q];
    for (int i = 0; i < q; i++) {
      for (int j = 0; j < q; j++) {
        for (int k = 0; k < q; k++) {
          product[i * q + j] += a[i * q + k] * b[k * q + j];
        }
      }
    }
    return product;
  }

  private static double[] array(Gram gram) {
    int q = gram.width();
    double[] all = new double[q * q];
    for (int i = 0; i < q; i++) {
      for (int j = 0; j < q; j++) {
        all[i * q + j] = gram.get(i, j);
      }
    }
    return all;
  }

  /** A A+ A = A, entries in units of their row's and column's scale. */
  private static void assertInverts(Gram gram, PseudoInverse inverse, double tolerance) {
    int q = gram.width();
    double[] back = around(array(gram), inverse.toArray(), q);
    for (int i = 0; i < q; i++) {
      for (int j = 0; j < q; j++) {
        double scale = Math.sqrt(gram.get(i, i) * gram.get(j, j));
        assertThat(back[i * q + j]).isCloseTo(gram.get(i, j), within(tolerance * scale));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 7, 8, 21, 40})
  void aMatrixOfFullRankIsInverted(int q) {
    Gram gram = gram(q);
    PseudoInverse inverse = PseudoInverse.of(gram, q);
    assertThat(inverse.rank()).isEqualTo(q);
    assertInverts(gram, inverse, 1e-12);
    double[] all = inverse.toArray();
    for (int i = 0; i < q; i++) {
      for (int j = 0; j < i; j++) {
        assertThat(all[i * q + j]).isEqualTo(all[j * q + i]);
      }
    }
  }

  /** Two columns the same, and one of zeros: both have half of what one would have. */
  @Test
  void aMatrixWithoutFullRankHasTheSmallestSolution() {
    Gram gram = new Gram(3);
    gram.add(new double[] {1, 1, 0, 2, 2, 0, 3, 3, 0}, 3);
    PseudoInverse inverse = PseudoInverse.of(gram, 3);
    assertThat(inverse.rank()).isEqualTo(1);
    assertThat(inverse.toArray())
        .usingComparatorWithPrecision(1e-15)
        .containsExactly(1 / 56d, 1 / 56d, 0, 1 / 56d, 1 / 56d, 0, 0, 0, 0);
  }

  /** Columns that differ by 1e-5 of themselves, whose least eigenvalue is 1e-11 of the largest. */
  @Test
  void whatIsNearlySingularIsLeftToItsEigenvalues() {
    int rows = 100;
    double[] x = new double[2 * rows];
    for (int i = 0; i < rows; i++) {
      x[2 * i] = Mix.normal(1, i);
      x[2 * i + 1] = x[2 * i] + 1e-5 * Mix.normal(2, i);
    }
    Gram gram = new Gram(2);
    gram.add(x, rows);
    PseudoInverse inverse = PseudoInverse.of(gram, 2);
    assertThat(inverse.rank()).isEqualTo(2);
    assertInverts(gram, inverse, 1e-5);
  }

  @Test
  void aMatrixOfNothingHasNoInverse() {
    assertThat(PseudoInverse.of(new Gram(2), 2).rank()).isZero();
  }
}
