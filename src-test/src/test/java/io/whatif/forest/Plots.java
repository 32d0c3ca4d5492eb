/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.forest;

import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows for forests: uniform features, of which the effect is a step in the first, 1 above 0.6 and 0
 * below, of a treatment of propensity 1/2 on an outcome with standard normal noise.
 *
 * @param x the features
 * @param y the outcome
 * @param w the treatment less 1/2
 */
record Plots(double[][] x, double[] y, double[] w) {
  static Plots of(int rows, int features, long seed) {
    double[][] x = new double[features][rows];
    double[] y = new double[rows];
    double[] w = new double[rows];
    for (int i = 0; i < rows; i++) {
      for (int f = 0; f < features; f++) {
        x[f][i] = Mix.uniform(Mix.mix(seed, f), i);
      }
      w[i] = Mix.uniform(Mix.mix(seed, 100), i) < 0.5 ? 0.5 : -0.5;
      y[i] = w[i] * (x[0][i] > 0.6 ? 1 : 0) + Mix.normal(Mix.mix(seed, 101), i);
    }
    return new Plots(x, y, w);
  }

  List<Bins> bins() {
    List<Bins> bins = new ArrayList<>();
    for (double[] column : x) {
      bins.add(Bins.of(Arrays.stream(column).filter(v -> !Double.isNaN(v)).sorted().toArray()));
    }
    return bins;
  }

  /** The rows as they are grown on, the responses as they are. */
  ForestData data() {
    return data(null, null, null);
  }

  ForestData data(float @Nullable [] weights, int @Nullable [] starts, int @Nullable [] folds) {
    byte[][] codes = new byte[x.length][y.length];
    List<Bins> bins = bins();
    for (int f = 0; f < x.length; f++) {
      bins.get(f).code(x[f], y.length, codes[f], 0);
    }
    int[] largest = bins.stream().mapToInt(Bins::largest).toArray();
    Scale plain = new Scale(0, 1);
    return new ForestData(
        codes, largest, new float[][] {plain.apply(y), plain.apply(w)}, weights, starts, folds);
  }

  /** The same rows for a mean of the outcome. */
  ForestData means(int @Nullable [] folds) {
    ForestData both = data(null, null, folds);
    return new ForestData(
        both.codes(), both.largest(), new float[][] {both.responses()[0]}, null, null, folds);
  }
}
