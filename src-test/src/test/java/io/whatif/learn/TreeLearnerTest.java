/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.whatif.data.Column;
import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import io.whatif.data.MemoryBudget;
import io.whatif.data.Run;
import io.whatif.math.Mix;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TreeLearnerTest {
  private static final String[] NAMES = {"x0", "x1", "x2"};

  private static double[] column(int rows, java.util.function.IntToDoubleFunction value) {
    double[] values = new double[rows];
    Arrays.setAll(values, value);
    return values;
  }

  /** Steps in x0 and x1; x2 does not matter; every seventh x1 is NULL, which is worth 2. */
  private static Dataset steps(int rows) {
    double[] x0 = column(rows, i -> Mix.normal(1, i));
    double[] x1 = column(rows, i -> i % 7 == 0 ? Double.NaN : Mix.normal(2, i));
    double[] truth =
        column(rows, i -> (x0[i] > 0.5 ? 3 : 0) + (Double.isNaN(x1[i]) ? 2 : x1[i] > 0 ? 1 : -1));
    return new Datasets()
        .column("x0", x0)
        .column("x1", x1)
        .column("x2", column(rows, i -> Mix.normal(3, i)))
        .column("truth", truth)
        .column("y", column(rows, i -> truth[i] + 0.5 * Mix.normal(4, i)))
        .column(
            "d", column(rows, i -> Mix.uniform(5, i) < 1 / (1 + Math.exp(1 - truth[i])) ? 1 : 0))
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gbt", "forest"})
  void stepsAndNullsAreLearnt(String learner) {
    Dataset data = steps(4000);
    Folds folds = Fitted.alternating(4000, 5);
    double[] truth = Datasets.values(data, "truth");
    double[] found = Fitted.value(learner, data, "y", folds, NAMES).predictions;
    double[] spline = Fitted.value("spline", data, "y", folds, NAMES).predictions;
    // the noise alone is .25, and its mean over the rows of a leaf much less
    assertThat(ElasticNetTest.error(truth, found)).isLessThan(0.03);
    assertThat(ElasticNetTest.error(truth, spline)).isGreaterThan(0.1);
    double[] d = Datasets.values(data, "d");
    double[] best = column(4000, i -> 1 / (1 + Math.exp(1 - truth[i])));
    double[] chance = Fitted.chance(learner, data, "d", folds, NAMES).predictions;
    // beside the truth's own loss on these rows
    assertThat(ElasticNetTest.logLoss(d, chance))
        .isLessThan(ElasticNetTest.logLoss(d, best) + 0.02);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gbt(trees=30)", "forest(trees=20)"})
  void theNumberOfThreadsChangesNoBit(String learner) {
    Dataset data = steps(3000);
    Folds folds = Fitted.alternating(3000, 3);
    for (Target.Kind kind : Target.Kind.values()) {
      double[] one = Fitted.of(1, learner, data, "d", kind, folds, NAMES).predictions;
      for (int threads = 2; threads < 5; threads++) {
        assertThat(Fitted.of(threads, learner, data, "d", kind, folds, NAMES).predictions)
            .isEqualTo(one);
      }
    }
  }

  /** What is kept of a fold predicts its rows as the fit did, which leaves 1e-6 to 0 and 1. */
  @ParameterizedTest
  @ValueSource(strings = {"gbt(trees=20)", "forest(trees=10)"})
  void whatIsKeptPredictsTheSame(String learner) {
    Dataset data = steps(1000);
    Folds folds = Fitted.alternating(1000, 4).withWhole();
    for (Target.Kind kind : Target.Kind.values()) {
      Fitted fitted = Fitted.of(2, learner, data, "d", kind, folds, NAMES);
      double[][] columns = new double[3][];
      Arrays.setAll(columns, j -> Datasets.values(data, NAMES[j]));
      double[] whole = new double[1000];
      for (int k = 0; k < 5; k++) {
        double[] kept = new double[1000];
        fitted.model.predictor(k).predict(columns, 1000, kept);
        for (int i = k; k < 4 && i < 1000; i += 4) {
          assertThat(kept[i]).isCloseTo(fitted.predictions[i], within(1.1e-6));
        }
        whole = kept;
      }
      double[] d = Datasets.values(data, "d");
      assertThat(ElasticNetTest.error(d, whole))
          .isLessThan(ElasticNetTest.error(d, fitted.predictions));
    }
  }

  /** A row of weight 0 is as good as absent, but is predicted. */
  @ParameterizedTest
  @EnumSource(Target.Kind.class)
  void rowsOfNoWeightAreNotFitted(Target.Kind kind) {
    int rows = 1500;
    Dataset all = steps(rows);
    double[] weight = column(rows, i -> i % 3 == 0 ? 0 : 1);
    double[] spoilt = column(rows, i -> weight[i] == 0 ? i % 2 : Datasets.values(all, "d")[i]);
    Dataset data =
        all.with(
            List.of(new Column.Numeric("w", "DOUBLE"), new Column.Numeric("t", "DOUBLE")),
            weight,
            spoilt);
    long[] keys = java.util.stream.LongStream.range(0, rows).toArray();
    int[] fold = Arrays.stream(keys).mapToInt(i -> Mix.bucket(1, i, 4)).toArray();
    int[] kept = java.util.stream.IntStream.range(0, rows).filter(i -> weight[i] > 0).toArray();
    Datasets fewer = new Datasets();
    for (String name : List.of("x0", "x1", "x2", "t")) {
      double[] values = Datasets.values(data, name);
      fewer.column(name, Arrays.stream(kept).mapToDouble(i -> values[i]).toArray());
    }
    Dataset without = fewer.build();
    long[] keptKeys = Arrays.stream(kept).mapToLong(i -> i).toArray();
    int[] keptFold = Arrays.stream(kept).map(i -> fold[i]).toArray();
    for (String learner : List.of("gbt(trees=40)", "forest(trees=10)")) {
      double[] weighted =
          predictions(
              learner,
              data,
              new Target(data.schema().indexOf("t"), kind, data.schema().indexOf("w")),
              Folds.given(fold, 4, keys));
      double[] plain =
          predictions(
              learner,
              without,
              new Target(without.schema().indexOf("t"), kind),
              Folds.given(keptFold, 4, keptKeys));
      for (int i = 0; i < kept.length; i++) {
        assertThat(weighted[kept[i]]).isEqualTo(plain[i]);
      }
    }
  }

  /** Any unit of weights gives the same trees. */
  @ParameterizedTest
  @EnumSource(Target.Kind.class)
  void weightsHaveNoUnit(Target.Kind kind) {
    int rows = 1500;
    double[] one = column(rows, i -> 1);
    double[] share = column(rows, i -> 1.0 / rows);
    double[] large = column(rows, i -> 1000);
    Dataset data =
        steps(rows)
            .with(
                List.of(
                    new Column.Numeric("one", "DOUBLE"),
                    new Column.Numeric("share", "DOUBLE"),
                    new Column.Numeric("large", "DOUBLE")),
                one,
                share,
                large);
    Folds folds = Fitted.alternating(rows, 4);
    int target = data.schema().indexOf("d");
    for (String learner : List.of("gbt(trees=40)", "forest(trees=10)")) {
      double[] plain = predictions(learner, data, new Target(target, kind), folds);
      for (String weight : List.of("one", "share", "large")) {
        int column = data.schema().indexOf(weight);
        assertThat(predictions(learner, data, new Target(target, kind, column), folds))
            .as(learner + " by " + weight)
            .isEqualTo(plain);
      }
    }
  }

  private static double[] predictions(String learner, Dataset data, Target target, Folds folds) {
    OutOfFold model =
        Learners.parse("learner", learner, target.kind())
            .fitOutOfFold(
                Datasets.run(2), data, Fitted.numeric(data, NAMES), List.of(target), folds)
            .get(0);
    return Datasets.collect(data, model::predict);
  }

  @Test
  void categoriesAndTheirNullsAreTold() {
    int rows = 2000;
    double[] level = column(rows, i -> i % 5 == 4 ? Double.NaN : i % 5);
    double[] worth = {0, 5, -5, 2, 9};
    Dataset data =
        new Datasets()
            .column("g", level)
            .column("y", column(rows, i -> worth[i % 5] + 0.1 * Mix.normal(1, i)))
            .build();
    Covariates covariates = new Covariates(List.of(Covariate.categorical(0, "g", 4, true)));
    OutOfFold model =
        Learners.parse("learner", "gbt", Target.Kind.VALUE)
            .fitOutOfFold(
                Datasets.run(2),
                data,
                covariates,
                List.of(new Target(1, Target.Kind.VALUE)),
                Fitted.alternating(rows, 3))
            .get(0);
    double[] found = Datasets.collect(data, model::predict);
    double[] kept = new double[rows];
    model.predictor(0).predict(new double[][] {level}, rows, kept);
    for (int i = 0; i < rows; i++) {
      assertThat(found[i]).isCloseTo(worth[i % 5], within(0.05));
      assertThat(kept[i]).isCloseTo(worth[i % 5], within(0.05));
    }
  }

  /** Boosting stops where the loss on rows not seen stops to fall; noise is stopped at once. */
  @Test
  void noiseGrowsFewTrees() {
    int rows = 2000;
    Dataset data =
        new Datasets()
            .column("x0", column(rows, i -> Mix.normal(1, i)))
            .column("y", column(rows, i -> Mix.normal(2, i)))
            .build();
    Fitted fitted = Fitted.value("gbt", data, "y", Fitted.alternating(rows, 5), "x0");
    assertThat(fitted.model.description()).matches("gbt: 1( to [0-9])? trees");
    Dataset steps = steps(rows);
    assertThat(
            Fitted.value("gbt", steps, "y", Fitted.alternating(rows, 5), NAMES).model.description())
        .matches("gbt: [2-9][0-9] to [0-9]{2,3} trees");
    assertThat(
            Fitted.value("forest(trees=7)", steps, "y", Fitted.alternating(rows, 5), NAMES)
                .model
                .description())
        .isEqualTo("forest: 7 trees");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gbt", "forest"})
  void withoutCovariatesTheMeanIsPredicted(String learner) {
    Dataset data = steps(1000);
    double[] y = Datasets.values(data, "y");
    double[] found =
        Fitted.value(learner, data, "y", Fitted.alternating(1000, 2), new String[0]).predictions;
    double sum = 0;
    for (int i = 1; i < 1000; i += 2) {
      sum += y[i];
    }
    assertThat(found[0]).isCloseTo(sum / 500, within(1e-12)); // rounding alone
  }

  @Test
  void hugeNumbersAndConstantsAreBorne() {
    int rows = 400;
    Dataset data =
        new Datasets()
            .column("x0", column(rows, i -> i % 2 == 0 ? 1e300 : -1e300))
            .column("x1", column(rows, i -> i % 4 < 2 ? Double.POSITIVE_INFINITY : 0))
            .column("x2", column(rows, i -> 7))
            .column("y", column(rows, i -> 1e12 + (i % 2) + 2 * (i % 4 < 2 ? 1 : 0)))
            .column("one", column(rows, i -> 5))
            .build();
    Folds folds = Fitted.alternating(rows, 5);
    double[] y = Datasets.values(data, "y");
    double[] found = Fitted.value("gbt", data, "y", folds, NAMES).predictions;
    for (int i = 0; i < rows; i++) {
      assertThat(found[i] - y[i]).isCloseTo(0, within(0.01));
    }
    assertThat(Fitted.value("gbt", data, "one", folds, NAMES).predictions).containsOnly(5);
    assertThat(Fitted.value("forest(trees=3)", data, "one", folds, NAMES).predictions)
        .containsOnly(5);
  }

  @Test
  void cancellingStopsBetweenTrees() {
    Dataset data = steps(2000);
    AtomicInteger asked = new AtomicInteger();
    Run run = run(() -> asked.incrementAndGet() > 60, MemoryBudget.unlimited());
    assertThatThrownBy(() -> fit(run, data, "forest(trees=10000)"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("stop");
    assertThat(asked.get()).isLessThan(80);
  }

  @Test
  void memoryIsAskedForAndGivenBack() {
    Dataset data = steps(2000);
    MemoryBudget enough = new MemoryBudget(2_000_000);
    fit(run(() -> false, enough), data, "gbt(trees=5)");
    assertThat(enough.used()).isZero();
    assertThatThrownBy(() -> fit(run(() -> false, new MemoryBudget(100_000)), data, "gbt(trees=5)"))
        .hasMessageContaining("the rows that trees are grown on");
  }

  private static void fit(Run run, Dataset data, String learner) {
    Learners.parse("learner", learner, Target.Kind.VALUE)
        .fitOutOfFold(
            run,
            data,
            Fitted.numeric(data, NAMES),
            List.of(new Target(data.schema().indexOf("y"), Target.Kind.VALUE)),
            Fitted.alternating(2000, 2));
  }

  private static Run run(java.util.function.BooleanSupplier stop, MemoryBudget memory) {
    return new Run() {
      @Override
      public void checkCancelled() {
        if (stop.getAsBoolean()) {
          throw new IllegalStateException("stop");
        }
      }

      @Override
      public void reached(String phase, double share) {}

      @Override
      public MemoryBudget memory() {
        return memory;
      }

      @Override
      public int threads() {
        return 2;
      }
    };
  }
}
