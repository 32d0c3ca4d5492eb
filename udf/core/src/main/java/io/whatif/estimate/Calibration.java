/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.inference.ClusterSums;
import io.whatif.inference.Estimate;
import io.whatif.learn.Folds;
import io.whatif.math.Gram;
import io.whatif.math.Mix;
import io.whatif.math.Normal;
import io.whatif.math.OrderStatistics;
import io.whatif.math.PseudoInverse;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Whether predicted effects, fitted without the row's fold, tell true ones.
 *
 * <p>{@link #of}: least squares without intercept of \( Y - m \) on \( (D - e) \bar\tau \) and \(
 * (D - e)(\tau_{-k} - \bar\tau) \). The first coefficient is 1 if the mean prediction is right, the
 * second if the predictions are calibrated, and 0 if they are noise. HC3 errors, or by clusters,
 * with weights and counts as in {@link Meat}. As grf's test_calibration; Chernozhukov, Demirer,
 * Duflo and Fernandez-Val 2018, doi:10.3386/w24678.
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

  static Calibration of(Scores scores, double[] u, double[] v, Study study) {
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
        double r = row[2] - beta[0] * row[0] - beta[1] * row[1];
        double moved = moved(scores, study, i, r, bread.form(row, 0));
        influence[0][i] = (inverse[0] * row[0] + inverse[1] * row[1]) * moved;
        influence[1][i] = (inverse[2] * row[0] + inverse[3] * row[1]) * moved;
      }
    }
    return new Calibration(
        new Estimate(beta[0], Math.sqrt(ClusterSums.squares(influence[0], scores.clusters))),
        new Estimate(beta[1], Math.sqrt(ClusterSums.squares(influence[1], scores.clusters))),
        degrees(scores, influence[0]));
  }

  /** By how much a row's residual counts in the errors. */
  private static double moved(Scores scores, Study study, int row, double r, double form) {
    if (scores.clusters != null) {
      return study.weight(row) * r;
    }
    double w = study.weightOfOne(row);
    double left = Math.max(1e-6, 1 - w * form);
    return w * Math.sqrt(study.count(row) * (r * r + study.variance(row))) / left;
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
   * that ties leave no fifth empty. Where rows stand for several, n is of all of them, and of the
   * rows of the effect at the edge each has the part that is wanted of them together, as a draw by
   * lot has on average. Rows of weight 0 have no part. Errors by clusters where there are any.
   */
  static Fifths fifths(Scores scores, Folds folds, Study study) {
    Fold[] sorted = byFold(scores.tau, folds, study);
    return new Fifths(
        mean(scores, study, new End(scores, folds, study, false).shares(sorted)),
        mean(scores, study, new End(scores, folds, study, true).shares(sorted)));
  }

  /**
   * A fold's rows.
   *
   * @param tau their effects; ascending where rows stand for several
   * @param rows how many stand for each place and those before it; null where each is one
   */
  private record Fold(double[] tau, double @Nullable [] rows) {
    double count() {
      if (rows == null) {
        return tau.length;
      }
      return rows.length == 0 ? 0 : rows[rows.length - 1];
    }

    /** The effect of the row that is number {@code wanted} from the low end, or the high. */
    double edge(double wanted, boolean low) {
      double place = low ? wanted : count() - wanted + 1;
      if (rows == null) {
        return OrderStatistics.select(tau, (int) place - 1);
      }
      int at = Arrays.binarySearch(rows, place);
      return tau[at < 0 ? -at - 1 : at];
    }
  }

  private static Fold[] byFold(double[] tau, Folds folds, Study study) {
    int[] size = new int[folds.count()];
    for (int i = 0; i < tau.length; i++) {
      size[folds.of((long) i)] += Double.isNaN(tau[i]) || study.counted(i) == 0 ? 0 : 1;
    }
    int[][] places = new int[size.length][];
    Arrays.setAll(places, k -> new int[size[k]]);
    Arrays.fill(size, 0);
    for (int i = 0; i < tau.length; i++) {
      if (!Double.isNaN(tau[i]) && study.counted(i) > 0) {
        int k = folds.of((long) i);
        places[k][size[k]++] = i;
      }
    }
    Fold[] sorted = new Fold[size.length];
    Arrays.setAll(
        sorted, k -> study.isCounted() ? counted(tau, places[k], study) : each(tau, places[k]));
    return sorted;
  }

  private static Fold each(double[] tau, int[] places) {
    double[] values = new double[places.length];
    Arrays.setAll(values, j -> tau[places[j]]);
    return new Fold(values, null);
  }

  /** Equal effects are one place. */
  private static Fold counted(double[] tau, int[] places, Study study) {
    double[] values = Arrays.stream(places).mapToDouble(i -> tau[i]).sorted().distinct().toArray();
    double[] rows = new double[values.length];
    for (int i : places) {
      rows[Arrays.binarySearch(values, tau[i])] += study.count(i);
    }
    Arrays.parallelPrefix(rows, Double::sum);
    return new Fold(values, rows);
  }

  /** One end of the ranking of rows within folds. */
  private record End(Scores all, Folds folds, Study study, boolean low) {
    /** Which part of each row is at this end. */
    double[] shares(Fold[] sorted) {
      double[] tau = all.tau;
      double[] kept = new double[tau.length];
      double[] wanted = new double[sorted.length];
      double[] cut = new double[sorted.length];
      for (int k = 0; k < sorted.length; k++) {
        wanted[k] = Math.floor(sorted[k].count() / 5);
        cut[k] = wanted[k] == 0 ? Double.NaN : sorted[k].edge(wanted[k], low);
      }
      double[] tied = new double[sorted.length];
      for (int i = 0; i < tau.length; i++) {
        int k = folds.of((long) i);
        double rows = study.counted(i);
        tied[k] += tau[i] == cut[k] ? rows : 0;
        if (rows > 0 && (low ? tau[i] < cut[k] : tau[i] > cut[k])) {
          kept[i] = 1;
          wanted[k] -= rows;
        }
      }
      for (int k = 0; k < sorted.length; k++) {
        if (wanted[k] > 0 && study.isCounted()) {
          parts(k, cut[k], wanted[k] / tied[k], kept);
        } else if (wanted[k] > 0) {
          ties(k, cut[k], new int[(int) tied[k]], (int) wanted[k], kept);
        }
      }
      return kept;
    }

    /** Keeps the same part of all rows of fold k whose effect is {@code cut}. */
    private void parts(int k, double cut, double part, double[] kept) {
      for (int i = 0; i < kept.length; i++) {
        if (all.tau[i] == cut && study.counted(i) > 0 && folds.of((long) i) == k) {
          kept[i] = part;
        }
      }
    }

    /** Keeps {@code wanted} of the rows of fold k whose effect is {@code cut}, by hash, by row. */
    private void ties(int k, double cut, int[] rows, int wanted, double[] kept) {
      double[] tau = all.tau;
      long[] hashes = new long[rows.length];
      int at = 0;
      for (int i = 0; i < tau.length; i++) {
        if (tau[i] == cut && study.counted(i) > 0 && folds.of((long) i) == k) {
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
          kept[i] = 1;
        }
      }
    }

    private long hash(int row) {
      long h = Mix.mix(TIES, study.units().keys()[row]);
      return low ? h : ~h;
    }
  }

  /** The mean of the scores of parts of rows. */
  private static Estimate mean(Scores scores, Study study, double[] part) {
    double count = 0;
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < part.length; i++) {
      if (part[i] > 0) {
        sum += part[i] * scores.weight(i) * scores.score[i];
        weights += part[i] * scores.weight(i);
        count += part[i] * study.count(i);
      }
    }
    if (count < 2) {
      return Estimate.UNDEFINED;
    }
    double mean = sum / weights;
    double[] pull = new double[part.length];
    for (int i = 0; i < pull.length; i++) {
      double own = scores.score[i] - mean;
      if (part[i] == 0) {
        pull[i] = Double.NaN;
      } else if (scores.clusters != null) {
        pull[i] = part[i] * scores.weight(i) * own;
      } else {
        double slope = scores.slopes.length == 0 ? 0 : scores.slopes[i];
        double squares = own * own + slope * slope * study.variance(i);
        pull[i] = study.weightOfOne(i) * Math.sqrt(part[i] * study.count(i) * squares);
      }
    }
    double squares = ClusterSums.squares(pull, scores.clusters);
    double factor = scores.clusters == null ? count / (count - 1) : 1;
    return new Estimate(mean, Math.sqrt(factor * squares) / weights);
  }
}
