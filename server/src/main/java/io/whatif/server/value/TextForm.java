/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.value;

import io.whatif.server.type.PostgresType;
import java.math.BigDecimal;
import java.sql.Blob;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Values that DuckDB's JDBC gives as objects, in PostgreSQL's text format. */
public final class TextForm {
  private static final String HEX = "0123456789abcdef";

  private TextForm() {}

  /** The text of a value that is not NULL. */
  public static String of(PostgresType type, Object value, ZoneId zone) throws SQLException {
    if (value instanceof Boolean truth) {
      return truth ? "t" : "f";
    }
    if (value instanceof Double number) {
      return Decimals.text(number);
    }
    if (value instanceof Float number) {
      return Decimals.text(number);
    }
    if (value instanceof BigDecimal number) {
      return number.toPlainString();
    }
    if (value instanceof Blob blob) {
      return hex(bytes(blob));
    }
    if (type == PostgresType.INTERVAL) {
      return Span.ofDuckDb(value.toString()).text();
    }
    return moment(value, zone);
  }

  private static String moment(Object value, ZoneId zone) {
    if (value instanceof LocalDateTime moment) {
      return Moments.text(moment);
    }
    if (value instanceof Timestamp moment) {
      return Moments.text(moment.toLocalDateTime());
    }
    if (value instanceof OffsetDateTime moment) {
      return Moments.text(utc(moment), zone);
    }
    if (value instanceof LocalDate date) {
      return Moments.text(date);
    }
    if (value instanceof LocalTime time) {
      return Moments.text(time);
    }
    if (value instanceof OffsetTime time) {
      return Moments.text(time);
    }
    return value.toString();
  }

  static LocalDateTime utc(OffsetDateTime moment) {
    return moment.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
  }

  static byte[] bytes(Blob blob) throws SQLException {
    return blob.getBytes(1, Math.toIntExact(blob.length()));
  }

  static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder(2 + 2 * bytes.length).append("\\x");
    for (byte b : bytes) {
      text.append(HEX.charAt((b & 0xf0) >> 4)).append(HEX.charAt(b & 0xf));
    }
    return text.toString();
  }

  /** An array of one level as {@code {a,"b c",NULL}}. */
  public static String array(PostgresType element, @Nullable Object[] values, ZoneId zone)
      throws SQLException {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < values.length; i++) {
      text.append(i == 0 ? "" : ",");
      Object value = values[i];
      if (value == null) {
        text.append("NULL");
      } else {
        String plain = of(element, value, zone);
        if (needsQuotes(plain)) {
          text.append('"');
          text.append(plain.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
        } else {
          text.append(plain);
        }
      }
    }
    return text.append('}').toString();
  }

  private static boolean needsQuotes(String text) {
    if (text.isEmpty() || text.toUpperCase(Locale.ROOT).equals("NULL")) {
      return true;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ("{},\"\\".indexOf(c) >= 0 || c == ' ' || (c >= '\t' && c <= '\r')) {
        return true;
      }
    }
    return false;
  }
}
