/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.math.Mix;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The contract's figures that tell right from wrong, with both learners {@code auto}. */
class AutoFiguresTest {
  private static final List<String> PENSION =
      List.of("age", "inc", "educ", "fsize", "marr", "twoearn", "db", "pira", "hown");

  private static Map<String, @Nullable Object> arguments(
      String outcome, String treatment, List<String> controls) {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", outcome);
    a.put("treatment", treatment);
    a.put("controls", controls);
    a.put("outcome_learner", "auto");
    a.put("treatment_learner", "auto");
    return a;
  }

  private static double number(Map<String, @Nullable Object> row, String name) {
    return (Double) java.util.Objects.requireNonNull(row.get(name), name);
  }

  private static Relations pension() {
    return Relations.read(Relations.shared("data/sipp1991.csv"), ",");
  }

  /** One repetition of five. */
  @Test
  void pensionsLieInTheBandAndTheChoiceIsTold() {
    Map<String, @Nullable Object> a = arguments("net_tfa", "e401", PENSION);
    a.put("model", "m");
    a.put("reps", 1);
    Map<String, @Nullable Object> fit = pension().call("cate_fit", a).get(0);
    assertThat(number(fit, "treatment_log_loss")).isLessThanOrEqualTo(.580);
    assertThat(number(fit, "outcome_r2")).isGreaterThanOrEqualTo(.22);
    assertThat(String.valueOf(fit.get("learners")))
        .matches(
            "outcome: auto \\(loss: ridge 0\\.\\d+, spline 0\\.\\d+, gbt 0\\.\\d+\\): spline: .*;"
                + " treatment: auto \\(loss: ridge 0\\.\\d+, spline 0\\.\\d+, gbt 0\\.\\d+\\): .*");
  }

  @Test
  @Tag("slow")
  void pensionsLieInTheBandForTenSeeds() {
    double[] overlap = new double[10];
    for (int seed = 0; seed < 10; seed++) {
      Map<String, @Nullable Object> a = arguments("net_tfa", "e401", PENSION);
      a.put("averages", true);
      a.put("seed", (long) seed);
      List<Map<String, @Nullable Object>> rows = pension().call("dml_summary", a);
      overlap[seed] = number(rows.get(0), "estimate");
      assertThat(overlap[seed]).isBetween(8600.0, 9500.0);
      assertThat(number(rows.get(0), "std_error")).isBetween(1230.0, 1350.0);
      assertThat(number(rows.get(1), "estimate")).isBetween(7700.0, 8600.0);
      assertThat(number(rows.get(1), "std_error")).isBetween(1080.0, 1200.0);
    }
    double mean = Arrays.stream(overlap).average().orElse(0);
    double squares = Arrays.stream(overlap).map(v -> (v - mean) * (v - mean)).sum();
    System.out.println("mean " + mean + " sd " + Math.sqrt(squares / 9));
    assertThat(Math.sqrt(squares / 9)).isLessThanOrEqualTo(250);
  }

  @Test
  void interactionConfoundingIsRemoved() {
    // one estimate has a standard deviation of .035: 4 sd / sqrt(8) = .05
    assertThat(interactionBias(8)).isBetween(-.05, .05);
  }

  @Test
  @Tag("slow")
  void interactionConfoundingIsRemovedInTheLongRun() {
    assertThat(interactionBias(50)).isBetween(-.03, .03);
  }

  /** x ~ N(0, I5), e = sigma(x0 x1), y = 1.5 x0 x1 + t + N(0, 1): doing nothing is off by .9. */
  private static double interactionBias(int seeds) {
    int rows = 4000;
    double bias = 0;
    for (int seed = 0; seed < seeds; seed++) {
      Relations relation = new Relations();
      double[][] x = new double[5][rows];
      for (int j = 0; j < 5; j++) {
        long stream = 100L * seed + j;
        Arrays.setAll(x[j], i -> Mix.normal(stream, i));
        relation.with("x" + j, x[j]);
      }
      double[] t = new double[rows];
      double[] y = new double[rows];
      for (int i = 0; i < rows; i++) {
        double product = x[0][i] * x[1][i];
        t[i] = Mix.uniform(100L * seed + 50, i) < 1 / (1 + Math.exp(-product)) ? 1 : 0;
        y[i] = 1.5 * product + t[i] + Mix.normal(100L * seed + 51, i);
      }
      relation.with("t", t).with("y", y);
      Map<String, @Nullable Object> a = arguments("y", "t", List.of("x0", "x1", "x2", "x3", "x4"));
      a.put("reps", 1);
      double estimate = number(relation.call("dml_summary", a).get(0), "estimate");
      bias += (estimate - 1) / seeds;
    }
    System.out.println("bias " + bias);
    return bias;
  }

  @Test
  @Tag("slow")
  void infantHealthIsCovered() {
    double errors = 0;
    for (int replication = 1; replication <= 5; replication++) {
      Relations ihdp = OracleData.ihdp(replication);
      double truth = 0;
      for (int i = 0; i < ihdp.rows(); i++) {
        truth += (ihdp.column("mu1")[i] - ihdp.column("mu0")[i]) / ihdp.rows();
      }
      Map<String, @Nullable Object> row =
          ihdp.call("ate", arguments("yf", "t", OracleData.IHDP)).get(0);
      assertThat(truth).isBetween(number(row, "ci_lower"), number(row, "ci_upper"));
      errors += number(row, "std_error") / 5;
    }
    System.out.println("mean std_error " + errors);
    assertThat(errors).isLessThanOrEqualTo(.26);
  }
}
