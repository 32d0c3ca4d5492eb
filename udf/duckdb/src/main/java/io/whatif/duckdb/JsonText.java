/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** JSON as it travels between the lowered SQL and the hidden functions. */
final class JsonText {
  private static final JSON JSON_TEXT = JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES);

  private JsonText() {}

  static String write(Object value) {
    try {
      return JSON_TEXT.asString(value);
    } catch (IOException e) {
      throw new IllegalStateException("cannot write " + value.getClass(), e);
    }
  }

  static Map<String, @Nullable Object> object(String text) {
    try {
      return new LinkedHashMap<String, @Nullable Object>(JSON_TEXT.mapFrom(text));
    } catch (IOException e) {
      throw new IllegalStateException("not a JSON object: " + text, e);
    }
  }

  static List<?> list(String text) {
    try {
      return JSON_TEXT.listFrom(text);
    } catch (IOException e) {
      throw new IllegalStateException("not a JSON list: " + text, e);
    }
  }

  /** Rows of a result; what JSON has no number for is NULL. */
  static String rows(List<? extends Map<String, ? extends @Nullable Object>> rows) {
    return write(rows.stream().map(JsonText::finite).toList());
  }

  private static @Nullable Object finite(@Nullable Object value) {
    if (value instanceof Double number && !Double.isFinite(number)) {
      return null;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((name, inner) -> copy.put(String.valueOf(name), finite(inner)));
      return copy;
    }
    if (value instanceof List<?> list) {
      return list.stream().map(JsonText::finite).collect(Collectors.toList());
    }
    return value;
  }
}
