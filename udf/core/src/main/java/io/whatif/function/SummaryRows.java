/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.inference.BenjaminiHochberg;
import io.whatif.inference.Estimate;
import io.whatif.inference.Holm;
import io.whatif.model.StoredModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which rows a summary shows, and what depends on that: the adjusted p-values, the warnings. */
final class SummaryRows {
  private SummaryRows() {}

  /**
   * The rows to show of all rows of a fit.
   *
   * @param averages whether to show all averages; else the first one, and that only beside
   *     coefficients of features
   */
  static List<Map<String, @Nullable Object>> shown(
      List<Map<String, @Nullable Object>> all, boolean averages) {
    boolean features = all.stream().anyMatch(row -> "test".equals(row.get("kind")));
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    Set<@Nullable Object> averaged = new HashSet<>(); // contrasts of which one was met
    for (Map<String, @Nullable Object> row : all) {
      boolean average = "average".equals(row.get("kind"));
      boolean first = average && averaged.add(row.get("contrast"));
      if (!average || averages || (features && first)) {
        rows.add(new LinkedHashMap<>(row));
      }
    }
    adjust(rows, "holm");
    return rows;
  }

  /** Sets the p-values adjusted for all the rows, by a rule that needs nothing else. */
  static void adjust(List<Map<String, @Nullable Object>> rows, String rule) {
    double[] p = rows.stream().mapToDouble(row -> number(row.get("p_value"))).toArray();
    double[] adjusted =
        rule.equals("benjamini-hochberg") ? BenjaminiHochberg.adjust(p) : Holm.adjust(p);
    for (int i = 0; i < adjusted.length; i++) {
      rows.get(i).put("p_adjusted", adjusted[i]);
    }
  }

  /** A row with the names of its outcome and treatment. */
  static Map<String, @Nullable Object> named(
      Map<String, @Nullable Object> row, String outcome, String treatment) {
    Map<String, @Nullable Object> named = new LinkedHashMap<>();
    named.put("outcome", outcome);
    named.put("treatment", treatment);
    named.putAll(row);
    return named;
  }

  /**
   * The rows of a stored model.
   *
   * @throws WhatifException if an argument is given that only a new fit can heed
   */
  static List<Map<String, @Nullable Object>> of(StoredModel model, Arguments arguments) {
    for (Map.Entry<String, Object> given : arguments.given().entrySet()) {
      if (!List.of("averages", "level").contains(given.getKey())) {
        throw new WhatifException(
            ErrorCode.BAD_ARGUMENT,
            "dml_summary: %s => %s: the model '%s' is fitted already. Call dml_summary on the relation, or leave this out."
                .formatted(given.getKey(), literal(given.getValue()), model.name()));
      }
    }
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (List<Map<String, @Nullable Object>> group : GroupRows.byGroup(model.summary())) {
      rows.addAll(shown(group, arguments.flag("averages")));
    }
    if (arguments.isGiven("level")) {
      double level = EffectCall.level(arguments);
      for (Map<String, @Nullable Object> row : rows) {
        if (!(row.get("estimate") instanceof Number)) {
          continue; // a group without figures
        }
        Estimate estimate = new Estimate(number(row.get("estimate")), number(row.get("std_error")));
        row.put("ci_lower", estimate.lower(level));
        row.put("ci_upper", estimate.upper(level));
      }
    }
    return rows;
  }

  private static String literal(Object value) {
    return value instanceof String text ? "'" + text + "'" : value.toString();
  }

  static double number(@Nullable Object value) {
    return value instanceof Number number ? number.doubleValue() : Double.NaN;
  }
}
