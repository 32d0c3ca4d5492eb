/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What must not change an average effect, and what must change it in a known way. */
class AverageLawsTest {
  private static final int ROWS = 1_500;
  private static final List<String> NAMES = List.of("a", "b", "d", "fold", "g", "y");

  /** Both sides sum the same numbers in another order. */
  private static final Percentage SAME = Percentage.withPercentage(1e-8);

  /**
   * Figures of rows that lie on both sides of a fifth's edge: rows draw lots, counts are parted.
   */
  private static final Set<String> OF_CUT_FIFTHS =
      Set.of("top_fifth_effect", "top_fifth_se", "bottom_fifth_effect", "bottom_fifth_se");

  private static final Set<String> OF_SINGLE_OUTCOMES =
      Set.of(
          "n_effective",
          "top10_shift",
          "top_fifth_effect",
          "top_fifth_se",
          "bottom_fifth_effect",
          "bottom_fifth_se");

  private static double[] row(int i) {
    double a = Mix.bucket(1, i, 4);
    double b = Mix.bucket(2, i, 3);
    double u = Mix.uniform(3, i);
    double d = u < .25 + .1 * a ? 1 : u < .8 ? 0 : 2;
    double noise = Mix.uniform(5, i) + Mix.uniform(6, i) - 1;
    double effect = d == 1 ? 1 + .5 * a : d == 2 ? -1 : 0;
    return new double[] {
      a, b, d, Mix.bucket(4, i, 3), Mix.bucket(7, i, 2), effect + a - b * b + (1 + b) * noise
    };
  }

  private static Relations relation(List<double[]> rows, List<String> names) {
    Relations relation = new Relations();
    for (int c = 0; c < names.size(); c++) {
      int column = c;
      relation.with(names.get(c), rows.stream().mapToDouble(row -> row[column]).toArray());
    }
    return relation;
  }

  private static List<double[]> rows() {
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(row(i));
    }
    return rows;
  }

  private static Map<String, @Nullable Object> arguments(
      String estimator, String estimand, Object... more) {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", "y");
    a.put("treatment", "d");
    a.put("treatment_type", "arms");
    a.put("controls", List.of("a", "b"));
    a.put("estimator", estimator);
    a.put("estimand", estimand);
    if (estimator.equals("aipw") || estimator.equals("dml")) {
      a.put("outcome_learner", "ols");
    }
    if (!estimator.equals("regression") && !estimator.equals("naive")) {
      a.put("treatment_learner", "logit");
    }
    a.put("fold", "fold");
    for (int i = 0; i < more.length; i += 2) {
      a.put(more[i].toString(), more[i + 1]);
    }
    return a;
  }

  private static double number(Map<String, @Nullable Object> row, String name) {
    return ((Number) Objects.requireNonNull(row.get(name), name)).doubleValue();
  }

  private static void expectSame(
      List<Map<String, @Nullable Object>> actual, List<Map<String, @Nullable Object>> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int r = 0; r < actual.size(); r++) {
      for (String name : List.of("estimate", "std_error", "n")) {
        assertThat(number(actual.get(r), name))
            .as("%s of row %d", name, r)
            .isCloseTo(number(expected.get(r), name), SAME);
      }
    }
  }

  /** One row for each kind, with its number of rows and the outcome's mean and variance. */
  private static Relations aggregated(List<double[]> rows) {
    Map<String, List<double[]>> kinds = new TreeMap<>();
    for (double[] row : rows) {
      StringBuilder kind = new StringBuilder();
      for (int c = 0; c < 5; c++) {
        kind.append(row[c]).append(' ');
      }
      kinds.computeIfAbsent(kind.toString(), k -> new ArrayList<>()).add(row);
    }
    List<double[]> few = new ArrayList<>();
    for (List<double[]> members : kinds.values()) {
      double n = members.size();
      double mean = members.stream().mapToDouble(row -> row[5]).sum() / n;
      double squares = 0;
      for (double[] row : members) {
        squares += (row[5] - mean) * (row[5] - mean);
      }
      double[] first = members.get(0);
      few.add(
          new double[] {first[0], first[1], first[2], first[3], first[4], mean, n, squares / n});
    }
    return relation(few, List.of("a", "b", "d", "fold", "g", "y", "copies", "spread"));
  }

  @ParameterizedTest
  @CsvSource({
    "aipw,ATE",
    "aipw,ATT",
    "aipw,ATC",
    "aipw,overlap",
    "dml,ATE",
    "dml,ATT",
    "dml,ATC",
    "dml,overlap",
    "ipw,ATE",
    "ipw,overlap",
    "regression,ATE",
    "regression,ATT",
    "naive,ATE"
  })
  void rowsThatStandForSeveralGiveWhatTheirRowsGive(String estimator, String estimand) {
    List<double[]> rows = rows();
    for (List<String> by : List.of(List.<String>of(), List.of("g"))) {
      expectSame(
          aggregated(rows)
              .call(
                  "ate",
                  arguments(
                      estimator, estimand, "freq", "copies", "outcome_var", "spread", "by", by)),
          relation(rows, NAMES).call("ate", arguments(estimator, estimand, "by", by)));
    }
  }

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

  /**
   * The same rows, each with the mean outcome of its kind: what rows that stand for several know.
   */
  private static List<double[]> flattened(List<double[]> rows) {
    Map<List<Double>, double[]> sums = new HashMap<>();
    for (double[] row : rows) {
      double[] sum =
          sums.computeIfAbsent(List.of(row[0], row[1], row[2], row[3], row[4]), k -> new double[2]);
      sum[0] += row[5];
      sum[1]++;
    }
    List<double[]> flat = new ArrayList<>();
    for (double[] row : rows) {
      double[] sum =
          Objects.requireNonNull(sums.get(List.of(row[0], row[1], row[2], row[3], row[4])));
      double[] copy = row.clone();
      copy[5] = sum[0] / sum[1];
      flat.add(copy);
    }
    return flat;
  }

  @ParameterizedTest
  @CsvSource({
    "aipw,ATE",
    "aipw,ATT",
    "aipw,overlap",
    "dml,ATE",
    "dml,ATT",
    "dml,overlap",
    "ipw,ATE",
    "regression,ATE",
    "naive,ATE"
  })
  void figuresOfRowsThatStandForSeveralAreThoseOfTheirRows(String estimator, String estimand) {
    for (boolean noisy : new boolean[] {false, true}) {
      List<double[]> rows = noisy ? rows() : flattened(rows());
      for (List<String> by : List.of(List.<String>of(), List.of("g"))) {
        List<Map<String, @Nullable Object>> few =
            aggregated(rows)
                .call(
                    "ate",
                    arguments(
                        estimator, estimand, "freq", "copies", "outcome_var", "spread", "by", by));
        List<Map<String, @Nullable Object>> many =
            relation(rows, NAMES).call("ate", arguments(estimator, estimand, "by", by));
        assertThat(few).hasSameSizeAs(many);
        for (int r = 0; r < few.size(); r++) {
          AggregatedFiguresTest.expectSame(
              few.get(r), many.get(r), noisy ? OF_SINGLE_OUTCOMES : OF_CUT_FIFTHS);
        }
      }
    }
  }

  /**
   * Half of e(x) is far from one half: the ATE's representer is not that of the constant effect.
   */
  @Test
  void robustnessOfDmlIsThatOfItsEstimand() {
    int n = 1_200;
    double[][] c = new double[6][n];
    for (int i = 0; i < n; i++) {
      double x = Mix.normal(31, i);
      double e = 1 / (1 + Math.exp(-1.2 * x));
      c[0][i] = x;
      c[1][i] = Mix.uniform(32, i) < e ? 1 : 0;
      c[2][i] = c[1][i] + x + Mix.normal(33, i);
      c[3][i] = e;
      c[4][i] = x + e;
      c[5][i] = i % 4;
    }
    Relations relation = new Relations();
    List<String> names = List.of("x", "t", "y", "e", "m", "fold");
    for (int j = 0; j < names.size(); j++) {
      relation.with(names.get(j), c[j]);
    }
    for (String estimand : List.of("ATE", "ATT", "ATC", "overlap")) {
      Map<String, @Nullable Object> a = new HashMap<>();
      a.put("outcome", "y");
      a.put("treatment", "t");
      a.put("controls", List.of("x"));
      a.put("estimator", "dml");
      a.put("estimand", estimand);
      a.put("outcome_prediction", "m");
      a.put("propensity", "e");
      a.put("fold", "fold");
      Map<String, @Nullable Object> row = relation.call("ate", a).get(0);
      assertThat(number(row, "robustness_value"))
          .as(estimand)
          .isCloseTo(
              robustness(c, estimand, number(row, "estimate")), Percentage.withPercentage(1e-6));
    }
  }

  /** By the definition, from predictions that are known. */
  private static double robustness(double[][] c, String estimand, double theta) {
    double[] uv = new double[5];
    double[] vv = new double[5];
    for (int i = 0; i < c[0].length; i++) {
      double v = c[1][i] - c[3][i];
      for (int k = 0; k < 4; k++) {
        if (k != c[5][i]) {
          uv[k] += v * (c[2][i] - c[4][i]);
          vv[k] += v * v;
        }
      }
    }
    double n = c[0].length;
    double sigma2 = 0;
    double nu2 = 0;
    double share = 0;
    for (int i = 0; i < n; i++) {
      int k = (int) c[5][i];
      double tau = uv[k] / vv[k];
      double d = c[1][i];
      double e = Math.min(.99, Math.max(.01, c[3][i]));
      double left = c[2][i] - c[4][i] - (d - e) * tau;
      double slope =
          switch (estimand) {
            case "ATE" -> d / e - (1 - d) / (1 - e);
            case "ATT" -> d - (1 - d) * e / (1 - e);
            case "ATC" -> d * (1 - e) / e - (1 - d);
            default -> d - c[3][i];
          };
      double contrast =
          switch (estimand) {
            case "ATE" -> 1 / e + 1 / (1 - e);
            case "ATT" -> d * (1 + e / (1 - e));
            default -> (1 - d) * (1 + (1 - e) / e);
          };
      if (estimand.equals("overlap")) {
        left = c[2][i] - c[4][i] - theta * slope;
      }
      sigma2 += left * left / n;
      nu2 += (2 * contrast - slope * slope) / n;
      share +=
          switch (estimand) {
            case "ATE" -> 1 / n;
            case "ATT" -> d / n;
            case "ATC" -> (1 - d) / n;
            default -> slope * slope / n;
          };
    }
    double strength = estimand.equals("overlap") ? 1 / share : nu2 / share / share;
    double k = Math.abs(theta) / Math.sqrt(sigma2 * strength);
    return k * (Math.sqrt(k * k + 4) - k) / 2;
  }
}
