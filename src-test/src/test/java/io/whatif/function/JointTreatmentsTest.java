/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.JointStudy.arguments;
import static io.whatif.function.JointStudy.expected;
import static io.whatif.function.JointStudy.relation;
import static io.whatif.function.JointStudy.residual;
import static io.whatif.function.JointStudy.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.whatif.data.WhatifException;
import io.whatif.model.ArmsCate;
import io.whatif.model.LinearCate;
import io.whatif.model.StoredModel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code together => true}: several treatments, or the arms of one, in one regression. Price and
 * discount are correlated beyond the controls, so that each alone takes up the other's effect.
 */
final class JointTreatmentsTest {
  /** Both sides solve the same normal equations in double precision. */
  private static final double SAME = 1e-10;

  @ParameterizedTest
  @CsvSource({"HC0,,true", "HC3,,true", "HC0,shop,true", "HC0,,false"})
  void coefficientsAndErrorsAreThoseOfAHandMadeRegression(
      String cov, @Nullable String cluster, boolean adjusted) {
    Relations relation = relation(7, 900);
    Map<String, @Nullable Object> a = arguments("x0");
    a.put("controls", adjusted ? List.of("x1") : List.of());
    a.put("fold", "fold");
    a.put("cov", cov);
    a.put("cluster", cluster);
    List<Map<String, @Nullable Object>> rows = relation.call("dml_summary", a);
    int n = relation.rows();
    double[] fold = relation.column("fold");
    double[] x0 = relation.column("x0");
    double[] x1 = relation.column("x1");
    double[][] x = new double[n][];
    Arrays.setAll(x, i -> adjusted ? new double[] {1, x0[i], x1[i]} : new double[] {1, x0[i]});
    double[] price = residual(x, relation.column("price"), fold);
    double[] discount = residual(x, relation.column("discount"), fold);
    double[][] z = new double[n][];
    Arrays.setAll(
        z, i -> new double[] {price[i], x0[i] * price[i], discount[i], x0[i] * discount[i]});
    double[][] expected =
        expected(
            z,
            residual(x, relation.column("y"), fold),
            cov,
            cluster == null ? null : relation.column("shop"));
    for (int s = 0; s < 4; s++) {
      Map<String, @Nullable Object> row =
          row(rows, s < 2 ? "price" : "discount", s % 2 == 0 ? "intercept" : "x0");
      assertThat((Double) row.get("estimate")).isCloseTo(expected[0][s], within(SAME));
      assertThat((Double) row.get("std_error")).isCloseTo(expected[1][s], within(SAME));
    }
  }

  /** With one fold's means as the only prediction a regression on centred columns is left. */
  @Test
  void withoutControlsItIsLeastSquaresOnWhatFoldsLeave() {
    Relations relation = relation(8, 600);
    Map<String, @Nullable Object> a = arguments();
    a.put("controls", List.of());
    a.put("fold", "fold");
    a.put("cov", "HC0");
    List<Map<String, @Nullable Object>> rows = relation.call("dml_summary", a);
    double[] fold = relation.column("fold");
    double[][] one = new double[relation.rows()][];
    Arrays.fill(one, new double[] {1});
    double[] price = residual(one, relation.column("price"), fold);
    double[] discount = residual(one, relation.column("discount"), fold);
    double[][] z = new double[price.length][];
    Arrays.setAll(z, i -> new double[] {price[i], discount[i]});
    double[][] expected = expected(z, residual(one, relation.column("y"), fold), "HC0", null);
    assertThat(rows).hasSize(2);
    for (int s = 0; s < 2; s++) {
      assertThat(rows.get(s).get("estimand"))
          .isEqualTo("variance-weighted average slope, others held fixed");
      assertThat((Double) rows.get(s).get("estimate")).isCloseTo(expected[0][s], within(SAME));
      assertThat((Double) rows.get(s).get("std_error")).isCloseTo(expected[1][s], within(SAME));
    }
  }

  @Test
  void theOrderOfTreatmentsDoesNotMatter() {
    Map<String, @Nullable Object> a = arguments("x0");
    List<Map<String, @Nullable Object>> rows = relation(9, 500).call("dml_summary", a);
    a.put("treatment", List.of("discount", "price"));
    List<Map<String, @Nullable Object>> turned = relation(9, 500).call("dml_summary", a);
    for (String treatment : List.of("price", "discount")) {
      for (String term : List.of("intercept", "x0", "average effect", "heterogeneity")) {
        assertThat((Double) row(rows, treatment, term).get("estimate"))
            .isCloseTo((Double) row(turned, treatment, term).get("estimate"), within(1e-9));
      }
    }
  }

  @Test
  void eachOutcomeHasTheRowsOfACallForIt() {
    Relations relation = relation(10, 500);
    relation.with("z", Arrays.stream(relation.column("y")).map(v -> 3 - 2 * v).toArray());
    Map<String, @Nullable Object> a = arguments("x0");
    a.put("outcome", List.of("y", "z"));
    List<Map<String, @Nullable Object>> both = relation.call("dml_summary", a);
    a.put("outcome", "z");
    List<Map<String, @Nullable Object>> alone = relation.call("dml_summary", a);
    assertThat(both).hasSize(2 * alone.size());
    for (int r = 0; r < alone.size(); r++) {
      Map<String, @Nullable Object> row = both.get(alone.size() + r);
      assertThat(row.get("outcome")).isEqualTo("z");
      assertThat(row.get("estimate")).isEqualTo(alone.get(r).get("estimate"));
    }
  }

  @Test
  void rowsThatLackATreatmentAreLeftOut() {
    Relations relation = relation(11, 500);
    relation.column("discount")[3] = Double.NaN;
    relation.column("price")[77] = Double.NaN;
    List<Map<String, @Nullable Object>> rows = relation.call("dml_summary", arguments("x0"));
    assertThat(rows).allSatisfy(row -> assertThat(row.get("n")).isEqualTo(498L));
  }

  @Test
  void weightsAreRowsThatStandForSeveral() {
    Relations relation = relation(12, 400);
    double[] weight = new double[400];
    Arrays.setAll(weight, i -> 1 + i % 3);
    relation.with("w", weight);
    Map<String, @Nullable Object> a = arguments("x0");
    a.put("fold", "fold");
    a.put("weight", "w");
    List<Map<String, @Nullable Object>> weighted = relation.call("dml_summary", a);
    a.remove("weight");
    Relations expanded = new Relations();
    for (String name : List.of("x0", "x1", "price", "discount", "y", "fold")) {
      double[] values = relation.column(name);
      double[] all = new double[(int) Arrays.stream(weight).sum()];
      int at = 0;
      for (int i = 0; i < values.length; i++) {
        for (int k = 0; k < weight[i]; k++) {
          all[at++] = values[i];
        }
      }
      expanded.with(name, all);
    }
    List<Map<String, @Nullable Object>> repeated = expanded.call("dml_summary", a);
    for (String treatment : List.of("price", "discount")) {
      for (String term : List.of("intercept", "x0", "average effect")) {
        assertThat((Double) row(weighted, treatment, term).get("estimate"))
            .isCloseTo((Double) row(repeated, treatment, term).get("estimate"), within(1e-9));
      }
    }
  }

  @Test
  void figuresHoldTheOthersFixed() {
    Relations relation = relation(13, 2_000);
    Map<String, @Nullable Object> a = arguments("x0");
    a.put("model", "m");
    StoredModel model = relation.fit(a);
    assertThat(model.reports())
        .extracting(r -> r.get("contrast"))
        .containsExactly("price: +1 unit", "discount: +1 unit");
    Map<String, @Nullable Object> discount = model.reports().get(1);
    // Var(discount given x, price) / Var(discount) = 1 / (.36 (1 + .25) + .09 + 1)
    assertThat((Double) discount.get("treatment_residual_share")).isCloseTo(1 / 1.54, within(.05));
    assertThat(discount.get("warnings").toString()).contains("contamination");
    assertThat(discount.get("verdict")).isEqualTo("ok");
    ArmsCate arms = (ArmsCate) model.model();
    LinearCate own = (LinearCate) arms.models().get(1);
    assertThat(own.coefficients()[0]).isCloseTo(-2, within(.15));
    List<String> codes = arms.features().get(0).categories();
    double[][] at = {{codes.indexOf("price")}, {codes.indexOf("discount")}, {1}};
    double[] effect = new double[1];
    double[] error = new double[1];
    arms.effect(at, 1, effect);
    arms.standardError(at, 1, error);
    assertThat(effect[0]).isCloseTo(3.5, within(.3)); // 1 + .5 + 2
    assertThat(error[0]).isBetween(.01, .1);
  }

  @Test
  void eachAloneTakesUpTheOther() {
    Relations relation = relation(14, 4_000);
    Map<String, @Nullable Object> a = arguments();
    List<Map<String, @Nullable Object>> together = relation.call("dml_summary", a);
    a.put("together", false);
    List<Map<String, @Nullable Object>> apart = relation.call("dml_summary", a);
    assertThat((Double) together.get(0).get("estimate")).isCloseTo(1, within(.1));
    // price moves discount by .6, which is worth -2 each
    assertThat((Double) apart.get(0).get("estimate")).isCloseTo(1 - 1.2, within(.1));
  }

  private static void refuse(
      Relations relation, String function, Map<String, @Nullable Object> a, String message) {
    assertThatThrownBy(() -> relation.call(function, a))
        .isInstanceOf(WhatifException.class)
        .hasMessage(message);
  }

  @Test
  void mistakesAreOneLine() {
    Relations relation = relation(15, 300).withText("arm", arms(300));
    Map<String, @Nullable Object> a = arguments();
    a.put("model", "m");
    a.put("together", false);
    refuse(
        relation,
        "cate_fit",
        a,
        "treatment => ['price', 'discount']: a model is of one treatment. Say together => true for one regression of all, or fit a model for each.");
    a.remove("model");
    a.put("together", true);
    a.put("controls", List.of("x0", "price"));
    refuse(
        relation,
        "dml_summary",
        a,
        "controls => 'price': is a treatment as well. Leave it out here.");
    a.put("controls", List.of("x0"));
    a.put("treatment", List.of("price", "arm"));
    refuse(
        relation,
        "dml_summary",
        a,
        "treatment => 'arm': column has 3 arms, and treatments together are numbers or have two values. Make a 0/1 column of each arm but one.");
    a.put("treatment", List.of("price", "discount"));
    a.put("treatment_basis", "poly(2)");
    refuse(
        relation,
        "dml_summary",
        a,
        "treatment_basis => 'poly(2)': treatments that are estimated together act in straight lines. Leave out treatment_basis or together.");
    a.remove("treatment_basis");
    a.put("method", "t");
    refuse(
        relation,
        "dml_summary",
        a,
        "together => true: method 't' does not take it, but linear_dml. Leave it out, or change the method.");
    a.remove("method");
    a.put("inference", "bootstrap");
    refuse(
        relation,
        "dml_summary",
        a,
        "inference => 'bootstrap': several treatments together have errors by formula alone. Leave inference out.");
    a.remove("inference");
    a.put("joint", true);
    refuse(
        relation,
        "dml_summary",
        a,
        "joint => true: the joint law of several arms or treatments is not known here. Leave it out.");
    a.remove("joint");
    a.put("treatment", List.of("price", "constant"));
    refuse(
        relation.with("constant", new double[300]),
        "dml_summary",
        a,
        "treatment => 'constant': column has only the value 0 in the usable rows. It must differ between rows.");
    a.put("treatment", List.of("price", "discount"));
    a.put("model", "m");
    a.put("outcome", List.of("y", "x1"));
    refuse(
        relation,
        "cate_fit",
        a,
        "cate_fit: outcome => ['y', 'x1']: a model is of one outcome. Fit one for each, or use dml_summary, which takes several.");
  }

  private static String[] arms(int n) {
    String[] arms = new String[n];
    Arrays.setAll(arms, i -> List.of("a", "b", "c").get(i % 3));
    return arms;
  }
}
