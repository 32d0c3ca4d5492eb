/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.AverageLawStudy.number;
import static io.whatif.function.AverageLawStudy.relation;
import static io.whatif.function.AverageLawStudy.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.math.Mix;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The robustness value of an average is that of its estimand. */
final class AverageRobustnessTest {
  /**
   * Half of e(x) is far from one half: the ATE's representer is not that of the constant effect.
   */
  @Test
  void robustnessOfDmlIsThatOfItsEstimand() {
    int n = 1_200;
    double[][] c = new double[6][n];
    for (int i = 0; i < n; i++) {
      double x = Mix.normal(31, i);
      double e = 1 / (1 + Math.exp(-1.2 * x));
      c[0][i] = x;
      c[1][i] = Mix.uniform(32, i) < e ? 1 : 0;
      c[2][i] = c[1][i] + x + Mix.normal(33, i);
      c[3][i] = e;
      c[4][i] = x + e;
      c[5][i] = i % 4;
    }
    Relations relation = new Relations();
    List<String> names = List.of("x", "t", "y", "e", "m", "fold");
    for (int j = 0; j < names.size(); j++) {
      relation.with(names.get(j), c[j]);
    }
    for (String estimand : List.of("ATE", "ATT", "ATC", "overlap")) {
      Map<String, @Nullable Object> a = new HashMap<>();
      a.put("outcome", "y");
      a.put("treatment", "t");
      a.put("controls", List.of("x"));
      a.put("estimator", "dml");
      a.put("estimand", estimand);
      a.put("outcome_prediction", "m");
      a.put("propensity", "e");
      a.put("fold", "fold");
      Map<String, @Nullable Object> row = relation.call("ate", a).get(0);
      assertThat(number(row, "robustness_value"))
          .as(estimand)
          .isCloseTo(
              robustness(c, estimand, number(row, "estimate")), Percentage.withPercentage(1e-6));
    }
  }

  /** By the definition, from predictions that are known. */
  private static double robustness(double[][] c, String estimand, double theta) {
    double[] uv = new double[5];
    double[] vv = new double[5];
    for (int i = 0; i < c[0].length; i++) {
      double v = c[1][i] - c[3][i];
      for (int k = 0; k < 4; k++) {
        if (k != c[5][i]) {
          uv[k] += v * (c[2][i] - c[4][i]);
          vv[k] += v * v;
        }
      }
    }
    double n = c[0].length;
    double sigma2 = 0;
    double nu2 = 0;
    double share = 0;
    for (int i = 0; i < n; i++) {
      int k = (int) c[5][i];
      double tau = uv[k] / vv[k];
      double d = c[1][i];
      double e = Math.min(.99, Math.max(.01, c[3][i]));
      double left = c[2][i] - c[4][i] - (d - e) * tau;
      double slope =
          switch (estimand) {
            case "ATE" -> d / e - (1 - d) / (1 - e);
            case "ATT" -> d - (1 - d) * e / (1 - e);
            case "ATC" -> d * (1 - e) / e - (1 - d);
            default -> d - c[3][i];
          };
      double contrast =
          switch (estimand) {
            case "ATE" -> 1 / e + 1 / (1 - e);
            case "ATT" -> d * (1 + e / (1 - e));
            default -> (1 - d) * (1 + (1 - e) / e);
          };
      if (estimand.equals("overlap")) {
        left = c[2][i] - c[4][i] - theta * slope;
      }
      sigma2 += left * left / n;
      nu2 += (2 * contrast - slope * slope) / n;
      share +=
          switch (estimand) {
            case "ATE" -> 1 / n;
            case "ATT" -> d / n;
            case "ATC" -> (1 - d) / n;
            default -> slope * slope / n;
          };
    }
    double strength = estimand.equals("overlap") ? 1 / share : nu2 / share / share;
    double k = Math.abs(theta) / Math.sqrt(sigma2 * strength);
    return k * (Math.sqrt(k * k + 4) - k) / 2;
  }
}
