/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Nanoseconds a row to add a tile to a Gram matrix: the inner loop of every linear learner. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class GramBenchmark {
  private static final int ROWS = 2048;
  private static final int BLOCK = 256;

  @Param({"22", "110"})
  public int width = 22;

  private double[] rows = new double[0];
  private double[][] columns = new double[0][];
  private final double[] weights = new double[ROWS];

  /** Fills a tile of standard normals. */
  @Setup
  public void fill() {
    rows = new double[ROWS * width];
    for (int cell = 0; cell < rows.length; cell++) {
      rows[cell] = Mix.normal(42, cell);
    }
    columns = new double[width][];
    Arrays.setAll(columns, j -> Arrays.copyOfRange(rows, j * BLOCK, (j + 1) * BLOCK));
    Arrays.setAll(weights, r -> Mix.uniform(43, r));
  }

  /** One tile into an empty matrix. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public Gram add() {
    Gram gram = new Gram(width);
    gram.add(rows, ROWS);
    return gram;
  }

  /** The same tile as columns, 256 rows of it again and again, as passes have them. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public Gram addColumns() {
    Gram gram = new Gram(width);
    for (int from = 0; from < ROWS; from += BLOCK) {
      gram.addColumns(columns, BLOCK);
    }
    return gram;
  }

  /** Rows with a weight for each. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public Gram addWeighted() {
    Gram gram = new Gram(width);
    gram.add(rows, weights, ROWS);
    return gram;
  }
}
