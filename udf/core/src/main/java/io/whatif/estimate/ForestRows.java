/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import io.whatif.data.Column;
import io.whatif.data.Run;
import io.whatif.forest.Bins;
import io.whatif.forest.ForestData;
import io.whatif.forest.Scale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a study that a forest is grown on: those that count anything, a byte a feature. Bins
 * are those of the profile's quantiles; a category is a code of its own, in the order of its
 * dictionary, where there are at most 255.
 *
 * @param bins of each feature
 * @param codes of each feature, of the rows used
 * @param rows the places of the rows used, null if all are
 * @param weights of the rows used, 1 on average; null if each counts once
 * @param starts where clusters begin among the rows used, null if there are none
 */
record ForestRows(
    List<Bins> bins,
    byte[][] codes,
    int @Nullable [] rows,
    float @Nullable [] weights,
    int @Nullable [] starts) {

  static ForestRows of(Run run, Study study) {
    int n = Math.toIntExact(study.rows());
    List<Integer> columns = study.features();
    run.memory().take((long) n * columns.size(), "the features as codes");
    List<Bins> bins = columns.stream().map(column -> bins(study, column)).toList();
    byte[][] codes = new byte[columns.size()][n];
    study
        .data()
        .forEachBatch(
            run,
            batch -> {
              for (int f = 0; f < codes.length; f++) {
                double[] values = batch.column(columns.get(f));
                bins.get(f).code(values, batch.rows(), codes[f], (int) batch.firstRow());
              }
            });
    int[] rows = counting(study);
    if (rows != null) {
      for (int f = 0; f < codes.length; f++) {
        codes[f] = kept(codes[f], rows);
      }
    }
    return new ForestRows(bins, codes, rows, weights(study, rows), starts(study, rows));
  }

  private static Bins bins(Study study, int column) {
    if (study.data().schema().column(column) instanceof Column.Categorical text) {
      int categories = text.categories().size();
      if (categories <= Bins.MOST) {
        double[] cuts = new double[Math.max(0, categories - 1)];
        Arrays.setAll(cuts, k -> k + 0.5);
        return new Bins(cuts);
      }
    }
    return Bins.of(study.profile().sorted(column));
  }

  /** The rows that count anything, null if all do. */
  private static int @Nullable [] counting(Study study) {
    if (study.weighting() == null) {
      return null;
    }
    int n = Math.toIntExact(study.rows());
    int[] rows = new int[n];
    int count = 0;
    for (int i = 0; i < n; i++) {
      rows[count] = i;
      count += study.weight(i) > 0 ? 1 : 0;
    }
    return count == n ? null : Arrays.copyOf(rows, count);
  }

  private static float @Nullable [] weights(Study study, int @Nullable [] rows) {
    if (study.weighting() == null) {
      return null;
    }
    int n = rows == null ? Math.toIntExact(study.rows()) : rows.length;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += study.weight(rows == null ? i : rows[i]);
    }
    float[] weights = new float[n];
    for (int i = 0; i < n; i++) {
      weights[i] = (float) (study.weight(rows == null ? i : rows[i]) * n / sum);
    }
    return weights;
  }

  private static int @Nullable [] starts(Study study, int @Nullable [] rows) {
    int[] clusters = study.units().clusters();
    if (clusters == null) {
      return null;
    }
    int n = rows == null ? clusters.length : rows.length;
    List<Integer> starts = new ArrayList<>();
    int last = -1;
    for (int i = 0; i < n; i++) {
      int cluster = clusters[rows == null ? i : rows[i]];
      if (cluster != last) {
        starts.add(i);
        last = cluster;
      }
    }
    starts.add(n);
    return starts.stream().mapToInt(Integer::intValue).toArray();
  }

  private static byte[] kept(byte[] codes, int[] rows) {
    byte[] kept = new byte[rows.length];
    for (int i = 0; i < rows.length; i++) {
      kept[i] = codes[rows[i]];
    }
    return kept;
  }

  /** What all rows have, of the rows used. */
  double[] kept(double[] values) {
    if (rows == null) {
      return values;
    }
    double[] kept = new double[rows.length];
    Arrays.setAll(kept, i -> values[rows[i]]);
    return kept;
  }

  /** What the rows used have, as many values each, in the places of all; NaN for the others. */
  double[] spread(double[] values, int all) {
    if (rows == null) {
      return values;
    }
    int width = values.length / rows.length;
    double[] spread = new double[all * width];
    Arrays.fill(spread, Double.NaN);
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(values, i * width, spread, rows[i] * width, width);
    }
    return spread;
  }

  /** The same of whole numbers; 0 for the others. */
  int[] spread(int[] values, int all) {
    if (rows == null) {
      return values;
    }
    int[] spread = new int[all];
    for (int i = 0; i < rows.length; i++) {
      spread[rows[i]] = values[i];
    }
    return spread;
  }

  /** How many units a pair of trees draws half of. */
  int units() {
    return starts == null ? codes[0].length : starts.length - 1;
  }

  /** The largest code of each feature. */
  int[] largest() {
    return bins.stream().mapToInt(Bins::largest).toArray();
  }

  /**
   * The rows with responses.
   *
   * @param scales of each
   * @param responses of the rows used
   */
  ForestData data(Scale[] scales, double[]... responses) {
    float[][] scaled = new float[responses.length][];
    for (int r = 0; r < scaled.length; r++) {
      scaled[r] = scales[r].apply(responses[r]);
    }
    return new ForestData(codes, largest(), scaled, weights, starts);
  }
}
