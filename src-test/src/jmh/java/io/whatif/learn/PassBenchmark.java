/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import io.whatif.data.Run;
import io.whatif.math.Gram;
import io.whatif.math.Mix;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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

/**
 * Nanoseconds a row of the passes that nuisances are fitted by: 20 covariates, 5 folds, a thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PassBenchmark {
  private static final int ROWS = 200_000;
  private static final int COVARIATES = 20;

  private final Run run = Datasets.run(1);
  private final Folds folds = Folds.byKey(Datasets.run(1), keys(), null, 5, 42);
  private final Dataset data = data();
  private final Target outcome = new Target(0, Target.Kind.VALUE);
  private final Target treatment = new Target(1, Target.Kind.PROBABILITY);
  private final double[] coefficients = new double[COVARIATES + 1];
  private final Design design = new Design(covariates(), data.schema());
  private final Moments.Summary moments =
      data.scan(run, new Moments(design, List.of(outcome), folds));
  private final Basis basis = Standardization.of(design, moments);
  private final Basis.Block block = Basis.Block.of(COVARIATES + 1);

  private static long[] keys() {
    long[] keys = new long[ROWS];
    Arrays.setAll(keys, i -> Mix.mix(7, i));
    return keys;
  }

  private static Covariates covariates() {
    return new Covariates(
        IntStream.range(0, COVARIATES)
            .mapToObj(j -> Covariate.numeric(j + 2, "x" + j, 0, false))
            .toList());
  }

  private static Dataset data() {
    Datasets columns = new Datasets();
    for (int j = 0; j < COVARIATES + 2; j++) {
      double[] values = new double[ROWS];
      for (int i = 0; i < ROWS; i++) {
        double normal = Mix.normal(j, i);
        values[i] = j == 1 ? (normal > 0 ? 1 : 0) : normal;
      }
      columns.column("c" + j, values);
    }
    return columns.build();
  }

  /** Small coefficients. */
  @Setup
  public void fill() {
    Arrays.setAll(coefficients, j -> .1 * Mix.normal(99, j));
  }

  /** Rows of standardized columns, from columns. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public double[] standardized() {
    return Datasets.collect(
        data,
        (batch, into) -> {
          for (int from = 0; from < batch.rows(); from += Basis.Block.ROWS) {
            int to = Math.min(batch.rows(), from + Basis.Block.ROWS);
            basis.fill(batch, FoldRows.all(), from, to, block);
          }
        });
  }

  /** A Gram matrix of 22 columns for each fold. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public Gram[] foldGrams() {
    return data.scan(run, new FoldGrams(design, List.of(outcome), folds, moments));
  }

  /** Loss and gradient of a logistic regression at one point. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public LogisticSums[] gradient() {
    return logistic(LogisticSums.Wanted.GRADIENT);
  }

  /** The same and the Hessian. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public LogisticSums[] hessian() {
    return logistic(LogisticSums.Wanted.HESSIAN);
  }

  private LogisticSums[] logistic(LogisticSums.Wanted wanted) {
    return data.scan(run, LogisticScan.byFold(basis, treatment, folds, coefficients, wanted));
  }

  /** Out-of-fold means. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public double[] predictedMean() {
    return predict(Target.Kind.VALUE);
  }

  /** Out-of-fold probabilities. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public double[] predictedProbability() {
    return predict(Target.Kind.PROBABILITY);
  }

  private double[] predict(Target.Kind kind) {
    double[][] byFold = new double[folds.count()][];
    Arrays.fill(byFold, coefficients);
    FoldPredictions model = new FoldPredictions(design, folds, byFold, kind, true, "linear");
    return Datasets.collect(data, model::predict);
  }
}
