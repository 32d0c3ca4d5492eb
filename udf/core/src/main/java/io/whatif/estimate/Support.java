/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Column;
import io.whatif.data.Parallel;
import io.whatif.data.Run;
import io.whatif.math.Gram;
import io.whatif.math.PseudoInverse;
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
  static Map<String, double[]> ranges(Run run, Study study) {
    // sorts each column's sample, which the quantiles below find sorted
    Parallel.forEach(
        run, study.features().size(), f -> study.profile().sorted(study.features().get(f)));
    Map<String, double[]> range = new HashMap<>();
    for (int column : study.features()) {
      if (study.data().schema().column(column) instanceof Column.Numeric) {
        range.put(
            study.name(column),
            new double[] {
              study.profile().quantile(column, TAIL), study.profile().quantile(column, 1 - TAIL)
            });
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
    double[] known = Arrays.stream(numbers).filter(v -> !Double.isNaN(v)).sorted().toArray();
    return known.length == 0 ? 0 : Ranking.quantile(known, 1 - TAIL);
  }

  static Support of(Run run, Study study, EffectBasis basis) {
    Map<String, double[]> range = ranges(run, study);
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
    int stride = Math.max(1, rows / SAMPLE);
    double[] z = new double[(rows / stride + 1) * p];
    int kept = 0;
    for (int i = 0; i < rows; i += stride) {
      if (complete[i]) {
        for (int t = 0; t < p; t++) {
          z[kept * p + t] = phi[t][i];
        }
        kept++;
      }
    }
    Gram gram = new Gram(p);
    gram.add(z, kept);
    PseudoInverse inverse = PseudoInverse.of(gram, p);
    double[] leverage = new double[kept];
    int rowsKept = kept;
    Parallel.forEach(
        run,
        (kept + PIECE - 1) / PIECE,
        piece -> {
          int end = Math.min(rowsKept, (piece + 1) * PIECE);
          for (int i = piece * PIECE; i < end; i++) {
            leverage[i] = inverse.form(z, i * p);
          }
        });
    return new Support(range, almostLargest(leverage), inverse.toArray());
  }
}
