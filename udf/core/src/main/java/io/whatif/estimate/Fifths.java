/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.inference.ClusterSums;
import io.whatif.inference.Estimate;
import io.whatif.learn.Folds;
import io.whatif.math.Mix;
import java.util.Arrays;

/**
 * The mean score of the fifths with the largest and smallest predicted effects.
 *
 * <p>Fifths are cut within each fold, because each fold's predictions have coefficients of their
 * own: the floor(n/5) rows at each end of its rows in the order of (tau, hash of the key), so that
 * ties leave no fifth empty. Where rows stand for several, n is of all of them, and of the rows of
 * the effect at the edge each has the part that is wanted of them together, as a draw by lot has on
 * average. Rows of weight 0 have no part. Errors by clusters where there are any.
 *
 * <p>Cost: a pass over the rows, and another by clusters.
 */
record Fifths(Estimate top, Estimate bottom) {
  /** The stream of hashes that decides between rows of equal predicted effect. */
  private static final long TIES = 5;

  private static final int LOW = FifthEdges.LOW;
  private static final int HIGH = FifthEdges.HIGH;

  static Fifths of(Run run, Scores scores, Folds folds, Study study) {
    Rows rows = new Rows(scores, folds, study, FifthEdges.of(run, scores, folds, study));
    End[] ends = rows.ends(run);
    boolean clustered = scores.clusters != null;
    double[] squares =
        clustered
            ? ClusterSums.squares(run, scores.size(), 2, () -> rows.pulls(ends), scores.clusters)
            : new double[] {ends[LOW].squares(), ends[HIGH].squares()};
    return new Fifths(
        ends[HIGH].estimate(clustered, squares[HIGH]), ends[LOW].estimate(clustered, squares[LOW]));
  }

  /** The rows whose ends are looked at. */
  private record Rows(Scores scores, Folds folds, Study study, FifthEdges edges) {
    /** Both ends, summed up. */
    End[] ends(Run run) {
      int count = folds.count();
      End[] parts = new End[2 * count];
      Parallel.forEach(run, parts.length, j -> parts[j] = end(j / count, j % count));
      boolean counted = study.isCounted();
      End[] ends = new End[2];
      for (int end = LOW; end <= HIGH; end++) {
        ends[end] = new End(end == LOW, count);
        ends[end].scores.add(edges.near().sums(end));
        for (int k = 0; k < count; k++) {
          ends[end].add(parts[end * count + k]);
        }
        ends[end].settle(this, counted);
      }
      return ends;
    }

    /** What a fold's rows near the edge add to an end. */
    private End end(int of, int fold) {
      End end = new End(of == LOW, folds.count());
      double edge = of == LOW ? edges.low()[fold] : edges.high()[fold];
      end.beyond[fold] = edges.near().beyond(of, fold);
      EdgeRows near = edges.near().kept(of, fold);
      RankedRows rows = new RankedRows(scores);
      for (int j = 0; j < near.count(); j++) {
        double effect = near.effect(j);
        if (effect == edge || (of == LOW ? effect < edge : effect > edge)) {
          end.see(near, j, effect == edge, this, rows);
        }
      }
      return end;
    }

    /** How far rows pull the sums of scores less their mean; NaN where they have no part. */
    ClusterSums.Influences pulls(End[] ends) {
      RankedRows rows = new RankedRows(scores);
      return (from, to, into) -> {
        rows.moveTo(from, to);
        pulls(rows, from, to, ends, into);
      };
    }

    private void pulls(RankedRows rows, int from, int to, End[] ends, double[][] into) {
      double[] low = edges.low();
      double[] high = edges.high();
      int[] lowTied = ends[LOW].tiedBefore(from);
      int[] highTied = ends[HIGH].tiedBefore(from);
      for (int i = from; i < to; i++) {
        double effect = rows.effects()[i - rows.first()];
        int k = folds.of((long) i);
        double lowPart = 0;
        double highPart = 0;
        if (effect <= low[k] && study.counted(i) > 0) {
          lowPart = effect == low[k] ? ends[LOW].tied[k].parts[lowTied[k]++] : 1;
        }
        if (effect >= high[k] && study.counted(i) > 0) {
          highPart = effect == high[k] ? ends[HIGH].tied[k].parts[highTied[k]++] : 1;
        }
        double weight = scores.weight(i);
        double score = rows.score(i);
        into[LOW][i - from] =
            lowPart > 0 ? lowPart * weight * (score - ends[LOW].mean()) : Double.NaN;
        into[HIGH][i - from] =
            highPart > 0 ? highPart * weight * (score - ends[HIGH].mean()) : Double.NaN;
      }
    }
  }

  /** One end of the ranking of rows within folds. */
  private static final class End {
    private final boolean low;
    private final Tied[] tied;

    /** Rows beyond the edge, by fold. */
    private final double[] beyond;

    private final RowMean scores = new RowMean();

    End(boolean low, int folds) {
      this.low = low;
      tied = new Tied[folds];
      for (int k = 0; k < tied.length; k++) {
        tied[k] = new Tied();
      }
      beyond = new double[folds];
    }

    /** Adds a row that is at the edge of its fold or beyond it. */
    void see(EdgeRows near, int at, boolean atEdge, Rows of, RankedRows rows) {
      int row = near.place(at);
      int fold = of.folds.of((long) row);
      if (atEdge) {
        tied[fold].add(row, of.study.counted(row));
      } else {
        beyond[fold] += of.study.counted(row);
        if (near.hasScores()) {
          scores.add(null, row, 1, near.score(at), 0);
        } else {
          rows.addAnywhere(row, 1, scores);
        }
      }
    }

    /** Adds later rows. */
    void add(End other) {
      for (int k = 0; k < tied.length; k++) {
        tied[k].add(other.tied[k]);
        beyond[k] += other.beyond[k];
      }
      scores.add(other.scores);
    }

    /** Decides which part of each row at an edge is at this end, and adds it. */
    void settle(Rows of, boolean counted) {
      RankedRows rows = new RankedRows(of.scores);
      for (int k = 0; k < tied.length; k++) {
        double wanted = of.edges.fifth()[k] - beyond[k];
        if (counted) {
          tied[k].share(wanted);
        } else {
          tied[k].draw(wanted, low, of.study);
        }
        for (int j = 0; j < tied[k].count; j++) {
          if (tied[k].parts[j] > 0) {
            rows.addAnywhere(tied[k].places[j], tied[k].parts[j], scores);
          }
        }
      }
    }

    double mean() {
      return scores.mean();
    }

    /** The sum of squared pulls of rows that are their own clusters. */
    double squares() {
      return scores.squares();
    }

    /** How many rows at each fold's edge stand before a row. */
    int[] tiedBefore(int row) {
      int[] before = new int[tied.length];
      for (int k = 0; k < before.length; k++) {
        int at = Arrays.binarySearch(tied[k].places, 0, tied[k].count, row);
        before[k] = at < 0 ? -at - 1 : at;
      }
      return before;
    }

    Estimate estimate(boolean clustered, double squares) {
      double count = scores.count();
      if (count < 2) {
        return Estimate.UNDEFINED;
      }
      double factor = clustered ? 1 : count / (count - 1);
      return new Estimate(mean(), Math.sqrt(factor * squares) / scores.weights());
    }
  }

  /** The rows of a fold whose effect is that at the edge, ascending. */
  private static final class Tied {
    private int[] places = new int[4];
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

    void add(Tied later) {
      if (count + later.count > places.length) {
        places = Arrays.copyOf(places, Math.max(2 * count, count + later.count));
      }
      System.arraycopy(later.places, 0, places, count, later.count);
      count += later.count;
      rows += later.rows;
    }

    /** Of rows that stand for several each has the same part of the rows wanted still. */
    void share(double wanted) {
      parts = new double[count];
      Arrays.fill(parts, wanted > 0 ? wanted / rows : 0);
    }

    /** Decides which rows are at the end, where so many are wanted still. */
    void draw(double wanted, boolean low, Study study) {
      parts = new double[count];
      if (wanted > 0) {
        boolean[] kept = ties((int) wanted, low, study);
        Arrays.setAll(parts, j -> kept[j] ? 1 : 0);
      }
    }

    /** Which {@code wanted} of rows whose effect is the same are kept: by hash, by row. */
    private boolean[] ties(int wanted, boolean low, Study study) {
      long[] hashes = new long[count];
      Arrays.setAll(hashes, j -> hash(places[j], low, study));
      long[] sorted = hashes.clone();
      Arrays.sort(sorted);
      long last = sorted[wanted - 1];
      int below = 0;
      while (sorted[below] < last) {
        below++;
      }
      int equal = wanted - below;
      boolean[] kept = new boolean[count];
      for (int j = 0; j < count; j++) {
        int at = low ? j : count - 1 - j;
        kept[at] = hashes[at] < last || (hashes[at] == last && equal-- > 0);
      }
      return kept;
    }

    private static long hash(int row, boolean low, Study study) {
      long h = Mix.mix(TIES, study.units().keys()[row]);
      return low ? h : ~h;
    }
  }
}
