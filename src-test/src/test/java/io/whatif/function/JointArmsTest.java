/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.JointStudy.FOLDS;
import static io.whatif.function.JointStudy.expected;
import static io.whatif.function.JointStudy.relation;
import static io.whatif.function.JointStudy.residual;
import static io.whatif.function.JointStudy.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.math.Mix;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@code together => true} over the arms of one treatment. */
final class JointArmsTest {
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
}
