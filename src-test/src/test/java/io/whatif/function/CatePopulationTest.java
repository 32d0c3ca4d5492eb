/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.jr.ob.JSON;
import io.whatif.math.Mix;
import io.whatif.model.Feature;
import io.whatif.model.LinearCate;
import io.whatif.model.PartitionedCate;
import io.whatif.model.StoredModel;
import io.whatif.model.Term;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CatePopulationTest {
  /** Effect 1 + x of x between -1 and 3, errors of intercept .2 and slope .1, independent. */
  private static final LinearCate LINE =
      new LinearCate(
          List.of(new Feature("x", "DOUBLE", List.of())),
          List.of(new Term.Intercept(), new Term.Value(0, "x", 0, 1)),
          new double[] {1, 1},
          new double[] {.04, 0, 0, .01},
          .95,
          Map.of("x", new double[] {-1, 3}),
          0,
          new double[0]);

  private static StoredModel stored(io.whatif.model.CateModel model) {
    return new StoredModel(
        "m",
        "linear_dml",
        100,
        model,
        Map.of(),
        List.of(),
        List.of(),
        Map.of("contrast", "0 -> 1"));
  }

  private static Map<String, @Nullable Object> of(Relations relation) {
    return of(relation, Map.of());
  }

  private static Map<String, @Nullable Object> of(
      Relations relation, Map<String, @Nullable Object> arguments) {
    return relation.readBy(stored(LINE), "cate_population", arguments).get(0);
  }

  private static Relations x(double... values) {
    return new Relations().with("x", values);
  }

  private static double number(Map<String, @Nullable Object> row, String name) {
    return ((Number) java.util.Objects.requireNonNull(row.get(name))).doubleValue();
  }

  private static void near(Map<String, @Nullable Object> row, String name, double expected) {
    assertThat(number(row, name)).as(name).isCloseTo(expected, withinPercentage(1e-12));
  }

  @Test
  void theFixedErrorAgreesWithEconMl() throws IOException {
    // 1e-8 relative, as for the coefficients: both solve the same normal equations
    Map<?, ?> golden =
        JSON.std.mapFrom(
            Files.readString(
                Relations.shared("reference/golden/econml_doubleml_statsmodels.json")));
    Relations notebook = Relations.read(Relations.shared("data/notebook.csv"), ",");
    double[] fold = new double[notebook.rows()];
    java.util.Arrays.setAll(fold, i -> Math.floorDiv(i, 200));
    notebook.with("fold", fold);
    Map<String, List<String>> designs =
        Map.of(
            "lineardml_notebook_tight",
            List.of("age", "engagement"),
            "lineardml_notebook_X_engagement_only_tight_no_age_control",
            List.of("engagement"));
    for (Map.Entry<String, List<String>> design : designs.entrySet()) {
      Map<String, @Nullable Object> a = new HashMap<>();
      a.put("model", "m");
      a.put("outcome", "y");
      a.put("treatment", "t");
      a.put("features", design.getValue());
      a.put("controls", List.of());
      a.put("outcome_learner", "ridge(alpha=1)");
      a.put("treatment_learner", "logistic(c=1)");
      a.put("fold", "fold");
      a.put("cov", "HC1");
      StoredModel model = notebook.fit(a);
      Map<?, ?> ate = (Map<?, ?>) ((Map<?, ?>) golden.get(design.getKey())).get("ate");
      Map<String, @Nullable Object> row =
          notebook.readBy(model, "cate_population", Map.of("se", "fixed_x")).get(0);
      expect(row.get("estimate"), ate.get("mean"));
      expect(row.get("std_error"), ate.get("stderr_mean"));
      expect(row.get("ci_lower"), ((List<?>) ate.get("ci")).get(0));
      expect(row.get("ci_upper"), ((List<?>) ate.get("ci")).get(1));
      Map<String, @Nullable Object> sampled =
          notebook.readBy(model, "cate_population", Map.of()).get(0);
      double sd = number(sampled, "effect_sd");
      assertThat(number(sampled, "std_error"))
          .isCloseTo(
              Math.hypot(number(row, "std_error"), sd / Math.sqrt(1000)), withinPercentage(1e-10));
    }
  }

  private static void expect(@Nullable Object actual, @Nullable Object golden) {
    assertThat((Double) actual).isCloseTo(((Number) golden).doubleValue(), withinPercentage(1e-6));
  }

  @Test
  void theMeanAndItsErrorsAreThoseOfTheFormula() {
    Relations relation = x(0, 1, 2, 3);
    Map<String, @Nullable Object> row = of(relation);
    near(row, "estimate", 2.5);
    // zbar = (1, 1.5): .04 + 2.25 * .01; the variance of 1, 2, 3, 4 is 5/3, over 4 rows
    near(row, "std_error", Math.sqrt(.0625 + 5.0 / 12));
    near(of(relation, Map.of("se", "fixed_x")), "std_error", .25);
    near(row, "effect_sd", Math.sqrt(5.0 / 3));
    near(row, "effect_p25", 1.75);
    near(row, "effect_p50", 2.5);
    near(row, "effect_p90", 3.7);
    near(row, "p_adjusted", number(row, "p_value"));
    assertThat(row.get("contrast")).isEqualTo("0 -> 1");
    double q = io.whatif.math.Normal.quantile(.95);
    Map<String, @Nullable Object> narrow = of(relation, Map.of("level", .9, "se", "fixed_x"));
    near(narrow, "ci_lower", 2.5 - q * .25);
    near(narrow, "ci_upper", 2.5 + q * .25);
  }

  @Test
  void sharesCountRows() {
    // effects -1, 0, .5, 1, 2; errors of x: sqrt(.04 + .01 x^2)
    Map<String, @Nullable Object> row = of(x(-2, -1, -.5, 0, 1));
    near(row, "share_positive", .6);
    // z: -3.5, 0, 2.43, 5, 8.9; Benjamini-Hochberg at .05 rejects p up to k/5 of it
    near(row, "share_pointwise_positive", .6);
    near(row, "share_fdr_positive", .6);
    // among eight rows without an effect the third p-value (.0153) is above 3/12 of .05
    row = of(x(-1, -1, -1, -1, -1, -1, -1, -1, -1, -.5, 0, 1));
    near(row, "share_pointwise_positive", 3 / 12.0);
    near(row, "share_fdr_positive", 2 / 12.0);
  }

  @Test
  void rowsWithoutAnEffectAreCountedAndLeftOut() {
    Map<String, @Nullable Object> row = of(x(0, Double.NaN, 2, Double.NaN));
    near(row, "estimate", 2);
    assertThat(row)
        .containsEntry("n", 2L)
        .containsEntry("n_null", 2L)
        .containsEntry("n_unseen", 0L);
    assertThat(row.get("warnings").toString()).contains("rows_without_effect", "2 for a NULL");
    assertThatThrownBy(() -> of(x(Double.NaN, Double.NaN)))
        .hasMessage(
            "model 'm' has no effect for any row: 2 have a NULL feature, 0 a category or group that was not fitted. Pass rows like those of the fit.");
  }

  @Test
  void rowsOutsideTheFitAreCountedApart() {
    Map<String, @Nullable Object> row = of(x(0, 1, 2, 9), Map.of("se", "fixed_x"));
    near(row, "estimate", 4);
    near(row, "share_outside_support", .25);
    near(row, "estimate_in_support", 2);
    near(row, "std_error_in_support", Math.sqrt(.05));
    assertThat(row.get("warnings").toString()).contains("outside_support", "25%");
    row = of(x(9, 10));
    assertThat((Double) row.get("estimate_in_support")).isNaN();
  }

  @Test
  void oneRowHasNoSamplingError() {
    Map<String, @Nullable Object> row = of(x(1));
    near(row, "estimate", 2);
    assertThat((Double) row.get("std_error")).isNaN();
    near(of(x(1), Map.of("se", "fixed_x")), "std_error", Math.sqrt(.05));
  }

  @Test
  void orderAndThreadsLeaveEveryBit() {
    int n = 20_000;
    double[] values = new double[n];
    double[] reversed = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = Mix.normal(3, i);
      reversed[n - 1 - i] = values[i];
    }
    List<Map<String, @Nullable Object>> rows =
        x(values).readBy(stored(LINE), "cate_population", Map.of(), 1);
    assertThat(x(reversed).readBy(stored(LINE), "cate_population", Map.of(), 3)).isEqualTo(rows);
  }

  @Test
  void twiceTheRowsHaveTheSameMeanAndLessError() {
    double[] values = IntStream.range(0, 500).mapToDouble(i -> Mix.normal(4, i)).toArray();
    double[] twice = IntStream.range(0, 1000).mapToDouble(i -> values[i % 500]).toArray();
    Map<String, @Nullable Object> once = of(x(values));
    Map<String, @Nullable Object> more = of(x(twice));
    near(more, "estimate", number(once, "estimate"));
    assertThat(number(more, "std_error")).isLessThan(number(once, "std_error"));
    near(
        of(x(twice), Map.of("se", "fixed_x")),
        "std_error",
        number(of(x(values), Map.of("se", "fixed_x")), "std_error"));
  }

  @Test
  void textsAreReadByTheModelsDictionary() {
    LinearCate model =
        new LinearCate(
            List.of(new Feature("region", "VARCHAR", List.of("north", "south"))),
            List.of(new Term.Intercept(), new Term.Level(0, 1, "region=south", false)),
            new double[] {1, 2},
            new double[] {.04, -.04, -.04, .08},
            .95,
            Map.of(),
            0,
            new double[0]);
    Relations relation =
        new Relations().withText("REGION", new String[] {"west", "south", null, "north", "south"});
    Map<String, @Nullable Object> row =
        relation.readBy(stored(model), "cate_population", Map.of("se", "fixed_x")).get(0);
    near(row, "estimate", 7 / 3.0);
    // zbar = (1, 2/3): .04 - 2 * .04 * 2/3 + .08 * 4/9
    near(row, "std_error", Math.sqrt(.04 - .16 / 3 + .32 / 9));
    assertThat(row)
        .containsEntry("n", 3L)
        .containsEntry("n_null", 1L)
        .containsEntry("n_unseen", 1L);
  }

  @Test
  void groupsCountByTheirRows() {
    Feature key = new Feature("g", "DOUBLE", List.of());
    LinearCate other =
        new LinearCate(
            LINE.features(),
            LINE.basis(),
            new double[] {5, 0},
            new double[] {.09, 0, 0, 0},
            .95,
            LINE.range(),
            0,
            new double[0]);
    PartitionedCate model =
        PartitionedCate.of(
            List.of(key),
            List.of(
                new PartitionedCate.Group(new double[] {1}, LINE),
                new PartitionedCate.Group(new double[] {2}, other)));
    Relations relation = x(0, 2, 7, 7).with("g", new double[] {1, 1, 2, 3});
    Map<String, @Nullable Object> row =
        relation.readBy(stored(model), "cate_population", Map.of("se", "fixed_x")).get(0);
    near(row, "estimate", (1 + 3 + 5) / 3.0);
    // two rows of variance (1, 1)'V(1, 1) = .05, one of .09
    near(row, "std_error", Math.sqrt(4 / 9.0 * .05 + 1 / 9.0 * .09));
    assertThat(row).containsEntry("n", 3L).containsEntry("n_unseen", 1L);
  }

  @Test
  void everyArmHasARow() {
    Relations relation = armed(1200);
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("model", "m");
    a.put("outcome", "y");
    a.put("treatment", "arm");
    a.put("control", "none");
    a.put("features", List.of("x"));
    a.put("controls", List.of());
    a.put("method", "linear_dml");
    a.put("outcome_learner", "ols");
    a.put("treatment_learner", "logit");
    a.put("reps", 1);
    StoredModel model = relation.fit(a);
    List<Map<String, @Nullable Object>> rows = relation.readBy(model, "cate_population", Map.of());
    assertThat(rows.stream().map(row -> row.get("contrast")))
        .containsExactly("none -> call", "none -> mail");
    assertThat(number(rows.get(0), "estimate")).isBetween(.7, 1.3);
    assertThat(number(rows.get(1), "estimate")).isBetween(1.7, 2.3);
    assertThat(number(rows.get(0), "p_adjusted"))
        .isGreaterThanOrEqualTo(number(rows.get(0), "p_value"));
    double[] groups = new double[1200];
    java.util.Arrays.setAll(groups, i -> i % 2);
    a.put("partition_by", List.of("g"));
    List<Map<String, @Nullable Object>> grouped =
        relation.with("g", groups).readBy(relation.fit(a), "cate_population", Map.of());
    assertThat(grouped.stream().map(row -> row.get("contrast")))
        .containsExactly("none -> call", "none -> mail");
    assertThat(number(grouped.get(1), "estimate"))
        .isCloseTo(number(rows.get(1), "estimate"), org.assertj.core.api.Assertions.within(.1));
  }

  /** Three arms, effects 1 + x of a call and 2 of a mail. */
  private static Relations armed(int n) {
    double[] x = new double[n];
    double[] y = new double[n];
    String[] arm = new String[n];
    for (int i = 0; i < n; i++) {
      int code = Mix.bucket(11, i, 3);
      x[i] = Mix.normal(12, i);
      arm[i] = List.of("none", "call", "mail").get(code);
      y[i] = x[i] + Mix.normal(13, i) + (code == 0 ? 0 : code == 1 ? 1 + x[i] : 2);
    }
    return new Relations().with("y", y).with("x", x).withText("arm", arm);
  }

  @Test
  void aModelWithoutFeaturesGivesItsAverage() {
    LinearCate model =
        new LinearCate(
            List.of(),
            List.of(new Term.Intercept()),
            new double[] {3},
            new double[] {.25},
            .95,
            Map.of(),
            0,
            new double[0]);
    Map<String, @Nullable Object> row =
        x(1, 2).readBy(stored(model), "cate_population", Map.of()).get(0);
    near(row, "estimate", 3);
    near(row, "std_error", .5);
    assertThat(row).containsEntry("n", 2L);
  }

  @Test
  void mistakesAreOneLine() {
    assertThatThrownBy(() -> of(x())).hasMessageStartingWith("the relation has no rows.");
    assertThatThrownBy(() -> of(new Relations().with("xx", new double[] {1})))
        .hasMessage(
            "model 'm' takes x, and the relation has no such column. Rename xx with AS, if that is meant.");
    assertThatThrownBy(() -> of(new Relations().with("income", new double[] {1})))
        .hasMessage(
            "model 'm' takes x, and the relation has no such column. Add it, or name one so with AS.");
    assertThatThrownBy(() -> of(new Relations().withText("x", new String[] {"1"})))
        .hasMessage(
            "model 'm' takes a number for x, which was DOUBLE at the fit; the relation has VARCHAR. Cast it.");
    assertThatThrownBy(() -> of(x(1, Double.POSITIVE_INFINITY)))
        .hasMessageStartingWith("the relation's column x is infinite in some rows. Filter them");
    assertThatThrownBy(() -> of(x(1), Map.of("level", 2)))
        .hasMessage("level => 2: must lie between 0.5 and 1, such as 0.95.");
    assertThatThrownBy(() -> of(x(1), Map.of("se", "bootstrap")))
        .hasMessage("cate_population: se => 'bootstrap': must be one of 'sampled', 'fixed_x'.");
  }
}
