/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

final class ExponentialTest {
  private static final int BLOCK = 1_000;

  private static double[] ofNegative(double... x) {
    double[] into = new double[x.length];
    Exponential.ofNegative(x, x.length, into);
    return into;
  }

  /** The most ulps that the exponentials of two million numbers are from the JDK's. */
  private static double furthest(LongToDoubleFunction number) {
    double furthest = 0;
    double[] x = new double[BLOCK];
    for (long block = 0; block < 2_000; block++) {
      for (int i = 0; i < BLOCK; i++) {
        x[i] = number.applyAsDouble(block * BLOCK + i);
      }
      double[] own = ofNegative(x);
      for (int i = 0; i < BLOCK; i++) {
        double theirs = StrictMath.exp(-Math.abs(x[i]));
        furthest = Math.max(furthest, Math.abs(own[i] - theirs) / Math.ulp(theirs));
      }
    }
    return furthest;
  }

  /** Each is within 1.1 ulp of the exponential, so that none is further off than a neighbour. */
  @Test
  void isWithinAnUlpOfTheJdks() {
    assertThat(furthest(i -> 3 * Mix.normal(1, i))).isLessThanOrEqualTo(1);
    assertThat(furthest(i -> 45 * Mix.uniform(2, i))).isLessThanOrEqualTo(1);
    assertThat(furthest(i -> -760 * Mix.uniform(3, i))).isLessThanOrEqualTo(1);
    assertThat(furthest(i -> Math.scalb(Mix.uniform(4, i), (int) (i % 80) - 75)))
        .isLessThanOrEqualTo(1);
  }

  /** Where k changes, r is largest. */
  @Test
  void isWithinAnUlpBetweenTwoPowers() {
    double half = Math.log(2) / 32;
    assertThat(furthest(i -> (2 * (i % 1_016) + 1) * half + Math.scalb(i - 1e6, -60)))
        .isLessThanOrEqualTo(1);
  }

  @Test
  void edges() {
    double inf = Double.POSITIVE_INFINITY;
    assertThat(ofNegative(0.0, -0.0, Double.MIN_VALUE, -1e-300, inf, -inf))
        .containsExactly(1, 1, 1, 1, 0, 0);
    assertThat(ofNegative(Double.NaN, -Double.NaN)).containsOnly(Double.NaN);
    double[] large = {44, Math.nextUp(44), -44, 100, 708, 709, -740, 745.1, 746, 1e300};
    double[] exponentials = new double[large.length];
    for (int i = 0; i < large.length; i++) {
      exponentials[i] = Math.exp(-Math.abs(large[i]));
    }
    assertThat(ofNegative(large)).containsExactly(exponentials);
    assertThat(exponentials[7]).isPositive();
    assertThat(exponentials[8]).isZero();
  }

  @Test
  void writesTheFirstNumbersAndNoOther() {
    double[] into = {7, 7, 7};
    Exponential.ofNegative(new double[] {0, -44, 1}, 2, into);
    assertThat(into).containsExactly(1, Math.exp(-44), 7);
  }

  /**
   * Any number gives the same bits wherever it stands: a loop's vectors and its remainder agree.
   */
  @Test
  void doesNotDependOnThePlace() {
    double[] x = new double[67];
    for (int i = 0; i < x.length; i++) {
      x[i] = 5 * Mix.normal(5, i);
    }
    double[] all = ofNegative(x);
    for (int i = 0; i < x.length; i++) {
      assertThat(ofNegative(x[i])).containsExactly(all[i]);
    }
  }

  @Test
  void theLogisticFunctionIsWithinThreeUlp() {
    double[] x = new double[10_000];
    for (int i = 0; i < x.length; i++) {
      x[i] = i < 5_000 ? 3 * Mix.normal(6, i) : 1_500 * (Mix.uniform(7, i) - 0.5);
    }
    double[] own = x.clone();
    Exponential.logistic(own, own.length, new double[own.length]);
    for (int i = 0; i < x.length; i++) {
      double exponential = StrictMath.exp(-Math.abs(x[i]));
      double theirs = (x[i] < 0 ? exponential : 1) / (1 + exponential);
      assertThat(Math.abs(own[i] - theirs) / Math.ulp(theirs)).isLessThanOrEqualTo(3);
    }
  }

  @Test
  void edgesOfTheLogisticFunction() {
    double[] x = {0, -0.0, 800, -800, Double.NaN, 7};
    Exponential.logistic(x, 5, new double[5]);
    assertThat(x).containsExactly(0.5, 0.5, 1, 0, Double.NaN, 7);
  }
}
