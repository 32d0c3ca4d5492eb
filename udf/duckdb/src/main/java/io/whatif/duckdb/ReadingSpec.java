/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.Batches;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the lowered SQL tells a session about its {@link Reading}.
 *
 * @param calls what is called, at least one
 * @param columns lower-case names of the columns to read, or null for all
 * @param id the column that identifies units, of which more is pushed after the others, or null
 * @param filtered whether no row means that no group was asked for
 * @param sharesFits whether calls of the same nuisance problem share its fit
 * @param batches where the rows are to lie
 */
record ReadingSpec(
    List<CallSpec> calls,
    @Nullable List<String> columns,
    @Nullable String id,
    boolean filtered,
    boolean sharesFits,
    Batches batches) {

  static ReadingSpec of(Reading reading) {
    return new ReadingSpec(
        reading.calls().stream().map(CallSpec::of).toList(),
        reading.columns(),
        reading.id(),
        reading.filtered(),
        reading.sharesFits(),
        reading.batches());
  }

  String json() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("calls", calls.stream().map(CallSpec::map).toList());
    map.put("columns", columns);
    map.put("id", id);
    map.put("filtered", filtered);
    map.put("sharesFits", sharesFits);
    map.put("batches", batches.text());
    return JsonText.write(map);
  }

  static ReadingSpec parse(String json) {
    Map<String, @Nullable Object> map = JsonText.object(json);
    List<CallSpec> calls = new ArrayList<>();
    if (map.get("calls") instanceof List<?> list) {
      list.forEach(call -> calls.add(CallSpec.parse((Map<?, ?>) call)));
    }
    return new ReadingSpec(
        calls,
        map.get("columns") instanceof List<?> columns
            ? columns.stream().map(String::valueOf).toList()
            : null,
        map.get("id") instanceof String id ? id : null,
        Boolean.TRUE.equals(map.get("filtered")),
        Boolean.TRUE.equals(map.get("sharesFits")),
        Batches.named(map.get("batches")));
  }

  /** Whether the column is to be read. */
  boolean reads(String column) {
    return columns == null || columns.contains(column.toLowerCase(Locale.ROOT));
  }

  /** Whether one of the names to read is the one DuckDB gives to a further column {@code name}. */
  boolean readsNumbered(String name) {
    return columns != null
        && columns.stream()
            .anyMatch(
                other ->
                    other.startsWith(name + "_")
                        && other.substring(name.length() + 1).matches("[0-9]+"));
  }

  /** The argument that names the column, to begin a message; else the column. */
  String told(String column) {
    return calls.stream()
        .map(call -> call.told(column))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse("column '" + column + "': ");
  }
}
