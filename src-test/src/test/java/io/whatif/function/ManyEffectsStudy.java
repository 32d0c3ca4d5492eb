/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.math.Mix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Six treatments and two outcomes, and how they are asked for. */
final class ManyEffectsStudy {
  static final int ACTIONS = 6;

  private ManyEffectsStudy() {}

  /** a0..a4 are binary, a5 is continuous; every second one moves y, none moves z. */
  static Relations relation(long seed, int n) {
    Relations relation = new Relations();
    double[][] x = new double[3][n];
    double[] y = new double[n];
    double[] z = new double[n];
    double[] id = new double[n];
    for (int i = 0; i < n; i++) {
      id[i] = 7.0 * i + 3;
      for (int c = 0; c < 3; c++) {
        x[c][i] = Mix.normal(Mix.mix(seed, c), i);
      }
      y[i] = x[0][i] + .5 * x[1][i] + Mix.normal(Mix.mix(seed, 11), i);
      z[i] = x[2][i] + Mix.normal(Mix.mix(seed, 12), i) + .5 * Mix.normal(Mix.mix(seed, 11), i);
    }
    for (int a = 0; a < ACTIONS; a++) {
      double[] d = new double[n];
      for (int i = 0; i < n; i++) {
        double index = .6 * x[a % 3][i] - .4;
        d[i] =
            a == 5
                ? index + Mix.normal(Mix.mix(seed, 20 + a), i)
                : Mix.uniform(Mix.mix(seed, 20 + a), i) < CoverageStudy.sigmoid(index) ? 1 : 0;
        y[i] += a % 2 == 0 ? .4 * d[i] : 0;
      }
      relation.with("a" + a, d);
    }
    relation.with("y", y).with("z", z).with("id", id);
    for (int c = 0; c < 3; c++) {
      relation.with("x" + c, x[c]);
    }
    return relation;
  }

  static Map<String, @Nullable Object> arguments() {
    Map<String, @Nullable Object> a = new HashMap<>();
    a.put("outcome", List.of("y", "z"));
    a.put("treatment", "COLUMNS(^a[0-9]$)");
    a.put("controls", List.of("x0", "x1", "x2"));
    a.put("outcome_learner", "linear");
    a.put("treatment_learner", "linear");
    a.put("id", "id");
    return a;
  }

  static List<Map<String, @Nullable Object>> alone(
      Relations relation, Map<String, @Nullable Object> all, String treatment, String outcome) {
    Map<String, @Nullable Object> one = new HashMap<>(all);
    one.put("treatment", treatment);
    one.put("outcome", outcome);
    return relation.call("dml_summary", one);
  }

  static double value(Map<String, @Nullable Object> row, String column) {
    return row.get(column) instanceof Double value ? value : Double.NaN;
  }

  static List<Map<String, @Nullable Object>> rowsOf(
      List<Map<String, @Nullable Object>> rows, String treatment, String outcome) {
    return rows.stream()
        .filter(r -> treatment.equals(r.get("treatment")) && outcome.equals(r.get("outcome")))
        .toList();
  }

  static List<String> codes(Map<String, @Nullable Object> row) {
    List<String> codes = new ArrayList<>();
    if (row.get("warnings") instanceof List<?> list) {
      for (Object warning : list) {
        codes.add(String.valueOf(((Map<?, ?>) warning).get("code")));
      }
    }
    return codes;
  }
}
