/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.shell;

import java.sql.Array;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.duckdb.DuckDBStruct;
import org.jspecify.annotations.Nullable;

/** Values of a result as plain Java: String, Boolean, Number, List, Map or null. */
final class Cells {
  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .appendPattern("yyyy-MM-dd'T'HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(Locale.ROOT);

  private Cells() {}

  /** The labels of the columns. */
  static List<String> labels(ResultSetMetaData columns) throws SQLException {
    List<String> labels = new ArrayList<>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      labels.add(columns.getColumnLabel(i));
    }
    return labels;
  }

  /** Of each column whether it holds timestamps without a time zone. */
  static boolean[] timestamps(ResultSetMetaData columns) throws SQLException {
    boolean[] timestamps = new boolean[columns.getColumnCount()];
    for (int i = 0; i < timestamps.length; i++) {
      String type = columns.getColumnTypeName(i + 1).toUpperCase(Locale.ROOT);
      timestamps[i] =
          type.startsWith("TIMESTAMP") && !type.contains("TIME ZONE") && !type.contains("[");
    }
    return timestamps;
  }

  /** The value of a column of the current row; {@code timestamps} are those of the result. */
  static @Nullable Object read(ResultSet row, int column, boolean[] timestamps)
      throws SQLException {
    if (timestamps[column - 1]) {
      LocalDateTime time = row.getObject(column, LocalDateTime.class);
      return time == null ? null : TIMESTAMP.format(time);
    }
    return plain(row.getObject(column));
  }

  private static @Nullable Object plain(@Nullable Object value) throws SQLException {
    if (value == null || value instanceof Boolean || value instanceof Number) {
      return value;
    }
    if (value instanceof Array array) {
      List<@Nullable Object> items = new ArrayList<>();
      for (Object item : (Object[]) array.getArray()) {
        items.add(plain(item));
      }
      return items;
    }
    if (value instanceof DuckDBStruct struct) {
      return map(struct.getMap());
    }
    if (value instanceof Struct struct) {
      List<@Nullable Object> items = new ArrayList<>();
      for (Object item : struct.getAttributes()) {
        items.add(plain(item));
      }
      return items;
    }
    if (value instanceof Map<?, ?> map) {
      return map(map);
    }
    if (value instanceof Blob blob) {
      return hex(blob.getBytes(1, (int) blob.length()));
    }
    return text(value);
  }

  private static Map<String, @Nullable Object> map(Map<?, ?> map) throws SQLException {
    Map<String, @Nullable Object> plain = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      plain.put(String.valueOf(plain(entry.getKey())), plain(entry.getValue()));
    }
    return plain;
  }

  private static String text(Object value) {
    if (value instanceof Timestamp time) {
      return TIMESTAMP.format(time.toLocalDateTime());
    }
    if (value instanceof LocalDateTime time) {
      return TIMESTAMP.format(time);
    }
    if (value instanceof OffsetDateTime time) {
      return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);
    }
    if (value instanceof Time time) {
      return DateTimeFormatter.ISO_LOCAL_TIME.format(time.toLocalTime());
    }
    if (value instanceof LocalTime time) {
      return DateTimeFormatter.ISO_LOCAL_TIME.format(time);
    }
    return value.toString();
  }

  private static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      text.append("\\x").append(Character.forDigit((b >> 4) & 15, 16));
      text.append(Character.forDigit(b & 15, 16));
    }
    return text.toString();
  }
}
