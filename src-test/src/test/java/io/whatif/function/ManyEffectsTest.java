/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.ManyEffectsStudy.alone;
import static io.whatif.function.ManyEffectsStudy.arguments;
import static io.whatif.function.ManyEffectsStudy.codes;
import static io.whatif.function.ManyEffectsStudy.relation;
import static io.whatif.function.ManyEffectsStudy.rowsOf;
import static io.whatif.function.ManyEffectsStudy.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.math.Mix;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls with several treatments and outcomes. */
final class ManyEffectsTest {
  /**
   * With an id the folds of a list are those of a call for one (arms of more than 500 rows), so
   * each pair is what it is alone: least squares to rounding, logistic treatments to the 1e-8 of
   * few rows.
   */
  @ParameterizedTest
  @CsvSource({"ols, ols, false, 1e-9", "linear, linear, true, 1e-7", "spline, linear, true, 1e-7"})
  void aPairIsWhatItIsAlone(
      String outcomeLearner, String treatmentLearner, boolean features, double tolerance) {
    Relations relation = relation(1, 3000);
    Map<String, @Nullable Object> a = arguments();
    a.put("outcome_learner", outcomeLearner);
    a.put("treatment_learner", treatmentLearner);
    a.put("averages", true);
    a.put("reps", 2);
    if (features) {
      a.put("features", List.of("x0"));
      a.put("center", true);
    }
    List<Map<String, @Nullable Object>> all = relation.call("dml_summary", a);
    for (String treatment : List.of("a0", "a3", "a5")) {
      for (String outcome : List.of("y", "z")) {
        List<Map<String, @Nullable Object>> one = alone(relation, a, treatment, outcome);
        List<Map<String, @Nullable Object>> same = rowsOf(all, treatment, outcome);
        assertThat(same).hasSameSizeAs(one);
        for (int row = 0; row < one.size(); row++) {
          for (String column : List.of("term", "estimand", "contrast", "n", "kind", "df")) {
            assertThat(same.get(row).get(column)).isEqualTo(one.get(row).get(column));
          }
          for (String column : List.of("estimate", "std_error", "split_sd", "ci_lower")) {
            double expected = value(one.get(row), column);
            if (Double.isNaN(expected)) {
              assertThat(value(same.get(row), column)).isNaN();
            } else {
              assertThat(value(same.get(row), column))
                  .as("%s on %s, row %d, %s", treatment, outcome, row, column)
                  .isCloseTo(expected, within(tolerance * (1 + Math.abs(expected))));
            }
          }
        }
      }
    }
  }

  /**
   * Of one treatment the folds are its own, so that outcomes may be listed without another thought.
   */
  @Test
  void severalOutcomesOfOneTreatmentAreTheirOwnCalls() {
    Relations relation = relation(2, 900);
    Map<String, @Nullable Object> a = arguments();
    a.remove("id");
    a.put("exclude", List.of("id"));
    a.put("treatment", "a1");
    List<Map<String, @Nullable Object>> both = relation.call("dml_summary", a);
    assertThat(both).hasSize(2);
    for (String outcome : List.of("y", "z")) {
      Map<String, @Nullable Object> one = alone(relation, a, "a1", outcome).get(0);
      Map<String, @Nullable Object> same = rowsOf(both, "a1", outcome).get(0);
      assertThat(value(same, "estimate")).isCloseTo(value(one, "estimate"), within(1e-12));
      assertThat(value(same, "std_error")).isCloseTo(value(one, "std_error"), within(1e-12));
    }
  }

  @Test
  void weightsAndClustersCountInEveryPair() {
    int n = 2400;
    double[] w = new double[n];
    double[] shop = new double[n];
    for (int i = 0; i < n; i++) {
      w[i] = .5 + Mix.uniform(70, i);
      shop[i] = Mix.bucket(71, i, 800);
    }
    Relations relation = relation(3, n).with("w", w).with("shop", shop);
    Map<String, @Nullable Object> a = arguments();
    a.put("weight", "w");
    a.put("cluster", "shop");
    a.put("reps", 1);
    a.put("folds", 3);
    List<Map<String, @Nullable Object>> all = relation.call("dml_summary", a);
    Map<String, @Nullable Object> one = alone(relation, a, "a2", "y").get(0);
    Map<String, @Nullable Object> same = rowsOf(all, "a2", "y").get(0);
    assertThat(value(same, "estimate")).isCloseTo(value(one, "estimate"), within(1e-7));
    assertThat(value(same, "std_error")).isCloseTo(value(one, "std_error"), within(1e-7));
    assertThat(codes(all.get(0))).contains("repeated_ids");
    assertThat(codes(all.get(1))).doesNotContain("repeated_ids");
  }

  /** A treatment that is a control as well is no control of its own. */
  @Test
  void treatmentsAreControlsOfEachOtherOnlyIfListed() {
    Relations relation = relation(8, 3000);
    Map<String, @Nullable Object> a = arguments();
    a.put("reps", 1);
    a.put("treatment", List.of("a0", "a1"));
    List<Map<String, @Nullable Object>> apart = relation.call("dml_summary", a);
    a.put("controls", List.of("x0", "x1", "x2", "a0"));
    List<Map<String, @Nullable Object>> listed = relation.call("dml_summary", a);
    a.put("controls", List.of("x0", "x1", "x2"));
    assertThat(value(rowsOf(listed, "a0", "y").get(0), "estimate"))
        .isCloseTo(value(rowsOf(apart, "a0", "y").get(0), "estimate"), within(1e-7));
    a.put("controls", List.of("x0", "x1", "x2", "a0"));
    assertThat(value(rowsOf(listed, "a1", "y").get(0), "estimate"))
        .isCloseTo(value(alone(relation, a, "a1", "y").get(0), "estimate"), within(1e-7));
    assertThat(value(rowsOf(listed, "a1", "y").get(0), "std_error"))
        .isNotEqualTo(value(rowsOf(apart, "a1", "y").get(0), "std_error"));
  }

  @Test
  void otherMethodsAnswerEachPairByItself() {
    Relations relation = relation(9, 600);
    Map<String, @Nullable Object> a = arguments();
    a.put("method", "dr");
    a.put("treatment", List.of("a0", "a1"));
    a.put("features", List.of("x0"));
    a.put("reps", 1);
    List<Map<String, @Nullable Object>> rows = relation.call("dml_summary", a);
    List<Map<String, @Nullable Object>> one = alone(relation, a, "a1", "z");
    List<Map<String, @Nullable Object>> same = rowsOf(rows, "a1", "z");
    assertThat(same).hasSameSizeAs(one);
    for (int row = 0; row < one.size(); row++) {
      assertThat(value(same.get(row), "estimate")).isEqualTo(value(one.get(row), "estimate"));
    }
  }

  @Test
  void everyGroupHasEveryPair() {
    int n = 1600;
    double[] group = new double[n];
    for (int i = 0; i < n; i++) {
      group[i] = i % 2;
    }
    Relations relation = relation(10, n).with("g", group);
    Map<String, @Nullable Object> a = arguments();
    a.put("partition_by", List.of("g"));
    a.put("treatment", List.of("a0", "a1"));
    List<Map<String, @Nullable Object>> rows = relation.call("dml_summary", a);
    assertThat(rows).hasSize(8);
    assertThat(rows.stream().map(r -> r.get("treatment")).distinct()).containsExactly("a0", "a1");
    assertThat(rows).allSatisfy(r -> assertThat(r.get("n")).isEqualTo(800L));
  }

  @Test
  void rowOrderDoesNotMatter() {
    int n = 1200;
    Relations relation = relation(11, n);
    Relations reversed = new Relations();
    for (String name :
        Stream.concat(
                Stream.of("y", "z", "x0", "x1", "x2"),
                Stream.of("a0", "a1", "a2", "a3", "a4", "a5"))
            .toList()) {
      double[] values = relation.column(name).clone();
      for (int i = 0; i < n / 2; i++) {
        double kept = values[i];
        values[i] = values[n - 1 - i];
        values[n - 1 - i] = kept;
      }
      reversed.with(name, values);
    }
    Map<String, @Nullable Object> a = arguments();
    a.remove("id");
    a.put("reps", 1);
    List<Map<String, @Nullable Object>> first = relation.call("dml_summary", a);
    List<Map<String, @Nullable Object>> second = reversed.call("dml_summary", a);
    for (int row = 0; row < first.size(); row++) {
      assertThat(value(second.get(row), "estimate")).isEqualTo(value(first.get(row), "estimate"));
      assertThat(value(second.get(row), "std_error")).isEqualTo(value(first.get(row), "std_error"));
    }
  }
}
