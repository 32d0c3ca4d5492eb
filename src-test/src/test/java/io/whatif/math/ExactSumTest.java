/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sums are those of exact decimal arithmetic, whatever the order. */
class ExactSumTest {
  /** Numbers of all sizes and signs, each bit pattern as likely. */
  private static double[] wild(int count) {
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      double x = Double.longBitsToDouble(Mix.mix(7, i));
      numbers[i] = Double.isFinite(x) && Math.abs(x) < 1e300 ? x : i;
    }
    return numbers;
  }

  private static ExactSum sum(double... numbers) {
    ExactSum sum = new ExactSum();
    for (double number : numbers) {
      sum.add(number);
    }
    return sum;
  }

  @Test
  void theSumIsThatOfDecimalArithmetic() {
    double[] numbers = wild(2000);
    BigDecimal exact = BigDecimal.ZERO;
    for (double number : numbers) {
      exact = exact.add(new BigDecimal(number));
    }
    assertThat(sum(numbers).value()).isEqualTo(exact.doubleValue());
  }

  @Test
  void nothingIsLostWhereNumbersCancel() {
    assertThat(sum(1e300, 1, -1e300).value()).isEqualTo(1);
    assertThat(sum(1, 1e-300, -1).value()).isEqualTo(1e-300);
    assertThat(sum(Double.MIN_VALUE, -2 * Double.MIN_VALUE).value()).isEqualTo(-Double.MIN_VALUE);
    assertThat(sum().value()).isZero();
    assertThat(sum(0.1, 0.2, -0.3).value()).isEqualTo(2.7755575615628914E-17);
  }

  @Test
  void orderAndPartsDoNotMatter() {
    double[] numbers = wild(5000);
    double whole = sum(numbers).value();
    Random random = new Random(1);
    for (int parts : new int[] {1, 2, 7, 64}) {
      ExactSum[] shards = new ExactSum[parts];
      java.util.Arrays.setAll(shards, p -> new ExactSum());
      for (double number : numbers) {
        shards[random.nextInt(parts)].add(number);
      }
      ExactSum merged = new ExactSum();
      for (ExactSum shard : shards) {
        merged.add(shard);
      }
      assertThat(merged.value()).isEqualTo(whole);
    }
  }

  @Test
  void whatIsNoNumberMakesTheSumUndefined() {
    assertThat(sum(1, Double.POSITIVE_INFINITY).value()).isNaN();
    assertThat(sum(1, Double.NaN).value()).isNaN();
    ExactSum merged = sum(1);
    merged.add(sum(Double.NaN));
    assertThat(merged.value()).isNaN();
  }

  @Test
  void theVarianceSurvivesALargeMean() {
    ExactSum sum = new ExactSum();
    ExactSum squares = new ExactSum();
    double[] numbers = {1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 6};
    for (double number : numbers) {
      sum.add(number);
      squares.addSquare(number);
    }
    // deviations from the mean: -2, -1, 0, 3
    assertThat(ExactSum.variance(sum, squares, 4)).isCloseTo(14.0 / 3, withinPercentage(1e-13));
    assertThat(sum.mean(4)).isEqualTo(1e9 + 3);
    assertThat(ExactSum.variance(sum, squares, 1)).isNaN();
  }

  @Test
  void theVarianceOfOneNumberManyTimesIsZero() {
    ExactSum sum = new ExactSum();
    ExactSum squares = new ExactSum();
    for (int i = 0; i < 1000; i++) {
      sum.add(0.1);
      squares.addSquare(0.1);
    }
    assertThat(ExactSum.variance(sum, squares, 1000)).isCloseTo(0, within(0.0));
  }
}
