/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.whatif.math.Mix;
import io.whatif.model.LinearCate;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CateInsightsTest {
  private static final int ROWS = 4000;

  /** Effect 2 - x, and 1 more in the south; income has no part in it. */
  private static Relations varied() {
    double[] x = new double[ROWS];
    double[] income = new double[ROWS];
    double[] t = new double[ROWS];
    double[] y = new double[ROWS];
    String[] region = new String[ROWS];
    for (int i = 0; i < ROWS; i++) {
      x[i] = 40 + 10 * Mix.normal(1, i);
      income[i] = Mix.normal(2, i);
      region[i] = Mix.bucket(3, i, 4) == 0 ? "south" : "north";
      t[i] = Mix.bucket(4, i, 2);
      double effect = 2 - (x[i] - 40) / 10 + (region[i].equals("south") ? 1 : 0);
      y[i] = effect * t[i] + income[i] + Mix.normal(5, i);
    }
    return new Relations()
        .with("spend", y)
        .with("coupon", t)
        .with("age", x)
        .with("income", income)
        .withText("region", region);
  }

  private static Map<String, @Nullable Object> arguments() {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("model", "m");
    a.put("outcome", "spend");
    a.put("treatment", "coupon");
    a.put("features", List.of("age", "income", "region"));
    a.put("controls", List.of());
    a.put("outcome_learner", "ols");
    a.put("treatment_learner", "logit");
    a.put("reps", 1);
    return a;
  }

  private static List<String> sentences(StoredModel model) {
    return Relations.report(model, "cate_insights").stream()
        .map(row -> row.get("kind") + ": " + row.get("sentence"))
        .toList();
  }

  private static double number(@Nullable Object value) {
    return ((Number) Objects.requireNonNull(value)).doubleValue();
  }

  @Test
  void featuresThatChangeTheEffectAreNamedByWhatADeviationChanges() {
    StoredModel model = varied().fit(arguments());
    List<Map<String, @Nullable Object>> rows = Relations.report(model, "cate_insights");
    assertThat(rows.stream().map(row -> row.get("kind")))
        .startsWith("average", "feature", "feature", "ranking");
    assertThat(rows.stream().map(row -> row.get("rank"))).startsWith(1L, 2L, 3L, 4L);
    assertThat((String) rows.get(0).get("sentence"))
        .matches(
            "coupon \\(0 -> 1\\) changes spend by 2\\.\\d+ on average \\(95% interval 2\\.\\d+ to 2\\.\\d+\\)\\.");
    assertThat((String) rows.get(1).get("sentence"))
        .matches(
            "As age rises the effect falls \\(by [01]\\.\\d+ per standard deviation, adjusted p < 0\\.001\\)\\.");
    assertThat(rows.get(1)).containsEntry("feature", "age");
    // 10 times -.1, within five errors of about .03
    assertThat(number(rows.get(1).get("effect_per_sd"))).isCloseTo(-1, within(.17));
    assertThat((String) rows.get(2).get("sentence"))
        .startsWith("Where region is south the effect is larger than where it is north (by ");
    assertThat(rows.get(2)).containsEntry("feature", "region");
    assertThat(number(rows.get(2).get("effect_per_sd")))
        .isCloseTo(Math.sqrt(3 / 16.0), within(.17));
    assertThat((String) rows.get(3).get("sentence"))
        .startsWith("The fifth with the largest predicted effects gains ")
        .doesNotContain("chance");
  }

  @Test
  void whatADeviationChangesDoesNotDependOnUnits() {
    Relations relation = varied();
    double[] id = new double[ROWS]; // else rows' keys, and with them the folds, follow the values
    java.util.Arrays.setAll(id, i -> i);
    relation.with("id", id);
    Map<String, @Nullable Object> a = arguments();
    a.put("id", "id");
    StoredModel years = relation.fit(a);
    double[] months = relation.column("age").clone();
    for (int i = 0; i < ROWS; i++) {
      months[i] *= 12;
    }
    StoredModel other = relation.with("age", months).fit(a);
    for (int row : new int[] {1, 2}) {
      assertThat(number(Relations.report(other, "cate_insights").get(row).get("effect_per_sd")))
          .isCloseTo(
              number(Relations.report(years, "cate_insights").get(row).get("effect_per_sd")),
              withinPercentage(1e-6));
    }
  }

  @Test
  void whereNothingIsFoundThatIsSaid() {
    Map<String, @Nullable Object> a = arguments();
    a.put("features", List.of("income"));
    List<String> told = sentences(varied().fit(a));
    assertThat(told.get(1))
        .startsWith(
            "none: None found: the only term of the effect was not found to change it (smallest adjusted p = ");
    assertThat(told.get(2)).endsWith("The two do not differ beyond chance.");
    a.put("features", List.of());
    assertThat(sentences(varied().fit(a)))
        .contains(
            "none: None found: the model has no features, and gives every row the same effect.");
  }

  @Test
  void ofManyFeaturesWithoutAnyPartInItOneIsNamedInFiveOfAHundred() {
    int named = 0;
    for (int r = 0; r < 100; r++) {
      int n = 400;
      double[] t = new double[n];
      double[] y = new double[n];
      Relations relation = new Relations().with("spend", y).with("coupon", t);
      List<String> features = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        t[i] = Mix.bucket(Mix.mix(21, r), i, 2);
        y[i] = t[i] + Mix.normal(Mix.mix(22, r), i);
      }
      for (int f = 0; f < 8; f++) {
        double[] x = new double[n];
        for (int i = 0; i < n; i++) {
          x[i] = Mix.normal(Mix.mix(23 + f, r), i);
        }
        relation.with("x" + f, x);
        features.add("x" + f);
      }
      Map<String, @Nullable Object> a = arguments();
      a.put("features", features);
      named +=
          sentences(relation.fit(a)).stream().anyMatch(told -> told.startsWith("feature")) ? 1 : 0;
    }
    // 14 is the 99.95% quantile of a binomial of 100 and .05
    assertThat(named).isLessThanOrEqualTo(14);
  }

  @Test
  void modelsWithoutCoefficientsAreToldByTheirPredictions() {
    StoredModel model = varied().fit(arguments());
    List<Map<String, @Nullable Object>> none = new ArrayList<>();
    for (Map<String, @Nullable Object> row : model.summary()) {
      if (!"coefficient".equals(row.get("kind"))) {
        none.add(row);
      }
    }
    List<String> told = sentences(with(model, none, .004));
    assertThat(told.get(1))
        .isEqualTo("heterogeneity: The effect varies with the features (p = 0.004).");
    assertThat(told.get(2))
        .matches(
            "importance: Of the variation of predicted effects there goes 8\\d% with age, 1\\d% with region alone\\.");
    assertThat(told.get(3)).startsWith("ranking: The fifth");
    assertThat(sentences(with(model, none, .4)).get(1))
        .isEqualTo(
            "none: None found: there is no evidence that the effect varies with the features (p = 0.400).");
    assertThat(sentences(with(model, none, Double.NaN)).get(1))
        .isEqualTo("none: None found: the method gives no test of whether the effect varies.");
  }

  private static StoredModel with(
      StoredModel model, List<Map<String, @Nullable Object>> summary, double p) {
    Map<String, @Nullable Object> report = new LinkedHashMap<>(model.report());
    report.put("heterogeneity_p", p);
    return new StoredModel(
        model.name(),
        model.method(),
        model.rows(),
        model.model(),
        report,
        summary,
        model.explain(),
        model.provenance());
  }

  @Test
  void importancesAreSharesOfTheEffectsVariance() {
    List<Map<String, @Nullable Object>> rows =
        Relations.report(varied().fit(arguments()), "cate_importance");
    assertThat(rows.stream().map(row -> row.get("feature")))
        .containsExactly("age", "region", "income");
    // variances 1 and 3/16
    assertThat(number(rows.get(0).get("importance"))).isCloseTo(16 / 19.0, within(.06));
    assertThat(number(rows.get(1).get("importance"))).isCloseTo(3 / 19.0, within(.06));
    assertThat(number(rows.get(2).get("importance"))).isCloseTo(0, within(.01));
    assertThat(number(rows.get(0).get("mean"))).isCloseTo(40, within(1.0));
    assertThat(number(rows.get(0).get("sd"))).isCloseTo(10, within(.5));
    assertThat((Double) rows.get(1).get("mean")).isNaN();
  }

  @Test
  void everyGroupHasItsOwn() {
    Map<String, @Nullable Object> a = arguments();
    a.put("features", List.of("age"));
    a.put("partition_by", List.of("region"));
    StoredModel model = varied().fit(a);
    List<Map<String, @Nullable Object>> importance = Relations.report(model, "cate_importance");
    assertThat(importance.stream().map(row -> row.get(GroupRows.KEYS)))
        .containsExactly(List.of("north"), List.of("south"));
    assertThat(
            Relations.report(model, "cate_insights").stream()
                .filter(row -> "feature".equals(row.get("kind")))
                .map(row -> row.get(GroupRows.KEYS)))
        .containsExactly(List.of("north"), List.of("south"));
  }

  @Test
  void modelsOfBeforeAreToBeFittedAgain() {
    StoredModel model = varied().fit(arguments());
    List<Map<String, @Nullable Object>> explain = new ArrayList<>();
    for (Map<String, @Nullable Object> row : model.explain()) {
      Map<String, @Nullable Object> old = new LinkedHashMap<>(row);
      old.remove("importance");
      explain.add(old);
    }
    StoredModel old =
        new StoredModel(
            "m",
            model.method(),
            model.rows(),
            model.model(),
            model.report(),
            model.summary(),
            explain,
            model.provenance());
    assertThatThrownBy(() -> Relations.report(old, "cate_importance"))
        .hasMessage("model 'm': was fitted when importances were not kept. Fit it again.");
    assertThat(((LinearCate) old.model()).basis()).hasSize(4);
  }
}
