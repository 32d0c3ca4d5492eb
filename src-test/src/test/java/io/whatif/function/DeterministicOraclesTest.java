/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Estimates and errors recomputed independently with numpy: folds (row - 1) mod 5 in file order,
 * least squares with intercept, unpenalised logit. Tolerance 1e-6 relative: their logit's Hessian
 * carries a 1e-9 ridge.
 */
class DeterministicOraclesTest {
  private static final Percentage PPM = Percentage.withPercentage(1e-4);

  private static Map<String, @Nullable Object> arguments(
      String outcome, String treatment, List<String> controls) {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", outcome);
    a.put("treatment", treatment);
    a.put("controls", controls);
    a.put("outcome_learner", "ols");
    a.put("treatment_learner", "logit");
    a.put("fold", "fold");
    a.put("cov", "HC0");
    return a;
  }

  private static void expect(Map<String, @Nullable Object> row, double estimate, double error) {
    assertThat((Double) row.get("estimate")).isCloseTo(estimate, PPM);
    assertThat((Double) row.get("std_error")).isCloseTo(error, PPM);
  }

  private static Relations nsw() {
    return Relations.read(Relations.shared("data/nsw.txt"), "\t").withFold(5);
  }

  private static Relations pension() {
    return Relations.read(Relations.shared("data/sipp1991.csv"), ",").withFold(5);
  }

  private static final List<String> NSW =
      List.of("age", "educ", "black", "hisp", "married", "nodegree", "re74", "re75", "u74", "u75");
  private static final List<String> PENSION =
      List.of("age", "inc", "educ", "fsize", "marr", "twoearn", "db", "pira", "hown");

  @Test
  void partiallyLinearRegressionOnNswAgrees() {
    Map<String, @Nullable Object> a = arguments("re78", "t", NSW);
    expect(nsw().call("dml_summary", a).get(0), 1.68150111, .67460817);
    a.put("treatment_learner", "ols");
    expect(nsw().call("dml_summary", a).get(0), 1.67684353, .67345863);
  }

  @Test
  void averagesOnNswAgreeWithArmWiseAipwWithinHalfAnError() {
    // methods.md's AIPW has an outcome model for each arm: ATE 1.56942232, ATTE 1.64567911, se .73;
    // ours has one effect for all rows, so the digits differ
    Map<String, @Nullable Object> a = arguments("re78", "t", NSW);
    a.put("averages", true);
    List<Map<String, @Nullable Object>> rows = nsw().call("dml_summary", a);
    assertThat(rows).extracting(r -> r.get("estimand")).contains("ATE", "ATT");
    assertThat((Double) rows.get(1).get("estimate")).isCloseTo(1.56942232, within(.36));
    assertThat((Double) rows.get(2).get("estimate")).isCloseTo(1.64567911, within(.36));
    assertThat((Double) rows.get(1).get("std_error")).isBetween(.6, .8);
  }

  @Test
  void partiallyLinearRegressionOnPensionsAgrees() {
    Map<String, @Nullable Object> a = arguments("net_tfa", "e401", PENSION);
    expect(pension().call("dml_summary", a).get(0), 6136.66361146, 1467.74577061);
    a.put("treatment_learner", "ols");
    expect(pension().call("dml_summary", a).get(0), 5923.35803134, 1531.00884974);
  }

  @Test
  void partiallyLinearRegressionOnTheBonusExperimentAgrees() {
    Relations bonus = OracleData.bonus();
    Map<String, @Nullable Object> a = arguments("y", "d", OracleData.BONUS);
    assertThat(bonus.rows()).isEqualTo(5099);
    expect(bonus.call("dml_summary", a).get(0), -.07297177, .03534523);
    a.put("treatment_learner", "ols");
    expect(bonus.call("dml_summary", a).get(0), -.07293635, .03534692);
  }

  @Test
  void linearDmlOnPensionsAgreesForEachCovariance() {
    Relations relation = pension();
    double[] age = relation.column("age").clone();
    double[] income = relation.column("inc").clone();
    for (int i = 0; i < age.length; i++) {
      age[i] /= 10;
      income[i] /= 1e4;
    }
    relation.with("age10", age).with("inc10k", income);
    Map<String, @Nullable Object> a = arguments("net_tfa", "e401", PENSION);
    a.put("features", List.of("age10", "inc10k"));
    double[] beta = {-27.39766571, 1911.71438698, -413.03125421};
    Map<String, double[]> errors =
        Map.of(
            "HC1", new double[] {11881.44745097, 1410.33967414, 2299.30303722},
            "HC0", new double[] {11879.64981915, 1410.12629344, 2298.95515871},
            "nonrobust", new double[] {5527.51502473, 1265.56083724, 497.91334477});
    errors.forEach(
        (cov, expected) -> {
          a.put("cov", cov);
          List<Map<String, @Nullable Object>> rows = relation.call("dml_summary", a);
          for (int t = 0; t < 3; t++) {
            assertThat((Double) rows.get(t).get("std_error")).isCloseTo(expected[t], PPM);
            // the intercept is small beside its error of 12,000: 1e-6 of its own size is asked
            assertThat((Double) rows.get(t).get("estimate"))
                .isCloseTo(beta[t], within(1e-6 * Math.abs(beta[t])));
          }
        });
  }

  @Test
  void defaultsOnPensionsGiveTheContractsFigures() {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", "net_tfa");
    a.put("treatment", "e401");
    a.put("controls", PENSION);
    a.put("averages", true);
    List<Map<String, @Nullable Object>> rows = pension().call("dml_summary", a);
    assertThat((Double) rows.get(0).get("estimate")).isBetween(8600.0, 9500.0);
    assertThat((Double) rows.get(0).get("std_error")).isBetween(1230.0, 1350.0);
    assertThat((Double) rows.get(1).get("estimate")).isBetween(7700.0, 8600.0);
    assertThat((Double) rows.get(1).get("std_error")).isBetween(1080.0, 1200.0);
    a.remove("averages");
    a.put("model", "m");
    Map<String, @Nullable Object> fit = pension().call("cate_fit", a).get(0);
    assertThat((Double) fit.get("treatment_log_loss")).isLessThanOrEqualTo(.580);
    assertThat((Double) fit.get("outcome_r2")).isGreaterThanOrEqualTo(.22);
    System.out.println(fit);
  }
}
