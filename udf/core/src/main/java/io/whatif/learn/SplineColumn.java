/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import io.whatif.math.Quantiles;
import io.whatif.model.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How {@code spline} bends one encoded column x: the column winsorised to [low, high], a 0/1 column
 * for each spike, and a hinge \( \max(0, x - knot) \) for each knot.
 *
 * @param spikes values that hold more than 5% of rows, if x has more than 20 distinct values
 * @param knots distinct quantiles of the other rows, strictly inside their range, with at least ten
 *     rows above
 * @param mean of the winsorised column
 * @param factor one over its standard deviation, 0 if it is constant
 */
record SplineColumn(
    double low, double high, double[] spikes, double[] knots, double mean, double factor) {
  private static final double TAIL = 0.001;
  private static final int MANY_DISTINCT = 20;
  private static final double SPIKE_SHARE = 0.05;

  /** A hinge that bends fewer rows would follow them, and send a new one beyond them anywhere. */
  private static final int ROWS_ABOVE = 10;

  private static final double[] LEVELS = {.1, .2, .3, .4, .5, .6, .7, .8, .9, .95, .99};

  /** Reads the shape off the values, which are sorted and then changed. */
  static SplineColumn of(double[] values) {
    Arrays.sort(values);
    int n = values.length;
    boolean flag = distinct(values) <= 2;
    double low = flag ? values[0] : Quantiles.sorted(values, TAIL);
    double high = flag ? values[n - 1] : Quantiles.sorted(values, 1 - TAIL);
    double[] spikes = distinct(values) > MANY_DISTINCT ? spikes(values) : new double[0];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += clamp(values[i], low, high) / n;
    }
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double d = clamp(values[i], low, high) - sum;
      squares += d * d / n;
    }
    double factor = low < high && squares > 0 ? 1 / Math.sqrt(squares) : 0;
    double[] rest =
        Arrays.stream(values)
            .filter(v -> Arrays.binarySearch(spikes, v) < 0)
            .map(v -> clamp(v, low, high))
            .toArray();
    return new SplineColumn(low, high, spikes, knots(rest), sum, factor);
  }

  private static double[] spikes(double[] sorted) {
    List<Double> spikes = new ArrayList<>();
    int start = 0;
    for (int i = 1; i <= sorted.length; i++) {
      if (i == sorted.length || sorted[i] != sorted[start]) {
        if (i - start > SPIKE_SHARE * sorted.length) {
          spikes.add(sorted[start]);
        }
        start = i;
      }
    }
    return spikes.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double[] knots(double[] sorted) {
    if (distinct(sorted) <= 2) {
      return new double[0];
    }
    return Arrays.stream(LEVELS)
        .map(level -> Quantiles.sorted(sorted, level))
        .filter(knot -> knot > sorted[0] && above(sorted, knot) >= ROWS_ABOVE)
        .distinct()
        .toArray();
  }

  private static int above(double[] sorted, double knot) {
    int count = 0;
    while (count < sorted.length && sorted[sorted.length - 1 - count] > knot) {
      count++;
    }
    return count;
  }

  private static int distinct(double[] sorted) {
    int count = sorted.length == 0 ? 0 : 1;
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i] != sorted[i - 1]) {
        count++;
      }
    }
    return count;
  }

  private static double clamp(double value, double low, double high) {
    return Math.min(high, Math.max(low, value));
  }

  /**
   * The same with at most {@code hinges} of its knots, spread evenly, and no spikes without any.
   */
  SplineColumn thinned(int hinges) {
    if (knots.length <= hinges) {
      return this;
    }
    double[] kept = new double[hinges];
    for (int k = 0; k < hinges; k++) {
      kept[k] = knots[(2 * k + 1) * knots.length / (2 * hinges)];
    }
    return new SplineColumn(low, high, hinges == 0 ? new double[0] : spikes, kept, mean, factor);
  }

  /** Columns it makes of one. */
  int width() {
    return 1 + spikes.length + knots.length;
  }

  List<String> names(String name) {
    List<String> names = new ArrayList<>();
    names.add(name);
    for (double spike : spikes) {
      names.add(name + "=" + spike);
    }
    for (double knot : knots) {
      names.add("max(0," + name + "-" + knot + ")");
    }
    return names;
  }

  /** Its columns as functions of the covariates. */
  List<Term> terms(Term column) {
    Term inside = new Term.Clamped(column, low, high);
    List<Term> terms = new ArrayList<>();
    terms.add(inside);
    for (double spike : spikes) {
      terms.add(new Term.Spike(column, spike));
    }
    for (double knot : knots) {
      terms.add(new Term.Hinge(inside, knot));
    }
    return terms;
  }

  /** See {@link #standardized(double)}. */
  Term standardized(Term column) {
    return new Term.Scaled(new Term.Clamped(column, low, high), mean, factor);
  }

  /** Writes its columns of one row from {@code at} on. */
  void fill(double value, double[] into, int at) {
    double inside = clamp(value, low, high);
    into[at] = inside;
    int next = at + 1;
    for (double spike : spikes) {
      into[next++] = value == spike ? 1 : 0;
    }
    for (double knot : knots) {
      into[next++] = Math.max(0, inside - knot);
    }
  }

  double standardized(double value) {
    return (clamp(value, low, high) - mean) * factor;
  }
}
