/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DebiasedLassoTest {
  private static final long SEED = 20261126;

  /** Rows [1, x, u, 1] with u = 1 + 2 x1 - x2 + N(0, 1), neighbours correlated by half. */
  private static double[][] rows(int n, int columns, double scale) {
    double[][] rows = new double[n][columns + 3];
    for (int i = 0; i < n; i++) {
      double[] row = rows[i];
      row[0] = 1;
      for (int j = 1; j <= columns; j++) {
        double own = Mix.normal(SEED, (long) i * (columns + 2) + j);
        row[j] = j == 1 ? own : .5 * row[j - 1] + Math.sqrt(.75) * own;
      }
      double noise = Mix.normal(SEED, (long) i * (columns + 2));
      row[columns + 1] = 1 + 2 * row[1] - row[2] + noise;
      row[columns + 2] = 1;
      row[1] *= scale;
    }
    return rows;
  }

  private static Gram[] folds(double[][] rows) {
    Gram[] folds = new Gram[5];
    Arrays.setAll(folds, k -> new Gram(rows[0].length));
    for (int i = 0; i < rows.length; i++) {
      folds[i % 5].add(rows[i], 1);
    }
    return folds;
  }

  private static DebiasedLasso fit(double[][] rows) {
    return DebiasedLasso.of(folds(rows), rows[0].length - 2, rows.length);
  }

  private static double[] leastSquares(double[][] rows) {
    Gram all = new Gram(rows[0].length);
    for (double[] row : rows) {
      all.add(row, 1);
    }
    int p = rows[0].length - 2;
    return PseudoInverse.of(all, p).solve(all, p);
  }

  @Test
  void withManyRowsTheCoefficientsComeNearLeastSquares() {
    double[][] rows = rows(20_000, 6, 1);
    double[] b = fit(rows).coefficients();
    double[] ols = leastSquares(rows);
    // an error is about .008, what is left of the lasso's bias a tenth of that
    assertThat(b).containsExactly(ols, within(.001));
  }

  @Test
  void theFirstColumnsOwnEquationHolds() {
    double[][] rows = rows(300, 30, 1);
    double[] b = fit(rows).coefficients();
    double left = 0;
    for (double[] row : rows) {
      double r = row[31];
      for (int j = 0; j <= 30; j++) {
        r -= b[j] * row[j];
      }
      left += r;
    }
    assertThat(left / rows.length).isCloseTo(0, within(1e-9));
  }

  @Test
  void coefficientsMoveWithTheTargetAsThePullSays() {
    // with the lasso's part held, b = beta + Theta Z'(u - Z beta) / N
    double[][] rows = rows(200, 10, 1);
    DebiasedLasso fit = fit(rows);
    double[] b = fit.lasso();
    double[] pull = fit.pull();
    double[] moved = b.clone();
    for (double[] row : rows) {
      double r = row[11];
      for (int j = 0; j <= 10; j++) {
        r -= b[j] * row[j];
      }
      for (int i = 0; i <= 10; i++) {
        for (int j = 0; j <= 10; j++) {
          moved[i] += pull[i * 11 + j] * row[j] * r;
        }
      }
    }
    assertThat(moved).containsExactly(fit.coefficients(), within(1e-9));
  }

  @Test
  void theLassoDropsWhatDoesNotMatter() {
    DebiasedLasso fit = fit(rows(500, 40, 1));
    assertThat(fit.kept()).isBetween(2, 25);
    // an error is .05, and the penalty shrinks
    assertThat(fit.lasso()[1]).isBetween(1.7, 2.1);
    assertThat(fit.lasso()[2]).isBetween(-1.1, -.6);
    assertThat(fit.converged()).isTrue();
  }

  @Test
  void unitsDoNotMatter() {
    double[] one = fit(rows(300, 20, 1)).coefficients();
    double[] other = fit(rows(300, 20, 1e4)).coefficients();
    other[1] *= 1e4;
    assertThat(other).containsExactly(one, within(1e-7));
  }

  @Test
  void moreColumnsThanRowsAreBorne() {
    DebiasedLasso fit = fit(rows(80, 150, 1));
    assertThat(fit.coefficients()[1]).isCloseTo(2, within(.6));
    assertThat(Arrays.stream(fit.coefficients()).allMatch(Double::isFinite)).isTrue();
  }

  @Test
  void aColumnThatDoesNotVaryHasNoCoefficient() {
    double[][] rows = rows(200, 5, 1);
    for (double[] row : rows) {
      row[4] = 0;
    }
    DebiasedLasso fit = fit(rows);
    assertThat(fit.coefficients()[4]).isZero();
    Gram meat = new Gram(6);
    for (double[] row : rows) {
      meat.add(Arrays.copyOf(row, 6), 1);
    }
    double[] covariance = fit.covariance(meat);
    assertThat(covariance[4 * 6 + 4]).isZero();
    assertThat(covariance[6 + 1]).isPositive();
  }
}
