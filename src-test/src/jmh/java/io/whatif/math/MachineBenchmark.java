/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

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

/** What the machine does in loops that C2 makes of plain Java: the floors of the kernels. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MachineBenchmark {
  /** Two arrays in the first-level cache. */
  private static final int NEAR = 1024;

  /** An array beyond the second-level cache. */
  private static final int FAR = 1 << 22;

  private final double[] a = new double[NEAR];
  private final double[] b = new double[NEAR];
  private final double[] far = new double[FAR];
  private final double[] copy = new double[FAR];

  /** Fills with numbers that grow to no infinity. */
  @Setup
  public void fill() {
    for (int i = 0; i < NEAR; i++) {
      a[i] = Mix.normal(1, i);
      b[i] = 0;
    }
    for (int i = 0; i < FAR; i++) {
      far[i] = Mix.normal(2, i);
    }
  }

  /** Nanoseconds an element of b += c a: two operations, vectorized. */
  @Benchmark
  @OperationsPerInvocation(NEAR)
  public double[] axpy() {
    for (int i = 0; i < NEAR; i++) {
      b[i] += 1e-9 * a[i];
    }
    return b;
  }

  /** Nanoseconds an element of a dot product: two operations, in order, so not vectorized. */
  @Benchmark
  @OperationsPerInvocation(NEAR)
  public double dot() {
    double sum = 0;
    for (int i = 0; i < NEAR; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** Nanoseconds an exponential. */
  @Benchmark
  @OperationsPerInvocation(NEAR)
  public double[] exp() {
    for (int i = 0; i < NEAR; i++) {
      b[i] = Math.exp(a[i]);
    }
    return b;
  }

  /** Nanoseconds a double copied, 16 bytes, beyond the second-level cache. */
  @Benchmark
  @OperationsPerInvocation(FAR)
  public double[] copy() {
    System.arraycopy(far, 0, copy, 0, FAR);
    return copy;
  }
}
