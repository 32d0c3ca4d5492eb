/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.data.Dataset;
import io.whatif.data.Datasets;
import io.whatif.math.Mix;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Partially linear effects, sum(u v) / sum(v^2), that come out right only if the nuisances do. */
class RealConfoundingTest {
  private static final String[] CONTROLS = {
    "age", "inc", "educ", "fsize", "marr", "twoearn", "db", "pira", "hown"
  };

  private static double effect(double[] outcome, double[] treatment, Fitted y, Fitted d) {
    double both = 0;
    double squares = 0;
    for (int i = 0; i < outcome.length; i++) {
      double v = treatment[i] - d.predictions[i];
      both += v * (outcome[i] - y.predictions[i]);
      squares += v * v;
    }
    return both / squares;
  }

  /** The oracle of an independent program: folds (row - 1) mod 5, least squares and logit. */
  @Test
  void rawColumnsOf401kGiveTheOraclesEffect() {
    Dataset data = Datasets.csv("data/sipp1991.csv");
    Folds folds = Fitted.alternating(9915, 5);
    Fitted y = Fitted.value("ols", data, "net_tfa", folds, CONTROLS);
    double[] outcome = Datasets.values(data, "net_tfa");
    double[] treatment = Datasets.values(data, "e401");
    Fitted linear = Fitted.value("ols", data, "e401", folds, CONTROLS);
    Fitted logit = Fitted.chance("logit", data, "e401", folds, CONTROLS);
    assertThat(effect(outcome, treatment, y, linear)).isCloseTo(5923.35803134, within(1e-6));
    assertThat(effect(outcome, treatment, y, logit)).isCloseTo(6136.66361146, within(1e-6));
  }

  @Test
  void splinesOf401kReachTheLossAndTheEffect() {
    Dataset data = Datasets.csv("data/sipp1991.csv");
    Folds folds = Fitted.alternating(9915, 5);
    Fitted y = Fitted.value("spline", data, "net_tfa", folds, CONTROLS);
    Fitted d = Fitted.chance("spline", data, "e401", folds, CONTROLS);
    double[] outcome = Datasets.values(data, "net_tfa");
    double[] treatment = Datasets.values(data, "e401");
    double mean = Arrays.stream(outcome).average().orElse(0);
    double loss = 0;
    double error = 0;
    double total = 0;
    for (int i = 0; i < outcome.length; i++) {
      double p = d.predictions[i];
      loss -= Math.log(treatment[i] == 1 ? p : 1 - p) / outcome.length;
      error += Math.pow(outcome[i] - y.predictions[i], 2);
      total += Math.pow(outcome[i] - mean, 2);
    }
    assertThat(d.model.converged()).isTrue();
    assertThat(loss).isLessThan(0.580);
    assertThat(1 - error / total).isGreaterThan(0.22);
    assertThat(effect(outcome, treatment, y, d)).isBetween(8600.0, 9500.0);
  }

  /** e = sigma(x0 x1), y = 1.5 x0 x1 + t + noise; without products the bias is .9. */
  @Test
  void splinesSeeConfoundingByAnInteraction() {
    double bias = 0;
    int seeds = 8;
    for (int seed = 0; seed < seeds; seed++) {
      bias += (interaction(seed) - 1) / seeds;
    }
    // one effect has a standard deviation of about .035: 4 sd / sqrt(8) = .05
    assertThat(bias).isBetween(-0.05, 0.05);
  }

  private static double interaction(int seed) {
    int rows = 4000;
    Datasets builder = new Datasets();
    double[][] x = new double[5][rows];
    for (int j = 0; j < 5; j++) {
      int stream = 100 * seed + j;
      Arrays.setAll(x[j], i -> Mix.normal(stream, i));
      builder.column("x" + j, x[j]);
    }
    double[] t = new double[rows];
    double[] y = new double[rows];
    for (int i = 0; i < rows; i++) {
      double product = x[0][i] * x[1][i];
      t[i] = Mix.uniform(100L * seed + 50, i) < 1 / (1 + Math.exp(-product)) ? 1 : 0;
      y[i] = 1.5 * product + t[i] + Mix.normal(100L * seed + 51, i);
    }
    Dataset data = builder.column("t", t).column("y", y).build();
    Folds folds = Fitted.alternating(rows, 5);
    String[] names = {"x0", "x1", "x2", "x3", "x4"};
    return effect(
        y,
        t,
        Fitted.value("spline", data, "y", folds, names),
        Fitted.chance("spline", data, "t", folds, names));
  }
}
