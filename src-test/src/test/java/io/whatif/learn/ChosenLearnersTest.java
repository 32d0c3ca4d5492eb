/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.data.Column;
import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import io.whatif.math.Mix;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code auto} and {@code isotonic}, which are made of other learners. */
class ChosenLearnersTest {
  private static final String[] NAMES = {"x0", "x1", "x2"};

  private static double[] column(int rows, java.util.function.IntToDoubleFunction value) {
    double[] values = new double[rows];
    Arrays.setAll(values, value);
    return values;
  }

  /** A straight line, a bend, or steps at odd places, as outcome y and as log-odds of d. */
  private static Dataset design(String shape, int rows) {
    double[] x0 = column(rows, i -> Mix.normal(1, i));
    double[] x1 = column(rows, i -> Mix.normal(2, i));
    double[] truth =
        column(
            rows,
            i ->
                switch (shape) {
                  case "line" -> x0[i] + 0.5 * x1[i];
                  case "bend" -> 1.5 * x0[i] * x1[i] + Math.abs(x1[i]);
                  case "jump" -> x0[i] + 0.5 * x1[i] > 0 ? 4 : -2;
                  default -> x0[i] > 0.37 && x1[i] > -0.21 ? 4 : 0;
                });
    return new Datasets()
        .column("x0", x0)
        .column("x1", x1)
        .column("x2", column(rows, i -> Mix.normal(3, i)))
        .column("y", column(rows, i -> truth[i] + Mix.normal(4, i)))
        .column(
            "d", column(rows, i -> Mix.uniform(5, i) < 1 / (1 + Math.exp(1 - truth[i])) ? 1 : 0))
        .build();
  }

  @ParameterizedTest
  @CsvSource({"line, ridge", "bend, spline", "step, gbt"})
  void autoTakesTheLearnerThatTheShapeAsksFor(String shape, String chosen) {
    Dataset data = design(shape, 3000);
    Folds folds = Fitted.alternating(3000, 5);
    for (Target.Kind kind : Target.Kind.values()) {
      String target = kind == Target.Kind.VALUE ? "y" : "d";
      Fitted auto = Fitted.of(2, "auto", data, target, kind, folds, NAMES);
      String text = chosen.equals("ridge") ? "ridge(alpha=auto)" : chosen;
      Fitted alone = Fitted.of(2, text, data, target, kind, folds, NAMES);
      assertThat(auto.predictions).isEqualTo(alone.predictions);
      assertThat(auto.model.description())
          .matches("auto \\(loss: ridge [01]\\.\\d{4}, spline 0\\.\\d{4}, gbt 0\\.\\d{4}\\): .*")
          .endsWith("): " + alone.model.description());
      assertThat(auto.model.converged()).isTrue();
    }
  }

  /** The losses are those of the candidates: over the variance, or the mean log-loss. */
  @Test
  void autoTellsTheLossesThatWereCompared() {
    Dataset data = design("bend", 1000);
    Folds folds = Fitted.alternating(1000, 5);
    double[] y = Datasets.values(data, "y");
    double[] d = Datasets.values(data, "d");
    double mean = Arrays.stream(y).average().orElse(0);
    double variance = ElasticNetTest.error(y, column(1000, i -> mean));
    double[] spline = Fitted.value("spline", data, "y", folds, NAMES).predictions;
    assertThat(Fitted.value("auto", data, "y", folds, NAMES).model.description())
        .contains(String.format("spline %.4f", ElasticNetTest.error(y, spline) / variance));
    double[] gbt = Fitted.chance("gbt", data, "d", folds, NAMES).predictions;
    assertThat(Fitted.chance("auto", data, "d", folds, NAMES).model.description())
        .contains(String.format("gbt %.4f", ElasticNetTest.logLoss(d, gbt)));
  }

  /** The odds jump where logistic regression draws a straight line: it ranks well, no more. */
  @Test
  void isotonicCalibratesWhatRanksWell() {
    int rows = 6000;
    Dataset data = design("jump", rows);
    Folds folds = Fitted.alternating(rows, 5);
    double[] d = Datasets.values(data, "d");
    double[] plain = Fitted.chance("linear", data, "d", folds, NAMES).predictions;
    Fitted fitted = Fitted.chance("isotonic(linear)", data, "d", folds, NAMES);
    assertThat(ElasticNetTest.logLoss(d, fitted.predictions))
        .isLessThan(0.9 * ElasticNetTest.logLoss(d, plain));
    assertThat(fitted.model.description()).isEqualTo("linear, isotonic");
    // in ten groups by prediction, shares are predictions within 4 standard errors
    Integer[] order = java.util.stream.IntStream.range(0, rows).boxed().toArray(Integer[]::new);
    Arrays.sort(order, (a, b) -> Double.compare(fitted.predictions[a], fitted.predictions[b]));
    for (int g = 0; g < 10; g++) {
      double predicted = 0;
      double seen = 0;
      for (int i = 600 * g; i < 600 * (g + 1); i++) {
        predicted += fitted.predictions[order[i]] / 600;
        seen += d[order[i]] / 600;
      }
      assertThat(seen).isCloseTo(predicted, within(4 * Math.sqrt(0.25 / 600)));
    }
  }

  /** What is made of a fold's predictions does not depend on that fold's target. */
  @Test
  void theMapOfAFoldDoesNotSeeIt() {
    int rows = 800;
    Dataset data = design("line", rows);
    Folds folds = Fitted.alternating(rows, 4);
    double[] spoilt = Datasets.values(data, "d");
    for (int i = 0; i < rows; i += 4) {
      spoilt[i] = 1 - spoilt[i];
    }
    // ridge's choice sees no target of fold 0 in what it predicts there either
    double[] plain = Fitted.chance("isotonic(linear)", data, "d", folds, NAMES).predictions;
    Dataset other = data.with(List.of(new Column.Numeric("s", "DOUBLE")), spoilt);
    OutOfFold model = Fitted.chance("linear", data, "d", folds, NAMES).model;
    OutOfFold changed = Fitted.chance("linear", other, "s", folds, NAMES).model;
    double[] before = Datasets.collect(data, model::predict);
    double[] after = Datasets.collect(other, changed::predict);
    for (int i = 0; i < rows; i += 4) {
      assertThat(after[i]).isCloseTo(before[i], within(1e-9));
      assertThat(plain[i]).isBetween(0.0, 1.0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "isotonic(spline)", "isotonic(gbt(trees=20))", "isotonic(ols)"})
  void theNumberOfThreadsChangesNoBitAndWhatIsKeptPredictsTheSame(String learner) {
    int rows = 1200;
    Dataset data = design("bend", rows);
    Folds folds = Fitted.alternating(rows, 4).withWhole();
    Fitted one = Fitted.of(1, learner, data, "d", Target.Kind.PROBABILITY, folds, NAMES);
    Fitted three = Fitted.of(3, learner, data, "d", Target.Kind.PROBABILITY, folds, NAMES);
    assertThat(three.predictions).isEqualTo(one.predictions);
    double[][] columns = new double[3][];
    Arrays.setAll(columns, j -> Datasets.values(data, NAMES[j]));
    for (int k = 0; k < 4; k++) {
      double[] kept = new double[rows];
      one.model.predictor(k).predict(columns, rows, kept);
      for (int i = k; i < rows; i += 4) {
        // a prediction that differs by rounding may fall on the other side of a float
        assertThat(kept[i]).isCloseTo(one.predictions[i], within(2e-4));
      }
    }
  }
}
