/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static io.whatif.function.AverageLawStudy.NAMES;
import static io.whatif.function.AverageLawStudy.ROWS;
import static io.whatif.function.AverageLawStudy.SAME;
import static io.whatif.function.AverageLawStudy.arguments;
import static io.whatif.function.AverageLawStudy.expectSame;
import static io.whatif.function.AverageLawStudy.number;
import static io.whatif.function.AverageLawStudy.relation;
import static io.whatif.function.AverageLawStudy.row;
import static io.whatif.function.AverageLawStudy.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What must not change an average effect, and what must change it in a known way. */
final class AverageLawsTest {
  @ParameterizedTest
  @CsvSource({"aipw,ATE", "aipw,overlap", "dml,ATT", "ipw,ATC", "regression,ATE", "naive,ATE"})
  void weightsHaveNoUnit(String estimator, String estimand) {
    List<double[]> rows = rows();
    double[] weight = new double[ROWS];
    double[] scaled = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      weight[i] = .5 + Mix.uniform(8, i);
      scaled[i] = 1000 * weight[i];
    }
    Map<String, @Nullable Object> a = arguments(estimator, estimand, "weight", "w");
    expectSame(
        relation(rows, NAMES).with("w", scaled).call("ate", a),
        relation(rows, NAMES).with("w", weight).call("ate", a));
  }

  @Test
  void rowsOfWeightZeroCountNothing() {
    List<double[]> rows = rows();
    double[] weight = new double[ROWS];
    boolean[] keep = new boolean[ROWS];
    for (int i = 0; i < ROWS; i++) {
      keep[i] = i % 3 != 0;
      weight[i] = keep[i] ? 1 : 0;
    }
    for (String estimand : List.of("ATE", "ATT", "overlap")) {
      List<Map<String, @Nullable Object>> weighted =
          relation(rows, NAMES)
              .with("w", weight)
              .call("ate", arguments("aipw", estimand, "weight", "w"));
      List<Map<String, @Nullable Object>> kept =
          relation(rows, NAMES).where(keep).call("ate", arguments("aipw", estimand));
      for (int r = 0; r < 2; r++) {
        for (String name : List.of("estimate", "std_error")) {
          assertThat(number(weighted.get(r), name)).isCloseTo(number(kept.get(r), name), SAME);
        }
      }
    }
  }

  @Test
  void clustersOfOneRowAreAlmostNone() {
    double[] id = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      id[i] = i;
    }
    List<Map<String, @Nullable Object>> alone =
        relation(rows(), NAMES).call("ate", arguments("aipw", "ATE"));
    List<Map<String, @Nullable Object>> clustered =
        relation(rows(), NAMES)
            .with("id", id)
            .call("ate", arguments("aipw", "ATE", "cluster", "id"));
    expectSame(clustered, alone);
  }

  @Test
  void theOrderOfRowsIsNoMatter() {
    List<double[]> rows = rows();
    List<double[]> backwards = new ArrayList<>(rows);
    java.util.Collections.reverse(backwards);
    for (String by : List.of("g", "a")) {
      List<Map<String, @Nullable Object>> one =
          relation(rows, NAMES).call("ate", arguments("aipw", "ATE", "by", by));
      List<Map<String, @Nullable Object>> other =
          relation(backwards, NAMES).call("ate", arguments("aipw", "ATE", "by", by));
      for (int r = 0; r < one.size(); r++) {
        assertThat(other.get(r).get("estimate")).isEqualTo(one.get(r).get("estimate"));
        assertThat(other.get(r).get("std_error")).isEqualTo(one.get(r).get("std_error"));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"aipw", "dml", "ipw", "regression", "naive"})
  void aShiftOfTheOutcomeLeavesTheEffectAndAScaleScalesIt(String estimator) {
    List<double[]> moved = new ArrayList<>();
    for (double[] row : rows()) {
      double[] other = row.clone();
      other[5] = 100 + 10 * row[5];
      moved.add(other);
    }
    List<Map<String, @Nullable Object>> plain =
        relation(rows(), NAMES).call("ate", arguments(estimator, "ATE"));
    List<Map<String, @Nullable Object>> other =
        relation(moved, NAMES).call("ate", arguments(estimator, "ATE"));
    for (int r = 0; r < 2; r++) {
      for (String name : List.of("estimate", "std_error")) {
        assertThat(number(other.get(r), name) / 10)
            .isCloseTo(number(plain.get(r), name), Percentage.withPercentage(1e-7));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"aipw,ATE,ATE", "aipw,ATT,ATC", "ipw,ATC,ATT", "regression,ATT,ATC", "dml,ATE,ATE"})
  void theOtherArmAsControlFlipsTheSign(String estimator, String estimand, String mirrored) {
    boolean[] two = new boolean[ROWS];
    List<double[]> rows = rows();
    for (int i = 0; i < ROWS; i++) {
      two[i] = rows.get(i)[2] < 2;
    }
    Map<String, @Nullable Object> one =
        relation(rows, NAMES).where(two).call("ate", arguments(estimator, estimand)).get(0);
    Map<String, @Nullable Object> other =
        relation(rows, NAMES)
            .where(two)
            .call("ate", arguments(estimator, mirrored, "control", "1"))
            .get(0);
    assertThat(other.get("contrast")).isEqualTo("1 -> 0");
    assertThat(number(other, "estimate"))
        .isCloseTo(-number(one, "estimate"), Percentage.withPercentage(1e-6));
    assertThat(number(other, "std_error"))
        .isCloseTo(number(one, "std_error"), Percentage.withPercentage(1e-6));
  }

  @Test
  void groupsWeighUpToTheWhole() {
    for (String estimator : List.of("aipw", "regression")) {
      double whole =
          number(
              relation(rows(), NAMES).call("ate", arguments(estimator, "ATE")).get(0), "estimate");
      double sum = 0;
      for (Map<String, @Nullable Object> row :
          relation(rows(), NAMES).call("ate", arguments(estimator, "ATE", "by", "a"))) {
        if ("0 -> 1".equals(row.get("contrast"))) {
          sum += number(row, "estimate") * number(row, "n") / ROWS;
        }
      }
      assertThat(sum).as(estimator).isCloseTo(whole, within(1e-12));
    }
  }

  @Test
  void repetitionsAreSummedUpByTheMedian() {
    Map<String, @Nullable Object> a = arguments("aipw", "ATE");
    a.remove("fold");
    Map<String, @Nullable Object> five = relation(rows(), NAMES).call("ate", a).get(0);
    assertThat(five.get("reps")).isEqualTo(5L);
    assertThat(number(five, "split_sd")).isPositive();
    a.put("reps", 1);
    Map<String, @Nullable Object> one = relation(rows(), NAMES).call("ate", a).get(0);
    assertThat(one.get("split_sd")).isEqualTo(Double.NaN);
    assertThat(number(five, "estimate"))
        .isCloseTo(number(one, "estimate"), within(10 * number(five, "split_sd")));
    Map<String, @Nullable Object> unfolded =
        relation(rows(), NAMES).call("ate", arguments("regression", "ATE")).get(0);
    assertThat(unfolded.get("reps")).isEqualTo(1L);
  }

  @Test
  void aGroupThatLacksAnArmIsNotToBeUsed() {
    List<double[]> rows = rows();
    double[] kind = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      kind[i] = rows.get(i)[2] == 0 && rows.get(i)[0] == 1 ? 1 : 0;
    }
    List<Map<String, @Nullable Object>> answered =
        relation(rows, NAMES)
            .with("kind", kind)
            .call("ate", arguments("aipw", "ATT", "by", "kind", "features", List.of("a")));
    assertThat(answered).hasSize(4);
    for (Map<String, @Nullable Object> row : answered.subList(2, 4)) {
      assertThat((Double) row.get("estimate")).isNaN();
      assertThat(row.get("n_treated")).isEqualTo(0L);
      assertThat(String.valueOf(row.get("warnings"))).contains("few_treated");
      assertThat(row.get("verdict")).isEqualTo("do_not_use");
    }
  }
}
