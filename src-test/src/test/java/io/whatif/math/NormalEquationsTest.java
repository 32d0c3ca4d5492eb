/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NormalEquationsTest {
  private static Gram gram(double[][] rows) {
    Gram gram = new Gram(rows[0].length);
    for (double[] row : rows) {
      gram.add(row, 1);
    }
    return gram;
  }

  /** Products of the first columns with the last, which is the outcome. */
  private static double[] solve(double[][] rows, double... penalty) {
    Gram gram = gram(rows);
    int width = rows[0].length - 1;
    double[] right = new double[width];
    java.util.Arrays.setAll(right, j -> gram.get(j, width));
    return NormalEquations.of(gram, width, penalty).solve(right);
  }

  @Test
  void exactLineIsRecovered() {
    double[] b = solve(new double[][] {{1, 1, 5}, {1, 2, 8}, {1, 4, 14}}, 0, 0);
    assertThat(b[0]).isCloseTo(2, within(1e-12));
    assertThat(b[1]).isCloseTo(3, within(1e-12));
  }

  @Test
  void penaltyShrinksTheSlopeButNotTheMean() {
    // centred: sum x^2 = 2, sum xy = 4; with penalty 2 the slope is 4 / (2 + 2) = 1
    double[] b = solve(new double[][] {{1, -1, 8}, {1, 0, 10}, {1, 1, 12}}, 0, 2);
    assertThat(b[0]).isCloseTo(10, within(1e-12));
    assertThat(b[1]).isCloseTo(1, within(1e-12));
  }

  @Test
  void constantColumnGetsNoCoefficient() {
    double[] b = solve(new double[][] {{1, 0.1, 1, 5}, {1, 0.1, 2, 8}, {1, 0.1, 4, 14}}, 0, 0, 0);
    assertThat(b[1]).isZero();
    assertThat(b[2]).isCloseTo(3, within(1e-12));
  }

  @Test
  void twinColumnsShareTheCoefficient() {
    double[][] rows = {{1, 1, 1, 5}, {1, 2, 2, 8}, {1, 4, 4, 14}};
    double[] b = solve(rows, 0, 0, 0);
    assertThat(b[1]).isCloseTo(1.5, within(1e-9));
    assertThat(b[2]).isCloseTo(1.5, within(1e-9));
    assertThat(NormalEquations.of(gram(rows), 3, new double[3]).fullRank()).isFalse();
  }

  @Test
  void noRowsGiveZeros() {
    assertThat(NormalEquations.of(new Gram(3), 3, new double[3]).solve(new double[3]))
        .containsExactly(0, 0, 0);
  }
}
