/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.data;

import io.whatif.math.Mix;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Nanoseconds a value of a column of a million rows that is put into another order. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RowOrderBenchmark {
  private static final int ROWS = 1_000_000;

  private final double[] values = new double[ROWS];
  private final HeapTiles tiles = new HeapTiles(1);
  private final RowOrder.Moving moving =
      RowOrder.by(Datasets.run(1), keys(), () -> new long[ROWS]).moving();

  private static long[] keys() {
    long[] keys = new long[ROWS];
    Arrays.setAll(keys, i -> Mix.mix(5, i));
    return keys;
  }

  /** Room for the column. */
  @Setup
  public void fill() {
    tiles.reserve(ROWS);
    Arrays.setAll(values, i -> Mix.normal(1, i));
  }

  /** To blocks, to places, and into a store. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public Tiles moved() {
    moving.add(values, ROWS);
    moving.write(tiles, 0);
    return tiles;
  }
}
