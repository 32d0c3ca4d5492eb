/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.jr.ob.JSON;
import io.whatif.data.Batch;
import io.whatif.data.Column;
import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import io.whatif.math.Gram;
import io.whatif.math.Mix;
import io.whatif.math.NormalEquations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassLearnersTest {
  private static final String[] X = {"x0", "x1", "x2"};

  private static double[] column(int rows, java.util.function.IntToDoubleFunction value) {
    double[] values = new double[rows];
    Arrays.setAll(values, value);
    return values;
  }

  /** Three classes that lean on x0 and x1. */
  private static Dataset classes(int rows) {
    double[] x0 = column(rows, i -> Mix.normal(1, i));
    double[] x1 = column(rows, i -> 10 + 5 * Mix.normal(2, i));
    double[] codes = new double[rows];
    for (int i = 0; i < rows; i++) {
      double[] odds = {1, Math.exp(x0[i]), Math.exp(0.2 * (x1[i] - 10) - 1)};
      double at = Mix.uniform(3, i) * (odds[0] + odds[1] + odds[2]);
      codes[i] = at < odds[0] ? 0 : at < odds[0] + odds[1] ? 1 : 2;
    }
    return new Datasets()
        .column("x0", x0)
        .column("x1", x1)
        .column("x2", column(rows, i -> Mix.normal(4, i)))
        .column("arm", codes)
        .build();
  }

  private static double[][] fit(String learner, Dataset data, Folds folds, int threads) {
    return chances(model(learner, data, folds, threads), data);
  }

  private static ClassProbabilities model(String learner, Dataset data, Folds folds, int threads) {
    return Learners.parseClasses("treatment_learner", learner)
        .fitOutOfFold(
            Datasets.run(threads),
            data,
            Fitted.numeric(data, X),
            new ClassTarget(data.schema().indexOf("arm"), 3),
            folds);
  }

  private static double[][] chances(ClassProbabilities model, Dataset data) {
    double[][] all = new double[model.classes()][];
    for (int c = 0; c < all.length; c++) {
      int wanted = c;
      all[c] =
          Datasets.collect(
              data,
              (batch, into) -> {
                double[][] block = new double[model.classes()][Batch.CAPACITY];
                model.predict(batch, block);
                System.arraycopy(block[wanted], 0, into, 0, batch.rows());
              });
    }
    return all;
  }

  /** At the optimum the penalised gradient of every coefficient is 0. */
  @ParameterizedTest
  @CsvSource({"multinomial(c=1), 1", "logistic(c=0.01), 0.01", "logit, Infinity"})
  void theGradientVanishes(String learner, double c) {
    int rows = 1000;
    Dataset data = classes(rows);
    Folds folds = Fitted.alternating(rows, 4);
    SoftmaxPredictions model = (SoftmaxPredictions) model(learner, data, folds, 2);
    assertThat(model.converged()).isTrue();
    double[][] x = new double[4][];
    x[0] = column(rows, i -> 1);
    for (int j = 0; j < 3; j++) {
      x[j + 1] = Datasets.values(data, X[j]);
    }
    double[] codes = Datasets.values(data, "arm");
    for (int k = 0; k < 4; k++) {
      double[][] b = model.coefficients()[k];
      double[][] gradient = new double[3][4];
      for (int i = 0; i < rows; i++) {
        if (i % 4 == k) {
          continue;
        }
        double[] odds = new double[3];
        for (int a = 0; a < 3; a++) {
          for (int j = 0; j < 4; j++) {
            odds[a] += b[a][j] * x[j][i];
          }
          odds[a] = Math.exp(odds[a]);
        }
        double sum = odds[0] + odds[1] + odds[2];
        for (int a = 0; a < 3; a++) {
          for (int j = 0; j < 4; j++) {
            gradient[a][j] += (odds[a] / sum - (codes[i] == a ? 1 : 0)) * x[j][i];
          }
        }
      }
      for (int a = 0; a < 3; a++) {
        for (int j = 0; j < 4; j++) {
          double penalised = gradient[a][j] + (j == 0 ? 0 : b[a][j] / c);
          // 750 terms up to 25, each rounded to 1e-16 of that
          assertThat(penalised).isCloseTo(0, within(1e-10));
        }
      }
    }
  }

  /**
   * EconML 0.17's LinearDRLearner on multi_arm_50k.parquet, with scikit-learn 1.6.1's multinomial
   * logistic regression (C=1, newton-cg, tol=1e-12) and Ridge(alpha=1) on the covariates and arms,
   * five contiguous folds. Only conditioning separates the two: 1e-8 relative, beside the largest
   * coefficient where one is nearly 0.
   */
  @Test
  void linearDrLearnersDigitsComeOut() throws IOException, SQLException {
    Path file = Datasets.shared("data/multi_arm_50k.parquet");
    int rows = 50_000;
    Datasets columns = new Datasets();
    String[] names = IntStream.range(0, 8).mapToObj(j -> "x" + j).toArray(String[]::new);
    for (String name : names) {
      columns.column(name, read(file, name, rows));
    }
    double[] arm = read(file, "list_position(['none', 'discount', 'support'], arm) - 1", rows);
    double[] y = read(file, "y", rows);
    double[][] flag = new double[2][];
    for (int a = 0; a < 2; a++) {
      int code = a + 1;
      flag[a] = column(rows, i -> arm[i] == code ? 1 : 0);
    }
    Dataset data = columns.column("arm", arm).column("y", y).build();
    Folds folds = Fitted.blocks(rows, 5);
    ClassProbabilities propensity =
        Learners.parseClasses("treatment_learner", "multinomial(c=1)")
            .fitOutOfFold(
                Datasets.run(2),
                data,
                Fitted.numeric(data, names),
                new ClassTarget(data.schema().indexOf("arm"), 3),
                folds);
    assertThat(propensity.converged()).isTrue();
    double[][] e = chances(propensity, data);
    double[][] g = outcomes(data, names, flag, folds);
    for (int a = 1; a < 3; a++) {
      double[] target = new double[rows];
      for (int i = 0; i < rows; i++) {
        target[i] = g[a][i] - g[0][i];
        if (arm[i] == a) {
          target[i] += (y[i] - g[a][i]) / e[a][i];
        } else if (arm[i] == 0) {
          target[i] -= (y[i] - g[0][i]) / e[0][i];
        }
      }
      double[] found = leastSquares(data, names, target);
      double[] expected = golden(a == 1 ? "discount" : "support");
      for (int j = 0; j < 9; j++) {
        assertThat(found[j])
            .isCloseTo(expected[j], within(1e-8 * Math.max(0.1, Math.abs(expected[j]))));
      }
    }
  }

  /** Outcomes predicted by ridge with the arm's two columns set to each arm. */
  private static double[][] outcomes(Dataset data, String[] names, double[][] flag, Folds folds) {
    List<Column> added =
        List.of(new Column.Numeric("discount", "DOUBLE"), new Column.Numeric("support", "DOUBLE"));
    int rows = flag[0].length;
    double[][] now = {flag[0].clone(), flag[1].clone()};
    Dataset armed = data.with(added, now);
    String[] all = Arrays.copyOf(names, 10);
    all[8] = "discount";
    all[9] = "support";
    OutOfFold model =
        Learners.parse("outcome_learner", "ridge(alpha=1)", Target.Kind.VALUE)
            .fitOutOfFold(
                Datasets.run(2),
                armed,
                Fitted.numeric(armed, all),
                List.of(new Target(data.schema().indexOf("y"), Target.Kind.VALUE)),
                folds)
            .get(0);
    double[][] outcomes = new double[3][];
    for (int a = 0; a < 3; a++) {
      Arrays.fill(now[0], 0, rows, a == 1 ? 1 : 0);
      Arrays.fill(now[1], 0, rows, a == 2 ? 1 : 0);
      outcomes[a] = Datasets.collect(armed, model::predict);
    }
    return outcomes;
  }

  private static double[] leastSquares(Dataset data, String[] names, double[] target) {
    double[][] x = new double[names.length][];
    Arrays.setAll(x, j -> Datasets.values(data, names[j]));
    int width = names.length + 1;
    Gram gram = new Gram(width + 1);
    double[] row = new double[width + 1];
    for (int i = 0; i < target.length; i++) {
      row[0] = 1;
      for (int j = 0; j < names.length; j++) {
        row[j + 1] = x[j][i];
      }
      row[width] = target[i];
      gram.add(row, 1);
    }
    return NormalEquations.of(gram, width, new double[width])
        .solve(FoldGrams.column(gram, width, width));
  }

  private static double[] golden(String arm) throws IOException {
    Map<String, Object> all =
        JSON.std.mapFrom(
            Files.readString(Datasets.shared("reference/golden/econml_doubleml_statsmodels.json")));
    Map<?, ?> learner = (Map<?, ?>) requireNonNull(all.get("lineardrlearner_multi_arm_50k"));
    List<?> terms = (List<?>) requireNonNull(((Map<?, ?>) learner.get(arm)).get("params"));
    return terms.stream()
        .mapToDouble(
            term -> ((Number) requireNonNull(((Map<?, ?>) term).get("estimate"))).doubleValue())
        .toArray();
  }

  private static double[] read(Path file, String expression, int rows) throws SQLException {
    double[] values = new double[rows];
    String sql = "SELECT " + expression + " FROM '" + file + "' ORDER BY id";
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      for (int i = 0; result.next(); i++) {
        values[i] = result.getDouble(1);
      }
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(strings = {"multinomial", "linear", "spline", "gbt", "lasso", "forest(trees=50)"})
  void everyLearnerFindsTheChances(String learner) {
    int rows = 4000;
    Dataset data = classes(rows);
    double[][] found = fit(learner, data, Fitted.alternating(rows, 5), 2);
    double[] x0 = Datasets.values(data, "x0");
    double[] x1 = Datasets.values(data, "x1");
    double error = 0;
    for (int i = 0; i < rows; i++) {
      double[] odds = {1, Math.exp(x0[i]), Math.exp(0.2 * (x1[i] - 10) - 1)};
      double sum = odds[0] + odds[1] + odds[2];
      double total = 0;
      for (int c = 0; c < 3; c++) {
        error += Math.pow(found[c][i] - odds[c] / sum, 2) / rows / 3;
        total += found[c][i];
        assertThat(found[c][i]).isBetween(0.0, 1.0);
      }
      assertThat(total).isCloseTo(1, within(1e-12));
    }
    assertThat(Math.sqrt(error)).isLessThan(learner.startsWith("forest") ? 0.1 : 0.05);
  }

  @ParameterizedTest
  @ValueSource(strings = {"multinomial", "logit", "spline", "gbt(trees=20)"})
  void theNumberOfThreadsChangesNoBit(String learner) {
    Dataset data = classes(5000);
    Folds folds = Fitted.alternating(5000, 3);
    double[][] one = fit(learner, data, folds, 1);
    double[][] three = fit(learner, data, folds, 3);
    assertThat(three).isDeepEqualTo(one);
  }

  /** A row of weight 2 is two rows; one of weight 0 is predicted only. */
  @Test
  void weightsCountRows() {
    int rows = 600;
    Dataset plain = classes(rows);
    double[] weight = column(rows, i -> i % 3);
    Dataset data = plain.with(List.of(new Column.Numeric("w", "DOUBLE")), weight);
    ClassProbabilities weighted =
        Learners.parseClasses("treatment_learner", "multinomial(c=0.5)")
            .fitOutOfFold(
                Datasets.run(2),
                data,
                Fitted.numeric(data, X),
                new ClassTarget(3, 3, 4),
                Fitted.alternating(rows, 2));
    int[] from =
        IntStream.range(0, rows)
            .flatMap(i -> IntStream.range(0, (int) weight[i]).map(copy -> i))
            .toArray();
    Datasets expanded = new Datasets();
    for (Column column : plain.schema().columns()) {
      double[] values = Datasets.values(plain, column.name());
      expanded.column(column.name(), Arrays.stream(from).mapToDouble(i -> values[i]).toArray());
    }
    Dataset copies = expanded.build();
    Folds folds = Folds.given(Arrays.stream(from).map(i -> i % 2).toArray(), 2);
    double[][] found = chances(weighted, data);
    double[][] expected = fit("multinomial(c=0.5)", copies, folds, 2);
    for (int i = 0; i < from.length; i++) {
      for (int c = 0; c < 3; c++) {
        assertThat(found[c][from[i]]).isCloseTo(expected[c][i], within(1e-9));
      }
    }
  }

  /** Of two classes it is logistic regression; both have coefficients, so each half the penalty. */
  @Test
  void twoClassesAreLogisticRegression() {
    int rows = 500;
    Dataset data = classes(rows);
    double[] binary = Arrays.stream(Datasets.values(data, "arm")).map(a -> a > 0 ? 1 : 0).toArray();
    Dataset two = data.with(List.of(new Column.Numeric("d", "DOUBLE")), binary);
    Folds folds = Fitted.alternating(rows, 5);
    ClassProbabilities model =
        Learners.parseClasses("treatment_learner", "multinomial(c=0.1)")
            .fitOutOfFold(
                Datasets.run(1), two, Fitted.numeric(two, X), new ClassTarget(4, 2), folds);
    double[] single = Fitted.chance("multinomial(c=0.1)", two, "d", folds, X).predictions;
    double[] half = Fitted.chance("logistic(c=0.2)", two, "d", folds, X).predictions;
    double[][] found = chances(model, two);
    for (int i = 0; i < rows; i++) {
      assertThat(found[1][i]).isCloseTo(single[i], within(1e-9));
      assertThat(half[i]).isCloseTo(single[i], within(1e-12));
    }
  }

  @Test
  void aClassWithoutRowsOutsideAFoldIsNamed() {
    int rows = 60;
    double[] codes = column(rows, i -> i % 5 == 2 ? 2 : i % 2);
    Dataset data =
        new Datasets()
            .column("x0", column(rows, i -> Mix.normal(1, i)))
            .column("x1", column(rows, i -> Mix.normal(2, i)))
            .column("x2", column(rows, i -> Mix.normal(3, i)))
            .column("arm", codes)
            .build();
    for (String learner : List.of("multinomial", "spline")) {
      assertThatThrownBy(() -> model(learner, data, Fitted.alternating(rows, 5), 1))
          .hasToString(
              "column 'arm' has no rows of '2' outside fold 3 of 5, so its probability cannot be"
                  + " fitted there. Use fewer folds, or more rows of '2'.");
    }
  }

  @Test
  void learnersOfValuesAreRefused() {
    assertThatThrownBy(() -> Learners.parseClasses("treatment_learner", "ols"))
        .hasToString(
            "treatment_learner => 'ols': ols predicts values, and not the chances of several arms."
                + " Use spline, linear, multinomial(c=1) or gbt.");
  }
}
