/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class QuantilesTest {
  @Test
  void quantilesOfValuesInAnyOrderAreThoseOfSortedOnes() {
    for (int n : new int[] {1, 2, 63, 64, 65, 1_000, 50_000}) {
      for (int kinds : new int[] {1, 5, 1 << 20}) {
        double[] values = new double[n];
        Arrays.setAll(values, i -> Mix.normal(1, Mix.bucket(2, i, kinds)));
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double[] withNull = Arrays.copyOf(values, n + 7);
        Arrays.fill(withNull, n, n + 7, Double.NaN);
        for (double p : new double[] {0, .0005, .001, .01, .3, .5, .99, .999, .9999, 1}) {
          assertThat(Quantiles.of(withNull, p)).isEqualTo(Quantiles.sorted(sorted, p));
          assertThat(Quantiles.both(withNull, p))
              .containsExactly(Quantiles.sorted(sorted, p), Quantiles.sorted(sorted, 1 - p));
        }
      }
    }
  }

  @Test
  void ofNoValuesThereIsNone() {
    assertThat(Quantiles.of(new double[0], .001)).isNaN();
    assertThat(Quantiles.of(new double[] {Double.NaN}, .999)).isNaN();
    assertThat(Quantiles.both(new double[] {Double.NaN}, .001)).containsOnly(Double.NaN);
  }
}
