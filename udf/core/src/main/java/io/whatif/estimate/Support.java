/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Column;
import io.whatif.data.Parallel;
import io.whatif.data.RowSample;
import io.whatif.data.Run;
import io.whatif.math.Gram;
import io.whatif.math.PseudoInverse;
import io.whatif.math.Quantiles;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Where a fitted effect can be trusted to speak of data it has seen: the 0.1-99.9% range of each
 * numeric feature, and the 99.9% quantile of the leverage \( \phi^\top A \phi \), \( A = (\Phi^\top
 * \Phi)^+ \), both from the profile's sample of rows.
 */
record Support(Map<String, double[]> range, double maxLeverage, double[] leverage) {
  private static final double TAIL = 0.001;

  /** Rows of which one thread computes the leverage at a time. */
  private static final int PIECE = 1_000;

  /** Rows that leverage is taken from, at least, where there are more. */
  private static final int SAMPLE = 20_000;

  /** The range of each numeric feature. */
  static Map<String, double[]> ranges(Study study) {
    double[][] ends = new double[study.features().size()][];
    Arrays.setAll(ends, f -> range(study, study.features().get(f)));
    return named(study, ends);
  }

  private static double[] range(Study study, int column) {
    return study.data().schema().column(column) instanceof Column.Numeric
        ? new double[] {
          study.profile().quantile(column, TAIL), study.profile().quantile(column, 1 - TAIL)
        }
        : new double[0];
  }

  private static Map<String, double[]> named(Study study, double[][] ends) {
    Map<String, double[]> range = new HashMap<>();
    for (int f = 0; f < ends.length; f++) {
      if (ends[f].length > 0) {
        range.put(study.name(study.features().get(f)), ends[f]);
      }
    }
    return range;
  }

  /** The sampled rows of each feature. */
  static double[][] sample(Study study) {
    double[][] columns = new double[study.features().size()][];
    for (int f = 0; f < columns.length; f++) {
      columns[f] = study.profile().sample(study.features().get(f));
    }
    return columns;
  }

  /** What at most a thousandth of the numbers exceed; 0 if there are none. NaN is not counted. */
  static double almostLargest(double[] numbers) {
    double quantile = Quantiles.of(numbers, 1 - TAIL);
    return Double.isNaN(quantile) ? 0 : quantile;
  }

  static Support of(Run run, Study study, EffectBasis basis) {
    double[][] ends = new double[study.features().size()][];
    Parallel.forEach(run, ends.length, f -> ends[f] = range(study, study.features().get(f)));
    Map<String, double[]> range = named(study, ends);
    double[][] columns = sample(study);
    int rows = columns.length == 0 ? 0 : columns[0].length;
    if (columns.length == 0) {
      return new Support(range, 0, new double[0]);
    }
    int p = basis.width();
    double[][] phi = new double[p][rows];
    for (int t = 0; t < p; t++) {
      basis.terms().get(t).fill(columns, rows, phi[t]);
    }
    boolean[] complete = EffectBasis.complete(phi, rows);
    double[][] kept = complete(phi, complete, RowSample.of(rows, SAMPLE));
    Gram gram = new Gram(p);
    gram.addColumns(kept, kept[0].length);
    PseudoInverse inverse = PseudoInverse.of(gram, p);
    double[] leverage = new double[kept[0].length];
    Parallel.forEach(
        run,
        (leverage.length + PIECE - 1) / PIECE,
        piece -> {
          int from = piece * PIECE;
          addForms(
              inverse.toArray(), kept, from, Math.min(leverage.length, from + PIECE), leverage);
        });
    return new Support(range, almostLargest(leverage), inverse.toArray());
  }

  /** The columns at the rows of a sample, of these the complete ones. */
  private static double[][] complete(double[][] columns, boolean[] complete, RowSample drawn) {
    int[] places = new int[drawn.size() + 1];
    int count = 0;
    for (int place = 0; place < drawn.size(); place++) {
      places[count] = (int) drawn.row(place);
      count += complete[places[count]] ? 1 : 0;
    }
    double[][] kept = new double[columns.length][count];
    for (int t = 0; t < columns.length; t++) {
      for (int k = 0; k < count; k++) {
        kept[t][k] = columns[t][places[k]];
      }
    }
    return kept;
  }

  /** Adds \( z^\top A z \) of the rows z from {@code from} up to {@code to}. */
  private static void addForms(double[] a, double[][] z, int from, int to, double[] into) {
    double[] product = new double[to - from];
    for (int s = 0; s < z.length; s++) {
      Arrays.fill(product, 0);
      for (int t = 0; t < z.length; t++) {
        double factor = a[s * z.length + t];
        double[] own = z[t];
        for (int k = 0; k < product.length; k++) {
          product[k] += factor * own[from + k];
        }
      }
      double[] own = z[s];
      for (int k = 0; k < product.length; k++) {
        into[from + k] += own[from + k] * product[k];
      }
    }
  }
}
