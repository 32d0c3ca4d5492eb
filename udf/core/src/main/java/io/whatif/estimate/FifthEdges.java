/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Parallel;
import io.whatif.data.RowSample;
import io.whatif.data.Run;
import io.whatif.learn.Folds;
import io.whatif.math.OrderStatistics;
import java.util.Arrays;
import java.util.List;

/**
 * Where the fifths at both ends of each fold's rows in the order of their effects begin.
 *
 * <p>Method: the edges are looked for between quantiles of a sample, beyond which rows are only
 * summed up, in one pass; where they lie elsewhere, among all rows. The edges are exact either way.
 *
 * @param fifth how many rows an end has, by fold
 * @param low the effect of the last row of the low end, NaN if it has none
 * @param high that of the first row of the high end
 * @param near the rows among which the edges are, and what is beyond these
 */
record FifthEdges(double[] fifth, double[] low, double[] high, Near near) {
  static final int LOW = 0;
  static final int HIGH = 1;

  /** Rows of the sample. */
  private static final int SAMPLE = 20_000;

  /** How far from the edge, in standard deviations of the sample's quantile, it is looked for. */
  private static final double WIDE = 5;

  private FifthEdges(Near near) {
    this(
        new double[near.rows.length],
        new double[near.rows.length],
        new double[near.rows.length],
        near);
    Arrays.fill(low, Double.NaN);
    Arrays.fill(high, Double.NaN);
  }

  /** Of the rows that have an effect and count. */
  static FifthEdges of(Run run, Scores scores, Folds folds, Study study) {
    Search search = new Search(scores, folds, study);
    Near all = search.look(run, search.between());
    FifthEdges edges = new FifthEdges(all);
    if (study.isCounted()) {
      Parallel.forEach(run, folds.count(), k -> edges.ofCounted(k, scores.tau, study));
      return edges;
    }
    if (edges.found(run, scores.tau)) {
      return edges;
    }
    FifthEdges others = new FifthEdges(search.look(run, Between.everywhere(folds.count())));
    if (!others.found(run, scores.tau)) {
      throw new AssertionError("edges of the fifths are among all rows");
    }
    return others;
  }

  /** Whether all edges are among the rows that are near. */
  private boolean found(Run run, double[] tau) {
    boolean[] there = new boolean[fifth.length];
    Parallel.forEach(run, there.length, k -> there[k] = found(k, tau));
    for (boolean found : there) {
      if (!found) {
        return false;
      }
    }
    return true;
  }

  private boolean found(int fold, double[] tau) {
    int wanted = near.rows[fold] / 5;
    fifth[fold] = wanted;
    if (wanted == 0) {
      return true;
    }
    int fromLow = wanted - 1 - near.beyond[LOW][fold];
    int fromHigh = near.beyond[HIGH][fold] + near.count[HIGH][fold] - wanted;
    boolean there =
        fromLow >= 0
            && fromLow < near.count[LOW][fold]
            && fromHigh >= 0
            && fromHigh < near.count[HIGH][fold];
    if (there) {
      low[fold] = OrderStatistics.select(near.effects(LOW, fold, tau), fromLow);
      high[fold] = OrderStatistics.select(near.effects(HIGH, fold, tau), fromHigh);
    }
    return there;
  }

  /** Between which effects the edge of each end is looked for, by fold. */
  private record Between(double[][] from, double[][] to) {
    static Between everywhere(int folds) {
      Between all = new Between(new double[2][folds], new double[2][folds]);
      for (int end = LOW; end <= HIGH; end++) {
        Arrays.fill(all.from[end], Double.NEGATIVE_INFINITY);
        Arrays.fill(all.to[end], Double.POSITIVE_INFINITY);
      }
      return all;
    }

    static Between sampled(Search search) {
      RowSample drawn = RowSample.of(search.rows(), SAMPLE);
      double[][] sample = search.byFold(drawn);
      Between between = everywhere(sample.length);
      for (int k = 0; k < sample.length; k++) {
        Arrays.sort(sample[k]);
        int rows = sample[k].length;
        int place = rows / 5;
        int margin = 2 + (int) Math.ceil(WIDE * Math.sqrt(0.2 * 0.8 * rows));
        if (!drawn.isAll() && place - margin >= 0) {
          between.from[LOW][k] = sample[k][place - margin];
          between.to[LOW][k] = sample[k][place + margin];
          between.from[HIGH][k] = sample[k][rows - 1 - place - margin];
          between.to[HIGH][k] = sample[k][rows - 1 - place + margin];
        }
      }
      return between;
    }
  }

  /** The rows that edges are looked for in. */
  private record Search(Scores scores, Folds folds, Study study) {
    int rows() {
      return scores.tau.length;
    }

    /** Everywhere if rows stand for several. */
    Between between() {
      return study.isCounted() ? Between.everywhere(folds.count()) : Between.sampled(this);
    }

    /** The effects of the rows of a sample. */
    double[][] byFold(RowSample drawn) {
      double[][] effects = new double[folds.count()][16];
      int[] count = new int[folds.count()];
      double[] tau = scores.tau;
      for (int place = 0; place < drawn.size(); place++) {
        int i = (int) drawn.row(place);
        if (!Double.isNaN(tau[i]) && study.counted(i) > 0) {
          int k = folds.of((long) i);
          if (count[k] == effects[k].length) {
            effects[k] = Arrays.copyOf(effects[k], 2 * count[k]);
          }
          effects[k][count[k]++] = tau[i];
        }
      }
      Arrays.setAll(effects, k -> Arrays.copyOf(effects[k], count[k]));
      return effects;
    }

    Near look(Run run, Between between) {
      List<Near> parts = Parallel.ofRanges(run, rows(), (from, to) -> look(from, to, between));
      Near all = new Near(folds.count());
      parts.forEach(all::add);
      return all;
    }

    private Near look(int first, int last, Between between) {
      Near near = new Near(folds.count());
      double[] lowFrom = between.from[LOW];
      double[] lowTo = between.to[LOW];
      double[] highFrom = between.from[HIGH];
      double[] highTo = between.to[HIGH];
      for (int i = first; i < last; i++) {
        double effect = scores.tau[i];
        if (Double.isNaN(effect) || study.counted(i) == 0) {
          continue;
        }
        int k = folds.of((long) i);
        near.rows[k]++;
        if (effect < lowFrom[k]) {
          near.pass(LOW, k, i, scores);
        } else if (effect <= lowTo[k]) {
          near.keep(LOW, k, i);
        }
        if (effect > highTo[k]) {
          near.pass(HIGH, k, i, scores);
        } else if (effect >= highFrom[k]) {
          near.keep(HIGH, k, i);
        }
      }
      return near;
    }
  }

  /** Rows whose effect may be that at an edge, by end and fold; and sums of those beyond. */
  static final class Near {
    private final int[] rows;
    private final int[][] beyond;
    private final RowMean[] sums = {new RowMean(), new RowMean()};
    private final int[][] count;
    private final int[][][] places;

    private Near(int folds) {
      rows = new int[folds];
      beyond = new int[2][folds];
      count = new int[2][folds];
      places = new int[2][folds][16];
    }

    /** How many rows of a fold are beyond. */
    int beyond(int end, int fold) {
      return beyond[end][fold];
    }

    /** The scores of the rows beyond. */
    RowMean sums(int end) {
      return sums[end];
    }

    /** The rows themselves, ascending. */
    int[] places(int end, int fold) {
      return Arrays.copyOf(places[end][fold], count[end][fold]);
    }

    private double[] effects(int end, int fold, double[] tau) {
      double[] effects = new double[count[end][fold]];
      Arrays.setAll(effects, j -> tau[places[end][fold][j]]);
      return effects;
    }

    private void pass(int end, int fold, int row, Scores scores) {
      beyond[end][fold]++;
      sums[end].add(scores.weighting, row, 1, scores.score[row], scores.slope(row));
    }

    private void keep(int end, int fold, int row) {
      int at = count[end][fold];
      if (at == places[end][fold].length) {
        places[end][fold] = Arrays.copyOf(places[end][fold], 2 * at);
      }
      places[end][fold][at] = row;
      count[end][fold] = at + 1;
    }

    private void add(Near later) {
      for (int end = LOW; end <= HIGH; end++) {
        sums[end].add(later.sums[end]);
      }
      for (int k = 0; k < rows.length; k++) {
        rows[k] += later.rows[k];
        for (int end = LOW; end <= HIGH; end++) {
          beyond[end][k] += later.beyond[end][k];
          int own = count[end][k];
          int all = own + later.count[end][k];
          if (all > places[end][k].length) {
            places[end][k] = Arrays.copyOf(places[end][k], Math.max(all, 2 * own));
          }
          System.arraycopy(later.places[end][k], 0, places[end][k], own, all - own);
          count[end][k] = all;
        }
      }
    }
  }

  /** The edges of a fold whose rows stand for several: equal effects are one place. */
  private void ofCounted(int fold, double[] tau, Study study) {
    int[] places = near.places(LOW, fold);
    double[] values = Arrays.stream(places).mapToDouble(i -> tau[i]).sorted().distinct().toArray();
    double[] rows = new double[values.length];
    for (int i : places) {
      rows[Arrays.binarySearch(values, tau[i])] += study.count(i);
    }
    Arrays.parallelPrefix(rows, Double::sum);
    double count = rows.length == 0 ? 0 : rows[rows.length - 1];
    fifth[fold] = Math.floor(count / 5);
    if (fifth[fold] > 0) {
      low[fold] = edge(values, rows, fifth[fold]);
      high[fold] = edge(values, rows, count - fifth[fold] + 1);
    }
  }

  /** The effect of the row that is number {@code place} from the low end. */
  private static double edge(double[] tau, double[] rows, double place) {
    int at = Arrays.binarySearch(rows, place);
    return tau[at < 0 ? -at - 1 : at];
  }
}
