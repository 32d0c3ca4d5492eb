/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.math.Mix;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is told of a continuous treatment. */
class ContinuousTreatmentTest {

  private static Map<String, Object> fit(double bend) {
    int n = 2000;
    double[] x = new double[n];
    double[] t = new double[n];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = Mix.normal(11, i);
      t[i] = 3 + .7 * x[i] + Mix.normal(12, i);
      y[i] = .5 * t[i] + bend * t[i] * t[i] + x[i] + Mix.normal(13, i);
    }
    Relations relation = new Relations().with("x", x).with("t", t).with("y", y);
    Map<String, Object> a = new HashMap<>();
    a.put("outcome", "y");
    a.put("treatment", "t");
    a.put("controls", List.of("x"));
    a.put("model", "m");
    return relation.call("cate_fit", a).get(0);
  }

  @Test
  void aStraightLineIsNotDoubted() {
    Map<String, Object> row = fit(0);
    assertThat((Double) row.get("linearity_p")).isGreaterThan(.01);
    assertThat((Double) row.get("estimate")).isBetween(.42, .58);
    assertThat(row.get("estimand")).isEqualTo("variance-weighted average slope");
    assertThat(row.get("contrast")).isEqualTo("+1 unit");
    assertThat((Double) row.get("treatment_residual_share")).isBetween(.6, .75);
    assertThat(row.get("n_treated")).isNull();
  }

  @Test
  void aBendIsTold() {
    Map<String, Object> row = fit(.2);
    assertThat((Double) row.get("linearity_p")).isLessThan(1e-6);
    assertThat(row.get("warnings").toString()).contains("not_linear");
    assertThat(row.get("verdict")).isEqualTo("caution");
  }
}
