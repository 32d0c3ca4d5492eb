/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import io.whatif.data.Pass;
import io.whatif.data.Run;
import io.whatif.math.Gram;
import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums of logistic regressions at several points, and beside other sums. */
class LogisticScanTest {
  private static final int ROWS = 30_000;
  private static final String[] X = {"x0", "x1", "x2"};
  private static final Target TREATED = new Target(3, Target.Kind.PROBABILITY);
  private static final Target OUTCOME = new Target(4, Target.Kind.VALUE);

  private final Run run = Datasets.run(2);
  private final Folds folds = Fitted.alternating(ROWS, 5);

  @Test
  void gradientsAtSeveralPointsAreThoseAtEach() {
    checkGradients(data(0), 3e-3);
    checkGradients(data(50), 2);
  }

  private void checkGradients(Dataset data, double apart) {
    LogisticScan.Likelihood likelihood =
        new LogisticScan.Likelihood(basis(data), TREATED, LogisticLoss.BINARY);
    List<LogisticScan.Point> points = new ArrayList<>();
    for (int k = 0; k < folds.count(); k++) {
      double[] b = {0.1, 0.5, -0.4, 0.3};
      int stream = 20 + k;
      Arrays.setAll(b, j -> b[j] + apart * Mix.normal(stream, j));
      points.add(LogisticScan.Point.without(b, k));
    }
    LogisticSums.Wanted gradient = LogisticSums.Wanted.GRADIENT;
    LogisticSums[] together = data.scan(run, new LogisticScan(likelihood, folds, points, gradient));
    for (int k = 0; k < folds.count(); k++) {
      LogisticSums alone =
          data.scan(run, new LogisticScan(likelihood, folds, List.of(points.get(k)), gradient))[0];
      assertThat(together[k].gradient()).isEqualTo(alone.gradient());
    }
  }

  /** Also where a chance is next to 0 or 1, and no digit of the smaller one may be lost. */
  @ParameterizedTest
  @ValueSource(doubles = {0, -0.0, 1e-310, -1e-310, 1e-9, -1e-9, .7, -3, 38, -38, 700, -700})
  void aRowHasTheGradientAndCurvatureOfItsChance(double index) {
    double e = Math.exp(-Math.abs(index));
    double likely = 1 / (1 + e);
    double chance = index > 0 ? likely : e * likely;
    double against = index > 0 ? e * likely : likely;
    for (int y = 0; y <= 1; y++) {
      FilledRows row = new FilledRows.ByColumn(2);
      row.put(0, 0, 1);
      row.put(0, 1, index);
      LogisticSums sums = new LogisticSums(2, LogisticSums.Wanted.CURVATURE);
      LogisticLoss.BINARY.add(
          new LogisticLoss.Rows(row, new double[] {y}, new double[] {3}, 1),
          new double[] {0, 1},
          new double[2][1],
          sums);
      assertThat(sums.gradient()[0]).isEqualTo(3 * (y == 1 ? -against : chance));
      assertThat(sums.hessian().get(0, 0)).isEqualTo(3 * (e * likely * likely));
    }
  }

  @Test
  void whatIsSummedBesideIsWhatIsSummedAlone() {
    Dataset data = data(0);
    Moments.Summary moments = data.scan(run, new Moments(design(data), List.of(OUTCOME), folds));
    Standardization basis = Standardization.of(design(data), moments);
    FoldGrams grams = new FoldGrams(basis, List.of(OUTCOME), folds, moments);
    LogisticScan scan =
        LogisticScan.byFold(
            Standardization.of(design(data), moments),
            TREATED,
            folds,
            new double[] {0.1, 0.5, -0.4, 0.3},
            LogisticSums.Wanted.CURVATURE);
    assertThat(grams.readsAs(scan)).isTrue();
    Pass.Both<LogisticSums[], Gram[]> both = data.scan(run, scan.beside(grams));
    Gram[] alone = data.scan(run, grams);
    LogisticSums[] sums = data.scan(run, scan);
    for (int k = 0; k < folds.count(); k++) {
      assertThat(both.first()[k].gradient()).containsExactly(sums[k].gradient());
      for (int i = 0; i < alone[k].width(); i++) {
        for (int j = 0; j <= i; j++) {
          assertThat(both.second()[k].get(i, j)).isEqualTo(alone[k].get(i, j));
        }
      }
    }
  }

  @Test
  void otherFoldsAreNotReadAlike() {
    Dataset data = data(0);
    Basis basis = basis(data);
    Folds others = Fitted.alternating(ROWS, 5);
    FoldGrams grams = FoldGrams.of(basis, new Weights(Target.UNWEIGHTED), others);
    LogisticScan scan =
        LogisticScan.byFold(basis, TREATED, folds, new double[4], LogisticSums.Wanted.CURVATURE);
    assertThat(grams.readsAs(scan)).isFalse();
  }

  private Basis basis(Dataset data) {
    return Standardization.of(
        design(data), data.scan(run, new Moments(design(data), List.of(OUTCOME), folds)));
  }

  private static Design design(Dataset data) {
    List<Covariate> columns = new ArrayList<>();
    for (int c = 0; c < X.length; c++) {
      columns.add(new Covariate(c, X[c], 0, false, 0));
    }
    return new Design(new Covariates(columns), data.schema());
  }

  /** Rows, one of which may lie far out. */
  private static Dataset data(double farthest) {
    Datasets data = new Datasets();
    for (int c = 0; c < X.length; c++) {
      double[] x = new double[ROWS];
      long stream = c;
      Arrays.setAll(x, i -> Mix.normal(stream, i));
      x[ROWS / 2] += farthest;
      data.column(X[c], x);
    }
    double[] d = new double[ROWS];
    double[] y = new double[ROWS];
    Arrays.setAll(d, i -> Mix.uniform(9, i) < 0.4 ? 1 : 0);
    Arrays.setAll(y, i -> d[i] + Mix.normal(10, i));
    return data.column("d", d).column("y", y).build();
  }
}
