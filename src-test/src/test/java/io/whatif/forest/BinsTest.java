/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BinsTest {
  private static int[] codes(Bins bins, double... values) {
    byte[] codes = new byte[values.length];
    bins.code(values, values.length, codes, 0);
    return IntStream.range(0, codes.length).map(i -> codes[i] & 255).toArray();
  }

  @Test
  void fewValuesHaveACodeEachAndNullHasZero() {
    Bins bins = Bins.of(new double[] {1, 1, 2, 5});
    assertThat(bins.largest()).isEqualTo(3);
    assertThat(codes(bins, 1, 2, 5, Double.NaN)).containsExactly(1, 2, 3, 0);
    assertThat(codes(bins, -9, 1.4, 3.6, 9)).containsExactly(1, 1, 3, 3);
    double infinite = Double.POSITIVE_INFINITY;
    assertThat(codes(bins, -infinite, infinite)).containsExactly(1, 3);
  }

  @Test
  void aColumnWithoutValuesHasOneCode() {
    Bins bins = Bins.of(new double[0]);
    assertThat(bins.largest()).isEqualTo(1);
    assertThat(codes(bins, 3, Double.NaN)).containsExactly(1, 0);
  }

  @Test
  void manyValuesAreCutAtQuantiles() {
    double[] sorted = IntStream.range(0, 25_500).mapToDouble(i -> i).toArray();
    Bins bins = Bins.of(sorted);
    assertThat(bins.largest()).isEqualTo(255);
    int[] count = new int[256];
    for (int code : codes(bins, sorted)) {
      count[code]++;
    }
    assertThat(Arrays.stream(count, 1, 256)).allMatch(c -> c >= 99 && c <= 101);
  }

  @Test
  void aValueThatManyRowsHaveTakesOneCode() {
    double[] sorted = new double[10_000];
    for (int i = 5_000; i < sorted.length; i++) {
      sorted[i] = i;
    }
    Bins bins = Bins.of(sorted);
    assertThat(bins.cuts()).doesNotHaveDuplicates().isSorted();
    assertThat(codes(bins, 0, 5_000)).containsExactly(1, 2);
  }

  @Test
  void neighbouringNumbersAreToldApart() {
    double next = Math.nextUp(1.0);
    assertThat(codes(Bins.of(new double[] {1, next}), 1, next)).containsExactly(1, 2);
    double most = Double.MAX_VALUE;
    assertThat(codes(Bins.of(new double[] {-most, most}), -most, most)).containsExactly(1, 2);
  }
}
