/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class OrderStatisticsTest {
  @Test
  void theValueIsThatOfASort() {
    for (int n : new int[] {1, 2, 3, 31, 32, 33, 100, 1_000, 5_000}) {
      for (int kinds : new int[] {1, 2, 7, 1 << 20}) {
        double[] values = new double[n];
        Arrays.setAll(values, i -> Mix.bucket(7, i, kinds) - kinds / 2.0);
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        for (int place : new int[] {0, n / 5, n / 2, n - 1}) {
          assertThat(OrderStatistics.select(values.clone(), place)).isEqualTo(sorted[place]);
        }
      }
    }
  }

  @Test
  void sortedValuesReversedValuesAndInfinitiesAreSelectedFrom() {
    double[] up = new double[1_000];
    Arrays.setAll(up, i -> i == 999 ? Double.POSITIVE_INFINITY : i);
    double[] down = new double[1_000];
    Arrays.setAll(down, i -> up[999 - i]);
    assertThat(OrderStatistics.select(up.clone(), 999)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(OrderStatistics.select(down, 500)).isEqualTo(500);
    assertThat(OrderStatistics.select(up, 17)).isEqualTo(17);
  }
}
