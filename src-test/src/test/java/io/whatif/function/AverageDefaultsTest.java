/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code ate} gives without any option: the contract's figures that tell right from wrong. */
class AverageDefaultsTest {
  private static Map<String, @Nullable Object> ate(
      Relations relation, String outcome, String treatment, List<String> controls, int reps) {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", outcome);
    a.put("treatment", treatment);
    a.put("controls", controls);
    if (reps > 0) {
      a.put("reps", reps);
    }
    Map<String, @Nullable Object> row = relation.call("ate", a).get(0);
    System.out.println(
        row.get("estimate") + " (" + row.get("std_error") + ") " + row.get("warnings"));
    return row;
  }

  @Test
  void pensionsLieInTheBand() {
    Map<String, @Nullable Object> row =
        ate(
            Relations.read(Relations.shared("data/sipp1991.csv"), ","),
            "net_tfa",
            "e401",
            List.of("age", "inc", "educ", "fsize", "marr", "twoearn", "db", "pira", "hown"),
            0);
    assertThat((Double) row.get("estimate")).isBetween(7700.0, 8600.0);
    assertThat((Double) row.get("std_error")).isBetween(1080.0, 1200.0);
    assertThat((Double) row.get("treatment_log_loss")).isLessThanOrEqualTo(.580);
    assertThat((Double) row.get("outcome_r2")).isGreaterThanOrEqualTo(.22);
  }

  @Test
  void infantHealthIsCovered() {
    infantHealth(1, 1);
  }

  @Test
  @Tag("slow")
  void infantHealthIsCoveredFiveTimes() {
    infantHealth(5, 0);
  }

  private static void infantHealth(int replications, int reps) {
    double errors = 0;
    for (int replication = 1; replication <= replications; replication++) {
      Relations ihdp = OracleData.ihdp(replication);
      double truth = 0;
      for (int i = 0; i < ihdp.rows(); i++) {
        truth += (ihdp.column("mu1")[i] - ihdp.column("mu0")[i]) / ihdp.rows();
      }
      Map<String, @Nullable Object> row = ate(ihdp, "yf", "t", OracleData.IHDP, reps);
      assertThat(truth).isBetween((Double) row.get("ci_lower"), (Double) row.get("ci_upper"));
      errors += (Double) row.get("std_error") / replications;
    }
    System.out.println("mean std_error " + errors);
    assertThat(errors).isLessThanOrEqualTo(.26);
  }

  @Test
  void interactionConfoundingIsRemoved() {
    interactionConfounding(10);
  }

  @Test
  @Tag("slow")
  void interactionConfoundingIsRemovedInTheLongRun() {
    interactionConfounding(50);
  }

  /** x ~ N(0, I5), e = sigma(x0 x1), y = 1.5 x0 x1 + t + N(0, 1): doing nothing is off by .9. */
  private static void interactionConfounding(int replications) {
    double bias = 0;
    for (int r = 0; r < replications; r++) {
      CoverageStudy.Draw draw = new CoverageStudy.Draw(20261126, r, 4000, 5);
      for (int i = 0; i < draw.t.length; i++) {
        double product = draw.x[0][i] * draw.x[1][i];
        draw.t[i] = draw.uniform(i) < CoverageStudy.sigmoid(product) ? 1 : 0;
        draw.y[i] = 1.5 * product + draw.t[i] + draw.noise(i);
      }
      Map<String, @Nullable Object> a = new HashMap<>(draw.arguments());
      a.put("reps", 1);
      Map<String, @Nullable Object> row = draw.relation().call("ate", a).get(0);
      bias += ((Double) row.get("estimate") - 1) / replications;
    }
    System.out.println("bias " + bias);
    assertThat(Math.abs(bias)).isLessThanOrEqualTo(.03);
  }
}
