/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;

/** Rows of few kinds with three arms, and how their averages are asked for. */
final class AverageLawStudy {
  static final int ROWS = 1_500;

  static final List<String> NAMES = List.of("a", "b", "d", "fold", "g", "y");

  /** Both sides sum the same numbers in another order. */
  static final Percentage SAME = Percentage.withPercentage(1e-8);

  private AverageLawStudy() {}

  static double[] row(int i) {
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

  static Relations relation(List<double[]> rows, List<String> names) {
    Relations relation = new Relations();
    for (int c = 0; c < names.size(); c++) {
      int column = c;
      relation.with(names.get(c), rows.stream().mapToDouble(row -> row[column]).toArray());
    }
    return relation;
  }

  static List<double[]> rows() {
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(row(i));
    }
    return rows;
  }

  static Map<String, @Nullable Object> arguments(
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

  static double number(Map<String, @Nullable Object> row, String name) {
    return ((Number) Objects.requireNonNull(row.get(name), name)).doubleValue();
  }

  static void expectSame(
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
}
