/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.CiDmlTest.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@code method => 'ci_dml'} against independent computations on public data. */
class CiDmlOraclesTest {
  /** The paper's method on public data: folds by row number, ols and logit, alpha .001, HC0. */
  private static void expectPaper(
      Relations data,
      Map<String, @Nullable Object> a,
      String estimand,
      double estimate,
      double error) {
    a.put("outcome_learner", "ols");
    a.put("treatment_learner", "logit");
    a.put("fold", "fold");
    a.put("cov", "HC0");
    a.put("weights", "paper");
    a.put("estimand", estimand);
    a.put("alpha", .001);
    a.put("support", "none");
    Map<String, @Nullable Object> row = data.call("dml_summary", a).get(0);
    assertThat(row.get("estimand")).isEqualTo("paper-weighted " + estimand);
    // methods.md: their logit's Hessian carries a 1e-9 ridge
    Percentage ppm = Percentage.withPercentage(1e-4);
    assertThat((Double) row.get("estimate")).isCloseTo(estimate, ppm);
    assertThat((Double) row.get("std_error")).isCloseTo(error, ppm);
  }

  @Test
  void thePapersMethodAgreesWithAnIndependentComputation() {
    // methods.md, "CI-DML"
    Relations nsw = PublicData.nsw().withFold(5);
    Map<String, @Nullable Object> a = arguments("re78", "t", PublicData.NSW);
    expectPaper(nsw, a, "ATE", 1.64785617, .75261485);
    expectPaper(nsw, a, "ATT", 1.74615229, .72126228);
    Relations bonus = PublicData.bonus().withFold(5);
    a = arguments("y", "d", PublicData.BONUS);
    expectPaper(bonus, a, "ATE", -.07212201, .03673388);
    expectPaper(bonus, a, "ATT", -.07502531, .03655875);
    Relations pension = PublicData.pension();
    a = arguments("net_tfa", "e401", PublicData.withHinges(pension));
    expectPaper(pension.withFold(5), a, "ATE", 7724.5973, 1050.6860);
    expectPaper(pension, a, "ATT", 11181.7453, 1444.4640);
  }

  @Test
  void orthogonalWeightsAgreeWithAnIndependentComputation() {
    // numpy 2.4.6, the same residuals and rescaled propensities, w = 1/(e(1-e)) and 1/(1-e), HC0
    Relations nsw = PublicData.nsw().withFold(5);
    Map<String, @Nullable Object> a = arguments("re78", "t", PublicData.NSW);
    a.put("outcome_learner", "ols");
    a.put("treatment_learner", "logit");
    a.put("fold", "fold");
    a.put("cov", "HC0");
    a.put("alpha", .001);
    a.put("support", "none");
    Percentage ppm = Percentage.withPercentage(1e-4);
    Map<String, @Nullable Object> row = nsw.call("dml_summary", a).get(0);
    assertThat(row.get("estimand")).isEqualTo("ATE");
    assertThat((Double) row.get("estimate")).isCloseTo(1.658523900463061, ppm);
    assertThat((Double) row.get("std_error")).isCloseTo(.68708510792461, ppm);
    a.put("estimand", "ATT");
    row = nsw.call("dml_summary", a).get(0);
    assertThat((Double) row.get("estimate")).isCloseTo(1.7472634141660053, ppm);
    assertThat((Double) row.get("std_error")).isCloseTo(.681131738994841, ppm);
    // overlap without trimming or rescaling is the partially linear regression of methods.md
    a.put("estimand", "overlap");
    a.put("alpha", 0);
    a.put("rescale", false);
    row = nsw.call("dml_summary", a).get(0);
    assertThat(row.get("estimand")).isEqualTo("overlap-weighted average");
    assertThat((Double) row.get("estimate")).isCloseTo(1.68150111, ppm);
    assertThat((Double) row.get("std_error")).isCloseTo(.67460817, ppm);
  }
}
