/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.value;

import io.whatif.server.type.ColumnType;
import io.whatif.server.type.PostgresType;
import io.whatif.server.wire.Report;
import io.whatif.server.wire.SqlState;
import io.whatif.server.wire.WireException;
import java.math.BigDecimal;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of a prepared statement. What JDBC has no exact value for (dates, intervals, JSON) is
 * bound as text that DuckDB casts to the type it knows the parameter to have.
 *
 * @param type as the client sends it
 * @param array whether it is an array of that type
 * @param taken what DuckDB takes it as; null if it leaves that open
 */
public record Parameter(PostgresType type, boolean array, @Nullable ColumnType taken) {
  private static final Map<Integer, Parameter> BY_OID = byOid();

  private static Map<Integer, Parameter> byOid() {
    Map<Integer, Parameter> byOid = new HashMap<>();
    for (PostgresType type : PostgresType.values()) {
      byOid.put(type.oid(), new Parameter(type, false, null));
      if (type.arrayOid() != 0) {
        byOid.put(type.arrayOid(), new Parameter(type, true, null));
      }
    }
    return Map.copyOf(byOid);
  }

  /** Text is what a client sends that does not know the type either. */
  public static final Parameter TEXT = new Parameter(PostgresType.TEXT, false, null);

  /**
   * The parameter that is sent by that number, where DuckDB takes it as {@code known}: what the
   * client says, unless that is text and DuckDB knows better.
   *
   * @param oid 0 if the client leaves it open
   * @param known null if DuckDB leaves it open
   */
  public static Parameter of(int oid, @Nullable ColumnType known) {
    Parameter said = oid == 0 ? TEXT : BY_OID.getOrDefault(oid, TEXT);
    if (known == null) {
      return said;
    }
    return said.isText()
        ? new Parameter(known.element(), known.array(), known)
        : new Parameter(said.type, said.array, known);
  }

  private boolean isText() {
    return !array && duckDb(type).equals("VARCHAR");
  }

  /** DuckDB's name of the type; empty where a value tells more than a name would. */
  public String duckDbType() {
    String name = duckDb(type);
    return name.isEmpty() || !array ? name : name + "[]";
  }

  private static String duckDb(PostgresType type) {
    return switch (type) {
      case BOOL -> "BOOLEAN";
      case INT2 -> "SMALLINT";
      case INT4 -> "INTEGER";
      case INT8, OID, XID -> "BIGINT";
      case FLOAT4 -> "FLOAT";
      case FLOAT8 -> "DOUBLE";
      case NUMERIC -> "";
      case BYTEA -> "BLOB";
      case DATE -> "DATE";
      case TIME -> "TIME";
      case TIMETZ -> "TIME WITH TIME ZONE";
      case TIMESTAMP -> "TIMESTAMP";
      case TIMESTAMPTZ -> "TIMESTAMP WITH TIME ZONE";
      case INTERVAL -> "INTERVAL";
      case UUID -> "UUID";
      case JSON, JSONB -> "JSON";
      default -> "VARCHAR";
    };
  }

  /**
   * Binds a value.
   *
   * @param bytes null for NULL
   * @throws WireException if the bytes are no value of the type
   */
  public void bind(PreparedStatement statement, int index, byte @Nullable [] bytes, boolean binary)
      throws SQLException, WireException {
    if (bytes == null) {
      statement.setNull(index, Types.NULL);
      return;
    }
    Object value;
    try {
      value = given(binary ? binary(ByteBuffer.wrap(bytes)) : text(utf8(bytes)));
    } catch (ArithmeticException e) {
      throw new WireException(
          Report.error(
              SqlState.NUMERIC_VALUE_OUT_OF_RANGE,
              "parameter $%d is out of range: %s".formatted(index, e.getMessage())));
    } catch (IllegalArgumentException | BufferUnderflowException | DateTimeException e) {
      throw new WireException(
          Report.error(
              binary
                  ? SqlState.INVALID_BINARY_REPRESENTATION
                  : SqlState.INVALID_TEXT_REPRESENTATION,
              binary ? "incorrect binary data format in bind parameter " + index : told(bytes, e)));
    }
    if (value instanceof List<?> elements) {
      Connection connection = statement.getConnection();
      String name = duckDb(type);
      statement.setArray(
          index,
          connection.createArrayOf(
              name.isEmpty() ? "DOUBLE" : asText() ? "VARCHAR" : name, elements.toArray()));
    } else if (value instanceof byte[] blob) {
      statement.setBytes(index, blob);
    } else {
      statement.setObject(index, value);
    }
  }

  private Object given(Object value) {
    if (!(value instanceof BigDecimal number)) {
      return value;
    }
    boolean real =
        taken != null
            && (taken.element() == PostgresType.FLOAT8 || taken.element() == PostgresType.FLOAT4);
    return real ? (Object) Decimals.real(number) : Decimals.held(number);
  }

  private String told(byte[] bytes, RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    return message.startsWith("malformed") || message.startsWith("arrays")
        ? message
        : "invalid input syntax for type %s: \"%s\"".formatted(spoken(), utf8(bytes));
  }

  private String spoken() {
    return switch (type) {
      case BOOL -> "boolean";
      case INT2 -> "smallint";
      case INT4 -> "integer";
      case INT8 -> "bigint";
      case FLOAT4 -> "real";
      case FLOAT8 -> "double precision";
      default -> type.typname();
    };
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Whether values are bound as text. */
  private boolean asText() {
    return switch (type) {
      case BOOL, INT2, INT4, INT8, OID, XID, FLOAT4, FLOAT8, NUMERIC, BYTEA -> false;
      default -> true;
    };
  }

  private Object text(String text) {
    if (!array) {
      return scalar(text);
    }
    List<@Nullable Object> elements = new ArrayList<>();
    for (String element : ArrayText.read(text)) {
      elements.add(element == null ? null : element(scalar(element)));
    }
    return elements;
  }

  /** Of NUMERIC arrays DuckDB would have to be told a precision. */
  private Object element(Object value) {
    return value instanceof BigDecimal number ? (Object) number.doubleValue() : value;
  }

  private Object scalar(String text) {
    String word = text.strip();
    return switch (type) {
      case BOOL -> truth(word);
      case INT2 -> Short.valueOf(word);
      case INT4 -> Integer.valueOf(word);
      case INT8, OID, XID -> Long.valueOf(word);
      case FLOAT4 -> (Object) (float) real(word);
      case FLOAT8 -> real(word);
      case NUMERIC -> Decimals.read(word);
      case BYTEA -> bytea(text);
      default -> InputText.of(type, text);
    };
  }

  private static double real(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "infinity", "inf", "+infinity" -> Double.POSITIVE_INFINITY;
      case "-infinity", "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> Double.parseDouble(word);
    };
  }

  private static Boolean truth(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "t", "true", "y", "yes", "on", "1" -> true;
      case "f", "false", "n", "no", "off", "0" -> false;
      default -> throw new IllegalArgumentException(word);
    };
  }

  private static byte[] bytea(String text) {
    if (text.startsWith("\\x")) {
      return HexFormat.of().parseHex(text.substring(2));
    }
    ByteBuffer bytes = ByteBuffer.allocate(3 * text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && text.startsWith("\\", i + 1)) {
        bytes.put((byte) '\\');
        i++;
      } else if (c == '\\') {
        bytes.put((byte) Integer.parseInt(text, i + 1, Math.min(text.length(), i + 4), 8));
        i += 3;
      } else {
        bytes.put(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    byte[] value = new byte[bytes.position()];
    bytes.flip().get(value);
    return value;
  }

  private Object binary(ByteBuffer in) {
    Object value = array ? elements(in) : scalar(in);
    if (in.hasRemaining()) {
      throw new IllegalArgumentException("bytes are left");
    }
    return value;
  }

  private List<@Nullable Object> elements(ByteBuffer in) {
    int dimensions = in.getInt();
    in.getInt();
    in.getInt();
    List<@Nullable Object> elements = new ArrayList<>();
    if (dimensions == 0) {
      return elements;
    }
    int count = in.getInt();
    in.getInt();
    if (dimensions != 1 || count < 0 || count > in.remaining() / Integer.BYTES) {
      throw new IllegalArgumentException("no array of one dimension");
    }
    for (int i = 0; i < count; i++) {
      int length = in.getInt();
      if (length < 0) {
        elements.add(null);
        continue;
      }
      if (length > in.remaining()) {
        throw new IllegalArgumentException("an element is too long");
      }
      byte[] element = new byte[length];
      in.get(element);
      elements.add(element(new Parameter(type, false, null).binary(ByteBuffer.wrap(element))));
    }
    return elements;
  }

  private Object scalar(ByteBuffer in) {
    return switch (type) {
      case BOOL -> in.get() != 0;
      case INT2 -> in.getShort();
      case INT4 -> in.getInt();
      case INT8 -> in.getLong();
      case OID, XID -> in.getInt() & 0xffffffffL;
      case FLOAT4 -> (Object) in.getFloat();
      case FLOAT8 -> in.getDouble();
      case NUMERIC -> Decimals.read(in);
      case DATE -> Moments.dateOf(in.getInt());
      case TIME -> Moments.timeOf(in.getLong());
      case TIMESTAMP -> Moments.momentOf(in.getLong());
      case TIMESTAMPTZ -> Moments.momentOf(in.getLong()) + "+00";
      case INTERVAL -> span(in);
      case UUID -> new java.util.UUID(in.getLong(), in.getLong()).toString();
      case BYTEA -> rest(in);
      case JSONB -> {
        in.get(); // its version
        yield utf8(rest(in));
      }
      default -> utf8(rest(in));
    };
  }

  private static String span(ByteBuffer in) {
    long micros = in.getLong();
    int days = in.getInt();
    int months = in.getInt();
    return "%d months %d days %d microseconds".formatted(months, days, micros);
  }

  private static byte[] rest(ByteBuffer in) {
    byte[] bytes = new byte[in.remaining()];
    in.get(bytes);
    return bytes;
  }
}
