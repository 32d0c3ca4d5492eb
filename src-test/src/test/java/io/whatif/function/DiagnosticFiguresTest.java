/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.whatif.math.Mix;
import io.whatif.model.StoredModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Figures beside an estimate, on data that is made so that the right figure is known. */
class DiagnosticFiguresTest {
  /** y = (1 + x) t + x + noise with t a coin, n rows. */
  private static Relations coin(int n, boolean binaryFeature) {
    double[] x = new double[n];
    double[] t = new double[n];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = binaryFeature ? i % 2 : Mix.normal(1, i);
      t[i] = Mix.uniform(2, i) < .5 ? 1 : 0;
      y[i] = (1 + x[i]) * t[i] + x[i] + Mix.normal(3, i);
    }
    return new Relations().with("x", x).with("t", t).with("y", y);
  }

  private static Map<String, @Nullable Object> arguments(Object... more) {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", "y");
    a.put("treatment", "t");
    a.put("model", "m");
    a.put("outcome_learner", "ols");
    a.put("treatment_learner", "logit");
    a.put("reps", 1);
    for (int i = 0; i < more.length; i += 2) {
      a.put(more[i].toString(), more[i + 1]);
    }
    return a;
  }

  private static Map<String, @Nullable Object> fit(Relations relation, Object... more) {
    return relation.call("cate_fit", arguments(more)).get(0);
  }

  private static double number(Map<String, @Nullable Object> row, String name) {
    return ((Number) java.util.Objects.requireNonNull(row.get(name), name)).doubleValue();
  }

  private static List<Map<String, @Nullable Object>> report(
      String function, StoredModel model, Map<String, @Nullable Object> given) {
    FunctionDescriptor descriptor = Catalog.find(function).orElseThrow();
    return descriptor
        .body(Body.Report.class)
        .orElseThrow()
        .rows(model, Arguments.ofReport(descriptor, given));
  }

  private static Map<String, @Nullable Object> item(
      List<Map<String, @Nullable Object>> rows, String column, String name) {
    return rows.stream().filter(r -> name.equals(r.get(column))).findFirst().orElseThrow();
  }

  @Test
  void anEffectThatVariesIsNotTakenForABend() {
    int n = 2000;
    Relations relation = coin(n, false);
    for (int i = 0; i < n; i++) {
      double x = relation.column("x")[i];
      relation.column("t")[i] = x + Mix.normal(4, i);
      relation.column("y")[i] = (.5 + x) * relation.column("t")[i] + Mix.normal(3, i);
    }
    Map<String, @Nullable Object> row =
        fit(
            relation,
            "features",
            List.of("x"),
            "outcome_learner",
            "spline",
            "treatment_learner",
            "spline");
    assertThat(number(row, "linearity_p")).isGreaterThan(.01);
  }

  @Test
  void copiesOfRowsUnderOneIdTellNothingMore() {
    Relations once = coin(400, false);
    Relations copies = new Relations();
    double[] id = new double[400];
    for (int i = 0; i < id.length; i++) {
      id[i] = i;
    }
    once.with("id", id);
    for (String name : List.of("x", "t", "y", "id")) {
      double[] values = new double[2000];
      for (int i = 0; i < values.length; i++) {
        values[i] = once.column(name)[i / 5];
      }
      copies.with(name, values);
    }
    Map<String, @Nullable Object> single = fit(once, "features", List.of("x"), "id", "id");
    Map<String, @Nullable Object> five = fit(copies, "features", List.of("x"), "id", "id");
    assertThat(number(five, "calibration_slope"))
        .isCloseTo(number(single, "calibration_slope"), within(1e-6));
    for (String error : List.of("calibration_slope_se", "top_fifth_se", "bottom_fifth_se")) {
      assertThat(number(five, error))
          .as(error)
          .isCloseTo(number(single, error), Percentage.withPercentage(5));
    }
    assertThat(number(five, "n_effective"))
        .isCloseTo(number(single, "n_effective"), Percentage.withPercentage(1));
  }

  @Test
  void fifthsOfTiedEffectsAreNotEmpty() {
    Map<String, @Nullable Object> row = fit(coin(1000, true), "features", List.of("x"));
    assertThat(number(row, "top_fifth_effect")).isBetween(1.4, 2.6);
    assertThat(number(row, "bottom_fifth_effect")).isBetween(.4, 1.6);
  }

  @Test
  void aColumnThatIsNullInOneArmIsFlagged() {
    Relations relation = coin(1000, false);
    double[] after = new double[1000];
    for (int i = 0; i < after.length; i++) {
      boolean told = Mix.uniform(5, i) < .97 == (relation.column("t")[i] == 1);
      after[i] = told ? Mix.normal(6, i) : Double.NaN;
    }
    relation.with("after", after);
    Map<String, @Nullable Object> row =
        item(report("cate_explain", relation.fit(arguments()), Map.of()), "item", "after");
    assertThat(number(row, "auc_alone")).isGreaterThan(.93);
    assertThat(row.get("flag")).isEqualTo("maybe_post_treatment");
  }

  @Test
  void aColumnThatIsNullInAllOfOneArmIsNamedWhenTheArmsSeparate() {
    Relations relation = coin(1000, false);
    double[] after = new double[1000];
    for (int i = 0; i < after.length; i++) {
      after[i] = relation.column("t")[i] == 1 ? Mix.normal(6, i) : Double.NaN;
    }
    relation.with("after", after);
    assertThatThrownBy(() -> relation.fit(arguments())).hasMessageContaining("'after'");
  }

  @Test
  void aTextOfNoiseTellsNothing() {
    Relations relation = coin(600, false);
    String[] noise = new String[600];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = "level " + Mix.bucket(7, i, 190);
    }
    relation.withText("noise", noise);
    Map<String, @Nullable Object> given =
        arguments("outcome_learner", "ridge(alpha=1)", "treatment_learner", "logistic(c=1)");
    Map<String, @Nullable Object> row =
        item(report("cate_explain", relation.fit(given), Map.of()), "item", "noise");
    assertThat(number(row, "auc_alone")).isLessThan(.6);
    assertThat(number(row, "r2_outcome_alone")).isLessThan(.15);
    assertThat(row.get("flag")).isNotEqualTo("maybe_post_treatment");
  }

  @Test
  void aStoredModelIsShownAtTheLevelAndWithTheRowsAskedFor() {
    Relations relation = coin(600, false);
    StoredModel model = relation.fit(arguments("features", List.of("x")));
    List<Map<String, @Nullable Object>> plain = report("dml_summary", model, Map.of());
    List<Map<String, @Nullable Object>> all =
        report("dml_summary", model, Map.of("averages", true, "level", .8));
    assertThat(plain)
        .extracting(r -> r.get("term"))
        .containsExactly("intercept", "x", "average effect", "heterogeneity");
    assertThat(all).hasSize(5);
    Map<String, @Nullable Object> given = arguments("features", List.of("x"));
    given.remove("model");
    assertThat(plain).isEqualTo(relation.call("dml_summary", given));
    // 80% intervals reach 1.2816 errors to each side
    assertThat(number(all.get(1), "ci_upper") - number(all.get(1), "estimate"))
        .isCloseTo(1.2815516 * number(all.get(1), "std_error"), within(1e-6));
    assertThat(all.get(4).get("ci_upper")).isEqualTo(Double.NaN);
  }

  @Test
  void whatOnlyANewFitCanHeedIsRefusedForAStoredModel() {
    StoredModel model = coin(300, false).fit(arguments("features", List.of("x")));
    assertThatThrownBy(() -> report("dml_summary", model, Map.of("per", "sd")))
        .hasToString(
            "dml_summary: per => 'sd': the model 'm' is fitted already. Call dml_summary on the relation, or leave this out.");
  }

  @Test
  void rowsThatLackAFeatureAreNotCounted() {
    Relations relation = coin(800, false);
    for (int i = 0; i < 800; i += 4) {
      relation.column("x")[i] = Double.NaN;
    }
    List<Map<String, @Nullable Object>> rows =
        relation.fit(arguments("features", List.of("x"))).summary();
    assertThat(rows).extracting(r -> r.get("n")).containsOnly(600L);
    assertThat(rows)
        .allSatisfy(
            r ->
                assertThat(r.get("estimand").toString()).endsWith(" among rows with all features"));
  }

  /** Pairs of rows share an id. */
  private static Relations paired() {
    double[] id = new double[600];
    for (int i = 0; i < id.length; i++) {
      id[i] = Math.floorDiv(i, 2);
    }
    return coin(600, false).with("id", id);
  }

  @Test
  void rowsThatShareAnIdOrAClusterAreToldOf() {
    for (String role : List.of("id", "cluster")) {
      Map<String, @Nullable Object> row = fit(paired(), role, "id");
      assertThat(Doubts.told(row, "repeated_ids"))
          .as(role)
          .containsExactly(
              "info: rows share "
                  + role
                  + "s: folds keep such rows together, and errors are clustered by them");
    }
    Relations alone = paired();
    for (int i = 0; i < alone.rows(); i++) {
      alone.column("id")[i] = i;
    }
    assertThat(Doubts.told(fit(alone, "id", "id"), "repeated_ids")).isEmpty();
  }

  @Test
  void foldsThatPartAnIdOrAClusterAreToldOf() {
    for (String role : List.of("id", "cluster")) {
      Map<String, @Nullable Object> row = fit(paired().withFold(5), role, "id", "fold", "fold");
      assertThat(Doubts.told(row, "ids_span_folds"))
          .as(role)
          .containsExactly(
              "caution: rows of one %s lie in different folds of the fold column, so predictions have seen it: give all its rows one fold; errors are clustered by it"
                  .formatted(role));
      assertThat(Doubts.told(row, "repeated_ids")).isEmpty();
    }
  }

  @Test
  void withCentresTheInterceptIsTheAverageOfTheProjection() {
    Relations relation = coin(600, false);
    String[] region = new String[600];
    for (int i = 0; i < 600; i++) {
      relation.column("t")[i] = Mix.normal(8, i);
      relation.column("y")[i] = (1 + i % 3) * relation.column("t")[i] + Mix.normal(3, i);
      region[i] = List.of("north", "south", "west").get(i % 3);
      relation.column("x")[i] = i % 7 == 0 ? Double.NaN : relation.column("x")[i];
    }
    Map<String, @Nullable Object> given =
        arguments("features", List.of("x", "region"), "center", true, "feature_nulls", "impute");
    given.remove("model");
    given.put("treatment_learner", "ols");
    List<Map<String, @Nullable Object>> rows =
        relation.withText("region", region).call("dml_summary", given);
    assertThat(number(rows.get(0), "estimate"))
        .isCloseTo(number(item(rows, "term", "average effect"), "estimate"), within(1e-9));
  }

  @Test
  void aContinuousTreatmentWithoutFeaturesHasOneRow() {
    Relations relation = coin(400, false);
    for (int i = 0; i < 400; i++) {
      relation.column("t")[i] += Mix.normal(8, i);
    }
    StoredModel model =
        relation.fit(arguments("treatment_learner", "ols", "controls", List.of("x")));
    assertThat(model.summary())
        .extracting(r -> r.get("estimand"))
        .containsExactly("variance-weighted average slope");
    assertThat(model.report().get("estimate")).isEqualTo(model.summary().get(0).get("estimate"));
  }
}
