/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Wager and Athey's design: ten uniform covariates x0 to x9, an effect that is the product of two
 * logistic steps in x0 and x1, propensity (1 + Beta(2, 4) density of x2) / 4, outcome 2 x2 - 1 + (t
 * - 1/2) tau + noise.
 *
 * @param relation id, x0 to x9, t, y
 * @param tau the true effects
 */
record Steps(Relations relation, double[] tau) {
  static final List<String> FEATURES = IntStream.range(0, 10).mapToObj(k -> "x" + k).toList();

  static Steps of(int rows, long seed) {
    List<double[]> x = new ArrayList<>();
    Relations relation = new Relations().with("id", numbers(rows));
    for (int k = 0; k < FEATURES.size(); k++) {
      double[] column = new double[rows];
      for (int i = 0; i < rows; i++) {
        column[i] = Mix.uniform(Mix.mix(seed, k), i);
      }
      x.add(column);
      relation.with(FEATURES.get(k), column);
    }
    double[] t = new double[rows];
    double[] y = new double[rows];
    double[] tau = new double[rows];
    for (int i = 0; i < rows; i++) {
      double third = x.get(2)[i];
      double e = (1 + 20 * third * Math.pow(1 - third, 3)) / 4;
      t[i] = Mix.uniform(Mix.mix(seed, 20), i) < e ? 1 : 0;
      tau[i] = step(x.get(0)[i]) * step(x.get(1)[i]);
      y[i] = 2 * third - 1 + (t[i] - 0.5) * tau[i] + Mix.normal(Mix.mix(seed, 21), i);
    }
    return new Steps(relation.with("t", t).with("y", y), tau);
  }

  static double step(double x) {
    return 1 / (1 + Math.exp(-20 * (x - 1.0 / 3)));
  }

  private static double[] numbers(int rows) {
    return IntStream.range(0, rows).asDoubleStream().toArray();
  }

  /** The features, one array for each. */
  double[][] features() {
    return FEATURES.stream().map(relation::column).toArray(double[][]::new);
  }
}
