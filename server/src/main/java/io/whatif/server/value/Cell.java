/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.value;

import io.whatif.server.type.ColumnType;
import io.whatif.server.type.PostgresType;
import io.whatif.server.wire.BackendWriter;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** Writes one column's cell of the row a result stands at, with its length, NULL as -1. */
public interface Cell {
  void write(ResultSet rows, BackendWriter out) throws SQLException;

  /**
   * How a column is written.
   *
   * @param index its place, counted from 1
   * @param zone of moments that are told with one
   */
  static Cell of(Column column, int index, boolean binary, ZoneId zone) {
    ColumnType type = ColumnType.of(column.duckDbType());
    PostgresType element = column.sent().element();
    if (type.array()) {
      return (rows, out) -> array(element, elements(rows, index), binary, zone, out);
    }
    return binary ? binary(type, element, column, index) : text(type, column, index, zone);
  }

  private static Cell text(ColumnType type, Column column, int index, ZoneId zone) {
    return switch (type.element()) {
      case BOOL ->
          (rows, out) -> {
            boolean value = rows.getBoolean(index);
            orNull(rows, out, value ? "t" : "f");
          };
      case INT2, INT4, INT8 -> {
        Whole whole = whole(column.duckDbType());
        yield (rows, out) -> {
          long value = whole.get(rows, index);
          if (rows.wasNull()) {
            out.nullValue();
          } else {
            out.decimal(value);
          }
        };
      }
      case FLOAT8 ->
          (rows, out) -> {
            double value = rows.getDouble(index);
            if (rows.wasNull()) {
              out.nullValue();
            } else {
              out.value(Decimals.text(value));
            }
          };
      case TEXT, JSON -> (rows, out) -> orNull(out, rows.getString(index));
      default ->
          (rows, out) -> {
            Object value = object(type.element(), rows, index);
            orNull(out, value == null ? null : TextForm.of(type.element(), value, zone));
          };
    };
  }

  private static Cell binary(ColumnType type, PostgresType sent, Column column, int index) {
    PostgresType read = sent == PostgresType.NUMERIC ? sent : type.element();
    return switch (read) {
      case INT2, INT4, INT8 -> {
        Whole whole = whole(column.duckDbType());
        int length = sent.length();
        yield (rows, out) -> {
          long value = whole.get(rows, index);
          if (rows.wasNull()) {
            out.nullValue();
          } else if (length == Long.BYTES) {
            out.int32(length).int64(value);
          } else if (length == Integer.BYTES) {
            out.int32(length).int32((int) value);
          } else {
            out.int32(length).int16((int) value);
          }
        };
      }
      case FLOAT8 ->
          (rows, out) -> {
            double value = rows.getDouble(index);
            if (rows.wasNull()) {
              out.nullValue();
            } else {
              out.int32(Double.BYTES).int64(Double.doubleToLongBits(value));
            }
          };
      case TEXT, JSON -> (rows, out) -> orNull(out, rows.getString(index));
      default ->
          (rows, out) -> {
            Object value = object(type.element(), rows, index);
            if (value == null) {
              out.nullValue();
            } else {
              BinaryForm.write(sent, value, out);
            }
          };
    };
  }

  /** The cell of the row a result stands at as text; null for NULL. */
  static @Nullable String text(ResultSet rows, Column column, int index, ZoneId zone)
      throws SQLException {
    ColumnType type = ColumnType.of(column.duckDbType());
    if (type.array()) {
      @Nullable Object @Nullable [] elements = elements(rows, index);
      return elements == null ? null : TextForm.array(type.element(), elements, zone);
    }
    if (type.element() == PostgresType.TEXT || type.element() == PostgresType.JSON) {
      return rows.getString(index);
    }
    Object value = object(type.element(), rows, index);
    return value == null ? null : TextForm.of(type.element(), value, zone);
  }

  /** JDBC's Timestamp lives in the JVM's own zone, so moments are not read as such. */
  private static @Nullable Object object(PostgresType type, ResultSet rows, int index)
      throws SQLException {
    return switch (type) {
      case TIMESTAMP -> rows.getObject(index, LocalDateTime.class);
      case TIMESTAMPTZ -> rows.getObject(index, OffsetDateTime.class);
      case TIME -> time(rows, index);
      default -> rows.getObject(index);
    };
  }

  /** The driver refuses 24:00:00, and of TIME that alone. */
  private static @Nullable Object time(ResultSet rows, int index) throws SQLException {
    try {
      return rows.getObject(index);
    } catch (DateTimeException e) {
      return Moments.MIDNIGHT;
    }
  }

  /** Reads a whole number by the getter that does not box. */
  interface Whole {
    long get(ResultSet rows, int index) throws SQLException;
  }

  private static Whole whole(String duckDbType) {
    return switch (duckDbType) {
      case "INTEGER" -> ResultSet::getInt;
      case "BIGINT" -> ResultSet::getLong;
      case "SMALLINT" -> ResultSet::getShort;
      case "TINYINT" -> ResultSet::getByte;
      default ->
          (rows, index) -> rows.getObject(index) instanceof Number number ? number.longValue() : 0;
    };
  }

  private static @Nullable Object @Nullable [] elements(ResultSet rows, int index)
      throws SQLException {
    Array array = rows.getArray(index);
    return array == null ? null : (@Nullable Object[]) array.getArray();
  }

  private static void array(
      PostgresType element,
      @Nullable Object @Nullable [] values,
      boolean binary,
      ZoneId zone,
      BackendWriter out)
      throws SQLException {
    if (values == null) {
      out.nullValue();
    } else if (binary) {
      BinaryForm.array(element, values, out);
    } else {
      out.value(TextForm.array(element, values, zone));
    }
  }

  private static void orNull(ResultSet rows, BackendWriter out, String value) throws SQLException {
    orNull(out, rows.wasNull() ? null : value);
  }

  private static void orNull(BackendWriter out, @Nullable String value) {
    if (value == null) {
      out.nullValue();
    } else {
      out.value(value);
    }
  }
}
