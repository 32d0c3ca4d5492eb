/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.whatif.data.WhatifException;
import io.whatif.math.Mix;
import io.whatif.model.ArmsCate;
import io.whatif.model.LinearCate;
import io.whatif.model.StoredModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code together => true}: several treatments, or the arms of one, in one regression. Price and
 * discount are correlated beyond the controls, so that each alone takes up the other's effect.
 */
class JointTreatmentsTest {
  /** Both sides solve the same normal equations in double precision. */
  private static final double SAME = 1e-10;

  private static final int FOLDS = 5;

  /**
   * y = (1 + .5 x0) price - 2 discount + x0 + x1 + noise.
   *
   * @param seed of the draw
   */
  private static Relations relation(long seed, int n) {
    double[][] columns = new double[7][n];
    for (int i = 0; i < n; i++) {
      double x0 = Mix.normal(Mix.mix(seed, 1), i);
      double x1 = Mix.normal(Mix.mix(seed, 2), i);
      double price = .5 * x0 + Mix.normal(Mix.mix(seed, 3), i);
      double discount = .6 * price + .3 * x1 + Mix.normal(Mix.mix(seed, 4), i);
      double y = (1 + .5 * x0) * price - 2 * discount + x0 + x1 + Mix.normal(Mix.mix(seed, 5), i);
      double[] row = {x0, x1, price, discount, y, i % FOLDS, Math.floorDiv(i, 3)};
      for (int c = 0; c < row.length; c++) {
        columns[c][i] = row[c];
      }
    }
    String[] names = {"x0", "x1", "price", "discount", "y", "fold", "shop"};
    Relations relation = new Relations();
    for (int c = 0; c < names.length; c++) {
      relation.with(names[c], columns[c]);
    }
    return relation;
  }

  private static Map<String, @Nullable Object> arguments(String... features) {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", "y");
    a.put("treatment", List.of("price", "discount"));
    a.put("together", true);
    a.put("features", List.of(features));
    a.put("controls", List.of("x0", "x1"));
    a.put("outcome_learner", "ols");
    a.put("treatment_learner", "ols");
    a.put("reps", 1);
    return a;
  }

  private static Map<String, @Nullable Object> row(
      List<Map<String, @Nullable Object>> rows, String treatment, String term) {
    return rows.stream()
        .filter(r -> treatment.equals(r.get("treatment")) && term.equals(r.get("term")))
        .findFirst()
        .orElseThrow();
  }

  // ---- an independent computation ----

  /** Solves A x = b by elimination with pivots; A and b are lost. */
  private static double[] solve(double[][] a, double[] b) {
    int p = b.length;
    for (int c = 0; c < p; c++) {
      int pivot = c;
      for (int r = c; r < p; r++) {
        pivot = Math.abs(a[r][c]) > Math.abs(a[pivot][c]) ? r : pivot;
      }
      double[] row = a[c];
      a[c] = a[pivot];
      a[pivot] = row;
      double value = b[c];
      b[c] = b[pivot];
      b[pivot] = value;
      for (int r = 0; r < p; r++) {
        double factor = r == c ? 0 : a[r][c] / a[c][c];
        for (int k = 0; k < p && factor != 0; k++) {
          a[r][k] -= factor * a[c][k];
        }
        b[r] -= factor * b[c];
      }
    }
    double[] x = new double[p];
    Arrays.setAll(x, c -> b[c] / a[c][c]);
    return x;
  }

  private static double[][] products(double[][] x, double[] weight) {
    double[][] g = new double[x[0].length][x[0].length];
    for (int i = 0; i < x.length; i++) {
      for (int s = 0; s < g.length; s++) {
        for (int t = 0; t < g.length; t++) {
          g[s][t] += weight[i] * x[i][s] * x[i][t];
        }
      }
    }
    return g;
  }

  private static double[] least(double[][] x, double[] y, double[] weight) {
    double[] right = new double[x[0].length];
    for (int i = 0; i < x.length; i++) {
      for (int s = 0; s < right.length; s++) {
        right[s] += weight[i] * x[i][s] * y[i];
      }
    }
    return solve(products(x, weight), right);
  }

  /** What is left of y after least squares on x, each fold predicted from the others. */
  private static double[] residual(double[][] x, double[] y, double[] fold) {
    double[] left = new double[y.length];
    for (int k = 0; k < FOLDS; k++) {
      double[] others = new double[y.length];
      for (int i = 0; i < others.length; i++) {
        others[i] = fold[i] == k ? 0 : 1;
      }
      double[] b = least(x, y, others);
      for (int i = 0; i < y.length; i++) {
        left[i] = fold[i] == k ? y[i] - times(x[i], b) : left[i];
      }
    }
    return left;
  }

  private static double times(double[] x, double[] b) {
    double sum = 0;
    for (int s = 0; s < b.length; s++) {
      sum += x[s] * b[s];
    }
    return sum;
  }

  /** Coefficients and their errors: HC0, HC3, or by clusters where there are any. */
  private static double[][] expected(
      double[][] z, double[] u, String cov, double @Nullable [] cluster) {
    int p = z[0].length;
    double[] ones = new double[u.length];
    Arrays.fill(ones, 1);
    double[] beta = least(z, u, ones);
    double[][] bread = new double[p][];
    for (int s = 0; s < p; s++) {
      double[] unit = new double[p];
      unit[s] = 1;
      bread[s] = solve(products(z, ones), unit);
    }
    Map<Double, double[]> sums = new HashMap<>();
    for (int i = 0; i < u.length; i++) {
      double h = 0;
      for (int s = 0; s < p; s++) {
        h += z[i][s] * times(z[i], bread[s]);
      }
      double r = (u[i] - times(z[i], beta)) / (cov.equals("HC3") ? 1 - h : 1);
      double[] sum = sums.computeIfAbsent(cluster == null ? i : cluster[i], none -> new double[p]);
      for (int s = 0; s < p; s++) {
        sum[s] += z[i][s] * r;
      }
    }
    double factor = cluster == null ? 1 : sums.size() / (sums.size() - 1.0);
    double[] error = new double[p];
    for (double[] sum : sums.values()) {
      for (int s = 0; s < p; s++) {
        double pull = times(sum, bread[s]);
        error[s] += factor * pull * pull;
      }
    }
    Arrays.setAll(error, s -> Math.sqrt(error[s]));
    return new double[][] {beta, error};
  }

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

  // ---- laws ----

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

  // ---- simulation ----

  private static List<CoverageStudy.Result> study(int replications, int n) {
    Trials trials = new Trials();
    Trials.each(
        replications,
        r -> {
          Relations relation = relation(Mix.mix(20261126, r), n);
          List<Map<String, @Nullable Object>> rows = relation.call("dml_summary", arguments("x0"));
          add(trials, rows, "price", "intercept", 1);
          add(trials, rows, "price", "x0", .5);
          add(trials, rows, "price", "average effect", 1);
          add(trials, rows, "discount", "intercept", -2);
          add(trials, rows, "discount", "average effect", -2);
        });
    return trials.results();
  }

  private static void add(
      Trials trials,
      List<Map<String, @Nullable Object>> rows,
      String treatment,
      String term,
      double truth) {
    Map<String, @Nullable Object> row = row(rows, treatment, term);
    trials.add(
        "together, " + treatment + ", " + term,
        (Double) row.get("estimate"),
        (Double) row.get("std_error"),
        truth);
  }

  @Test
  void intervalsCover() {
    Trials.expectBinomial(study(200, 500));
  }

  @Test
  @Tag("slow")
  void intervalsCoverInTheLongRun() {
    Trials.expectBand(study(2000, 500));
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

  // ---- arms ----

  /** Arms chosen by x0, with effects 1 and 2; or 0 and 3 x0^2 where they vary. */
  private static Relations offers(int n, boolean byLot, boolean varies) {
    double[][] columns = new double[3][n];
    String[] arm = new String[n];
    for (int i = 0; i < n; i++) {
      double x0 = Mix.normal(31, i);
      double a = byLot ? 1 : Math.exp(1.2 * x0);
      double b = byLot ? 1 : Math.exp(-1.2 * x0);
      double u = Mix.uniform(32, i) * (1 + a + b);
      int own = u < 1 ? 0 : u < 1 + a ? 1 : 2;
      double effect = own == 0 ? 0 : own == 1 ? 1 : 2;
      effect = !varies ? effect : own == 2 ? 3 * x0 * x0 : 0;
      arm[i] = List.of("none", "call", "mail").get(own);
      columns[0][i] = x0;
      columns[1][i] = x0 + effect + Mix.normal(33, i);
      columns[2][i] = i % FOLDS;
    }
    return new Relations()
        .with("x0", columns[0])
        .with("y", columns[1])
        .with("fold", columns[2])
        .withText("arm", arm);
  }

  private static Map<String, @Nullable Object> ofArms() {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", "y");
    a.put("treatment", "arm");
    a.put("control", "none");
    a.put("controls", List.of("x0"));
    a.put("together", true);
    a.put("outcome_learner", "spline");
    a.put("treatment_learner", "multinomial(c=1)");
    a.put("reps", 1);
    return a;
  }

  @Test
  void armsInOneRegressionAreWarnedOf() {
    List<Map<String, @Nullable Object>> rows =
        offers(3_000, false, false).call("dml_summary", ofArms());
    assertThat(rows)
        .extracting(r -> r.get("contrast"))
        .containsExactly("none -> call", "none -> mail");
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(row.get("estimand"))
                  .isEqualTo("variance-weighted average in one regression of all arms");
              assertThat(row.get("n")).isEqualTo(3_000L);
              assertThat(row.get("warnings").toString())
                  .contains(
                      "one regression of several arms: where effects vary in ways that the features"
                          + " do not describe, each coefficient takes up effects of the other arms;"
                          + " compare method => 'dr', which does not");
            });
    assertThat((Double) rows.get(0).get("estimate")).isCloseTo(1, within(.2));
    assertThat((Double) rows.get(1).get("estimate")).isCloseTo(2, within(.2));
  }

  @Test
  void anArmOfFewRowsIsWarnedOf() {
    Relations relation = offers(300, false, false);
    double[] code = relation.column("arm");
    double rare = relation.table().dictionary(3).indexOf("mail");
    double other = relation.table().dictionary(3).indexOf("call");
    int kept = 0;
    for (int i = 0; i < code.length; i++) {
      boolean own = code[i] == rare;
      code[i] = own && kept >= 8 ? other : code[i];
      kept += own ? 1 : 0;
    }
    Map<String, @Nullable Object> a = ofArms();
    a.put("model", "m");
    a.put("outcome_learner", "ols");
    a.put("treatment_learner", "logit");
    List<Map<String, @Nullable Object>> rows = relation.call("cate_fit", a);
    assertThat(rows.get(1).get("n_treated")).isEqualTo(8L);
    assertThat(String.valueOf(rows.get(1).get("warnings")))
        .contains("the smaller arm has 8 rows, fewer than 50: intervals are rough");
    assertThat(rows.get(1).get("verdict")).isEqualTo("do_not_use");
  }

  /** Arms by lot have the same chance in every row, so that what is left of them is known. */
  @Test
  void armsByLotAreTheRegressionOnTheirColumns() {
    Relations relation = offers(1_500, true, true);
    Map<String, @Nullable Object> a = ofArms();
    a.put("controls", List.of());
    a.put("fold", "fold");
    a.put("outcome_learner", "ols");
    a.put("cov", "HC0");
    List<Map<String, @Nullable Object>> rows = relation.call("dml_summary", a);
    double[] code = relation.column("arm"); // in the order the texts came
    double[] fold = relation.column("fold");
    double[][] one = new double[code.length][];
    Arrays.fill(one, new double[] {1});
    List<String> dictionary = relation.table().dictionary(3);
    double[][] v = new double[2][];
    for (int arm = 0; arm < 2; arm++) {
      double own = dictionary.indexOf(List.of("call", "mail").get(arm));
      v[arm] = residual(one, Arrays.stream(code).map(c -> c == own ? 1 : 0).toArray(), fold);
    }
    double[][] z = new double[code.length][];
    Arrays.setAll(z, i -> new double[] {v[0][i], v[1][i]});
    double[][] expected = expected(z, residual(one, relation.column("y"), fold), "HC0", null);
    for (int s = 0; s < 2; s++) {
      // chances are iterated to a gradient of 1e-10 at most
      assertThat((Double) rows.get(s).get("estimate")).isCloseTo(expected[0][s], within(1e-7));
      assertThat((Double) rows.get(s).get("std_error")).isCloseTo(expected[1][s], within(1e-7));
    }
  }

  /** What the warning speaks of: a call does nothing, and has an effect of the mail's. */
  @Test
  void effectsOfOtherArmsContaminate() {
    Relations relation = offers(8_000, false, true);
    Map<String, @Nullable Object> a = ofArms();
    Map<String, @Nullable Object> together = relation.call("dml_summary", a).get(0);
    a.remove("together");
    a.put("method", "dr");
    Map<String, @Nullable Object> dr = relation.call("dml_summary", a).get(0);
    assertThat(Math.abs((Double) together.get("z"))).isGreaterThan(4);
    assertThat(Math.abs((Double) dr.get("z"))).isLessThan(3);
  }

  // ---- bad input ----

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
