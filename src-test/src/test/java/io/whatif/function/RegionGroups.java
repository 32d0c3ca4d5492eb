/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.math.Mix;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Four regions with effects of their own, and how they are asked for. */
final class RegionGroups {
  static final int GROUPS = 4;

  static final int ROWS = 120;

  private RegionGroups() {}

  /** Regions 0..3, of which 3 is NULL; the effect is the region's number plus age / 2. */
  static Relations relation() {
    int n = GROUPS * ROWS;
    @Nullable String[] region = new @Nullable String[n];
    double[] store = new double[n];
    double[] age = new double[n];
    double[] income = new double[n];
    double[] coupon = new double[n];
    double[] spend = new double[n];
    for (int i = 0; i < n; i++) {
      int g = i % GROUPS;
      region[i] = g == 3 ? null : List.of("north", "east", "south").get(g);
      store[i] = i % 8 < 4 ? 0 : 1;
      age[i] = Mix.normal(1, i);
      income[i] = Mix.normal(2, i);
      coupon[i] = Mix.uniform(3, i) < 1 / (1 + Math.exp(-0.5 * income[i])) ? 1 : 0;
      spend[i] = income[i] + coupon[i] * (g + age[i] / 2) + Mix.normal(4, i);
    }
    return new Relations()
        .withText("region", region)
        .with("store", store)
        .with("age", age)
        .with("income", income)
        .with("coupon", coupon)
        .with("spend", spend);
  }

  static Map<String, @Nullable Object> arguments(String... more) {
    Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
    arguments.put("outcome", "spend");
    arguments.put("treatment", "coupon");
    arguments.put("controls", List.of("income"));
    arguments.put("features", List.of("age"));
    for (int i = 0; i < more.length; i += 2) {
      arguments.put(more[i], more[i + 1]);
    }
    return arguments;
  }

  static boolean[] rows(Relations relation, String column, double value) {
    double[] values = relation.column(column);
    boolean[] keep = new boolean[values.length];
    for (int i = 0; i < keep.length; i++) {
      keep[i] = Double.compare(values[i], value) == 0;
    }
    return keep;
  }

  static double[] column(Map<String, double[]> columns, String name) {
    return java.util.Objects.requireNonNull(columns.get(name));
  }
}
