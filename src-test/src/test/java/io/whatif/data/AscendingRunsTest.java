/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.math.Mix;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AscendingRunsTest {
  private static final int ROWS = 100_003;

  /** Ascending keys that arrived in chunks of so many rows, the chunks in another order. */
  private static long[] chunks(int rows, int size, long step) {
    int[] order = IntStream.range(0, (rows + size - 1) / size).toArray();
    for (int i = order.length - 1; i > 0; i--) {
      int j = Math.max(0, i - Mix.bucket(7, i, 4));
      int other = order[i];
      order[i] = order[j];
      order[j] = other;
    }
    return Arrays.stream(order)
        .flatMap(c -> IntStream.range(c * size, Math.min(rows, (c + 1) * size)))
        .mapToLong(i -> i * step - rows)
        .toArray();
  }

  private static @Nullable AscendingRuns runs(long[] keys) {
    return runs(keys, 2);
  }

  private static @Nullable AscendingRuns runs(long[] keys, int threads) {
    return AscendingRuns.of(
        Datasets.run(threads),
        keys.length,
        (from, count, into, first) -> System.arraycopy(keys, from, into, first, count));
  }

  private static void check(long[] keys) {
    AscendingRuns runs = runs(keys);
    assertThat(runs).isNotNull();
    double[] values = LongStream.of(keys).asDoubleStream().toArray();
    Tiles ordered = runs.ordered(ArrayTiles.of(values));
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    for (int size : new int[] {keys.length, 2048, 1000, 1}) {
      double[] read = new double[Math.min(size, keys.length)];
      for (int from = 0; from < keys.length; from += 7 * size) {
        int count = Math.min(read.length, keys.length - from);
        ordered.read(0, from, read, count);
        assertThat(Arrays.copyOf(read, count))
            .isEqualTo(Arrays.copyOfRange(sorted, from, from + count));
      }
    }
    RowOrder order = RowOrder.by(Datasets.run(2), keys, () -> new long[keys.length]);
    assertThat(runs.toArray()).isEqualTo(order.rows());
    assertThat(runs.of(values)).isEqualTo(sorted);
    for (int threads : new int[] {1, 4}) {
      AscendingRuns same = runs(keys, threads);
      assertThat(same).isNotNull();
      assertThat(same.toArray()).isEqualTo(order.rows());
      assertThat(same.hash(Datasets.run(1))).isEqualTo(runs.hash(Datasets.run(1)));
    }
    assertThat(order.keys()).isEqualTo(Arrays.stream(keys).sorted().toArray());
    assertThat(Arrays.stream(order.rows()).mapToLong(row -> keys[row]).toArray())
        .isEqualTo(order.keys());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 3, 1_000_003, 1L << 45})
  void chunksAreMerged(long step) {
    check(chunks(ROWS, 2048, step));
    check(chunks(ROWS, 1500, step));
    check(LongStream.range(0, ROWS).map(i -> i * step).toArray());
  }

  @Test
  void keysOfTheWholeRangeAreMerged() {
    long[] keys = chunks(ROWS, 2048, 1);
    for (int i = 0; i < keys.length; i++) {
      keys[i] = keys[i] * (Long.MAX_VALUE / ROWS);
    }
    check(keys);
  }

  @Test
  void runsThatInterleaveAreMerged() {
    // Two threads of which each read every other block of 1,000 keys as one run.
    int half = 40_000;
    long[] keys = new long[2 * half];
    for (int i = 0; i < half; i++) {
      keys[i] = i / 1000 * 2000L + i % 1000;
      keys[half + i] = keys[i] + 1000;
    }
    check(keys);
  }

  @Test
  void shortRunsTiesAndDisorderAreNoRuns() {
    assertThat(runs(chunks(ROWS, 100, 1))).isNull();
    assertThat(runs(LongStream.range(0, ROWS).map(i -> ROWS - i).toArray())).isNull();
    assertThat(runs(LongStream.range(0, ROWS).map(i -> Mix.mix(1, i)).toArray())).isNull();
    assertThat(runs(new long[0])).isNull();
    long[] tied = chunks(ROWS, 2048, 1);
    tied[50_000] = tied[50_001];
    assertThat(runs(tied)).isNull();
    long[] apart = chunks(ROWS, 2048, 1);
    apart[ROWS - 1] = apart[5];
    assertThat(runs(apart)).isNull();
  }

  @Test
  void alternatingKeysOfTwoRunsAreNoLongPieces() {
    int half = 40_000;
    long[] keys = new long[2 * half];
    for (int i = 0; i < half; i++) {
      keys[i] = 2L * i;
      keys[half + i] = 2L * i + 1;
    }
    assertThat(runs(keys)).isNull();
  }
}
