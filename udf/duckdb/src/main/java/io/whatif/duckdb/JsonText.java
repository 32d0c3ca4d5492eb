/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import com.fasterxml.jackson.jr.ob.JSON;
import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** JSON as it travels between the lowered SQL and the hidden functions. */
final class JsonText {
  private static final JSON JSON_TEXT = JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES);

  /** A name beside a number that is not finite, as DuckDB writes it. */
  private static final Pattern ENDLESS =
      Pattern.compile("\"(\\w+)\":\\[?(-?Infinity|-?inf|NaN|nan)\\b");

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

  /**
   * The values of expressions that stand as arguments.
   *
   * @throws WhatifException if one is a number that JSON does not know
   */
  static List<?> values(String text) {
    try {
      return JSON_TEXT.listFrom(text);
    } catch (IOException e) {
      Matcher endless = ENDLESS.matcher(text);
      if (endless.find()) {
        throw new WhatifException(
            ErrorCode.BAD_ARGUMENT,
            "%s => %s: must be a finite number.".formatted(endless.group(1), endless.group(2)));
      }
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
