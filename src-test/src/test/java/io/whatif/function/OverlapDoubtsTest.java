/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.Doubts.number;
import static io.whatif.function.Doubts.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.math.Mix;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The doubts {@code separation} and {@code thin_overlap}, on both sides of each threshold. The
 * propensities are given, so that the figures are known.
 */
class OverlapDoubtsTest {
  private static final int ARM = 1000;

  /** {@code treated} rows, then {@link #ARM} untreated ones, numbered from 0 in each arm. */
  private static Map<String, @Nullable Object> fit(
      int treated, IntToDoubleFunction ofTreated, IntToDoubleFunction ofUntreated) {
    int n = treated + ARM;
    double[] t = new double[n];
    double[] e = new double[n];
    double[] x = new double[n];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      t[i] = i < treated ? 1 : 0;
      e[i] = i < treated ? ofTreated.applyAsDouble(i) : ofUntreated.applyAsDouble(i - treated);
      x[i] = Mix.normal(1, i);
      y[i] = t[i] + x[i] + Mix.normal(2, i);
    }
    Relations relation = new Relations().with("t", t).with("e", e).with("x", x).with("y", y);
    return Doubts.fit(relation, "propensity", "e");
  }

  /** Rows above a line, of which one arm has so many and the other the rest: so is the AUC. */
  private static Map<String, @Nullable Object> apart(int above) {
    return fit(ARM, i -> i < above ? .7 : .3, i -> i < above ? .3 : .7);
  }

  @Test
  void armsThatAreToldApartAreSeparated() {
    Map<String, @Nullable Object> row = apart(951);
    assertThat(number(row, "treatment_auc")).isCloseTo(.951, within(1e-9));
    assertThat(told(row, "separation"))
        .containsExactly(
            "severe: controls tell treated from untreated almost perfectly (AUC 0.951): there is nothing to compare with; look for a control that follows from the treatment");
    assertThat(row.get("verdict")).isEqualTo("do_not_use");
    Map<String, @Nullable Object> less = apart(949);
    assertThat(number(less, "treatment_auc")).isCloseTo(.949, within(1e-9));
    assertThat(told(less, "separation")).isEmpty();
  }

  private static final String REMEDY = ": keep to common support with propensity_trim";

  private static void thin(Map<String, @Nullable Object> row, String severity, String figure) {
    assertThat(told(row, "thin_overlap"))
        .singleElement()
        .asString()
        .startsWith(severity + ": few comparable rows: ")
        .contains(figure)
        .endsWith(REMEDY);
  }

  private static void notThin(Map<String, @Nullable Object> row) {
    assertThat(told(row, "thin_overlap")).isEmpty();
  }

  /** So many untreated rows have next to no chance of treatment; they weigh least. */
  private static Map<String, @Nullable Object> clipped(int rows) {
    return fit(ARM, i -> .5, i -> i < rows ? .001 : .5);
  }

  @Test
  void manyClippedPropensitiesAreThinOverlap() {
    Map<String, @Nullable Object> row = clipped(110);
    assertThat(number(row, "share_clipped")).isEqualTo(.055);
    assertThat(told(row, "thin_overlap"))
        .containsExactly(
            "caution: few comparable rows: 5.5% of propensities clipped, effective sample 97% of an arm, largest weight 0.1%"
                + REMEDY);
    thin(clipped(101), "caution", "% of propensities clipped");
    notThin(clipped(100));
    thin(clipped(400), "caution", "20.0% of propensities clipped");
    thin(clipped(401), "severe", "20.1% of propensities clipped");
  }

  /** So many rows of an arm had a chance of .05 to be in it, the others one of .95. */
  private static Map<String, @Nullable Object> uneven(int rows, boolean treated) {
    IntToDoubleFunction own = i -> i < rows ? .05 : .95;
    return treated ? fit(ARM, own, i -> .5) : fit(ARM, i -> .5, i -> 1 - own.applyAsDouble(i));
  }

  @Test
  void weightsOfAnArmThatDifferMuchAreThinOverlap() {
    for (boolean treated : new boolean[] {true, false}) {
      String size = treated ? "ess_treated" : "ess_control";
      Map<String, @Nullable Object> row = uneven(150, treated);
      assertThat(number(row, size) / ARM).isBetween(.245, .25);
      thin(row, "caution", "effective sample 25% of an arm");
      row = uneven(153, treated);
      assertThat(number(row, size) / ARM).isBetween(.25, .255);
      notThin(row);
    }
    IntToDoubleFunction even = i -> .5;
    Map<String, @Nullable Object> worse = fit(ARM, i -> i < 20 ? .011 : .95, even);
    assertThat(number(worse, "ess_treated") / ARM).isBetween(.045, .05);
    thin(worse, "severe", "effective sample 5% of an arm");
    worse = fit(ARM, i -> i < 25 ? .011 : .95, even);
    assertThat(number(worse, "ess_treated") / ARM).isBetween(.05, .055);
    thin(worse, "caution", "effective sample 5% of an arm");
  }

  @Test
  void oneRowThatWeighsMuchIsThinOverlap() {
    Map<String, @Nullable Object> row = fit(100, i -> i == 0 ? .095 : .5, i -> .5);
    assertThat(number(row, "max_weight_share")).isBetween(.05, .0506);
    thin(row, "caution", "largest weight 5.0%");
    row = fit(100, i -> i == 0 ? .096 : .5, i -> .5);
    assertThat(number(row, "max_weight_share")).isBetween(.0499, .05);
    notThin(row);
  }
}
