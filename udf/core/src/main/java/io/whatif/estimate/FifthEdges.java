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
 * counted, in one pass; where they lie elsewhere, among all rows. The edges are exact either way.
 *
 * @param fifth how many rows an end has, by fold
 * @param low the effect of the last row of the low end, NaN if it has none
 * @param high that of the first row of the high end
 */
record FifthEdges(double[] fifth, double[] low, double[] high) {
  private static final int LOW = 0;
  private static final int HIGH = 1;

  /** Rows of the sample. */
  private static final int SAMPLE = 20_000;

  /** How far from the edge, in standard deviations of the sample's quantile, it is looked for. */
  private static final double WIDE = 5;

  private FifthEdges(int folds) {
    this(new double[folds], new double[folds], new double[folds]);
    Arrays.fill(low, Double.NaN);
    Arrays.fill(high, Double.NaN);
  }

  /** Of the rows that have an effect and count. */
  static FifthEdges of(Run run, double[] tau, Folds folds, Study study) {
    if (study.isCounted()) {
      FifthEdges edges = new FifthEdges(folds.count());
      Parallel.forEach(run, folds.count(), k -> edges.ofCounted(k, tau, folds, study));
      return edges;
    }
    FifthEdges edges = new FifthEdges(folds.count());
    Search search = new Search(tau, folds, study);
    if (!edges.found(run, search.look(run, Between.sampled(search)))
        && !edges.found(run, search.look(run, Between.everywhere(folds.count())))) {
      throw new AssertionError("edges of the fifths are among all rows");
    }
    return edges;
  }

  /** Whether all edges are among the effects that were kept. */
  private boolean found(Run run, Kept kept) {
    boolean[] there = new boolean[fifth.length];
    Parallel.forEach(run, there.length, k -> there[k] = found(k, kept));
    for (boolean found : there) {
      if (!found) {
        return false;
      }
    }
    return true;
  }

  private boolean found(int fold, Kept kept) {
    int wanted = kept.rows[fold] / 5;
    fifth[fold] = wanted;
    if (wanted == 0) {
      return true;
    }
    int fromLow = wanted - 1 - kept.beyond[LOW][fold];
    int fromHigh = kept.beyond[HIGH][fold] + kept.count[HIGH][fold] - wanted;
    boolean there =
        fromLow >= 0
            && fromLow < kept.count[LOW][fold]
            && fromHigh >= 0
            && fromHigh < kept.count[HIGH][fold];
    if (there) {
      low[fold] = OrderStatistics.select(kept.effects(LOW, fold), fromLow);
      high[fold] = OrderStatistics.select(kept.effects(HIGH, fold), fromHigh);
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
      RowSample drawn = new RowSample(search.tau.length, Math.max(1, search.tau.length / SAMPLE));
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
  private record Search(double[] tau, Folds folds, Study study) {
    /** The effects of the rows of a sample. */
    double[][] byFold(RowSample drawn) {
      double[][] effects = new double[folds.count()][16];
      int[] count = new int[folds.count()];
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

    Kept look(Run run, Between between) {
      List<Kept> parts = Parallel.ofRanges(run, tau.length, (from, to) -> look(from, to, between));
      Kept all = new Kept(folds.count());
      parts.forEach(all::add);
      return all;
    }

    private Kept look(int first, int last, Between between) {
      Kept kept = new Kept(folds.count());
      double[] lowFrom = between.from[LOW];
      double[] lowTo = between.to[LOW];
      double[] highFrom = between.from[HIGH];
      double[] highTo = between.to[HIGH];
      for (int i = first; i < last; i++) {
        double effect = tau[i];
        if (Double.isNaN(effect) || study.counted(i) == 0) {
          continue;
        }
        int k = folds.of((long) i);
        kept.rows[k]++;
        if (effect < lowFrom[k]) {
          kept.beyond[LOW][k]++;
        } else if (effect <= lowTo[k]) {
          kept.keep(LOW, k, effect);
        }
        if (effect > highTo[k]) {
          kept.beyond[HIGH][k]++;
        } else if (effect >= highFrom[k]) {
          kept.keep(HIGH, k, effect);
        }
      }
      return kept;
    }
  }

  /** Counts of rows, and effects that an edge may be, by end and fold. */
  private static final class Kept {
    final int[] rows;
    final int[][] beyond;
    final int[][] count;
    private final double[][][] effects;

    Kept(int folds) {
      rows = new int[folds];
      beyond = new int[2][folds];
      count = new int[2][folds];
      effects = new double[2][folds][16];
    }

    void keep(int end, int fold, double effect) {
      int at = count[end][fold];
      if (at == effects[end][fold].length) {
        effects[end][fold] = Arrays.copyOf(effects[end][fold], 2 * at);
      }
      effects[end][fold][at] = effect;
      count[end][fold] = at + 1;
    }

    double[] effects(int end, int fold) {
      return Arrays.copyOf(effects[end][fold], count[end][fold]);
    }

    void add(Kept other) {
      for (int k = 0; k < rows.length; k++) {
        rows[k] += other.rows[k];
        for (int end = LOW; end <= HIGH; end++) {
          beyond[end][k] += other.beyond[end][k];
          int own = count[end][k];
          int all = own + other.count[end][k];
          if (all > effects[end][k].length) {
            effects[end][k] = Arrays.copyOf(effects[end][k], Math.max(all, 2 * own));
          }
          System.arraycopy(other.effects[end][k], 0, effects[end][k], own, all - own);
          count[end][k] = all;
        }
      }
    }
  }

  /** The edges of a fold whose rows stand for several: equal effects are one place. */
  private void ofCounted(int fold, double[] tau, Folds folds, Study study) {
    int[] places = places(tau, folds, study, fold);
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
}
