/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import io.whatif.data.Profile;
import io.whatif.data.Run;
import io.whatif.learn.Covariates;
import io.whatif.learn.Folds;
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
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Nanoseconds a row of a linear model's final stage of 20 features, its errors and its scores. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FinalStageBenchmark {
  private static final int ROWS = 200_000;
  private static final int FEATURES = 20;

  private final Run run = Datasets.run(1);
  private final Study study = study();
  private final CrossFit nuisances = nuisances();
  private final EffectBasis basis = new EffectBasis(study, OPTIONS);
  private final FinalStage stage = FinalStage.of(run, study, nuisances, basis);

  private static final FitOptions OPTIONS =
      new FitOptions(
          "linear", "logistic", 5, 42, 1, "HC1", .95, false, FitOptions.Scale.PLAIN, Settings.NONE);

  private Study study() {
    Datasets columns = new Datasets();
    long[] keys = new long[ROWS];
    Arrays.setAll(keys, i -> Mix.mix(7, i));
    for (int j = 0; j < FEATURES + 2; j++) {
      double[] values = new double[ROWS];
      for (int i = 0; i < ROWS; i++) {
        double normal = Mix.normal(j, i);
        values[i] = j == Study.TREATMENT ? (normal > 0 ? 1 : 0) : normal;
      }
      columns.column("c" + j, values);
    }
    Dataset data = columns.build();
    return new Study(
        data,
        Profile.of(run, data),
        new Treatment("c1", Treatment.Kind.BINARY, List.of("0", "1")),
        "c0",
        IntStream.range(2, FEATURES + 2).boxed().toList(),
        new Covariates(List.of()),
        new Study.Units(keys, null, null, 0, null, 0),
        null,
        0,
        Study.Shared.NOTHING);
  }

  private CrossFit nuisances() {
    double[] outcome = new double[ROWS];
    double[] propensity = new double[ROWS];
    Arrays.fill(propensity, .5);
    Folds folds = Folds.byKey(Datasets.run(1), study.units().keys(), null, 5, 42);
    return new CrossFit(outcome, propensity, folds, new CrossFit.Fitted("none", true));
  }

  /** A Gram matrix of 22 columns for each fold, and what is solved from them. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public Object fitted() {
    return FinalStage.of(run, study, nuisances, basis);
  }

  /** HC1: residuals and their weighted Gram matrix of 21 columns. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public Object covariance() {
    return stage.covariance(run, study, nuisances, "HC1");
  }

  /** Effects and doubly robust scores. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public Object scores() {
    return Scores.of(run, study, nuisances, stage);
  }
}
