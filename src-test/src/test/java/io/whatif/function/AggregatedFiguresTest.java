/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.assertj.core.api.SoftAssertions;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is told beside an estimate of rows that stand for several, against their rows. Of each level
 * of a there are as many rows in each fold, so that the fifths by an effect that grows with a cut
 * no row.
 */
class AggregatedFiguresTest {

  private static final int ROWS = 6_000;

  /** Both sides sum the same products in another order. */
  private static final Percentage SAME = Percentage.withPercentage(1e-6);

  /** Of what the outcomes within a row decide one by one, which are not known. */
  private static final Set<String> OF_SINGLE_OUTCOMES = Set.of("n_effective", "top10_shift");

  private static final Set<String> OF_THE_CALL = Set.of("seconds", "whatif row");

  private static final Set<String> OF_DOUBTS = Set.of("warnings", "verdict");

  private static final List<String> NAMES = List.of("a", "b", "d", "fold", "y");

  /** A row: a, b, d, fold and the outcome; alike but for the noise. */
  private static List<double[]> rows(boolean noisy) {
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      double a = i % 5;
      double fold = Math.floorDiv(i, 5) % 4;
      double b = Mix.bucket(2, i, 3);
      double d = Mix.uniform(3, i) < .3 + .08 * a ? 1 : 0;
      long kind = (long) (a + 5 * (fold + 4 * (b + 3 * d)));
      double noise = noisy ? Mix.normal(5, i) : .3 * Mix.normal(6, kind);
      rows.add(new double[] {a, b, d, fold, (1 + .5 * a) * d + .5 * a - b + noise});
    }
    return rows;
  }

  private static Relations relation(List<double[]> rows, List<String> names) {
    Relations relation = new Relations();
    for (int c = 0; c < names.size(); c++) {
      int column = c;
      relation.with(names.get(c), rows.stream().mapToDouble(row -> row[column]).toArray());
    }
    return relation;
  }

  private static Relations expanded(boolean noisy) {
    return relation(rows(noisy), NAMES);
  }

  /** One row for each kind, with its number of rows and the outcome's mean and variance. */
  private static Relations aggregated(boolean noisy) {
    Map<String, List<double[]>> kinds = new TreeMap<>();
    for (double[] row : rows(noisy)) {
      String kind = row[0] + " " + row[1] + " " + row[2] + " " + row[3];
      kinds.computeIfAbsent(kind, k -> new ArrayList<>()).add(row);
    }
    List<double[]> few = new ArrayList<>();
    for (List<double[]> members : kinds.values()) {
      double n = members.size();
      double mean = members.stream().mapToDouble(row -> row[4]).sum() / n;
      double squares = members.stream().mapToDouble(row -> (row[4] - mean) * (row[4] - mean)).sum();
      double[] first = members.get(0);
      few.add(new double[] {first[0], first[1], first[2], first[3], mean, n, squares / n});
    }
    return relation(few, List.of("a", "b", "d", "fold", "y", "copies", "spread"));
  }

  private static Map<String, @Nullable Object> arguments(String method) {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", "y");
    a.put("treatment", "d");
    a.put("features", List.of("a"));
    a.put("controls", List.of("b"));
    if (!method.equals("ols")) {
      a.put("outcome_learner", "ols");
    }
    a.put("treatment_learner", "logit");
    a.put("fold", "fold");
    a.put("model", "m");
    a.put("method", method);
    if (method.equals("t") || method.equals("x")) {
      a.put("final", "ols");
    }
    return a;
  }

  private static Map<String, @Nullable Object> counted(String method) {
    Map<String, @Nullable Object> a = arguments(method);
    a.put("freq", "copies");
    a.put("outcome_var", "spread");
    return a;
  }

  private static boolean hangsOnFew(Map<String, @Nullable Object> row) {
    return String.valueOf(row.get("warnings")).contains("few_rows_decide");
  }

  /** All figures and what is warned of, but for some, and the doubt that follows from them. */
  static void expectSame(
      Map<String, @Nullable Object> actual,
      Map<String, @Nullable Object> expected,
      Set<String> but) {
    boolean otherDoubt = but.contains("n_effective") && hangsOnFew(actual) != hangsOnFew(expected);
    SoftAssertions.assertSoftly(
        softly -> {
          softly.assertThat(actual.keySet()).isEqualTo(expected.keySet());
          expected.forEach(
              (name, wanted) -> {
                Object found = actual.get(name);
                if (OF_THE_CALL.contains(name)
                    || but.contains(name)
                    || (otherDoubt && OF_DOUBTS.contains(name))) {
                  return;
                }
                if (wanted instanceof Double number && !number.isNaN() && number != 0) {
                  softly
                      .assertThat((Double) found)
                      .as(name)
                      .satisfiesAnyOf(
                          f -> assertThat(f).isCloseTo(number, SAME),
                          f -> assertThat(f).isCloseTo(number, Offset.offset(1e-10)));
                } else {
                  softly
                      .assertThat(String.valueOf(found))
                      .as(name)
                      .isEqualTo(String.valueOf(wanted));
                }
              });
        });
  }

  /**
   * Not {@code auto}: of so many single rows it looks at a forest as well, which takes no counts.
   */
  @ParameterizedTest
  @ValueSource(strings = {"linear_dml", "constant", "dr", "t", "x", "ols"})
  void figuresAreThoseOfTheRows(String method) {
    for (boolean noisy : new boolean[] {false, true}) {
      Map<String, @Nullable Object> few =
          aggregated(noisy).call("cate_fit", counted(method)).get(0);
      Map<String, @Nullable Object> many =
          expanded(noisy).call("cate_fit", arguments(method)).get(0);
      expectSame(few, many, noisy ? OF_SINGLE_OUTCOMES : Set.of());
    }
  }

  /** Normal outcomes within a row: what their shape decides is told as if they were normal. */
  @Test
  void howManyRowsDecideIsNearlyThatOfTheRows() {
    Map<String, @Nullable Object> few =
        aggregated(true).call("cate_fit", counted("linear_dml")).get(0);
    Map<String, @Nullable Object> many =
        expanded(true).call("cate_fit", arguments("linear_dml")).get(0);
    assertThat((Double) few.get("n_effective"))
        .isCloseTo((Double) many.get("n_effective"), Percentage.withPercentage(5));
    // the largest of many normal numbers is about three times their root mean square
    assertThat((Double) few.get("top10_shift"))
        .isBetween(.2 * (Double) many.get("top10_shift"), (Double) many.get("top10_shift"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"linear_dml", "ols"})
  void controlsAreToldAsOfTheRows(String method) {
    List<Map<String, @Nullable Object>> few = aggregated(true).fit(counted(method)).explain();
    List<Map<String, @Nullable Object>> many = expanded(true).fit(arguments(method)).explain();
    assertThat(few).hasSameSizeAs(many);
    for (int r = 0; r < few.size(); r++) {
      if ("figure".equals(many.get(r).get("kind"))
          && OF_SINGLE_OUTCOMES.contains(String.valueOf(many.get(r).get("item")))) {
        continue;
      }
      expectSame(few.get(r), many.get(r), Set.of());
    }
  }

  /** A fifth whose edge lies within a row takes its part of it, as good as a draw by lot. */
  @Test
  void fifthsThatCutARowTakeAPartOfIt() {
    List<double[]> rows = rows(true);
    rows.removeIf(row -> row[0] == 4 && row[1] > 0);
    Map<String, List<double[]>> kinds = new TreeMap<>();
    for (double[] row : rows) {
      kinds
          .computeIfAbsent(
              row[0] + " " + row[1] + " " + row[2] + " " + row[3], k -> new ArrayList<>())
          .add(row);
    }
    List<double[]> few = new ArrayList<>();
    for (List<double[]> members : kinds.values()) {
      double n = members.size();
      double mean = members.stream().mapToDouble(row -> row[4]).sum() / n;
      double squares = members.stream().mapToDouble(row -> (row[4] - mean) * (row[4] - mean)).sum();
      double[] first = members.get(0);
      few.add(new double[] {first[0], first[1], first[2], first[3], mean, n, squares / n});
    }
    Map<String, @Nullable Object> short_ =
        relation(few, List.of("a", "b", "d", "fold", "y", "copies", "spread"))
            .call("cate_fit", counted("linear_dml"))
            .get(0);
    Map<String, @Nullable Object> whole =
        relation(rows, NAMES).call("cate_fit", arguments("linear_dml")).get(0);
    for (String fifth : List.of("top_fifth", "bottom_fifth")) {
      double error = (Double) whole.get(fifth + "_se");
      assertThat((Double) short_.get(fifth + "_effect"))
          .isCloseTo((Double) whole.get(fifth + "_effect"), Offset.offset(error));
      assertThat((Double) short_.get(fifth + "_se")).isCloseTo(error, Percentage.withPercentage(5));
    }
  }

  /** Figures of weights are of the same weighted sums as those of counts. */
  @Test
  void weightsWeighInFiguresOfControls() {
    Relations few = aggregated(false);
    Map<String, @Nullable Object> weighted = arguments("linear_dml");
    weighted.put("weight", "copies");
    List<Map<String, @Nullable Object>> byWeight = few.fit(weighted).explain();
    Map<String, @Nullable Object> counted = counted("linear_dml");
    List<Map<String, @Nullable Object>> byCount = few.fit(counted).explain();
    for (int r = 0; r < byWeight.size(); r++) {
      Map<String, @Nullable Object> row = byWeight.get(r);
      if ("figure".equals(row.get("kind"))) {
        if (Set.of("outcome_r2", "robustness_value", "calibration_slope", "share_clipped")
            .contains(String.valueOf(row.get("item")))) {
          expectSame(row, byCount.get(r), Set.of());
        }
        continue;
      }
      if (!"control".equals(row.get("kind"))) {
        continue;
      }
      assertThat((Double) row.get("estimate_without"))
          .isCloseTo((Double) byCount.get(r).get("estimate_without"), SAME);
      assertThat((Double) row.get("smd_raw"))
          .isCloseTo((Double) byCount.get(r).get("smd_raw"), Percentage.withPercentage(2));
    }
  }

  @Test
  void figuresOfWeightsHaveNoUnit() {
    double[] weight = new double[ROWS];
    double[] scaled = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      weight[i] = .5 + Mix.uniform(9, i);
      scaled[i] = weight[i] / 1000;
    }
    Map<String, @Nullable Object> a = arguments("linear_dml");
    a.put("weight", "w");
    expectSame(
        expanded(true).with("w", scaled).call("cate_fit", a).get(0),
        expanded(true).with("w", weight).call("cate_fit", a).get(0),
        Set.of());
  }

  @Test
  void aWeightOfOneChangesNoFigure() {
    double[] ones = new double[ROWS];
    java.util.Arrays.fill(ones, 1);
    Map<String, @Nullable Object> a = arguments("linear_dml");
    Map<String, @Nullable Object> plain = expanded(true).call("cate_fit", a).get(0);
    a.put("weight", "w");
    expectSame(expanded(true).with("w", ones).call("cate_fit", a).get(0), plain, Set.of());
  }

  @Test
  void forestsDoNotTakeCounts() {
    Relations relation = new Relations();
    double[] x = new double[200];
    double[] d = new double[200];
    double[] y = new double[200];
    double[] copies = new double[200];
    for (int i = 0; i < 200; i++) {
      x[i] = Mix.normal(1, i);
      d[i] = i % 2;
      y[i] = d[i] + Mix.normal(2, i);
      copies[i] = 1 + i % 3;
    }
    relation.with("x", x).with("d", d).with("y", y).with("copies", copies);
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", "y");
    a.put("treatment", "d");
    a.put("features", List.of("x"));
    a.put("freq", "copies");
    a.put("method", "causal_forest");
    a.put("model", "m");
    assertThatThrownBy(() -> relation.fit(a))
        .hasMessage(
            "method => 'causal_forest': its trees draw rows, and rows that stand for several (freq) cannot be parted. Expand the rows, or use method => 'dr'.");
  }
}
