/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.math.Mix;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Squares about the mean are those of two passes, also where the mean is far from 0. */
class SpreadTest {
  private static final int ROWS = 10_000;

  private static double number(int row) {
    return 1e6 + Mix.normal(1, row);
  }

  private static double weight(int row) {
    return Mix.bucket(2, row, 3);
  }

  private static Spread of(int from, int to) {
    Spread spread = new Spread();
    for (int i = from; i < to; i++) {
      spread.add(weight(i), number(i));
    }
    return spread;
  }

  /** Rounding of 1e6 is 1e-10, and 1e-13 of a sum of 10,000 squares of 1. */
  @Test
  void squaresAreThoseOfTwoPasses() {
    double weights = 0;
    double sum = 0;
    for (int i = 0; i < ROWS; i++) {
      weights += weight(i);
      sum += weight(i) * (number(i) - 1e6);
    }
    double mean = sum / weights;
    double squares = 0;
    for (int i = 0; i < ROWS; i++) {
      double own = number(i) - 1e6 - mean;
      squares += weight(i) * own * own;
    }
    assertThat(of(0, ROWS).about(1e6 + mean)).isCloseTo(squares, within(1e-11 * squares));
    assertThat(of(0, ROWS).about(1e6 + mean + 1))
        .isCloseTo(squares + weights, within(1e-9 * squares));
  }

  @Test
  void partsJoinToTheWhole() {
    Spread joined = new Spread();
    for (int from = 0; from < ROWS; from += 1_000) {
      joined.add(of(from, from + 1_000));
      joined.add(new Spread());
    }
    double whole = of(0, ROWS).about(1e6);
    assertThat(joined.about(1e6)).isCloseTo(whole, within(1e-11 * whole));
  }

  @Test
  void numbersThatAreAllAlikeHaveNone() {
    Spread alike = new Spread();
    Spread later = new Spread();
    for (int i = 0; i < ROWS; i++) {
      alike.add(1, 0.1);
      later.add(2, 0.1);
    }
    alike.add(later);
    assertThat(alike.about(0.1)).isZero();
  }

  /** Also behind numbers that were added before, and of none. */
  @Test
  void manyAtOnceHaveTheBitsOfOneAfterTheOther() {
    double[] numbers = new double[ROWS];
    Arrays.setAll(numbers, SpreadTest::number);
    Spread one = new Spread();
    Spread many = new Spread();
    many.addEach(numbers, 0);
    for (int part = 0; part < 2; part++) {
      for (double number : numbers) {
        one.add(1, number);
      }
      many.addEach(numbers, ROWS);
    }
    assertThat(many.about(1e6)).isEqualTo(one.about(1e6));
  }
}
