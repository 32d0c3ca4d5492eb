/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import io.whatif.math.Mix;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data that breaks careless fitting. */
class HardDataTest {
  private static final int ROWS = 400;

  private static double[] column(java.util.function.IntToDoubleFunction value) {
    double[] values = new double[ROWS];
    Arrays.setAll(values, value);
    return values;
  }

  private static double[] normal(int seed) {
    return column(i -> Mix.normal(seed, i));
  }

  /** x, its double, a constant, an outcome and a treatment. */
  private static Dataset twins() {
    double[] x = normal(1);
    double[] noise = normal(2);
    return new Datasets()
        .column("x", x)
        .column("x2", column(i -> 2 * x[i] + 7))
        .column("one", column(i -> 0.3))
        .column("y", column(i -> 1 + 2 * x[i] + noise[i]))
        .column("d", column(i -> Mix.uniform(3, i) < 1 / (1 + Math.exp(-x[i])) ? 1 : 0))
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ols", "ridge(alpha=0.001)", "spline"})
  void collinearAndConstantColumnsCostAValueNothing(String learner) {
    Dataset data = twins();
    Folds folds = Fitted.alternating(ROWS, 5);
    double[] alone = Fitted.value(learner, data, "y", folds, "x").predictions;
    double[] together = Fitted.value(learner, data, "y", folds, "x", "x2", "one").predictions;
    if (learner.equals("spline")) {
      // a wider basis, so another fit, but not a worse one
      double[] y = Datasets.values(data, "y");
      assertThat(squaredError(y, together)).isLessThan(1.05 * squaredError(y, alone));
      return;
    }
    // the same space, weighed by the small penalty a little otherwise
    double tolerance = learner.equals("ols") ? 1e-9 : 1e-4;
    for (int i = 0; i < ROWS; i++) {
      assertThat(together[i]).isCloseTo(alone[i], within(tolerance));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"logit", "logistic(c=1)", "spline"})
  void collinearAndConstantColumnsCostAProbabilityNothing(String learner) {
    Dataset data = twins();
    Folds folds = Fitted.alternating(ROWS, 5);
    Fitted alone = Fitted.chance(learner, data, "d", folds, "x");
    Fitted together = Fitted.chance(learner, data, "d", folds, "x", "x2", "one");
    assertThat(together.model.converged()).isTrue();
    double[] d = Datasets.values(data, "d");
    assertThat(logLoss(d, together.predictions)).isLessThan(1.05 * logLoss(d, alone.predictions));
    for (int i = 0; i < ROWS && learner.equals("logit"); i++) {
      assertThat(together.predictions[i]).isCloseTo(alone.predictions[i], within(1e-9));
    }
  }

  private static double squaredError(double[] y, double[] prediction) {
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      sum += Math.pow(y[i] - prediction[i], 2) / y.length;
    }
    return sum;
  }

  private static double logLoss(double[] d, double[] p) {
    double sum = 0;
    for (int i = 0; i < d.length; i++) {
      sum -= Math.log(d[i] == 1 ? p[i] : 1 - p[i]) / d.length;
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(strings = {"ols", "ridge(alpha=1)", "logit", "logistic(c=1)", "spline"})
  void columnOfNullsGivesTheMean(String learner) {
    Dataset data =
        new Datasets().column("x", column(i -> Double.NaN)).column("d", column(i -> i % 2)).build();
    Covariates nulls = new Covariates(List.of(Covariate.numeric(0, "x", Double.NaN, true)));
    OutOfFold model =
        Learners.parse("learner", learner, Target.Kind.PROBABILITY)
            .fitOutOfFold(
                Datasets.run(2),
                data,
                nulls,
                List.of(new Target(1, Target.Kind.PROBABILITY)),
                Fitted.blocks(ROWS, 5))
            .get(0);
    for (double prediction : Datasets.collect(data, model::predict)) {
      assertThat(prediction).isCloseTo(0.5, within(1e-9));
    }
  }

  @Test
  void perfectSeparationIsReportedWithProbabilitiesInside() {
    double[] x = normal(5);
    Dataset data = new Datasets().column("x", x).column("d", column(i -> x[i] > 0 ? 1 : 0)).build();
    Fitted fitted = Fitted.chance("logit", data, "d", Fitted.alternating(ROWS, 5), "x");
    assertThat(fitted.model.converged()).isFalse();
    for (double p : fitted.predictions) {
      assertThat(p).isGreaterThan(0).isLessThan(1);
    }
    Fitted penalised = Fitted.chance("logistic(c=1)", data, "d", Fitted.alternating(ROWS, 5), "x");
    assertThat(penalised.model.converged()).isTrue();
    Fitted spline = Fitted.chance("spline", data, "d", Fitted.alternating(ROWS, 5), "x");
    for (double p : spline.predictions) {
      assertThat(p).isGreaterThan(0).isLessThan(1);
    }
  }

  @Test
  void separationByARareColumnIsReported() {
    Dataset data =
        new Datasets()
            .column("rare", column(i -> i % 40 == 0 ? 1 : 0))
            .column("d", column(i -> i % 40 == 0 ? 1 : Mix.bucket(8, i, 2)))
            .build();
    Fitted fitted = Fitted.chance("logit", data, "d", Fitted.blocks(ROWS, 5), "rare");
    assertThat(fitted.model.converged()).isFalse();
    for (int i = 0; i < ROWS; i++) {
      assertThat(fitted.predictions[i]).isBetween(i % 40 == 0 ? 0.99 : 0.3, i % 40 == 0 ? 1 : 0.7);
    }
  }

  @Test
  void foldWithEveryTreatedRowIsRefused() {
    Dataset data =
        new Datasets()
            .column("x", normal(1))
            .column("promo", column(i -> i >= 80 && i < 90 ? 1 : 0))
            .build();
    for (String learner : List.of("logit", "spline")) {
      assertThatThrownBy(() -> Fitted.chance(learner, data, "promo", Fitted.blocks(ROWS, 5), "x"))
          .hasToString(
              "column 'promo' has no treated rows outside fold 2 of 5, so its probability cannot be"
                  + " fitted there. Use fewer folds, or more treated rows.");
    }
  }

  @Test
  void categoriesAndNullsAreColumnsOfTheirOwn() {
    double[] city = column(i -> i % 4 == 3 ? Double.NaN : i % 4);
    double[] mean = {5, 1, -2, 9};
    Dataset data =
        new Datasets().column("city", city).column("y", column(i -> mean[i % 4])).build();
    Covariates covariates = new Covariates(List.of(Covariate.categorical(0, "city", 3, true)));
    for (String learner : List.of("ols", "spline")) {
      OutOfFold model =
          Learners.parse("learner", learner, Target.Kind.VALUE)
              .fitOutOfFold(
                  Datasets.run(1),
                  data,
                  covariates,
                  List.of(new Target(1, Target.Kind.VALUE)),
                  Fitted.blocks(ROWS, 5))
              .get(0);
      double[] predictions = Datasets.collect(data, model::predict);
      for (int i = 0; i < ROWS; i++) {
        // the smallest spline penalty, 1e-4 a row in 320, still shrinks by about 1e-5
        assertThat(predictions[i]).isCloseTo(mean[i % 4], within(1e-4));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7})
  void splineChoosesPenaltiesForAnyNumberOfFolds(int count) {
    Dataset data = twins();
    Folds folds = Fitted.alternating(ROWS, count);
    Fitted value = Fitted.value("spline", data, "y", folds, "x");
    Fitted chance = Fitted.chance("spline", data, "d", folds, "x");
    double[] y = Datasets.values(data, "y");
    double[] d = Datasets.values(data, "d");
    // the noise has variance 1 (doing nothing: 5); the log-loss of the truth is about .61
    assertThat(squaredError(y, value.predictions)).isLessThan(1.3);
    assertThat(logLoss(d, chance.predictions)).isLessThan(0.66);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ridge(alpha=1)", "logistic(c=1)", "spline"})
  void numberOfThreadsChangesNoBit(String learner) {
    int rows = 9000;
    double[] x = new double[rows];
    double[] z = new double[rows];
    double[] d = new double[rows];
    Arrays.setAll(x, i -> Mix.normal(1, i));
    Arrays.setAll(z, i -> Mix.normal(2, i));
    Arrays.setAll(d, i -> Mix.uniform(3, i) < 1 / (1 + Math.exp(-x[i] * z[i])) ? 1 : 0);
    Dataset data = new Datasets().column("x", x).column("z", z).column("d", d).build();
    Folds folds = Fitted.alternating(rows, 5);
    Target.Kind kind = Target.Kind.PROBABILITY;
    double[] one = Fitted.of(1, learner, data, "d", kind, folds, "x", "z").predictions;
    double[] two = Fitted.of(2, learner, data, "d", kind, folds, "x", "z").predictions;
    double[] seven = Fitted.of(7, learner, data, "d", kind, folds, "x", "z").predictions;
    assertThat(two).containsExactly(one);
    assertThat(seven).containsExactly(one);
  }
}
