/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
import io.whatif.data.RowSample;
import io.whatif.data.Run;
import io.whatif.math.Gram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A logistic regression on a sample of the rows that it is to be fitted to: tells what sums over
 * all rows come to, about, and what a step leaves, without reading them.
 */
final class LogisticSample {
  /** Groups of a sample: enough to tell an error of a coefficient within a quarter or so. */
  static final int GROUPS = 8;

  private final LogisticFit fit;
  private final long rows;

  /** The cells that rows are dealt out to: group by group, each by the folds to leave out. */
  private final Folds cells;

  /** How many folds a group is divided by; 1 if none is left out. */
  private final int folds;

  private LogisticSample(
      Run run, Dataset rows, LogisticScan.Likelihood likelihood, Folds cells, int folds) {
    this.fit = new LogisticFit(run, rows, likelihood, cells);
    this.rows = rows.rows();
    this.cells = cells;
    this.folds = folds;
  }

  /** A sample in one piece, which cannot tell how far it may be off. */
  static LogisticSample whole(Run run, Dataset rows, LogisticScan.Likelihood likelihood) {
    return new LogisticSample(run, rows, likelihood, Folds.undivided(), 1);
  }

  /**
   * A sample dealt out to {@value #GROUPS} groups, whose differences tell how far it may be off. Of
   * a fold that is left out the sample's rows are left out too: folds may be unlike each other, as
   * regions are.
   *
   * @param folds of the rows that the sample is of
   * @param drawn which of them it is
   */
  static LogisticSample inGroups(
      Run run, Dataset rows, LogisticScan.Likelihood likelihood, Folds folds, RowSample drawn) {
    int count = folds.count();
    int[] cell = new int[Math.toIntExact(rows.rows())];
    Arrays.setAll(cell, i -> i % GROUPS * count + folds.of(drawn.row(i)));
    return new LogisticSample(run, rows, likelihood, Folds.given(cell, GROUPS * count), count);
  }

  /** The regression on the sample's rows. */
  LogisticFit fit() {
    return fit;
  }

  /** The Hessian of so many rows at a point, without penalty, as these tell it. */
  Gram hessian(double[] point, long of) {
    LogisticScan.Point all = LogisticScan.Point.without(point, LogisticScan.NONE);
    Gram own = fit.sums(List.of(all), LogisticSums.Wanted.CURVATURE)[0].hessian();
    return own.times((double) of / rows);
  }

  /**
   * The remainders of steps from one point.
   *
   * @param ends where each step leads
   * @param excluded the fold that is left out for each
   */
  LogisticRemainder[] remainders(double[] from, double[][] ends, int[] excluded) {
    List<LogisticScan.Point> points = new ArrayList<>();
    for (int m = 0; m < ends.length; m++) {
      for (int cell = 0; cell < cells.count(); cell++) {
        if (counts(cell, excluded[m])) {
          points.add(new LogisticScan.Point(ends[m], LogisticScan.NONE, cell));
        }
      }
    }
    LogisticSums[] at = fit.byFold(from, LogisticSums.Wanted.CURVATURE);
    LogisticSums[] then = fit.sums(points, LogisticSums.Wanted.GRADIENT);
    LogisticRemainder[] all = new LogisticRemainder[ends.length];
    int next = 0;
    for (int m = 0; m < all.length; m++) {
      LogisticSums[] before = nothing(LogisticSums.Wanted.CURVATURE);
      LogisticSums[] after = nothing(LogisticSums.Wanted.GRADIENT);
      for (int cell = 0; cell < cells.count(); cell++) {
        if (counts(cell, excluded[m])) {
          before[cell / folds].merge(at[cell]);
          after[cell / folds].merge(then[next++]);
        }
      }
      all[m] = LogisticRemainder.of(before, after, Points.minus(ends[m], from));
    }
    return all;
  }

  private boolean counts(int cell, int excluded) {
    return folds == 1 || cell % folds != excluded;
  }

  /** The sums of each group over no rows. */
  private LogisticSums[] nothing(LogisticSums.Wanted wanted) {
    LogisticSums[] sums = new LogisticSums[cells.count() / folds];
    Arrays.setAll(sums, g -> fit.nothing(wanted));
    return sums;
  }
}
