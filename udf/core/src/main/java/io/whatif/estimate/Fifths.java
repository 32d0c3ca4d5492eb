/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.inference.ClusterSums;
import io.whatif.inference.Estimate;
import io.whatif.learn.Folds;
import io.whatif.math.Mix;
import io.whatif.math.OrderStatistics;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The mean score of the fifths with the largest and smallest predicted effects.
 *
 * <p>Fifths are cut within each fold, because each fold's predictions have coefficients of their
 * own: the floor(n/5) rows at each end of its rows in the order of (tau, hash of the key), so that
 * ties leave no fifth empty. Where rows stand for several, n is of all of them, and of the rows of
 * the effect at the edge each has the part that is wanted of them together, as a draw by lot has on
 * average. Rows of weight 0 have no part. Errors by clusters where there are any.
 */
record Fifths(Estimate top, Estimate bottom) {
  /** The stream of hashes that decides between rows of equal predicted effect. */
  private static final long TIES = 5;

  static Fifths of(Run run, Scores scores, Folds folds, Study study) {
    Fold[] sorted = byFold(run, scores.tau, folds, study);
    Estimate[] ends = new Estimate[2];
    Parallel.forEach(
        run,
        2,
        end -> {
          IntToDoubleFunction part = new End(scores, folds, study, end == 0).part(sorted);
          ends[end] = mean(scores, study, part);
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
    IntToDoubleFunction part(Fold[] sorted) {
      double[] tau = all.tau;
      double[] cut = new double[sorted.length];
      double[] wanted = new double[sorted.length];
      Tied[] tied = new Tied[sorted.length];
      for (int k = 0; k < sorted.length; k++) {
        cut[k] = low ? sorted[k].low() : sorted[k].high();
        wanted[k] = sorted[k].fifth();
        tied[k] = new Tied();
      }
      for (int i = 0; i < tau.length; i++) {
        int k = folds.of((long) i);
        double rows = study.counted(i);
        if (rows > 0 && tau[i] == cut[k]) {
          tied[k].add(i, rows);
        } else if (rows > 0 && isBeyond(tau[i], cut[k])) {
          wanted[k] -= rows;
        }
      }
      for (int k = 0; k < sorted.length; k++) {
        tied[k].settle(wanted[k], this);
      }
      return i -> {
        int k = folds.of((long) i);
        if (tau[i] == cut[k]) {
          return tied[k].part(i);
        }
        return isBeyond(tau[i], cut[k]) && study.counted(i) > 0 ? 1 : 0;
      };
    }

    private boolean isBeyond(double effect, double cut) {
      return low ? effect < cut : effect > cut;
    }

    /** Which {@code wanted} of rows whose effect is the same are kept: by hash, by row. */
    boolean[] ties(int[] rows, int wanted) {
      long[] hashes = Arrays.stream(rows).mapToLong(this::hash).sorted().toArray();
      long last = hashes[wanted - 1];
      int below = 0;
      while (hashes[below] < last) {
        below++;
      }
      int equal = wanted - below;
      boolean[] kept = new boolean[rows.length];
      for (int j = 0; j < rows.length; j++) {
        int at = low ? j : rows.length - 1 - j;
        long h = hash(rows[at]);
        kept[at] = h < last || (h == last && equal-- > 0);
      }
      return kept;
    }

    private long hash(int row) {
      long h = Mix.mix(TIES, study.units().keys()[row]);
      return low ? h : ~h;
    }
  }

  /** The rows of a fold whose effect is that at the edge. */
  private static final class Tied {
    private int[] places = new int[16];
    private double[] parts = new double[0];
    private int count;
    private double rows;

    void add(int place, double standsFor) {
      if (count == places.length) {
        places = Arrays.copyOf(places, 2 * count);
      }
      places[count++] = place;
      rows += standsFor;
    }

    /** Decides which part of each is at the end, where so many rows are wanted still. */
    void settle(double wanted, End end) {
      places = Arrays.copyOf(places, count);
      parts = new double[count];
      if (wanted > 0 && end.study().isCounted()) {
        Arrays.fill(parts, wanted / rows);
      } else if (wanted > 0) {
        boolean[] kept = end.ties(places, (int) wanted);
        Arrays.setAll(parts, j -> kept[j] ? 1 : 0);
      }
    }

    double part(int place) {
      int at = Arrays.binarySearch(places, place);
      return at < 0 ? 0 : parts[at];
    }
  }

  /** The mean of the scores of parts of rows. */
  private static Estimate mean(Scores scores, Study study, IntToDoubleFunction part) {
    int n = scores.score.length;
    double count = 0;
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < n; i++) {
      double own = part.applyAsDouble(i);
      if (own > 0) {
        sum += own * scores.weight(i) * scores.score[i];
        weights += own * scores.weight(i);
        count += own * study.count(i);
      }
    }
    if (count < 2) {
      return Estimate.UNDEFINED;
    }
    double mean = sum / weights;
    IntToDoubleFunction pull =
        i -> {
          double own = part.applyAsDouble(i);
          return own > 0 ? pull(scores, study, i, own, mean) : Double.NaN;
        };
    double squares = ClusterSums.squares(n, pull, scores.clusters);
    double factor = scores.clusters == null ? count / (count - 1) : 1;
    return new Estimate(mean, Math.sqrt(factor * squares) / weights);
  }

  /** How far a part of a row pulls the sum of scores less their mean. */
  private static double pull(Scores scores, Study study, int row, double part, double mean) {
    double own = scores.score[row] - mean;
    if (scores.clusters != null) {
      return part * scores.weight(row) * own;
    }
    double slope = scores.slopes.length == 0 ? 0 : scores.slopes[row];
    double squares = own * own + slope * slope * study.variance(row);
    return study.weightOfOne(row) * Math.sqrt(part * study.count(row) * squares);
  }
}
