/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.math.Mix;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A treatment that depends on what is not seen, and an encouragement that moves it: five uniform
 * covariates x0 to x4, z with chance (1 + x1) / 3, t where push z + x2 - 1 + c > 0 with c ~ N(0, 1)
 * unseen, effect 2 where x0 > 1/2 and else 0, outcome x1 + t tau + c + N(0, 1) / 2. Nobody is
 * pushed away, so that the effect on compliers with some x is that of all.
 *
 * @param relation id, x0 to x4, z, t, y
 * @param tau the true effects
 */
record Encouraged(Relations relation, double[] tau) {
  static final List<String> FEATURES = IntStream.range(0, 5).mapToObj(k -> "x" + k).toList();

  static Encouraged of(int rows, long seed) {
    return of(rows, seed, 2);
  }

  static Encouraged of(int rows, long seed, double push) {
    double[][] x = new double[FEATURES.size()][rows];
    double[] id = new double[rows];
    double[] z = new double[rows];
    double[] t = new double[rows];
    double[] y = new double[rows];
    double[] tau = new double[rows];
    for (int i = 0; i < rows; i++) {
      id[i] = i;
      for (int k = 0; k < x.length; k++) {
        x[k][i] = Mix.uniform(Mix.mix(seed, k), i);
      }
      double unseen = Mix.normal(Mix.mix(seed, 20), i);
      z[i] = Mix.uniform(Mix.mix(seed, 21), i) < (1 + x[1][i]) / 3 ? 1 : 0;
      t[i] = push * z[i] + x[2][i] - 1 + unseen > 0 ? 1 : 0;
      tau[i] = x[0][i] > 0.5 ? 2 : 0;
      y[i] = x[1][i] + t[i] * tau[i] + unseen + Mix.normal(Mix.mix(seed, 22), i) / 2;
    }
    Relations relation = new Relations().with("id", id);
    for (int k = 0; k < x.length; k++) {
      relation.with(FEATURES.get(k), x[k]);
    }
    return new Encouraged(relation.with("z", z).with("t", t).with("y", y), tau);
  }

  /** The features, one array for each. */
  double[][] features() {
    return FEATURES.stream().map(relation::column).toArray(double[][]::new);
  }
}
