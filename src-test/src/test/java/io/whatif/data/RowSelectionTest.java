/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.math.Mix;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowSelectionTest {
  private static RowSelection without(int rows, IntPredicate left) {
    long[] bits = new long[RowSelection.words(rows)];
    IntStream.range(0, rows).filter(left).forEach(row -> bits[row / Long.SIZE] |= 1L << row);
    return RowSelection.without(rows, bits);
  }

  private static void check(RowSelection selection, int rows, IntPredicate left) {
    int[] expected = IntStream.range(0, rows).filter(left.negate()).toArray();
    assertThat(selection.size()).isEqualTo(expected.length);
    assertThat(selection.isAll()).isEqualTo(expected.length == rows);
    for (int threads : new int[] {1, 2, 4}) {
      int[] own = IntStream.range(0, expected.length).map(i -> expected.length - 1 - i).toArray();
      selection.toRows(Datasets.run(threads), own);
      assertThat(own)
          .isEqualTo(
              IntStream.of(own.clone()).boxed().sorted((a, b) -> b - a).mapToInt(r -> r).toArray());
      assertThat(Arrays.stream(own).sorted().toArray()).isEqualTo(expected);
    }
    for (int from = 0; from < rows; from += Parallel.RANGE) {
      int first = from;
      int count = Math.min(Parallel.RANGE, rows - from);
      int[] among = new int[count];
      int used = selection.among(from, count, among);
      int before = selection.before(from);
      assertThat(Arrays.stream(among).limit(used).map(i -> first + i).toArray())
          .isEqualTo(Arrays.copyOfRange(expected, before, before + used));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 65_536, 200_003})
  void rowsThatAreLeftOutAreNot(int rows) {
    check(RowSelection.all(rows), rows, row -> false);
    check(without(rows, row -> false), rows, row -> false);
    check(without(rows, row -> true), rows, row -> true);
    check(without(rows, row -> row % 7 == 0), rows, row -> row % 7 == 0);
    check(without(rows, row -> row == rows - 1), rows, row -> row == rows - 1);
    IntPredicate some = row -> Mix.bucket(5, row, 3) == 0 && row > 70_000;
    check(without(rows, some), rows, some);
  }

  @Test
  void theHashTellsRowsApart() {
    RowSelection some = without(1000, row -> row == 7);
    assertThat(some.hash()).isEqualTo(without(1000, row -> row == 7).hash());
    assertThat(some.hash()).isNotEqualTo(without(1000, row -> row == 8).hash());
    assertThat(some.hash()).isNotEqualTo(RowSelection.all(1000).hash());
    assertThat(without(1000, row -> false).hash()).isEqualTo(RowSelection.all(1000).hash());
  }
}
