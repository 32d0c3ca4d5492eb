/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the lowered SQL tells the hidden functions about a call.
 *
 * @param function the SQL name
 * @param arguments the arguments whose value was known when the call was lowered
 * @param relation the relation's text as the user wrote it, or null
 * @param model the stored model's name, or null
 * @param outputs of a row-wise function the result columns that are asked for, or null for all
 */
record CallSpec(
    String function,
    Map<String, @Nullable Object> arguments,
    @Nullable String relation,
    @Nullable String model,
    @Nullable List<String> outputs) {

  static CallSpec of(CausalCall call) {
    Map<String, @Nullable Object> arguments = new LinkedHashMap<>(call.literals());
    boolean takesModel = call.function().takes("model");
    if (call.model() != null && takesModel) {
      arguments.putIfAbsent("model", call.model());
    }
    return new CallSpec(
        call.function().name(),
        arguments,
        call.relation() == null ? null : call.source(),
        call.model(),
        call.outputs());
  }

  Map<String, @Nullable Object> map() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("function", function);
    map.put("arguments", arguments);
    map.put("relation", relation);
    map.put("model", model);
    map.put("outputs", outputs);
    return map;
  }

  String json() {
    return JsonText.write(map());
  }

  static CallSpec parse(String json) {
    return parse(JsonText.object(json));
  }

  static CallSpec parse(Map<?, ?> map) {
    Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
    if (map.get("arguments") instanceof Map<?, ?> given) {
      given.forEach((name, value) -> arguments.put(String.valueOf(name), value));
    }
    return new CallSpec(
        String.valueOf(map.get("function")),
        arguments,
        map.get("relation") instanceof String relation ? relation : null,
        map.get("model") instanceof String model ? model : null,
        map.get("outputs") instanceof List<?> outputs
            ? outputs.stream().map(String::valueOf).toList()
            : null);
  }

  /** Whether the result column is asked for. */
  boolean asks(String output) {
    return outputs == null || outputs.contains(output);
  }

  /** The argument that names the column, to begin a message; or null. */
  @Nullable String told(String column) {
    for (Map.Entry<String, @Nullable Object> argument : arguments.entrySet()) {
      Object value = argument.getValue();
      List<?> names = value instanceof List<?> list ? list : List.of(String.valueOf(value));
      if (names.stream().anyMatch(name -> column.equalsIgnoreCase(String.valueOf(name)))) {
        return argument.getKey() + " => '" + column + "': ";
      }
    }
    return null;
  }
}
