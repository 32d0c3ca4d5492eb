/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.data.Column;
import io.whatif.data.CountedTiles;
import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import io.whatif.data.Profile;
import io.whatif.data.RowSample;
import io.whatif.data.Schema;
import io.whatif.math.Mix;
import io.whatif.model.Predictor;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Fits to many rows, which stop sooner than those to few. */
class ManyRowsTest {
  private static final String[] X = {"x0", "x1", "x2"};

  /** More than 300,000 a coefficient, so that the optimum of all is sought before the folds'. */
  private static final int MILLIONS = 2_000_003;

  private static final int COPIED = 200_000;

  private final LongAdder valuesRead = new LongAdder();

  /**
   * A further Newton step from where a logistic regression ends would move no coefficient by more
   * than 1e-8, which is what such fits promise; the covariates are independent, so that the
   * diagonal of the Hessian tells the step.
   */
  @Test
  void aLogisticRegressionEndsWhereItsScoreIsNought() {
    Rows rows = rows(120_000, 1);
    rows.checkEnd(null);
    rows.checkEnd(Profile.of(Datasets.run(2), rows.data));
  }

  /** Of treatments that covariates nearly decide: one in ten rows is not near 0 or 1. */
  @Test
  void soDoesThatOfSteepPropensities() {
    double[][] x = new double[X.length][120_000];
    double[] d = new double[120_000];
    for (int i = 0; i < d.length; i++) {
      for (int j = 0; j < X.length; j++) {
        x[j][i] = Mix.normal(j + 1L, i);
      }
      double f = 12 * x[0][i] - 9 * x[1][i];
      d[i] = Mix.uniform(9, i) < 1 / (1 + Math.exp(-f)) ? 1 : 0;
    }
    Rows rows = rows(x, d);
    rows.checkEnd(null);
    rows.checkEnd(Profile.of(Datasets.run(2), rows.data));
  }

  /** The start of so many is polished on every other batch, then on all. */
  @Test
  void soDoesThatOfMillions() {
    Rows rows = rows(MILLIONS, 1);
    rows.checkEnd(null);
    rows.checkEnd(Profile.of(Datasets.run(2), rows.data));
    rows.checkEnd(rows.profile(COPIED));
  }

  /** Of cubes of normals a sample tells less, and knows it. */
  @Test
  void soDoesThatOfMillionsWithLongTails() {
    Rows rows = rows(MILLIONS, 3);
    rows.checkEnd(rows.profile(COPIED));
  }

  /** In folds that are unlike each other, as regions are: what is left out is not asked. */
  @Test
  void soDoesThatOfMillionsInUnlikeFolds() {
    Rows alike = rows(MILLIONS, 1);
    Arrays.sort(alike.x[0]);
    double[] d = new double[MILLIONS];
    for (int i = 0; i < d.length; i++) {
      double f = 0.5 * alike.x[0][i] - 0.4 * alike.x[1][i] + 0.3 * alike.x[2][i];
      d[i] = Mix.uniform(9, i) < 1 / (1 + Math.exp(-f)) ? 1 : 0;
    }
    Rows rows = rows(alike.x, d, i -> (int) (i * 5L / MILLIONS));
    rows.checkEnd(rows.profile(COPIED));
  }

  /** Of rows that are all treated and none of which is copied, the fit has no optimum. */
  @Test
  void separationByAColumnThatNoCopiedRowTellsIsReported() {
    double[][] x = new double[X.length][MILLIONS];
    double[] d = new double[MILLIONS];
    RowSample copied = RowSample.of(MILLIONS, COPIED);
    int rare = 0;
    for (int i = 0; i < MILLIONS; i++) {
      x[0][i] = Mix.normal(1, i);
      x[1][i] = Mix.normal(2, i);
      d[i] = Mix.uniform(9, i) < 1 / (1 + Math.exp(-0.5 * x[0][i])) ? 1 : 0;
      if (rare < 13 && i % 100_000 > 50_000 && !copied.has(i)) {
        x[2][i] = 1;
        d[i] = 1;
        rare++;
      }
    }
    Rows rows = rows(x, d);
    assertThat(rows.fit(rows.profile(COPIED)).converged()).isFalse();
  }

  @Test
  void enoughRowsInMemorySpareTheScanAtEachFoldsPoint() {
    Rows rows = rows(MILLIONS, 1);
    long byMany = rows.valuesReadWith(rows.profile(COPIED));
    long byFew = rows.valuesReadWith(rows.profile(COPIED / 5));
    assertThat(byFew - byMany).isEqualTo((X.length + 1L) * MILLIONS);
  }

  /** Independent covariates and a treatment that depends on them. */
  private final class Rows {
    private final double[][] x;
    private final double[] d;
    private final Dataset data;
    private final int[] fold;
    private final Folds folds;

    private Rows(double[][] x, double[] d, Dataset data, IntUnaryOperator fold) {
      this.x = x;
      this.d = d;
      this.data = data;
      this.fold = IntStream.range(0, d.length).map(fold).toArray();
      this.folds = Folds.given(this.fold, 5);
    }

    /** What the columns hold, with a copy of some rows. */
    Profile profile(int copied) {
      return Profile.of(Datasets.run(2), data, RowSample.of(d.length, copied));
    }

    private OutOfFold fit(@Nullable Profile profile) {
      Covariates columns = Fitted.numeric(data, X);
      return Learners.parse("learner", "logit", Target.Kind.PROBABILITY)
          .fitOutOfFold(
              Datasets.run(2),
              data,
              profile == null ? columns : new Covariates(columns.columns(), profile),
              List.of(new Target(data.schema().indexOf("d"), Target.Kind.PROBABILITY)),
              folds)
          .get(0);
    }

    void checkEnd(@Nullable Profile profile) {
      OutOfFold fitted = fit(profile);
      assertThat(fitted.converged()).isTrue();
      for (int k = 0; k < folds.count(); k++) {
        assertThat(largestStep(fitted.predictor(k), k)).isLessThan(1e-8);
      }
    }

    private double largestStep(Predictor without, int left) {
      int rows = d.length;
      double[] chance = new double[rows];
      without.predict(x, rows, chance);
      double largest = 0;
      for (int j = 0; j <= x.length; j++) {
        double score = 0;
        double curvature = 0;
        for (int i = 0; i < rows; i++) {
          double z = j == 0 ? 1 : x[j - 1][i];
          if (fold[i] != left) {
            score += (d[i] - chance[i]) * z;
            curvature += chance[i] * (1 - chance[i]) * z * z;
          }
        }
        largest = Math.max(largest, Math.abs(score / curvature));
      }
      return largest;
    }

    long valuesReadWith(Profile profile) {
      long before = valuesRead.sum();
      fit(profile);
      return valuesRead.sum() - before;
    }
  }

  /**
   * Rows.
   *
   * @param power of normals, odd; covariates have variance 1
   */
  private Rows rows(int rows, int power) {
    double[][] x = new double[X.length][rows];
    double[] d = new double[rows];
    double scale = power == 1 ? 1 : Math.sqrt(15);
    for (int j = 0; j < X.length; j++) {
      long stream = j + 1L;
      Arrays.setAll(x[j], i -> Math.pow(Mix.normal(stream, i), power) / scale);
    }
    for (int i = 0; i < rows; i++) {
      double f = 0.5 * x[0][i] - 0.4 * x[1][i] + 0.3 * x[2][i];
      d[i] = Mix.uniform(9, i) < 1 / (1 + Math.exp(-f)) ? 1 : 0;
    }
    return rows(x, d);
  }

  private Rows rows(double[][] x, double[] d) {
    return rows(x, d, i -> i % 5);
  }

  private Rows rows(double[][] x, double[] d, IntUnaryOperator fold) {
    List<Column> columns =
        List.of(
            new Column.Numeric(X[0], "DOUBLE"),
            new Column.Numeric(X[1], "DOUBLE"),
            new Column.Numeric(X[2], "DOUBLE"),
            new Column.Numeric("d", "DOUBLE"));
    Dataset data = CountedTiles.of(new Schema(columns), valuesRead, x[0], x[1], x[2], d);
    return new Rows(x, d, data, fold);
  }
}
