/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.inference.ClusterSums;
import io.whatif.inference.Estimate;
import io.whatif.learn.Folds;
import io.whatif.math.Gram;
import io.whatif.math.Mix;
import io.whatif.math.Normal;
import io.whatif.math.PseudoInverse;
import java.util.Arrays;

/**
 * Whether predicted effects, fitted without the row's fold, tell true ones.
 *
 * <p>{@link #of}: least squares without intercept of \( Y - m \) on \( (D - e) \bar\tau \) and \(
 * (D - e)(\tau_{-k} - \bar\tau) \). The first coefficient is 1 if the mean prediction is right, the
 * second if the predictions are calibrated, and 0 if they are noise. HC3 errors, or by clusters. As
 * grf's test_calibration; Chernozhukov, Demirer, Duflo and Fernandez-Val 2018, doi:10.3386/w24678.
 *
 * <p>Edge cases: undefined where the two cannot be told apart, as with predictions that are all
 * alike.
 *
 * @param mean the coefficient of the first regressor
 * @param slope that of the second
 * @param degrees of freedom of both: rows, by how many they stand for, less 2; clusters less 1
 */
record Calibration(Estimate mean, Estimate slope, long degrees) {
  static final Calibration UNDEFINED = new Calibration(Estimate.UNDEFINED, Estimate.UNDEFINED, 0);

  /** The stream of hashes that decides between rows of equal predicted effect. */
  private static final long TIES = 5;

  static Calibration of(Scores scores, double[] u, double[] v) {
    double mean = scores.mean(scores.tau);
    Gram gram = new Gram(3);
    double[] row = new double[3];
    double[] weight = new double[1];
    for (int i = 0; i < u.length; i++) {
      if (!Double.isNaN(scores.tau[i])) {
        fill(row, scores, u, v, i, mean);
        weight[0] = scores.weight(i);
        gram.add(row, weight, 1);
      }
    }
    PseudoInverse bread = PseudoInverse.of(gram, 2);
    double[] beta = bread.solve(gram, 2);
    if (bread.rank() < 2) {
      return UNDEFINED;
    }
    double[] inverse = bread.toArray();
    double[][] influence = new double[2][u.length];
    for (int i = 0; i < u.length; i++) {
      influence[0][i] = Double.NaN;
      influence[1][i] = Double.NaN;
      if (!Double.isNaN(scores.tau[i])) {
        fill(row, scores, u, v, i, mean);
        double w = scores.weight(i);
        double left = scores.clusters == null ? Math.max(1e-6, 1 - w * bread.form(row, 0)) : 1;
        double r = row[2] - beta[0] * row[0] - beta[1] * row[1];
        influence[0][i] = w * ((inverse[0] * row[0] + inverse[1] * row[1]) * r / left);
        influence[1][i] = w * ((inverse[2] * row[0] + inverse[3] * row[1]) * r / left);
      }
    }
    return new Calibration(
        new Estimate(beta[0], Math.sqrt(ClusterSums.squares(influence[0], scores.clusters))),
        new Estimate(beta[1], Math.sqrt(ClusterSums.squares(influence[1], scores.clusters))),
        degrees(scores, influence[0]));
  }

  private static long degrees(Scores scores, double[] influence) {
    if (scores.clusters == null) {
      return Math.max(0, scores.count() - 2);
    }
    long clusters =
        Arrays.stream(ClusterSums.of(influence, scores.clusters))
            .filter(sum -> !Double.isNaN(sum))
            .count();
    return Math.max(0, clusters - 1);
  }

  private static void fill(
      double[] row, Scores scores, double[] u, double[] v, int i, double mean) {
    row[0] = v[i] * mean;
    row[1] = v[i] * (scores.tau[i] - mean);
    row[2] = u[i];
  }

  /**
   * The one-sided p-value that the predictions tell nothing, against a positive slope: the test of
   * heterogeneity where the effect has no coefficients.
   */
  double pValue() {
    return Normal.upperTail(slope.z());
  }

  /** The mean score of the fifths with the largest and smallest predicted effects. */
  record Fifths(Estimate top, Estimate bottom) {}

  /**
   * Fifths are cut within each fold, because each fold's predictions have coefficients of their
   * own: the floor(n/5) rows at each end of its rows in the order of (tau, hash of the key), so
   * that ties leave no fifth empty. Errors by clusters where there are any.
   */
  static Fifths fifths(Scores scores, Folds folds, long[] keys) {
    double[][] sorted = byFold(scores.tau, folds);
    return new Fifths(
        mean(scores, new End(scores, folds, keys, false).scores(sorted)),
        mean(scores, new End(scores, folds, keys, true).scores(sorted)));
  }

  /** The effects of each fold, sorted. */
  private static double[][] byFold(double[] tau, Folds folds) {
    int[] size = new int[folds.count()];
    for (int i = 0; i < tau.length; i++) {
      size[folds.of((long) i)] += Double.isNaN(tau[i]) ? 0 : 1;
    }
    double[][] sorted = new double[size.length][];
    Arrays.setAll(sorted, k -> new double[size[k]]);
    Arrays.fill(size, 0);
    for (int i = 0; i < tau.length; i++) {
      int k = folds.of((long) i);
      if (!Double.isNaN(tau[i])) {
        sorted[k][size[k]++] = tau[i];
      }
    }
    for (double[] values : sorted) {
      Arrays.parallelSort(values);
    }
    return sorted;
  }

  /** One end of the ranking of rows within folds. */
  private record End(Scores all, Folds folds, long[] keys, boolean low) {
    /** The score of each row at this end, NaN elsewhere. */
    double[] scores(double[][] sorted) {
      double[] tau = all.tau;
      double[] score = all.score;
      double[] kept = new double[score.length];
      Arrays.fill(kept, Double.NaN);
      int[] wanted = new int[sorted.length];
      double[] cut = new double[sorted.length];
      for (int k = 0; k < sorted.length; k++) {
        int n = sorted[k].length;
        wanted[k] = n / 5;
        cut[k] = wanted[k] == 0 ? Double.NaN : sorted[k][low ? wanted[k] - 1 : n - wanted[k]];
      }
      int[] tied = new int[sorted.length];
      for (int i = 0; i < score.length; i++) {
        int k = folds.of((long) i);
        tied[k] += tau[i] == cut[k] ? 1 : 0;
        if (low ? tau[i] < cut[k] : tau[i] > cut[k]) {
          kept[i] = score[i];
          wanted[k]--;
        }
      }
      for (int k = 0; k < sorted.length; k++) {
        if (wanted[k] > 0) {
          ties(k, cut[k], new int[tied[k]], wanted[k], kept);
        }
      }
      return kept;
    }

    /** Keeps {@code wanted} of the rows of fold k whose effect is {@code cut}, by hash, by row. */
    private void ties(int k, double cut, int[] rows, int wanted, double[] kept) {
      double[] tau = all.tau;
      long[] hashes = new long[rows.length];
      int at = 0;
      for (int i = 0; i < tau.length; i++) {
        if (tau[i] == cut && folds.of((long) i) == k) {
          rows[at] = i;
          hashes[at++] = hash(i);
        }
      }
      Arrays.parallelSort(hashes);
      long last = hashes[wanted - 1];
      int below = 0;
      while (hashes[below] < last) {
        below++;
      }
      int equal = wanted - below;
      for (int j = 0; j < rows.length; j++) {
        int i = rows[low ? j : rows.length - 1 - j];
        long h = hash(i);
        if (h < last || (h == last && equal-- > 0)) {
          kept[i] = all.score[i];
        }
      }
    }

    private long hash(int row) {
      long h = Mix.mix(TIES, keys[row]);
      return low ? h : ~h;
    }
  }

  /** The mean of the scores that are not NaN. */
  private static Estimate mean(Scores scores, double[] kept) {
    int count = 0;
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < kept.length; i++) {
      if (!Double.isNaN(kept[i])) {
        sum += scores.weight(i) * kept[i];
        weights += scores.weight(i);
        count++;
      }
    }
    if (count < 2) {
      return Estimate.UNDEFINED;
    }
    double mean = sum / weights;
    for (int i = 0; i < kept.length; i++) {
      kept[i] = scores.weight(i) * (kept[i] - mean);
    }
    double squares = ClusterSums.squares(kept, scores.clusters);
    double factor = scores.clusters == null ? count / (count - 1.0) : 1;
    return new Estimate(mean, Math.sqrt(factor * squares) / weights);
  }
}
