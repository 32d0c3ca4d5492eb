/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.function.Relations;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Standardized mean differences of numbers whose digits sums of squares would lose. */
class BalanceFiguresTest {
  @Test
  void aLargeOffsetDoesNotChangeTheDifference() {
    int n = 40;
    double[] x = new double[n];
    double[] t = new double[n];
    for (int i = 0; i < n; i++) {
      t[i] = i % 2;
      x[i] = 1e9 + i % 4;
    }
    // untreated 0, 2, 0, 2, ... and treated 1, 3, 1, 3, ...: means 1 apart, variance 20/19 each
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("treatment", "t");
    a.put("controls", List.of("x"));
    a.put("treatment_learner", "ols");
    Map<String, @Nullable Object> row =
        new Relations().with("x", x).with("t", t).call("balance", a).get(0);
    assertThat((Double) row.get("smd_raw")).isCloseTo(Math.sqrt(19 / 20.), within(1e-9));
  }
}
