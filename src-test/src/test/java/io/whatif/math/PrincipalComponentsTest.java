/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Tolerance 1e-12: an eigendecomposition of a few columns loses some ulps. */
class PrincipalComponentsTest {
  private static final long SEED = 20261126;

  /** Products about the means. */
  private static Gram centred(double[][] rows) {
    int width = rows[0].length;
    double[] mean = new double[width];
    for (double[] row : rows) {
      for (int j = 0; j < width; j++) {
        mean[j] += row[j];
      }
    }
    Gram gram = new Gram(width);
    for (double[] row : rows) {
      double[] about = new double[width];
      for (int j = 0; j < width; j++) {
        about[j] = row[j] - mean[j] / rows.length;
      }
      gram.add(about, 1);
    }
    return gram;
  }

  private static double[][] mixed(int n, int width) {
    double[][] rows = new double[n][width];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < width; j++) {
        rows[i][j] = Mix.normal(SEED, (long) i * width + j) + (j > 0 ? .8 * rows[i][j - 1] : 0);
      }
    }
    return rows;
  }

  @Test
  void twoColumnsHaveTheirSumAndTheirDifference() {
    Gram gram = new Gram(2);
    gram.set(0, 0, 4);
    gram.set(1, 1, 9);
    gram.set(0, 1, 3); // correlation 1/2
    PrincipalComponents components = PrincipalComponents.of(gram);
    assertThat(components.variance(0)).isCloseTo(1.5, within(1e-12));
    assertThat(components.variance(1)).isCloseTo(.5, within(1e-12));
    double half = Math.sqrt(.5);
    assertThat(components.loadings(0)).containsExactly(new double[] {half, half}, within(1e-12));
    assertThat(components.loadings(1)).containsExactly(new double[] {half, -half}, within(1e-12));
  }

  @Test
  void componentsAreUncorrelatedUnitVectorsWhoseVariancesSumToTheColumns() {
    Gram gram = centred(mixed(300, 6));
    PrincipalComponents components = PrincipalComponents.of(gram);
    assertThat(components.count()).isEqualTo(6);
    double total = 0;
    for (int k = 0; k < 6; k++) {
      total += components.variance(k);
      for (int l = 0; l <= k; l++) {
        assertThat(product(gram, components.loadings(k), components.loadings(l)))
            .isCloseTo(k == l ? components.variance(k) : 0, within(1e-12));
        assertThat(dot(components.loadings(k), components.loadings(l)))
            .isCloseTo(k == l ? 1 : 0, within(1e-12));
      }
      assertThat(k == 0 || components.variance(k) <= components.variance(k - 1)).isTrue();
    }
    assertThat(total).isCloseTo(6, within(1e-12));
  }

  private static double product(Gram gram, double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b.length; j++) {
        sum += a[i] * gram.get(i, j) / Math.sqrt(gram.get(i, i) * gram.get(j, j)) * b[j];
      }
    }
    return sum;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void theLargestLoadingIsPositiveWhicheverWayAColumnPoints() {
    double[][] rows = mixed(300, 4);
    PrincipalComponents before = PrincipalComponents.of(centred(rows));
    for (double[] row : rows) {
      for (int j = 0; j < row.length; j++) {
        row[j] = -row[j];
      }
    }
    PrincipalComponents after = PrincipalComponents.of(centred(rows));
    for (int k = 0; k < 4; k++) {
      assertThat(after.loadings(k)).containsExactly(before.loadings(k), within(1e-12));
      double largest = 0;
      for (double loading : before.loadings(k)) {
        largest = Math.abs(loading) > Math.abs(largest) ? loading : largest;
      }
      assertThat(largest).isPositive();
    }
  }

  @Test
  void unitsDoNotMatter() {
    double[][] rows = mixed(200, 3);
    PrincipalComponents before = PrincipalComponents.of(centred(rows));
    for (double[] row : rows) {
      row[1] = 1e6 * row[1] + 3;
    }
    PrincipalComponents after = PrincipalComponents.of(centred(rows));
    for (int k = 0; k < 3; k++) {
      // the shifted column keeps about ten digits
      assertThat(after.loadings(k)).containsExactly(before.loadings(k), within(1e-9));
    }
  }

  @Test
  void repeatedAndConstantColumnsAddNoComponent() {
    double[][] rows = mixed(100, 2);
    double[][] wide = new double[100][];
    for (int i = 0; i < wide.length; i++) {
      // the mean of eights is exact, so that nothing is left about it
      wide[i] = new double[] {rows[i][0], 8, rows[i][1], rows[i][0]};
    }
    PrincipalComponents components = PrincipalComponents.of(centred(wide));
    assertThat(components.count()).isEqualTo(2);
    for (int k = 0; k < 2; k++) {
      assertThat(components.loadings(k)[1]).isZero();
      assertThat(components.loadings(k)[3]).isCloseTo(components.loadings(k)[0], within(1e-12));
    }
  }

  @Test
  void noColumnThatVariesHasNoComponent() {
    PrincipalComponents components = PrincipalComponents.of(new Gram(3));
    assertThat(components.count()).isZero();
    assertThat(components.countFor(.8)).isZero();
    assertThat(components.share(0)).isNaN();
  }

  @Test
  void theFewestComponentsThatHoldAShareAreCounted() {
    Gram gram = new Gram(3);
    for (int j = 0; j < 3; j++) {
      gram.set(j, j, 1);
    }
    gram.set(0, 1, .5); // variances 1.5, 1, .5 of 3
    PrincipalComponents components = PrincipalComponents.of(gram);
    assertThat(components.countFor(.5)).isEqualTo(1);
    assertThat(components.countFor(.51)).isEqualTo(2);
    assertThat(components.countFor(.8)).isEqualTo(2);
    assertThat(components.countFor(.9)).isEqualTo(3);
    assertThat(components.countFor(1)).isEqualTo(3);
    assertThat(components.share(2)).isCloseTo(2.5 / 3, within(1e-12));
  }
}
