/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.plan;

import io.whatif.duckdb.CausalCall;
import io.whatif.duckdb.SqlText;
import io.whatif.function.Body;
import io.whatif.planner.sql.ScoreCall;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A call of a table function as EXPLAIN shows it. */
public final class ShownCall {
  private ShownCall() {}

  /** The lines of a call that reads no relation: what it works on, then the call. */
  public static List<String> withoutRelation(CausalCall call) {
    return List.of(subject(call), "  " + of(call));
  }

  /** The lines of a call that becomes the text of a model. */
  public static List<String> asText(ScoreCall call) {
    return List.of(
        "stored model '%s' as text".formatted(call.model()),
        "  %s(%s)"
            .formatted(
                call.function().name(),
                call.features().stream().map(SqlText::literal).collect(Collectors.joining(", "))));
  }

  private static String subject(CausalCall call) {
    if (call.function().body(Body.Running.class).isPresent()) {
      return "calls that run";
    }
    if (call.function().merges()) {
      return "stored models";
    }
    return call.model() == null ? "all stored models" : "stored model '" + call.model() + "'";
  }

  /** The function, its arguments, and the columns that are asked for. */
  static String of(CausalCall call) {
    String arguments =
        call.literals().entrySet().stream()
            .map(e -> e.getKey() + " => " + value(e.getValue()))
            .collect(Collectors.joining(", "));
    List<String> outputs = call.outputs();
    return "%s(%s)%s"
        .formatted(
            call.function().name(),
            arguments,
            outputs == null ? "" : " -> " + String.join(", ", outputs));
  }

  private static String value(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(ShownCall::value).collect(Collectors.joining(", ", "[", "]"));
    }
    return value instanceof String text ? SqlText.literal(text) : String.valueOf(value);
  }
}
