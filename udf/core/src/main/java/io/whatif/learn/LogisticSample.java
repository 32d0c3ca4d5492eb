/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.data.Dataset;
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
  private final Folds groups;
  private final long rows;

  private LogisticSample(Run run, Dataset rows, LogisticScan.Likelihood likelihood, Folds groups) {
    this.fit = new LogisticFit(run, rows, likelihood, groups);
    this.groups = groups;
    this.rows = rows.rows();
  }

  /** A sample in one piece, which cannot tell how far it may be off. */
  static LogisticSample whole(Run run, Dataset rows, LogisticScan.Likelihood likelihood) {
    return new LogisticSample(run, rows, likelihood, Folds.undivided());
  }

  /**
   * A sample dealt out to {@value #GROUPS} groups, whose differences tell how far it may be off.
   */
  static LogisticSample inGroups(Run run, Dataset rows, LogisticScan.Likelihood likelihood) {
    int[] group = new int[Math.toIntExact(rows.rows())];
    Arrays.setAll(group, i -> i % GROUPS);
    return new LogisticSample(run, rows, likelihood, Folds.given(group, GROUPS));
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

  /** The remainders of steps from one point. */
  LogisticRemainder[] remainders(double[] from, double[][] ends) {
    int count = groups.count();
    List<LogisticScan.Point> points = new ArrayList<>();
    for (double[] end : ends) {
      for (int g = 0; g < count; g++) {
        points.add(new LogisticScan.Point(end, LogisticScan.NONE, g));
      }
    }
    LogisticSums[] at = fit.byFold(from, LogisticSums.Wanted.CURVATURE);
    LogisticSums[] then = fit.sums(points, LogisticSums.Wanted.GRADIENT);
    LogisticRemainder[] all = new LogisticRemainder[ends.length];
    for (int m = 0; m < all.length; m++) {
      LogisticSums[] own = Arrays.copyOfRange(then, m * count, (m + 1) * count);
      all[m] = LogisticRemainder.of(at, own, Points.minus(ends[m], from));
    }
    return all;
  }
}
