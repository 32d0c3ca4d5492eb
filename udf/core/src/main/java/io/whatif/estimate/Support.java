/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Column;
import io.whatif.data.Parallel;
import io.whatif.data.RowSample;
import io.whatif.data.Run;
import io.whatif.math.ColumnProducts;
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
  private static final int PIECE = 250;

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
        ? study.profile().tails(column, TAIL)
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
    if (columns.length == 0) {
      return new Support(range, 0, new double[0]);
    }
    int rows = columns[0].length;
    double[][] phi = terms(basis, columns, RowSample.of(rows, SAMPLE));
    int known = phi[0].length;
    Gram gram = new Gram(phi.length);
    gram.addColumns(phi, known);
    PseudoInverse inverse = PseudoInverse.of(gram, phi.length);
    double[][] lower = lower(inverse.toArray(), phi.length);
    double[] leverage = new double[known];
    Parallel.forEach(
        run,
        (known + PIECE - 1) / PIECE,
        piece -> {
          int from = piece * PIECE;
          addForms(lower, phi, from, Math.min(known, from + PIECE), leverage);
        });
    return new Support(range, almostLargest(leverage), inverse.toArray());
  }

  /** The terms at the rows of a sample, of these the complete ones. */
  private static double[][] terms(EffectBasis basis, double[][] columns, RowSample drawn) {
    double[][] inputs = new double[columns.length][];
    Arrays.setAll(inputs, f -> drawn.of(columns[f]));
    double[][] phi = new double[basis.width()][drawn.size()];
    for (int t = 0; t < phi.length; t++) {
      basis.terms().get(t).fill(inputs, drawn.size(), phi[t]);
    }
    boolean[] complete = EffectBasis.complete(phi, drawn.size());
    int count = 0;
    for (int k = 0; k < complete.length; k++) {
      if (complete[k]) {
        if (count < k) {
          for (double[] term : phi) {
            term[count] = term[k];
          }
        }
        count++;
      }
    }
    if (count < complete.length) {
      for (int t = 0; t < phi.length; t++) {
        phi[t] = Arrays.copyOf(phi[t], count);
      }
    }
    return phi;
  }

  /**
   * Row s of \( A \) up to its diagonal, the entries before that doubled: half as much to multiply.
   */
  private static double[][] lower(double[] a, int width) {
    double[][] rows = new double[width][];
    for (int s = 0; s < width; s++) {
      double[] row = Arrays.copyOfRange(a, s * width, s * width + s + 1);
      for (int t = 0; t < s; t++) {
        row[t] *= 2;
      }
      rows[s] = row;
    }
    return rows;
  }

  /** Adds \( z^\top A z \) of the rows z from {@code from} up to {@code to}. */
  private static void addForms(double[][] lower, double[][] z, int from, int to, double[] into) {
    int count = to - from;
    double[][] rows = new double[z.length][];
    Arrays.setAll(rows, t -> Arrays.copyOfRange(z[t], from, to));
    double[] product = new double[count];
    for (int s = 0; s < z.length; s++) {
      ColumnProducts.combine(rows, lower[s], count, product);
      double[] own = rows[s];
      for (int k = 0; k < count; k++) {
        into[from + k] += own[k] * product[k];
      }
    }
  }
}
