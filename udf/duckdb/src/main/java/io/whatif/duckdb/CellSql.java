/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.RawTable.Kind;
import io.whatif.model.Feature;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How a value of each of DuckDB's types becomes a double. The SQL dispatches on {@code typeof},
 * which DuckDB folds, so only one branch is left to run.
 */
final class CellSql {
  private static final List<String> TEXTS = List.of("VARCHAR", "JSON");
  private static final String ENUM = "ENUM";
  private static final String ZONED = "TIMESTAMP WITH TIME ZONE";
  private static final List<String> DATES =
      List.of("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS");
  private static final List<String> SIGNED =
      List.of("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER");
  private static final Set<String> OTHER_NUMBERS =
      Set.of("\"NULL\"", "BOOLEAN", "UBIGINT", "HUGEINT", "UHUGEINT", "FLOAT", "DOUBLE");

  private CellSql() {}

  /** How a column of DuckDB's {@code type} is read. */
  static Kind kind(String type) {
    if (type.endsWith("]")) {
      return Kind.UNUSABLE;
    }
    if (TEXTS.contains(type) || type.startsWith(ENUM + "(")) {
      return Kind.TEXT;
    }
    boolean number =
        SIGNED.contains(type)
            || OTHER_NUMBERS.contains(type)
            || DATES.contains(type)
            || type.equals(ZONED)
            || type.startsWith("DECIMAL(");
    return number ? Kind.NUMBER : Kind.UNUSABLE;
  }

  /**
   * A value of any type as a DOUBLE.
   *
   * @param textCode SQL that gives the code of a text
   */
  static String number(String column, String textCode) {
    return """
        CASE WHEN typeof(%1$s) IN (%3$s) OR typeof(%1$s) LIKE '%4$s%%' THEN %2$s
         WHEN typeof(%1$s) IN (%5$s) THEN %6$s
         WHEN typeof(%1$s) = '%7$s' THEN %8$s
         WHEN typeof(%1$s) = 'BIT' THEN NULL
         ELSE TRY_CAST(%1$s AS DOUBLE) END"""
        .formatted(
            column,
            textCode,
            list(TEXTS),
            ENUM,
            list(DATES),
            days("TRY_CAST(" + column + " AS TIMESTAMP)"),
            ZONED,
            days("TRY_CAST(" + column + " AS TIMESTAMPTZ)"));
  }

  /** A value given for a feature that is a number, as a DOUBLE; a wrong type is DuckDB's error. */
  static String number(Feature feature, String value) {
    String type = feature.sqlType().toUpperCase(Locale.ROOT);
    if (type.equals(ZONED)) {
      return days("(" + value + ")::TIMESTAMPTZ");
    }
    return DATES.contains(type) ? days("(" + value + ")::TIMESTAMP") : "(" + value + ")::DOUBLE";
  }

  private static String days(String timestamp) {
    return "epoch(" + timestamp + ") / 86400";
  }

  /**
   * The upper 32 bits of a row's id as a DOUBLE: of the number itself, or of a hash of its text. An
   * id with a fraction has none: it is read as it is.
   */
  static String upperHalf(String id) {
    return half(id, "TRY_CAST(%s AS %s) >> 32", "(%s >> 32) & 4294967295");
  }

  /** The lower 32 bits, as {@link #upperHalf}. */
  static String lowerHalf(String id) {
    return half(id, "TRY_CAST(%s AS %s) & 4294967295", "%s & 4294967295");
  }

  private static String half(String id, String ofNumber, String ofHash) {
    return """
        CASE WHEN typeof(%1$s) IN (%2$s) THEN (%3$s)::DOUBLE
         WHEN typeof(%1$s) = 'UBIGINT' THEN (%4$s)::DOUBLE
         WHEN typeof(%1$s) IN ('DOUBLE', 'FLOAT') THEN NULL
         ELSE (%5$s)::DOUBLE END"""
        .formatted(
            id,
            list(SIGNED),
            ofNumber.formatted(id, "BIGINT"),
            ofNumber.formatted(id, "UBIGINT"),
            ofHash.formatted("md5_number(" + id + "::VARCHAR)"));
  }

  private static String list(List<String> types) {
    return types.stream().map(SqlText::literal).collect(Collectors.joining(", "));
  }
}
