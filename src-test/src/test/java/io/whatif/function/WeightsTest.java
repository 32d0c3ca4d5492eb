/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that count by weights, that stand for several, and that depend on each other. */
class WeightsTest {
  private static final int ROWS = 3_000;
  private static final List<String> NAMES = List.of("a", "b", "d", "fold", "y");

  /** Both sides sum the same products in another order. */
  private static final Percentage SAME = Percentage.withPercentage(1e-8);

  /** Rows of few different kinds, but for the outcome. */
  private static Relations rows() {
    Relations relation = new Relations();
    double[][] columns = new double[NAMES.size()][ROWS];
    for (int i = 0; i < ROWS; i++) {
      double a = Mix.bucket(1, i, 4);
      double b = Mix.bucket(2, i, 3);
      double d = Mix.uniform(3, i) < .25 + .1 * a ? 1 : 0;
      double noise = Mix.uniform(5, i) + Mix.uniform(6, i) - 1;
      double[] row = {a, b, d, Mix.bucket(4, i, 5), (1 + .5 * a) * d + a - b * b + (1 + b) * noise};
      for (int c = 0; c < row.length; c++) {
        columns[c][i] = row[c];
      }
    }
    for (int c = 0; c < columns.length; c++) {
      relation.with(NAMES.get(c), columns[c]);
    }
    return relation;
  }

  /** One row for each kind, with its number of rows and the outcome's mean and variance. */
  private static Relations aggregated(Relations rows) {
    Map<String, List<Integer>> kinds = new TreeMap<>();
    for (int i = 0; i < rows.rows(); i++) {
      StringBuilder kind = new StringBuilder();
      for (String name : NAMES.subList(0, 4)) {
        kind.append(rows.column(name)[i]).append(' ');
      }
      kinds.computeIfAbsent(kind.toString(), k -> new ArrayList<>()).add(i);
    }
    double[][] columns = new double[7][kinds.size()];
    int at = 0;
    for (List<Integer> members : kinds.values()) {
      double[] y = members.stream().mapToDouble(i -> rows.column("y")[i]).toArray();
      double mean = Arrays.stream(y).average().orElseThrow();
      for (int c = 0; c < 4; c++) {
        columns[c][at] = rows.column(NAMES.get(c))[members.get(0)];
      }
      columns[4][at] = mean;
      columns[5][at] = y.length;
      columns[6][at] = Arrays.stream(y).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      at++;
    }
    Relations relation = new Relations();
    List<String> names = List.of("a", "b", "d", "fold", "y", "copies", "spread");
    for (int c = 0; c < columns.length; c++) {
      relation.with(names.get(c), columns[c]);
    }
    return relation;
  }

  private static Map<String, @Nullable Object> arguments(Object... more) {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", "y");
    a.put("treatment", "d");
    a.put("features", List.of("a"));
    a.put("controls", List.of("b"));
    a.put("outcome_learner", "ols");
    a.put("treatment_learner", "logit");
    a.put("fold", "fold");
    a.put("averages", true);
    for (int i = 0; i < more.length; i += 2) {
      a.put(more[i].toString(), more[i + 1]);
    }
    return a;
  }

  private static void expectSame(
      List<Map<String, @Nullable Object>> actual, List<Map<String, @Nullable Object>> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int r = 0; r < actual.size(); r++) {
      for (String column : List.of("estimate", "std_error", "p_value")) {
        Double wanted = (Double) expected.get(r).get(column);
        if (wanted != null && !wanted.isNaN()) {
          assertThat((Double) actual.get(r).get(column))
              .as("%s of %s", column, actual.get(r).get("term"))
              .isCloseTo(wanted, SAME);
        }
      }
      assertThat(actual.get(r).get("n")).isEqualTo(expected.get(r).get("n"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HC0", "HC1", "HC2", "HC3", "nonrobust"})
  void rowsThatStandForSeveralGiveWhatTheirRowsGive(String cov) {
    Relations rows = rows();
    expectSame(
        aggregated(rows)
            .call("dml_summary", arguments("cov", cov, "freq", "copies", "outcome_var", "spread")),
        rows.call("dml_summary", arguments("cov", cov)));
  }

  @Test
  void weightsAreRelative() {
    double[] weight = new double[ROWS];
    double[] tenfold = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      weight[i] = .2 + Mix.uniform(9, i);
      tenfold[i] = 10 * weight[i];
    }
    expectSame(
        rows().with("w", tenfold).call("dml_summary", arguments("weight", "w")),
        rows().with("w", weight).call("dml_summary", arguments("weight", "w")));
  }

  @Test
  void aWeightOfOneChangesNothing() {
    double[] ones = new double[ROWS];
    Arrays.fill(ones, 1);
    expectSame(
        rows().with("w", ones).call("dml_summary", arguments("weight", "w")),
        rows().call("dml_summary", arguments()));
  }

  @Test
  void aRowOfWeightNoughtIsAsIfItWereNotThere() {
    boolean[] keep = new boolean[ROWS];
    double[] weight = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      keep[i] = Mix.uniform(8, i) < .7;
      weight[i] = keep[i] ? 1 : 0;
    }
    Map<String, @Nullable Object> weighted =
        rows().with("w", weight).call("dml_summary", arguments("weight", "w", "cov", "HC0")).get(0);
    Map<String, @Nullable Object> without =
        rows().where(keep).call("dml_summary", arguments("cov", "HC0")).get(0);
    assertThat((Double) weighted.get("estimate")).isCloseTo((Double) without.get("estimate"), SAME);
    assertThat((Double) weighted.get("std_error"))
        .isCloseTo((Double) without.get("std_error"), SAME);
  }

  @Test
  void clustersAreWhatRepeatedIdsAre() {
    double[] shop = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      shop[i] = Mix.bucket(7, i, 300);
    }
    expectSame(
        rows().with("shop", shop).call("dml_summary", arguments("cluster", "shop")),
        rows().with("shop", shop).call("dml_summary", arguments("id", "shop")));
  }

  @Test
  void mistakesInWeightsAreOneLine() {
    double[] bad = new double[ROWS];
    Arrays.fill(bad, 1);
    bad[7] = -2;
    assertThatThrownBy(() -> rows().with("w", bad).call("dml_summary", arguments("weight", "w")))
        .hasMessage("weight => 'w': has negative values such as -2. They must be 0 or more.");
    assertThatThrownBy(
            () -> rows().with("w", new double[ROWS]).call("dml_summary", arguments("weight", "w")))
        .hasMessage("weight => 'w': is 0 in every usable row. Some must be positive.");
    bad[7] = 1.5;
    assertThatThrownBy(() -> rows().with("w", bad).call("dml_summary", arguments("freq", "w")))
        .hasMessage(
            "freq => 'w': holds 1.5, which is no number of rows. Use whole numbers, or weight =>.");
    assertThatThrownBy(
            () -> rows().with("w", bad).call("dml_summary", arguments("outcome_var", "w")))
        .hasMessage("outcome_var => 'w': needs freq, the column with how many rows a row is.");
    assertThatThrownBy(() -> rows().call("dml_summary", arguments("weight", "y")))
        .hasMessage("weight => 'y': is the outcome as well. Leave it out here.");
  }

  @Test
  void theJointLawOfRowsThatStandForSeveralIsRefused() {
    Relations few = aggregated(rows());
    Map<String, @Nullable Object> a =
        arguments("freq", "copies", "outcome_var", "spread", "joint", true);
    assertThatThrownBy(() -> few.call("dml_summary", a))
        .hasMessage(
            "joint => true: rows that stand for several (freq) have no joint law here, expand them. Leave it out.");
    a.remove("joint");
    a.put("p_adjust", "romano-wolf");
    assertThatThrownBy(() -> few.call("dml_summary", a))
        .hasMessageStartingWith("p_adjust => 'romano-wolf': rows that stand for several (freq)");
  }
}
