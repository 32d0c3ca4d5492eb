/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AscendingTest {
  private static int[] sorted(double[] numbers) {
    return IntStream.range(0, numbers.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> numbers[i]))
        .mapToInt(i -> i)
        .toArray();
  }

  @Test
  void placesAreThoseOfAStableSort() {
    for (int n : new int[] {0, 1, 2, 100, 5_000}) {
      for (int kinds : new int[] {1, 3, 1 << 20}) {
        double[] numbers = new double[n];
        for (int i = 0; i < n; i++) {
          numbers[i] = Mix.normal(3, Mix.bucket(7, i, kinds)) * Math.pow(10, i % 40 - 20);
        }
        assertThat(Ascending.places(numbers)).isEqualTo(sorted(numbers));
      }
    }
  }

  @Test
  void zerosHaveSignsAndNaNComesLast() {
    double[] numbers = {
      Double.NaN,
      1,
      0.0,
      -0.0,
      Double.NEGATIVE_INFINITY,
      -1,
      Double.POSITIVE_INFINITY,
      -0.0,
      Double.MIN_VALUE,
      -Double.MAX_VALUE,
      Double.NaN
    };
    assertThat(Ascending.places(numbers)).isEqualTo(sorted(numbers));
  }
}
