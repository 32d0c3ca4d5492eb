/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Parallel;
import io.whatif.data.RowSample;
import io.whatif.data.Run;
import io.whatif.inference.RowSums;
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

  /**
   * Rows of which one is in the sample, if that gives more: else too many would be near an edge.
   */
  private static final int STRETCH = 100;

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
    Near all = search.look(run, search.between(run));
    FifthEdges edges = new FifthEdges(all);
    if (study.isCounted()) {
      Parallel.forEach(run, folds.count(), k -> edges.ofCounted(k, study));
      return edges;
    }
    if (edges.found(run)) {
      return edges;
    }
    FifthEdges others = new FifthEdges(search.look(run, Between.everywhere(folds.count())));
    if (!others.found(run)) {
      throw new AssertionError("edges of the fifths are among all rows");
    }
    return others;
  }

  /** Whether all edges are among the rows that are near. */
  private boolean found(Run run) {
    boolean[] there = new boolean[fifth.length];
    Parallel.forEach(run, there.length, k -> there[k] = found(k));
    for (boolean found : there) {
      if (!found) {
        return false;
      }
    }
    return true;
  }

  private boolean found(int fold) {
    int wanted = near.rows[fold] / 5;
    fifth[fold] = wanted;
    if (wanted == 0) {
      return true;
    }
    int fromLow = wanted - 1 - near.beyond(LOW, fold);
    int fromHigh = near.beyond(HIGH, fold) + near.kept(HIGH, fold).count() - wanted;
    boolean there =
        fromLow >= 0
            && fromLow < near.kept(LOW, fold).count()
            && fromHigh >= 0
            && fromHigh < near.kept(HIGH, fold).count();
    if (there) {
      low[fold] = OrderStatistics.select(near.kept(LOW, fold).effects(), fromLow);
      high[fold] = OrderStatistics.select(near.kept(HIGH, fold).effects(), fromHigh);
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

    /** Whether few rows are near an edge: it is not among many whose effects are alike. */
    boolean isNarrow(int end, int fold) {
      double low = from[end][fold];
      double high = to[end][fold];
      return low < high && low > Double.NEGATIVE_INFINITY && high < Double.POSITIVE_INFINITY;
    }

    static Between sampled(Run run, Search search) {
      RowSample drawn = RowSample.of(search.rows(), Math.max(SAMPLE, search.rows() / STRETCH));
      double[][] sample = search.byFold(drawn);
      Between between = everywhere(sample.length);
      Parallel.forEach(run, sample.length, k -> Arrays.sort(sample[k]));
      for (int k = 0; k < sample.length; k++) {
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
      return scores.size();
    }

    /** Everywhere if rows stand for several. */
    Between between(Run run) {
      return study.isCounted() ? Between.everywhere(folds.count()) : Between.sampled(run, this);
    }

    /** The effects of the rows of a sample. */
    double[][] byFold(RowSample drawn) {
      double[][] effects = new double[folds.count()][16];
      int[] count = new int[folds.count()];
      double[] tau = scores.tau.at(drawn);
      for (int place = 0; place < tau.length; place++) {
        int i = (int) drawn.row(place);
        if (!Double.isNaN(tau[place]) && study.counted(i) > 0) {
          int k = folds.of((long) i);
          if (count[k] == effects[k].length) {
            effects[k] = Arrays.copyOf(effects[k], 2 * count[k]);
          }
          effects[k][count[k]++] = tau[place];
        }
      }
      Arrays.setAll(effects, k -> Arrays.copyOf(effects[k], count[k]));
      return effects;
    }

    Near look(Run run, Between between) {
      List<Near> parts = Parallel.ofRanges(run, rows(), (from, to) -> look(from, to, between));
      Near all = new Near(folds.count(), between, !scores.isWeighted());
      parts.forEach(all::add);
      return all;
    }

    private Near look(int from, int to, Between between) {
      Near near = new Near(folds.count(), between, !scores.isWeighted());
      RankedRows rows = new RankedRows(scores);
      double[] effects = new double[RowSums.BLOCK];
      int[] fold = new int[RowSums.BLOCK];
      for (int start = from; start < to; start += RowSums.BLOCK) {
        int end = Math.min(to, start + RowSums.BLOCK);
        rows.moveTo(start, end);
        System.arraycopy(rows.effects(), start - rows.first(), effects, 0, end - start);
        leaveOut(start, end, effects);
        folds.read(start, end - start, fold);
        near.look(start, end - start, effects, fold, between, rows);
        near.sum(rows);
      }
      return near;
    }

    /** Makes the effects of rows that do not count NaN, as those of rows that have none are. */
    private void leaveOut(int from, int to, double[] effects) {
      if (study.weighting() == null) {
        return;
      }
      for (int i = from; i < to; i++) {
        effects[i - from] = study.counted(i) > 0 ? effects[i - from] : Double.NaN;
      }
    }
  }

  /** Rows whose effect may be that at an edge, by end and fold; and sums of those beyond. */
  static final class Near {
    private final int[] rows;
    private final int[][] beyond;
    private final RowMean[] sums = {new RowMean(), new RowMean()};
    private final EdgeRows[][] kept;

    /** Rows of a block that are beyond, by end, and how many. */
    private final int[][] passed = new int[2][RowSums.BLOCK];

    private final int[] passing = new int[2];

    /**
     * No rows.
     *
     * @param each whether rows count once each
     */
    private Near(int folds, Between between, boolean each) {
      rows = new int[folds];
      beyond = new int[2][folds];
      kept = new EdgeRows[2][folds];
      for (int end = LOW; end <= HIGH; end++) {
        for (int k = 0; k < folds; k++) {
          kept[end][k] = new EdgeRows(each && between.isNarrow(end, k));
        }
      }
    }

    /** How many rows of a fold are beyond. */
    int beyond(int end, int fold) {
      return beyond[end][fold];
    }

    /** The scores of the rows beyond. */
    RowMean sums(int end) {
      return sums[end];
    }

    /** The rows themselves. */
    EdgeRows kept(int end, int fold) {
      return kept[end][fold];
    }

    /**
     * Takes in the rows of a block.
     *
     * @param from the row that is the block's first
     * @param effects NaN of rows that do not count
     */
    private void look(
        int from, int count, double[] effects, int[] fold, Between between, RankedRows of) {
      double[] lowFrom = between.from[LOW];
      double[] lowTo = between.to[LOW];
      double[] highFrom = between.from[HIGH];
      double[] highTo = between.to[HIGH];
      for (int j = 0; j < count; j++) {
        double effect = effects[j];
        if (Double.isNaN(effect)) {
          continue;
        }
        int k = fold[j];
        rows[k]++;
        if (effect < lowFrom[k]) {
          pass(LOW, k, from + j);
        } else if (effect <= lowTo[k]) {
          keep(LOW, k, from + j, effect, of);
        }
        if (effect > highTo[k]) {
          pass(HIGH, k, from + j);
        } else if (effect >= highFrom[k]) {
          keep(HIGH, k, from + j, effect, of);
        }
      }
    }

    private void pass(int end, int fold, int row) {
      beyond[end][fold]++;
      passed[end][passing[end]++] = row;
    }

    /** Sums up the rows of a block that are beyond, which are there. */
    private void sum(RankedRows of) {
      for (int end = LOW; end <= HIGH; end++) {
        of.add(passed[end], passing[end], sums[end]);
        passing[end] = 0;
      }
    }

    private void keep(int end, int fold, int row, double effect, RankedRows of) {
      EdgeRows those = kept[end][fold];
      those.add(row, effect, those.hasScores() ? of.score(row) : Double.NaN);
    }

    private void add(Near later) {
      for (int end = LOW; end <= HIGH; end++) {
        sums[end].add(later.sums[end]);
      }
      for (int k = 0; k < rows.length; k++) {
        rows[k] += later.rows[k];
        for (int end = LOW; end <= HIGH; end++) {
          beyond[end][k] += later.beyond[end][k];
          kept[end][k].add(later.kept[end][k]);
        }
      }
    }
  }

  /** The edges of a fold whose rows stand for several: equal effects are one place. */
  private void ofCounted(int fold, Study study) {
    EdgeRows all = near.kept(LOW, fold);
    double[] values = Arrays.stream(all.effects()).sorted().distinct().toArray();
    double[] rows = new double[values.length];
    for (int j = 0; j < all.count(); j++) {
      rows[Arrays.binarySearch(values, all.effect(j))] += study.count(all.place(j));
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
