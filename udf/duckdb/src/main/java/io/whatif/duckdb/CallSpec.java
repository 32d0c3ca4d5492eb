/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.Batches;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the lowered SQL tells the hidden functions about a call.
 *
 * @param function the SQL name
 * @param arguments the arguments whose value was known when the call was lowered
 * @param relation the relation's text, or null
 * @param model the stored model's name, or null
 * @param read lower-case names of the columns to read, or null for all
 * @param id the column whose halves come after the others, or null
 * @param batches where the rows are to lie
 */
record CallSpec(
    String function,
    Map<String, @Nullable Object> arguments,
    @Nullable String relation,
    @Nullable String model,
    @Nullable List<String> read,
    @Nullable String id,
    Batches batches) {

  String json() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("function", function);
    map.put("arguments", arguments);
    map.put("relation", relation);
    map.put("model", model);
    map.put("read", read);
    map.put("id", id);
    map.put("batches", batches.text());
    return JsonText.write(map);
  }

  static CallSpec parse(String json) {
    Map<String, @Nullable Object> map = JsonText.object(json);
    Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
    if (map.get("arguments") instanceof Map<?, ?> given) {
      given.forEach((name, value) -> arguments.put(String.valueOf(name), value));
    }
    return new CallSpec(
        String.valueOf(map.get("function")),
        arguments,
        map.get("relation") instanceof String relation ? relation : null,
        map.get("model") instanceof String model ? model : null,
        map.get("read") instanceof List<?> read
            ? read.stream().map(String::valueOf).toList()
            : null,
        map.get("id") instanceof String id ? id : null,
        Batches.named(map.get("batches")));
  }

  /** Whether one of the names to read is the one DuckDB gives to a further column {@code name}. */
  boolean readsNumbered(String name) {
    return read != null
        && read.stream()
            .anyMatch(
                other ->
                    other.startsWith(name + "_")
                        && other.substring(name.length() + 1).matches("[0-9]+"));
  }

  /** The argument that names the column, to begin a message; else the column. */
  String told(String column) {
    for (Map.Entry<String, @Nullable Object> argument : arguments.entrySet()) {
      Object value = argument.getValue();
      List<?> names = value instanceof List<?> list ? list : List.of(String.valueOf(value));
      if (names.stream().anyMatch(name -> column.equalsIgnoreCase(String.valueOf(name)))) {
        return argument.getKey() + " => '" + column + "': ";
      }
    }
    return "column '" + column + "': ";
  }

  /** Whether the column is to be read. */
  boolean reads(String column) {
    return read == null || read.contains(column.toLowerCase(Locale.ROOT));
  }
}
