/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.ManyEffectsStudy.ACTIONS;
import static io.whatif.function.ManyEffectsStudy.arguments;
import static io.whatif.function.ManyEffectsStudy.relation;
import static io.whatif.function.ManyEffectsStudy.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.whatif.inference.BenjaminiHochberg;
import io.whatif.inference.Holm;
import io.whatif.math.Mix;
import io.whatif.math.Normal;
import java.util.List;
import java.util.Map;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The joint law of several treatments and outcomes. */
final class ManyEffectsJointLawTest {
  @Test
  void pValuesAreAdjustedForAllPairs() {
    Relations relation = relation(4, 800);
    Map<String, @Nullable Object> a = arguments();
    a.put("reps", 1);
    List<Map<String, @Nullable Object>> holm = relation.call("dml_summary", a);
    double[] p = holm.stream().mapToDouble(row -> value(row, "p_value")).toArray();
    assertThat(p).hasSize(2 * ACTIONS);
    assertThat(holm.stream().mapToDouble(row -> value(row, "p_adjusted")).toArray())
        .containsExactly(Holm.adjust(p), within(1e-15));
    a.put("p_adjust", "benjamini-hochberg");
    assertThat(
            relation.call("dml_summary", a).stream()
                .mapToDouble(row -> value(row, "p_adjusted"))
                .toArray())
        .containsExactly(BenjaminiHochberg.adjust(p), within(1e-15));
    a.put("p_adjust", "romano-wolf");
    double[] stepped =
        relation.call("dml_summary", a).stream()
            .mapToDouble(row -> value(row, "p_adjusted"))
            .toArray();
    double[] bound = Holm.adjust(p);
    for (int i = 0; i < p.length; i++) {
      // 10,000 draws: four standard errors of a share
      double error = 4 * Math.sqrt(Math.max(1e-4, p[i] * (1 - p[i])) / 10_000);
      assertThat(stepped[i]).isBetween(p[i] - error, bound[i] + error + .01);
    }
  }

  @Test
  void jointIntervalsAreWiderByOneFactor() {
    Relations relation = relation(5, 800);
    Map<String, @Nullable Object> a = arguments();
    a.put("reps", 1);
    a.put("joint", true);
    a.put("averages", true);
    List<Map<String, @Nullable Object>> rows = relation.call("dml_summary", a);
    // five binary treatments with three rows, one continuous with one, on two outcomes
    assertThat(rows).hasSize(32);
    double q = Normal.quantile(.975);
    double factor = Double.NaN;
    for (Map<String, @Nullable Object> row : rows) {
      double own = (value(row, "joint_upper") - value(row, "estimate")) / value(row, "std_error");
      factor = Double.isNaN(factor) ? own : factor;
      assertThat(own).isCloseTo(factor, within(1e-9));
      assertThat(value(row, "joint_lower")).isLessThan(value(row, "ci_lower"));
    }
    // between that of one and Bonferroni's for 32
    assertThat(factor).isBetween(q + .3, Normal.quantile(1 - .025 / 32));
    a.put("joint", false);
    assertThat(relation.call("dml_summary", a))
        .allSatisfy(row -> assertThat(row.get("joint_lower")).isNull());
  }

  /** One pair with features: the joint law is of its coefficients and the average. */
  @Test
  void theRowsOfOnePairHaveAJointLaw() {
    Relations relation = relation(6, 1500);
    Map<String, @Nullable Object> a = arguments();
    a.put("treatment", "a0");
    a.put("outcome", "y");
    a.put("features", List.of("x0", "x1"));
    a.put("joint", true);
    a.put("p_adjust", "romano-wolf");
    List<Map<String, @Nullable Object>> rows = relation.call("dml_summary", a);
    assertThat(rows).hasSize(5);
    for (int row = 0; row < 4; row++) {
      assertThat(value(rows.get(row), "joint_upper"))
          .isGreaterThan(value(rows.get(row), "ci_upper"));
      assertThat(value(rows.get(row), "p_adjusted")).isBetween(0.0, 1.0);
    }
    assertThat(rows.get(4).get("kind")).isEqualTo("test");
    assertThat(rows.get(4).get("joint_upper")).isNull();
    assertThat(value(rows.get(4), "p_adjusted")).isNaN();
  }

  @Test
  void theJointLawNeedsTheSameRows() {
    Relations relation = relation(13, 500);
    double[] missing = relation.column("a1").clone();
    missing[3] = Double.NaN;
    relation.with("a1", missing);
    Map<String, @Nullable Object> a = arguments();
    a.put("joint", true);
    assertThatThrownBy(() -> relation.call("dml_summary", a))
        .hasMessage(
            "joint => true: all pairs must be estimated from the same rows and controls, and 'a1' has NULLs, several arms, or is a control as well. Leave it out.");
  }

  /**
   * How often all joint intervals hold their truths, and no pair without an effect is called one.
   */
  private static int[] together(int replications, int n) {
    int[] found = new int[2];
    for (int r = 0; r < replications; r++) {
      Relations relation = relation(Mix.mix(99, r), n);
      Map<String, @Nullable Object> a = arguments();
      a.put("reps", 1);
      a.put("joint", true);
      a.put("p_adjust", "romano-wolf");
      a.put("seed", r);
      boolean all = true;
      boolean none = true;
      for (Map<String, @Nullable Object> row : relation.call("dml_summary", a)) {
        int action = Integer.parseInt(String.valueOf(row.get("treatment")).substring(1));
        double truth = action % 2 == 0 && "y".equals(row.get("outcome")) ? .4 : 0;
        all &= value(row, "joint_lower") <= truth && truth <= value(row, "joint_upper");
        none &= truth != 0 || value(row, "p_adjusted") > .05;
      }
      found[0] += all ? 1 : 0;
      found[1] += none ? 1 : 0;
    }
    System.out.printf(
        "seed 99: of %d, joint intervals hold %d, no false find %d%n",
        replications, found[0], found[1]);
    return found;
  }

  @Test
  void jointIntervalsHoldTogether() {
    int replications = 200;
    int[] found = together(replications, 500);
    BinomialDistribution hits = BinomialDistribution.of(replications, .95);
    assertThat(found[0])
        .isBetween(
            hits.inverseCumulativeProbability(.0005), hits.inverseCumulativeProbability(.9995));
    assertThat(found[1]).isGreaterThanOrEqualTo(hits.inverseCumulativeProbability(.0005));
  }

  /** Of 500 rows .929 hold: the largest of several statistics has heavier tails than normal. */
  @Test
  @Tag("slow")
  void jointIntervalsHoldTogetherInTheLongRun() {
    int[] found = together(2000, 1000);
    assertThat(found[0] / 2000.0).isBetween(.93, .97);
    assertThat(found[1] / 2000.0).isGreaterThan(.93);
  }
}
