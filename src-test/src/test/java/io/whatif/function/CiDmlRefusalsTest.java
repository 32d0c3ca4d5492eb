/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.CiDmlTest.clustered;
import static io.whatif.function.CiDmlTest.draw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What {@code method => 'ci_dml'} cannot do is told in one line. */
class CiDmlRefusalsTest {
  @Test
  void badOptionsAreRefusedInOneLine() {
    refused(
        Map.of("weights", "paper", "estimand", "ATC"),
        "estimand => 'ATC': weights => 'paper' has ATE and ATT alone. Leave weights out.");
    refused(Map.of("clusters", 1), "clusters => 1: must lie between 2 and 1000, such as 20.");
    refused(
        Map.of("components", 2.5),
        "components => 2.5: must be a share of variance between 0 and 1, or a whole number of"
            + " components.");
    refused(Map.of("alpha", .5), "alpha => 0.5: must be at least 0 and below 0.5, such as 0.01.");
    refused(
        Map.of("alpha", .499),
        "0 treated and 2 untreated rows have comparable propensities and all features, too few for"
            + " 5 coefficients. Lower alpha, say support => 'none', or use fewer clusters.");
  }

  @Test
  void noRemedyIsGivenAlready() {
    refused(
        Map.of("alpha", .499, "support", "none", "clusters", 2),
        "0 treated and 2 untreated rows have comparable propensities and all features, too few for"
            + " 2 coefficients. Lower alpha.");
    CoverageStudy.Draw draw = draw(8, 300);
    Arrays.fill(draw.x[0], 4, 150, Double.NaN);
    Arrays.fill(draw.x[1], 150, 300, Double.NaN);
    refused(
        draw,
        Map.of("alpha", 0, "support", "none", "clusters", 4),
        "2 treated and 2 untreated rows have comparable propensities and all features, too few for"
            + " 4 coefficients. Use fewer clusters, or leave out features that are NULL in many"
            + " rows.");
  }

  /** Whatever is kept, and whatever is asked for. */
  @Test
  void anArmWithoutRowsThatHaveAllFeaturesIsNamed() {
    CoverageStudy.Draw draw = draw(8, 300);
    for (int i = 0; i < draw.t.length; i++) {
      draw.x[0][i] = draw.t[i] == 1 ? Double.NaN : draw.x[0][i];
    }
    refused(
        draw,
        Map.of("alpha", 0, "support", "none"),
        "features => 'x0': is NULL in every usable row of arm '1'. Method 'ci_dml' needs rows of"
            + " both arms with all features: leave 'x0' out.");
    for (int i = 0; i < draw.t.length; i++) {
      draw.x[i < 150 ? 0 : 1][i] = Double.NaN;
      draw.x[i < 150 ? 1 : 0][i] = i;
    }
    refused(
        draw,
        Map.of(),
        "features: no usable row of the control '0' has all of them, as method 'ci_dml' needs."
            + " Leave out those that are NULL in many rows.");
  }

  private static void refused(Map<String, Object> options, String message) {
    refused(draw(8, 300), options, message);
  }

  private static void refused(
      CoverageStudy.Draw draw, Map<String, Object> options, String message) {
    Map<String, @Nullable Object> a = clustered();
    a.putAll(options);
    assertThatThrownBy(() -> draw.relation().call("dml_summary", a))
        .isInstanceOf(WhatifException.class)
        .hasMessage(message);
  }

  @Test
  void featuresThatDoNotVaryAreRefused() {
    CoverageStudy.Draw draw = draw(9, 200);
    Arrays.fill(draw.x[0], 4);
    Map<String, @Nullable Object> a = clustered();
    a.put("features", List.of("x0"));
    assertThatThrownBy(() -> draw.relation().call("dml_summary", a))
        .isInstanceOfSatisfying(
            WhatifException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_COLUMN))
        .hasMessage(
            "features: none of them differs between the usable rows, so there are no clusters."
                + " Name others, or leave features out.");
  }

  @Test
  void aContinuousTreatmentIsRefused() {
    CoverageStudy.Draw draw = draw(10, 200);
    System.arraycopy(draw.x[2], 0, draw.t, 0, 200);
    Map<String, @Nullable Object> a = clustered();
    a.put("treatment_learner", "ols");
    assertThatThrownBy(() -> draw.relation().call("dml_summary", a))
        .hasMessage(
            "treatment => 't': column is continuous and method 'ci_dml' takes 2 values. Use method"
                + " => 'linear_dml'.");
  }
}
