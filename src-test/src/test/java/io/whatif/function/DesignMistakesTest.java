/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.data.WhatifException;
import io.whatif.math.Mix;
import io.whatif.model.PartitionedCate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arms, folds and clusters that a call cannot use, and what a call makes of arms by default. */
class DesignMistakesTest {
  private static final int ROWS = 600;

  private static Relations relation(int clusters) {
    double[] x = new double[ROWS];
    double[] d = new double[ROWS];
    double[] y = new double[ROWS];
    double[] shop = new double[ROWS];
    String[] arm = new String[ROWS];
    for (int i = 0; i < ROWS; i++) {
      x[i] = Mix.normal(1, i);
      d[i] = Mix.uniform(2, i) < .5 ? 1 : 0;
      y[i] = x[i] + d[i] + Mix.normal(3, i);
      shop[i] = i % clusters;
      arm[i] = List.of("none", "call", "mail").get(Mix.bucket(4, i, 3));
    }
    return new Relations()
        .with("x", x)
        .with("d", d)
        .with("y", y)
        .with("shop", shop)
        .withText("arm", arm);
  }

  private static Map<String, @Nullable Object> arguments(String function, String treatment) {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", "y");
    a.put("treatment", treatment);
    a.put("controls", List.of("x"));
    a.put("outcome_learner", "ols");
    a.put("treatment_learner", "logit");
    a.put("reps", 1);
    if (function.equals("cate_fit")) {
      a.put("model", "m");
    }
    return a;
  }

  private static void refuse(
      Relations relation, String function, Map<String, @Nullable Object> a, String message) {
    assertThatThrownBy(() -> relation.call(function, a))
        .isInstanceOf(WhatifException.class)
        .hasMessage(message);
  }

  // ---- arms ----

  @Test
  void armsAreComparedByDoublyRobustScoresUnlessAMethodIsNamed() {
    Map<String, @Nullable Object> a = arguments("dml_summary", "arm");
    a.put("features", List.of("x"));
    List<Map<String, @Nullable Object>> rows = relation(50).call("dml_summary", a);
    a.put("method", "dr");
    assertThat(rows).isEqualTo(relation(50).call("dml_summary", a));
    a.remove("method");
    a.put("model", "m");
    assertThat(relation(50).call("cate_fit", a))
        .allSatisfy(
            row -> {
              assertThat(row.get("method")).isEqualTo("dr");
              assertThat(row.get("estimand")).isEqualTo("ATE");
              assertThat(row.get("n")).isEqualTo((long) ROWS);
            });
    assertThat(relation(50).fit(a).method()).isEqualTo("dr");
    assertThat(relation(50).fit(a).provenance().get("arguments").toString())
        .doesNotContain("method");
  }

  @Test
  void groupsOfTwoArmsHaveTheMethodOfAll() {
    Relations relation = relation(2);
    double[] shop = relation.column("shop");
    double[] arm = relation.column("arm");
    for (int i = 0; i < ROWS; i++) {
      arm[i] = shop[i] == 1 && arm[i] == 2 ? 1 : arm[i];
    }
    Map<String, @Nullable Object> a = arguments("cate_fit", "arm");
    a.put("partition_by", List.of("shop"));
    assertThat(relation.call("cate_fit", a))
        .hasSize(3)
        .extracting(row -> row.get("method"))
        .containsOnly("dr");
    PartitionedCate model = (PartitionedCate) relation.fit(a).model();
    List<String> codes = model.features().get(1).categories();
    assertThat(codes).containsExactly("call", "mail", "none");
    double[][] asked = new double[3][12];
    for (int i = 0; i < 12; i++) {
      asked[0][i] = Math.floorDiv(i, 6);
      asked[1][i] = i % 3;
      asked[2][i] = Math.floorDiv(i % 6, 3);
    }
    double[] effect = new double[12];
    model.effect(asked, 12, effect);
    String third = relation.table().dictionary(4).get(2);
    for (int i = 0; i < 12; i++) {
      boolean unknown =
          i >= 6 && (codes.get(i % 3).equals(third) || codes.get(i % 6 / 3).equals(third));
      assertThat(Double.isNaN(effect[i])).isEqualTo(unknown);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dml_summary", "cate_fit", "ate"})
  void anArmThatTheRowsOutsideAFoldLackIsNamed(String function) {
    Relations relation = relation(50);
    double[] fold = new double[ROWS];
    double[] d = relation.column("d");
    Arrays.setAll(fold, i -> d[i] == 1 ? 2 : i % 4);
    relation.with("fold", fold);
    Map<String, @Nullable Object> a = arguments(function, "d");
    a.put("fold", "fold");
    refuse(
        relation,
        function,
        a,
        "treatment => 'd': arm '1' has no rows outside fold 3 of 4, so its outcome cannot be predicted there. Use fewer folds, or more rows of the arm.");
    double[] arm = relation.column("arm");
    Arrays.setAll(fold, i -> arm[i] == arm[0] ? 1 : i % 4);
    a.put("treatment", "arm");
    String name = relation.table().dictionary(4).get((int) arm[0]);
    refuse(
        relation,
        function,
        a,
        "treatment => 'arm': arm '"
            + name
            + "' has no rows outside fold 2 of 4, so its outcome cannot be predicted there. Use fewer folds, or more rows of the arm.");
  }

  /** The residual regression of linear_dml needs no outcome of each arm, and warns. */
  @Test
  void anArmOfFewerRowsThanFoldsIsTooFew() {
    Relations relation = relation(50);
    double[] d = relation.column("d");
    Arrays.setAll(d, i -> i < 3 ? 1 : 0);
    Map<String, @Nullable Object> fit =
        relation.call("cate_fit", arguments("cate_fit", "d")).get(0);
    assertThat(fit.get("warnings").toString()).contains("few_treated");
    assertThat(fit.get("verdict")).isEqualTo("do_not_use");
  }

  @ParameterizedTest
  @CsvSource({"dml_summary,dr", "cate_fit,t", "ate,"})
  void anArmOfFewerRowsThanFoldsIsNamed(String function, @Nullable String method) {
    Relations relation = relation(50);
    double[] d = relation.column("d");
    Arrays.setAll(d, i -> i < 3 ? 1 : 0);
    Map<String, @Nullable Object> a = arguments(function, "d");
    if (method != null) {
      a.put("method", method);
    }
    refuse(
        relation,
        function,
        a,
        "treatment => 'd': arm '1' has 3 rows, fewer than the 5 folds. Use folds => 2, or leave it out of the relation.");
  }

  @Test
  void moreActionsThanColumnsAreNamed() {
    Map<String, @Nullable Object> a = arguments("dml_summary", "d");
    a.put("treatment", List.of("d", "d2"));
    refuse(
        relation(50),
        "dml_summary",
        a,
        "treatment => 'd2': the relation has no such column. Did you mean d?");
  }

  // ---- clusters ----

  @ParameterizedTest
  @CsvSource({
    "dml_summary,cluster,10,",
    "dml_summary,cluster,9,caution",
    "dml_summary,id,6,caution",
    "cate_fit,cluster,5,caution",
    "cate_fit,cluster,4,severe",
    "cate_fit,cluster,2,severe",
    "ate,cluster,7,caution",
    "ate,id,3,severe",
    "ate,id,12,"
  })
  void fewClustersAreWarnedOf(
      String function, String role, int clusters, @Nullable String severity) {
    Map<String, @Nullable Object> a = arguments(function, "d");
    a.put(role, "shop");
    a.put("folds", 2);
    Object all = relation(clusters).call(function, a).get(0).get("warnings");
    List<?> few =
        all instanceof List<?> list
            ? list.stream()
                .filter(w -> w instanceof Map<?, ?> map && "few_clusters".equals(map.get("code")))
                .toList()
            : List.of();
    if (severity == null) {
      assertThat(few).isEmpty();
      return;
    }
    String message =
        "errors are by %d %ss and hold for many: intervals are too narrow, p-values too small"
            .formatted(clusters, role);
    assertThat(few)
        .hasSize(1)
        .first()
        .isEqualTo(Map.of("code", "few_clusters", "severity", severity, "message", message));
  }

  @ParameterizedTest
  @CsvSource({"dml_summary,cluster", "cate_fit,cluster", "ate,cluster", "ate,id", "cate_fit,id"})
  void oneClusterIsRefused(String function, String role) {
    Map<String, @Nullable Object> a = arguments(function, "d");
    a.put(role, "shop");
    refuse(
        relation(1),
        function,
        a,
        "%1$s => 'shop': is the same in every usable row. Errors by %1$s need at least 2 %1$ss, and 10 to be trusted."
            .formatted(role));
  }
}
