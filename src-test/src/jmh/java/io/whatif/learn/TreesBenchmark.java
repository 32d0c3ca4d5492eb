/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.math.Mix;
import io.whatif.model.Trees;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Milliseconds to grow 100 trees on 200,000 x 10 on one thread, and to predict by them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
@Fork(1)
public class TreesBenchmark {
  private static final int ROWS = 200_000;
  private static final int WIDTH = 10;
  private static final int TREES = 100;

  @Param({"3", "6"})
  public int depth = 3;

  private final float[] inputs = new float[ROWS * WIDTH];
  private final float[] labels = new float[ROWS];
  private final float[] weights = new float[ROWS];
  private Trees trees = grow(0);

  /** Normals; y = x0 x1 + sin x2 + noise. */
  @Setup(Level.Trial)
  public void fill() {
    Arrays.fill(weights, 1);
    for (int i = 0; i < ROWS; i++) {
      int at = i * WIDTH;
      for (int j = 0; j < WIDTH; j++) {
        inputs[at + j] = (float) Mix.normal(j, i);
      }
      double truth = inputs[at] * inputs[at + 1] + Math.sin(inputs[at + 2]);
      labels[i] = (float) (truth + Mix.normal(WIDTH, i));
    }
    trees = grow(TREES);
  }

  private Trees grow(int count) {
    Map<String, Object> parameters =
        Map.of("max_depth", depth, "objective", "reg:squarederror", "base_score", 0.0);
    TreeGrower.Rows rows = new TreeGrower.Rows(inputs, WIDTH, labels, weights);
    try (TreeGrower grower = TreeGrower.of(rows, null, parameters)) {
      for (int i = 0; i < count; i++) {
        grower.grow(i);
      }
      return grower.trees(count);
    }
  }

  /** Copies rows in, grows, and copies trees out. */
  @Benchmark
  public Trees grown() {
    return grow(TREES);
  }

  /** Sums the trees over all rows. */
  @Benchmark
  public float[] predicted() {
    float[] sums = new float[ROWS];
    trees.add(inputs, WIDTH, ROWS, sums);
    return sums;
  }
}
