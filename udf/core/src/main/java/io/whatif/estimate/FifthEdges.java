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
import org.jspecify.annotations.Nullable;

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
    Near all = search.look(run, search.between());
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

    static Between sampled(Search search) {
      RowSample drawn = RowSample.of(search.rows(), Math.max(SAMPLE, search.rows() / STRETCH));
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
      return scores.size();
    }

    /** Everywhere if rows stand for several. */
    Between between() {
      return study.isCounted() ? Between.everywhere(folds.count()) : Between.sampled(this);
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
      Near all = new Near(folds.count());
      parts.forEach(all::add);
      return all;
    }

    private Near look(int from, int to, Between between) {
      Near near = new Near(folds.count());
      RankedRows rows = new RankedRows(scores);
      for (int start = from; start < to; start += RowSums.BLOCK) {
        int end = Math.min(to, start + RowSums.BLOCK);
        rows.moveTo(start, end);
        look(rows, start, end, between, near);
      }
      return near;
    }

    private void look(RankedRows rows, int from, int to, Between between, Near near) {
      double[] lowFrom = between.from[LOW];
      double[] lowTo = between.to[LOW];
      double[] highFrom = between.from[HIGH];
      double[] highTo = between.to[HIGH];
      double[] effects = rows.effects();
      int first = rows.first();
      for (int i = from; i < to; i++) {
        double effect = effects[i - first];
        if (Double.isNaN(effect) || study.counted(i) == 0) {
          continue;
        }
        int k = folds.of((long) i);
        near.rows[k]++;
        if (effect < lowFrom[k]) {
          near.pass(LOW, k, i, rows);
        } else if (effect <= lowTo[k]) {
          near.keep(LOW, k, i, effect);
        }
        if (effect > highTo[k]) {
          near.pass(HIGH, k, i, rows);
        } else if (effect >= highFrom[k]) {
          near.keep(HIGH, k, i, effect);
        }
      }
    }
  }

  /** Rows whose effect may be that at an edge, by end and fold; and sums of those beyond. */
  static final class Near {
    private final int[] rows;
    private final int[][] beyond;
    private final RowMean[] sums = {new RowMean(), new RowMean()};
    private final Kept[][] kept;

    private Near(int folds) {
      rows = new int[folds];
      beyond = new int[2][folds];
      kept = new Kept[2][folds];
      for (Kept[] end : kept) {
        Arrays.setAll(end, k -> new Kept());
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
    Kept kept(int end, int fold) {
      return kept[end][fold];
    }

    private void pass(int end, int fold, int row, RankedRows of) {
      beyond[end][fold]++;
      of.add(row, 1, sums[end]);
    }

    private void keep(int end, int fold, int row, double effect) {
      kept[end][fold].add(row, effect);
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

  /** Rows and their effects, in the order of rows. */
  static final class Kept {
    private int[] places = new int[16];

    /**
     * The effects; null while all are {@link #only}, as at the edge of an effect with few values.
     */
    private double @Nullable [] effects;

    private double only;
    private int count;

    int count() {
      return count;
    }

    int place(int at) {
      return places[at];
    }

    double effect(int at) {
      return effects == null ? only : effects[at];
    }

    private double[] effects() {
      return effects(count);
    }

    /** The effects, with room for so many. */
    private double[] effects(int size) {
      if (effects != null) {
        return Arrays.copyOf(effects, size);
      }
      double[] all = new double[size];
      Arrays.fill(all, 0, count, only);
      return all;
    }

    private void add(int place, double effect) {
      grow(count + 1, count == 0 || (effects == null && effect == only));
      only = effect;
      places[count] = place;
      if (effects != null) {
        effects[count] = effect;
      }
      count++;
    }

    private void add(Kept later) {
      if (later.count == 0) {
        return;
      }
      boolean alike = count == 0 || (effects == null && later.only == only);
      grow(count + later.count, alike && later.effects == null);
      only = later.only;
      System.arraycopy(later.places, 0, places, count, later.count);
      if (effects != null) {
        System.arraycopy(later.effects(), 0, effects, count, later.count);
      }
      count += later.count;
    }

    /**
     * Makes room for so many rows.
     *
     * @param alike whether all have the same effect
     */
    private void grow(int size, boolean alike) {
      if (size > places.length) {
        places =
            Arrays.copyOf(
                places, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(size, 2L * count)));
      }
      if (!alike && (effects == null || effects.length < places.length)) {
        effects = effects(places.length);
      }
    }
  }

  /** The edges of a fold whose rows stand for several: equal effects are one place. */
  private void ofCounted(int fold, Study study) {
    Kept all = near.kept(LOW, fold);
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
