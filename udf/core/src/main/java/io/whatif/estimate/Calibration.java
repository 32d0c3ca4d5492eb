/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.inference.ClusterSums;
import io.whatif.inference.Estimate;
import io.whatif.learn.Folds;
import io.whatif.math.Gram;
import io.whatif.math.Mix;
import io.whatif.math.Normal;
import io.whatif.math.OrderStatistics;
import io.whatif.math.PseudoInverse;
import java.util.Arrays;
import java.util.List;
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

  static Calibration of(Run run, Scores scores, double[] u, double[] v, Study study) {
    Regression regression = new Regression(scores, u, v, scores.mean(scores.tau));
    Gram gram = regression.gram(run);
    PseudoInverse bread = PseudoInverse.of(gram, 2);
    double[] beta = bread.solve(gram, 2);
    if (bread.rank() < 2) {
      return UNDEFINED;
    }
    double[] inverse = bread.toArray();
    double[][] influence = new double[2][u.length];
    Parallel.forEachRange(
        run,
        u.length,
        (from, to) -> {
          double[] row = new double[3];
          for (int i = from; i < to; i++) {
            influence[0][i] = Double.NaN;
            influence[1][i] = Double.NaN;
            if (!Double.isNaN(scores.tau[i])) {
              regression.fill(row, 0, i);
              double r = row[2] - beta[0] * row[0] - beta[1] * row[1];
              double moved = moved(scores, study, i, r, bread.form(row, 0));
              influence[0][i] = (inverse[0] * row[0] + inverse[1] * row[1]) * moved;
              influence[1][i] = (inverse[2] * row[0] + inverse[3] * row[1]) * moved;
            }
          }
        });
    return new Calibration(
        new Estimate(beta[0], Math.sqrt(ClusterSums.squares(influence[0], scores.clusters))),
        new Estimate(beta[1], Math.sqrt(ClusterSums.squares(influence[1], scores.clusters))),
        degrees(scores, influence[0]));
  }

  /** The regressors and the response of each row. */
  private record Regression(Scores scores, double[] u, double[] v, double mean) {
    private static final int BLOCK = 256;

    void fill(double[] row, int at, int i) {
      row[at] = v[i] * mean;
      row[at + 1] = v[i] * (scores.tau[i] - mean);
      row[at + 2] = u[i];
    }

    /** Their products over the rows that have an effect, in row order. */
    Gram gram(Run run) {
      List<Gram> parts = Parallel.ofRanges(run, u.length, this::gram);
      Gram all = new Gram(3);
      for (Gram part : parts) {
        all.add(part);
      }
      return all;
    }

    private Gram gram(int from, int to) {
      Gram sum = new Gram(3);
      double[] rows = new double[BLOCK * 3];
      double[] weights = new double[BLOCK];
      int filled = 0;
      for (int i = from; i < to; i++) {
        if (!Double.isNaN(scores.tau[i])) {
          fill(rows, 3 * filled, i);
          weights[filled++] = scores.weight(i);
        }
        if (filled == BLOCK || i == to - 1) {
          sum.add(rows, weights, filled);
          filled = 0;
        }
      }
      return sum;
    }
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
  static Fifths fifths(Run run, Scores scores, Folds folds, Study study) {
    Fold[] sorted = byFold(run, scores.tau, folds, study);
    Estimate[] ends = new Estimate[2];
    Parallel.forEach(
        run,
        2,
        end -> {
          double[] shares = new End(scores, folds, study, end == 0).shares(sorted);
          ends[end] = mean(scores, study, shares);
        });
    return new Fifths(ends[1], ends[0]);
  }

  /**
   * A fold's rows and the effects at the edges of its ends.
   *
   * @param fifth how many rows an end has
   * @param low the effect of the last row of the low end, NaN if it has none
   * @param high that of the first row of the high end
   */
  private record Fold(double fifth, double low, double high) {

    /**
     * Of effects.
     *
     * @param tau ascending where rows stand for several; they change their places
     * @param rows how many stand for each place and those before it; null where each is one
     */
    static Fold of(double[] tau, double @Nullable [] rows) {
      double count = rows == null ? tau.length : rows.length == 0 ? 0 : rows[rows.length - 1];
      double fifth = Math.floor(count / 5);
      return fifth == 0
          ? new Fold(0, Double.NaN, Double.NaN)
          : new Fold(fifth, edge(tau, rows, fifth), edge(tau, rows, count - fifth + 1));
    }

    /** The effect of the row that is number {@code place} from the low end. */
    private static double edge(double[] tau, double @Nullable [] rows, double place) {
      if (rows == null) {
        return OrderStatistics.select(tau, (int) place - 1);
      }
      int at = Arrays.binarySearch(rows, place);
      return tau[at < 0 ? -at - 1 : at];
    }
  }

  private static Fold[] byFold(Run run, double[] tau, Folds folds, Study study) {
    Fold[] sorted = new Fold[folds.count()];
    Parallel.forEach(
        run,
        sorted.length,
        k -> {
          int[] places = places(tau, folds, study, k);
          sorted[k] = study.isCounted() ? counted(tau, places, study) : each(tau, places);
        });
    return sorted;
  }

  /** The rows of a fold that have an effect and count. */
  private static int[] places(double[] tau, Folds folds, Study study, int fold) {
    int[] places = new int[tau.length / folds.count() + 16];
    int count = 0;
    for (int i = 0; i < tau.length; i++) {
      if (folds.of((long) i) == fold && !Double.isNaN(tau[i]) && study.counted(i) > 0) {
        if (count == places.length) {
          places = Arrays.copyOf(places, 2 * count);
        }
        places[count++] = i;
      }
    }
    return Arrays.copyOf(places, count);
  }

  private static Fold each(double[] tau, int[] places) {
    double[] values = new double[places.length];
    Arrays.setAll(values, j -> tau[places[j]]);
    return Fold.of(values, null);
  }

  /** Equal effects are one place. */
  private static Fold counted(double[] tau, int[] places, Study study) {
    double[] values = Arrays.stream(places).mapToDouble(i -> tau[i]).sorted().distinct().toArray();
    double[] rows = new double[values.length];
    for (int i : places) {
      rows[Arrays.binarySearch(values, tau[i])] += study.count(i);
    }
    Arrays.parallelPrefix(rows, Double::sum);
    return Fold.of(values, rows);
  }

  /** One end of the ranking of rows within folds. */
  private record End(Scores all, Folds folds, Study study, boolean low) {
    /** Which part of each row is at this end. */
    double[] shares(Fold[] sorted) {
      double[] tau = all.tau;
      double[] kept = new double[tau.length];
      double[] wanted = new double[sorted.length];
      double[] cut = new double[sorted.length];
      Tied[] tied = new Tied[sorted.length];
      for (int k = 0; k < sorted.length; k++) {
        wanted[k] = sorted[k].fifth();
        cut[k] = low ? sorted[k].low() : sorted[k].high();
        tied[k] = new Tied();
      }
      for (int i = 0; i < tau.length; i++) {
        int k = folds.of((long) i);
        double rows = study.counted(i);
        if (rows > 0 && tau[i] == cut[k]) {
          tied[k].add(i, rows);
        } else if (rows > 0 && (low ? tau[i] < cut[k] : tau[i] > cut[k])) {
          kept[i] = 1;
          wanted[k] -= rows;
        }
      }
      for (int k = 0; k < sorted.length; k++) {
        if (wanted[k] > 0 && study.isCounted()) {
          for (int i : tied[k].places()) {
            kept[i] = wanted[k] / tied[k].rows;
          }
        } else if (wanted[k] > 0) {
          ties(tied[k].places(), (int) wanted[k], kept);
        }
      }
      return kept;
    }

    /** Keeps {@code wanted} of rows whose effect is the same, by hash, by row. */
    private void ties(int[] rows, int wanted, double[] kept) {
      long[] hashes = Arrays.stream(rows).mapToLong(this::hash).sorted().toArray();
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

  /** The rows of a fold whose effect is that at the edge. */
  private static final class Tied {
    private int[] places = new int[16];
    private int count;
    private double rows;

    void add(int place, double standsFor) {
      if (count == places.length) {
        places = Arrays.copyOf(places, 2 * count);
      }
      places[count++] = place;
      rows += standsFor;
    }

    int[] places() {
      return Arrays.copyOf(places, count);
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
