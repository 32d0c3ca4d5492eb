/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.inference.Estimate;
import io.whatif.learn.Folds;
import io.whatif.math.Gram;
import io.whatif.math.PseudoInverse;
import java.util.Arrays;

/**
 * Whether predicted effects, fitted without the row's fold, tell true ones.
 *
 * <p>{@link #of}: least squares without intercept of \( Y - m \) on \( (D - e) \bar\tau \) and \(
 * (D - e)(\tau_{-k} - \bar\tau) \); the slope of the second is 1 if the predictions are calibrated
 * and 0 if they are noise; HC3 error. As grf's test_calibration; Chernozhukov, Demirer, Duflo and
 * Fernandez-Val 2018, doi:10.3386/w24678.
 *
 * @param slope the coefficient of the second regressor
 */
record Calibration(Estimate slope) {
  /** Rows that the bounds of fifths are taken from, at least, where there are more. */
  private static final int SAMPLE = 100_000;

  static Calibration of(Scores scores, double[] u, double[] v) {
    double mean = scores.mean(scores.tau);
    Gram gram = new Gram(3);
    double[] row = new double[3];
    for (int i = 0; i < u.length; i++) {
      if (!Double.isNaN(scores.tau[i])) {
        fill(row, scores, u, v, i, mean);
        gram.add(row, 1);
      }
    }
    PseudoInverse bread = PseudoInverse.of(gram, 2);
    double[] beta = bread.solve(gram, 2);
    Gram meat = new Gram(2);
    double[] weight = new double[1];
    for (int i = 0; i < u.length; i++) {
      if (!Double.isNaN(scores.tau[i])) {
        fill(row, scores, u, v, i, mean);
        double left = Math.max(1e-6, 1 - bread.form(row, 0));
        double r = row[2] - beta[0] * row[0] - beta[1] * row[1];
        weight[0] = r * r / (left * left);
        meat.add(new double[] {row[0], row[1]}, weight, 1);
      }
    }
    double variance = bread.sandwich(meat)[3];
    return new Calibration(
        bread.rank() < 2
            ? Estimate.UNDEFINED
            : new Estimate(beta[1], Math.sqrt(Math.max(0, variance))));
  }

  private static void fill(
      double[] row, Scores scores, double[] u, double[] v, int i, double mean) {
    row[0] = v[i] * mean;
    row[1] = v[i] * (scores.tau[i] - mean);
    row[2] = u[i];
  }

  /** The mean score of the fifths with the largest and smallest predicted effects. */
  record Fifths(Estimate top, Estimate bottom) {}

  /**
   * Fifths are cut within each fold, because each fold's predictions have coefficients of their
   * own.
   */
  static Fifths fifths(Scores scores, Folds folds) {
    int n = scores.tau.length;
    double[] low = new double[folds.count()];
    double[] high = new double[folds.count()];
    double[][] sorted = byFold(scores.tau, folds);
    for (int k = 0; k < sorted.length; k++) {
      boolean empty = sorted[k].length == 0;
      low[k] = empty ? Double.NaN : Ranking.quantile(sorted[k], 0.2);
      high[k] = empty ? Double.NaN : Ranking.quantile(sorted[k], 0.8);
    }
    double[] top = new double[n];
    double[] bottom = new double[n];
    int topRows = 0;
    int bottomRows = 0;
    for (int i = 0; i < n; i++) {
      int k = folds.of((long) i);
      if (scores.tau[i] > high[k]) {
        top[topRows++] = scores.score[i];
      }
      if (scores.tau[i] < low[k]) {
        bottom[bottomRows++] = scores.score[i];
      }
    }
    return new Fifths(mean(top, topRows), mean(bottom, bottomRows));
  }

  /** Effects of each fold, sorted; of every k-th row where there are many. */
  private static double[][] byFold(double[] tau, Folds folds) {
    int stride = Math.max(1, tau.length / SAMPLE);
    int[] size = new int[folds.count()];
    for (int i = 0; i < tau.length; i += stride) {
      size[folds.of((long) i)] += Double.isNaN(tau[i]) ? 0 : 1;
    }
    double[][] sorted = new double[size.length][];
    Arrays.setAll(sorted, k -> new double[size[k]]);
    Arrays.fill(size, 0);
    for (int i = 0; i < tau.length; i += stride) {
      int k = folds.of((long) i);
      if (!Double.isNaN(tau[i])) {
        sorted[k][size[k]++] = tau[i];
      }
    }
    for (double[] values : sorted) {
      Arrays.sort(values);
    }
    return sorted;
  }

  private static Estimate mean(double[] values, int count) {
    if (count < 2) {
      return Estimate.UNDEFINED;
    }
    double mean = 0;
    for (int i = 0; i < count; i++) {
      mean += values[i] / count;
    }
    double squares = 0;
    for (int i = 0; i < count; i++) {
      squares += (values[i] - mean) * (values[i] - mean);
    }
    return new Estimate(mean, Math.sqrt(squares / (count - 1) / count));
  }
}
