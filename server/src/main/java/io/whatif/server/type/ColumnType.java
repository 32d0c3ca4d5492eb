/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.type;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The type of a column of a result or a table: PostgreSQL's nearest to DuckDB's, that holds every
 * value. What PostgreSQL has nothing for (STRUCT, MAP, UNION, lists of lists, BIT) is text.
 *
 * @param element the type of the value, or of an array's elements
 * @param array whether it is a list of one level
 * @param modifier PostgreSQL's atttypmod: precision and scale of NUMERIC, else -1
 */
public record ColumnType(PostgresType element, boolean array, int modifier) {
  private static final int NO_MODIFIER = -1;

  /** PostgreSQL counts the length word of a value into atttypmod. */
  private static final int LENGTH_WORD = 4;

  private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\((\\d+),\\s*(\\d+)\\)");
  private static final Pattern LIST = Pattern.compile("(.*)\\[\\d*]");

  /** Of DuckDB's name of a type, as DESCRIBE, duckdb_columns() and its JDBC metadata give it. */
  public static ColumnType of(String duckDbType) {
    String name = duckDbType.trim().toUpperCase(Locale.ROOT);
    Matcher list = LIST.matcher(name);
    if (list.matches()) {
      String inner = list.group(1);
      if (LIST.matcher(inner).matches()
          || inner.startsWith("STRUCT(")
          || inner.startsWith("MAP(")) {
        return plain(PostgresType.TEXT);
      }
      ColumnType element = of(inner);
      return new ColumnType(element.element(), true, element.modifier());
    }
    Matcher decimal = DECIMAL.matcher(name);
    if (decimal.matches()) {
      int precision = Integer.parseInt(decimal.group(1));
      int scale = Integer.parseInt(decimal.group(2));
      return new ColumnType(PostgresType.NUMERIC, false, (precision << 16 | scale) + LENGTH_WORD);
    }
    return plain(scalar(name));
  }

  private static ColumnType plain(PostgresType type) {
    return new ColumnType(type, false, NO_MODIFIER);
  }

  private static PostgresType scalar(String name) {
    return switch (name) {
      case "BOOLEAN" -> PostgresType.BOOL;
      case "TINYINT", "UTINYINT", "SMALLINT" -> PostgresType.INT2;
      case "USMALLINT", "INTEGER" -> PostgresType.INT4;
      case "UINTEGER", "BIGINT" -> PostgresType.INT8;
      case "UBIGINT", "HUGEINT", "UHUGEINT", "BIGNUM", "DECIMAL" -> PostgresType.NUMERIC;
      case "FLOAT" -> PostgresType.FLOAT4;
      case "DOUBLE" -> PostgresType.FLOAT8;
      case "DATE" -> PostgresType.DATE;
      case "TIME", "TIME_NS" -> PostgresType.TIME;
      case "TIME WITH TIME ZONE" -> PostgresType.TIMETZ;
      case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS" -> PostgresType.TIMESTAMP;
      case "TIMESTAMP WITH TIME ZONE" -> PostgresType.TIMESTAMPTZ;
      case "INTERVAL" -> PostgresType.INTERVAL;
      case "BLOB" -> PostgresType.BYTEA;
      case "UUID" -> PostgresType.UUID;
      case "JSON" -> PostgresType.JSON;
      default -> PostgresType.TEXT;
    };
  }

  /** The number that RowDescription and pg_attribute give. */
  public int oid() {
    return array ? element.arrayOid() : element.oid();
  }

  /**
   * Whether values of {@code duckDb} can be sent as this type: both are texts, or whole numbers
   * that hold them, or lists of these.
   */
  public boolean carries(ColumnType duckDb) {
    return equals(duckDb) || (array == duckDb.array && element.carries(duckDb.element));
  }

  /** Bytes of a value, -1 where they vary. */
  public int length() {
    return array ? -1 : element.length();
  }
}
