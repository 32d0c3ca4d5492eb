/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a call of {@code cate_fit} tells of a relation with the columns y, t and x. */
final class Doubts {
  private Doubts() {}

  /**
   * Arguments of {@code cate_fit}; further ones as pairs of name and value, or NULL to leave out.
   */
  static Map<String, @Nullable Object> arguments(@Nullable Object... more) {
    Map<String, @Nullable Object> arguments = new HashMap<>();
    arguments.put("outcome", "y");
    arguments.put("treatment", "t");
    arguments.put("controls", List.of("x"));
    arguments.put("model", "m");
    arguments.put("reps", 1);
    arguments.put("outcome_learner", "ols");
    for (int i = 0; i < more.length; i += 2) {
      arguments.put(String.valueOf(more[i]), more[i + 1]);
    }
    return arguments;
  }

  /** The row of {@code cate_fit}. */
  static Map<String, @Nullable Object> fit(Relations relation, @Nullable Object... more) {
    return relation.call("cate_fit", arguments(more)).get(0);
  }

  static double number(Map<String, @Nullable Object> row, String name) {
    return ((Number) Objects.requireNonNull(row.get(name), name)).doubleValue();
  }

  /** The warnings of one code, each as {@code severity: text}. */
  static List<String> told(Map<String, @Nullable Object> row, String code) {
    List<String> told = new ArrayList<>();
    if (row.get("warnings") instanceof List<?> warnings) {
      for (Object warning : warnings) {
        Map<?, ?> fields = (Map<?, ?>) warning;
        if (code.equals(fields.get("code"))) {
          told.add(fields.get("severity") + ": " + fields.get("message"));
        }
      }
    }
    return told;
  }
}
