/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.value;

import io.whatif.server.type.PostgresType;
import io.whatif.server.wire.BackendWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Blob;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import org.jspecify.annotations.Nullable;

/** Values that DuckDB's JDBC gives as objects, in PostgreSQL's binary format. */
final class BinaryForm {
  private BinaryForm() {}

  /** Writes a value that is not NULL, with its length. */
  static void write(PostgresType type, Object value, BackendWriter out) throws SQLException {
    int mark = out.beginValue();
    switch (type) {
      case BOOL -> out.int8((Boolean) value ? 1 : 0);
      case INT2 -> out.int16(((Number) value).intValue());
      case INT4, OID, XID -> out.int32(((Number) value).intValue());
      case INT8 -> out.int64(((Number) value).longValue());
      case FLOAT4 -> out.int32(Float.floatToIntBits((Float) value));
      case FLOAT8 -> out.int64(Double.doubleToLongBits((Double) value));
      case NUMERIC -> Decimals.write(decimal(value), out);
      case BYTEA -> out.bytes(TextForm.bytes((Blob) value));
      case INTERVAL -> {
        Span span = Span.ofDuckDb(value.toString());
        out.int64(span.micros()).int32(span.days()).int32(span.months());
      }
      case UUID -> {
        java.util.UUID uuid = (java.util.UUID) value;
        out.int64(uuid.getMostSignificantBits()).int64(uuid.getLeastSignificantBits());
      }
      default -> moment(value, out);
    }
    out.endValue(mark);
  }

  private static void moment(Object value, BackendWriter out) {
    if (value instanceof LocalDateTime moment) {
      out.int64(Moments.micros(moment));
    } else if (value instanceof Timestamp moment) {
      out.int64(Moments.micros(moment.toLocalDateTime()));
    } else if (value instanceof OffsetDateTime moment) {
      out.int64(Moments.micros(TextForm.utc(moment)));
    } else if (value instanceof LocalDate date) {
      out.int32(Moments.days(date));
    } else if (value instanceof LocalTime time) {
      out.int64(Moments.micros(time));
    } else if (value.equals(Moments.MIDNIGHT)) {
      out.int64(Moments.DAY_MICROS);
    } else if (value instanceof OffsetTime time) {
      out.int64(Moments.micros(time.toLocalTime())).int32(-time.getOffset().getTotalSeconds());
    } else {
      out.bytes(value.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static BigDecimal decimal(Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal;
    }
    return value instanceof BigInteger whole
        ? new BigDecimal(whole)
        : new BigDecimal(value.toString());
  }

  /** Writes an array of one level, with its length. */
  static void array(PostgresType element, @Nullable Object[] values, BackendWriter out)
      throws SQLException {
    boolean nulls = false;
    for (Object value : values) {
      nulls |= value == null;
    }
    int mark = out.beginValue();
    out.int32(values.length == 0 ? 0 : 1).int32(nulls ? 1 : 0).int32(element.oid());
    if (values.length > 0) {
      out.int32(values.length).int32(1);
    }
    for (Object value : values) {
      if (value == null) {
        out.nullValue();
      } else {
        write(element, value, out);
      }
    }
    out.endValue(mark);
  }
}
