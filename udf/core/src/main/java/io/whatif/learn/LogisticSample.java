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

  /** What it tells of steps with the Hessian of a point. */
  Steps from(double[] point) {
    return new Steps(point, fit.byFold(point, LogisticSums.Wanted.CURVATURE));
  }

  /** Steps with the Hessian of one point. */
  final class Steps {
    private final double[] point;
    private final LogisticSums[] at;

    private Steps(double[] point, LogisticSums[] at) {
      this.point = point;
      this.at = at;
    }

    /** Whether they can tell how far they may be off. */
    boolean tellErrors() {
      return groups.count() >= GROUPS;
    }

    /** So many steps from the point itself. */
    From fromPoint(int count) {
      double[][] starts = new double[count][];
      Arrays.fill(starts, point);
      LogisticSums[][] before = new LogisticSums[count][];
      Arrays.fill(before, at);
      return new From(starts, before);
    }

    /** Steps from places near it. */
    From from(double[][] starts) {
      return new From(starts, gradients(starts));
    }

    /** The sums of each group at each of some places. */
    private LogisticSums[][] gradients(double[][] places) {
      int count = groups.count();
      List<LogisticScan.Point> points = new ArrayList<>();
      for (double[] place : places) {
        for (int g = 0; g < count; g++) {
          points.add(new LogisticScan.Point(place, LogisticScan.NONE, g));
        }
      }
      LogisticSums[] sums = fit.sums(points, LogisticSums.Wanted.GRADIENT);
      LogisticSums[][] byPlace = new LogisticSums[places.length][];
      Arrays.setAll(byPlace, m -> Arrays.copyOfRange(sums, m * count, (m + 1) * count));
      return byPlace;
    }

    /** Where steps begin. */
    final class From {
      private final double[][] starts;
      private final LogisticSums[][] before;

      private From(double[][] starts, LogisticSums[][] before) {
        this.starts = starts;
        this.before = before;
      }

      /** What steps to these places leave. */
      LogisticRemainder[] remainders(double[][] ends) {
        LogisticSums[][] then = gradients(ends);
        LogisticRemainder[] all = new LogisticRemainder[ends.length];
        for (int m = 0; m < all.length; m++) {
          double[] step = Points.minus(ends[m], starts[m]);
          all[m] = LogisticRemainder.of(at, before[m], then[m], step);
        }
        return all;
      }
    }
  }
}
