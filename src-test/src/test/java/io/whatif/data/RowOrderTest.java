/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.math.Mix;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowOrderTest {
  private static final long SEED = 11;

  /** Enough for several parts and ranges. */
  private static final int ROWS = 200_003;

  private static long secondary(int row) {
    return Mix.mix(SEED + 1, row) % 3;
  }

  private static RowOrder by(IntToLongFunction primary, int rows, int threads) {
    long[] keys = IntStream.range(0, rows).mapToLong(primary).toArray();
    return RowOrder.by(
        Datasets.run(threads),
        keys,
        () -> IntStream.range(0, rows).mapToLong(RowOrderTest::secondary).toArray());
  }

  /** By (primary, secondary, row), with a sort that knows nothing of parts. */
  private static int[] sorted(IntToLongFunction primary, int rows) {
    return IntStream.range(0, rows)
        .boxed()
        .sorted(
            Comparator.comparingLong(primary::applyAsLong)
                .thenComparingLong(RowOrderTest::secondary)
                .thenComparingInt(row -> row))
        .mapToInt(row -> row)
        .toArray();
  }

  private static void check(IntToLongFunction primary, int rows) {
    int[] expected = sorted(primary, rows);
    for (int threads : new int[] {1, 2, 4}) {
      RowOrder order = by(primary, rows, threads);
      assertThat(order.rows()).isEqualTo(expected);
      assertThat(order.keys()).isEqualTo(Arrays.stream(expected).mapToLong(primary).toArray());
      assertThat(moved(order, rows)).isEqualTo(Arrays.stream(expected).asDoubleStream().toArray());
    }
  }

  /** The rows' own numbers, put in order; twice, as room is used again. */
  private static double[] moved(RowOrder order, int rows) {
    HeapTiles tiles = new HeapTiles(1);
    tiles.reserve(rows);
    RowOrder.Moving moving = order.moving();
    for (int time = 0; time < 2; time++) {
      for (int from = 0; from < rows; from += 1000) {
        int count = Math.min(1000, rows - from);
        moving.add(IntStream.range(from, from + count).asDoubleStream().toArray(), count);
      }
      moving.write(tiles, 0);
    }
    double[] values = new double[rows];
    tiles.read(0, 0, values, rows);
    return values;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100, 32_768, 32_769, ROWS})
  void hashesAreSorted(int rows) {
    check(row -> Mix.mix(SEED, row), rows);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 1000, 150_000})
  void rowsOfOneKeyStandByTheirSecondaryKeyAndNumber(int keys) {
    check(row -> Mix.mix(SEED, Mix.bucket(SEED, row, keys)), ROWS);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1L << 20, 1L << 40, Long.MIN_VALUE})
  void keysThatDifferInTheirLastBitsOrInTheirFirstOnesAreTold(long step) {
    check(row -> (row % 1000) * step, 5_000);
    check(row -> Long.MAX_VALUE - (row % 1000) * step, 5_000);
  }

  /** As ids of two systems, of which one counts from afar, and one that stands alone. */
  @Test
  void keysThatSpreadUnevenlyAreSorted() {
    check(row -> Mix.bucket(SEED, row, 150_000) + (row % 3 == 0 ? 1L << 50 : 0), ROWS);
    check(row -> row == 17 ? Long.MAX_VALUE : Mix.bucket(SEED, row, 1_000_000), ROWS);
    check(row -> row == 17 ? Long.MIN_VALUE : (ROWS - row) << 13, ROWS);
    check(row -> Double.doubleToLongBits(1 + Mix.bucket(SEED, row, 1_000_000)), ROWS);
    check(row -> row % 100 == 0 ? Mix.mix(SEED, row) : 5, ROWS);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2048, 32_768, ROWS})
  void rowsThatArriveInOrderStay(int rows) {
    check(row -> 3L * row - rows, rows);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void anotherSecondaryKeySettlesRowsOfOneKeyAlone(int threads) {
    IntToLongFunction primary = row -> Mix.mix(SEED, row / 5);
    RowOrder order = by(primary, 1_000, threads);
    int[] backwards =
        RowOrder.settled(
            order.rows(),
            order.keys(),
            () -> IntStream.range(0, 1_000).mapToLong(row -> -row).toArray());
    assertThat(backwards)
        .isEqualTo(
            IntStream.range(0, 1_000)
                .boxed()
                .sorted(
                    Comparator.comparingLong((Integer row) -> primary.applyAsLong(row))
                        .thenComparing(Comparator.reverseOrder()))
                .mapToInt(row -> row)
                .toArray());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9})
  void aColumnIsNotWrittenBeforeItIsWhole(int added) {
    RowOrder.Moving moving = by(row -> row, 10, 1).moving();
    moving.add(new double[added], added);
    HeapTiles tiles = new HeapTiles(1);
    assertThatThrownBy(() -> moving.write(tiles, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(added + " of 10 rows were added");
  }
}
