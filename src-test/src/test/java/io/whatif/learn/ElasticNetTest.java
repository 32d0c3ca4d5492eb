/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import io.whatif.math.Mix;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ElasticNetTest {
  private static final String[] CONTROLS = {
    "age", "inc", "educ", "fsize", "marr", "twoearn", "db", "pira", "hown"
  };

  private static double[] coefficients(String learner, String target, Target.Kind kind) {
    Dataset data = Datasets.csv("data/sipp1991.csv");
    Folds folds = Fitted.alternating(9915, 5);
    Fitted fitted = Fitted.of(2, learner, data, target, kind, folds, CONTROLS);
    assertThat(fitted.model.converged()).isTrue();
    return ((FoldPredictions) fitted.model).coefficients()[0];
  }

  private static void expect(double[] found, double tolerance, double... expected) {
    for (int j = 0; j < expected.length; j++) {
      assertThat(found[j]).isCloseTo(expected[j], within(tolerance * Math.abs(expected[j])));
    }
  }

  /**
   * scikit-learn 1.6.1, ElasticNet(alpha=0.05, l1_ratio=1, tol=1e-15), on the 401(k) rows that are
   * not in fold 0 of row mod 5, columns standardized over all rows, the outcome over its deviation
   * in those rows; then taken back. Both meet the optimality conditions to about 1e-11.
   */
  @Test
  void lassoGivesScikitLearnsCoefficients() {
    expect(
        coefficients("lasso(lambda=0.05)", "net_tfa", Target.Kind.VALUE),
        1e-9,
        -31637.627965639138,
        418.3906746670077,
        0.802188911109005,
        0,
        0,
        0,
        -9111.731155230691,
        0,
        25721.086707504248,
        0);
  }

  @Test
  void elasticNetGivesScikitLearnsCoefficients() {
    expect(
        coefficients("elastic_net(lambda=0.1, l1_ratio=0.5)", "net_tfa", Target.Kind.VALUE),
        1e-9,
        -30252.291537192104,
        416.0677588316647,
        0.7558159750177209,
        0,
        0,
        0,
        -7705.499442896604,
        0,
        25316.285167034162,
        0);
  }

  /** LogisticRegression(solver='saga', tol=1e-13), which stops within 1e-7 of the optimum. */
  @Test
  void probabilitiesGiveScikitLearnsCoefficients() {
    expect(
        coefficients("lasso(lambda=0.01)", "e401", Target.Kind.PROBABILITY),
        1e-6,
        -1.8412097944146577,
        -0.001175718758833077,
        1.9644127598550758e-05,
        0.009177343958007378,
        0,
        0,
        0.08224894093116068,
        0.9349758545981256,
        0,
        0.2780629747435013);
    expect(
        coefficients("elastic_net(lambda=0.02, l1_ratio=0.5)", "e401", Target.Kind.PROBABILITY),
        1e-6,
        -1.8700341144765391,
        -0.0004912912147077259,
        1.8329130084583805e-05,
        0.01350613468094938,
        0,
        0,
        0.10444345459035582,
        0.8928581815110387,
        0,
        0.274623230368439);
  }

  private static Dataset sparse(int rows, int columns) {
    Datasets builder = new Datasets();
    double[] y = new double[rows];
    double[] d = new double[rows];
    for (int j = 0; j < columns; j++) {
      int stream = 10 + j;
      double[] x = new double[rows];
      Arrays.setAll(x, i -> Mix.normal(stream, i));
      builder.column("x" + j, x);
      for (int i = 0; i < rows; i++) {
        y[i] += j < 3 ? x[i] : 0;
      }
    }
    for (int i = 0; i < rows; i++) {
      d[i] = Mix.uniform(1, i) < 1 / (1 + Math.exp(-y[i])) ? 1 : 0;
      y[i] += Mix.normal(2, i);
    }
    return builder.column("y", y).column("d", d).build();
  }

  private static String[] names(int columns) {
    return java.util.stream.IntStream.range(0, columns)
        .mapToObj(j -> "x" + j)
        .toArray(String[]::new);
  }

  /** Three of a hundred columns matter, and there are few more rows than columns. */
  @Test
  void aSparseTruthIsFoundWhereLeastSquaresDrowns() {
    int rows = 200;
    Dataset data = sparse(rows, 100);
    Folds folds = Fitted.alternating(rows, 5);
    String[] names = names(100);
    double[] y = Datasets.values(data, "y");
    double lasso = error(y, Fitted.value("lasso", data, "y", folds, names).predictions);
    double net = error(y, Fitted.value("elastic_net", data, "y", folds, names).predictions);
    double ols = error(y, Fitted.value("ols", data, "y", folds, names).predictions);
    // the noise alone is 1
    assertThat(lasso).isBetween(0.8, 1.5);
    assertThat(net).isBetween(0.8, 1.7);
    assertThat(ols).isGreaterThan(2);
    double[] d = Datasets.values(data, "d");
    double[] chance = Fitted.chance("lasso", data, "d", folds, names).predictions;
    double[] free = Fitted.chance("linear", data, "d", folds, names).predictions;
    // .69 knows nothing, .45 is what the truth itself scores
    assertThat(logLoss(d, chance)).isBetween(0.45, 0.62);
    assertThat(logLoss(d, free)).isGreaterThan(0.8);
  }

  @Test
  void theReportTellsWhatWasKept() {
    Dataset data = sparse(500, 10);
    Folds folds = Fitted.alternating(500, 5);
    assertThat(Fitted.value("lasso", data, "y", folds, names(10)).model.description())
        .matches("lasso: [0-9]+( to [0-9]+)? of 10 columns, penalty 0\\.[0-9]+( or 0\\.[0-9]+)*");
    assertThat(Fitted.value("lasso(lambda=0.2)", data, "y", folds, names(10)).model.description())
        .isEqualTo("lasso: 3 of 10 columns, penalty 0.200");
    assertThat(Fitted.chance("elastic_net(0.3)", data, "d", folds, names(10)).model.description())
        .matches("elastic_net: [0-3]( to [0-3])? of 10 columns, penalty 0.300");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lasso", "elastic_net(l1_ratio=0.3)", "lasso(lambda=0.02)"})
  void theNumberOfThreadsChangesNoBit(String learner) {
    Dataset data = sparse(3000, 8);
    Folds folds = Fitted.alternating(3000, 3);
    for (Target.Kind kind : Target.Kind.values()) {
      double[] one = Fitted.of(1, learner, data, "d", kind, folds, names(8)).predictions;
      double[] three = Fitted.of(3, learner, data, "d", kind, folds, names(8)).predictions;
      assertThat(three).isEqualTo(one);
    }
  }

  /** Shifting and scaling columns and outcome changes no choice. */
  @ParameterizedTest
  @CsvSource({"lasso", "elastic_net"})
  void unitsDoNotMatter(String learner) {
    Dataset data = sparse(300, 4);
    Datasets scaled = new Datasets();
    for (String name : names(4)) {
      double[] x = Datasets.values(data, name);
      scaled.column(name, Arrays.stream(x).map(v -> 1000 * v + 5).toArray());
    }
    double[] y = Datasets.values(data, "y");
    Dataset other = scaled.column("y", Arrays.stream(y).map(v -> 3 - 0.01 * v).toArray()).build();
    Folds folds = Fitted.alternating(300, 5);
    double[] plain = Fitted.value(learner, data, "y", folds, names(4)).predictions;
    double[] changed = Fitted.value(learner, other, "y", folds, names(4)).predictions;
    for (int i = 0; i < 300; i++) {
      assertThat((3 - changed[i]) * 100).isCloseTo(plain[i], within(1e-9));
    }
  }

  /** Rows of weight 2 count as two rows, and rows of weight 0 are predicted but not fitted. */
  @Test
  void weightsCountRows() {
    Dataset once = sparse(240, 4);
    double[] weight = new double[240];
    Arrays.setAll(weight, i -> i % 3);
    Dataset data = once.with(List.of(new io.whatif.data.Column.Numeric("w", "DOUBLE")), weight);
    Folds folds = Fitted.alternating(240, 5);
    for (Target.Kind kind : Target.Kind.values()) {
      String target = kind == Target.Kind.VALUE ? "y" : "d";
      Target weighted = new Target(data.schema().indexOf(target), kind, data.schema().indexOf("w"));
      double[] found = predictions(data, weighted, folds);
      double[] expected = expanded(once, target, kind, weight);
      for (int i = 0; i < 240; i++) {
        if (weight[i] > 0) {
          assertThat(found[i]).isCloseTo(expected[i], within(1e-7));
        }
      }
    }
  }

  private static double[] predictions(Dataset data, Target target, Folds folds) {
    OutOfFold model =
        Learners.parse("learner", "lasso(lambda=0.02)", target.kind())
            .fitOutOfFold(
                Datasets.run(2), data, Fitted.numeric(data, names(4)), List.of(target), folds)
            .get(0);
    return Datasets.collect(data, model::predict);
  }

  /** Predictions where each row stands as often as its weight says, at its first place. */
  private static double[] expanded(Dataset data, String target, Target.Kind kind, double[] weight) {
    int total = (int) Arrays.stream(weight).sum();
    int[] from = new int[total];
    int[] fold = new int[total];
    int at = 0;
    for (int i = 0; i < weight.length; i++) {
      for (int copy = 0; copy < weight[i]; copy++) {
        fold[at] = i % 5;
        from[at++] = i;
      }
    }
    Datasets builder = new Datasets();
    for (io.whatif.data.Column column : data.schema().columns()) {
      double[] values = Datasets.values(data, column.name());
      builder.column(column.name(), Arrays.stream(from).mapToDouble(i -> values[i]).toArray());
    }
    Dataset rows = builder.build();
    Target plain = new Target(rows.schema().indexOf(target), kind);
    double[] found = predictions(rows, plain, Folds.given(fold, 5));
    double[] first = new double[weight.length];
    for (int i = total - 1; i >= 0; i--) {
      first[from[i]] = found[i];
    }
    return first;
  }

  static double error(double[] y, double[] predictions) {
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      sum += (y[i] - predictions[i]) * (y[i] - predictions[i]) / y.length;
    }
    return sum;
  }

  static double logLoss(double[] d, double[] chance) {
    double sum = 0;
    for (int i = 0; i < d.length; i++) {
      sum -= Math.log(d[i] == 1 ? chance[i] : 1 - chance[i]) / d.length;
    }
    return sum;
  }
}
