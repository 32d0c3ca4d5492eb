/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.data.RawTable.Kind;
import io.whatif.data.WholeBits;
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

  /** Numbers of which every value has a double of its own. */
  private static final List<String> EXACT =
      List.of(
          "TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER", "FLOAT", "DOUBLE");

  private static final Set<String> OTHER_NUMBERS =
      Set.of("\"NULL\"", "BOOLEAN", "BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT");

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
        EXACT.contains(type)
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
   * What the double of a row's id leaves open, as a DOUBLE: of a whole number that is far from 0
   * its last bits ({@link WholeBits}), of an id that is no number the upper 32 bits of a hash of
   * its text. NULL where the double says all.
   */
  static String idRest(String id) {
    return """
        CASE WHEN typeof(%1$s) = 'BIGINT' THEN %2$s
         WHEN typeof(%1$s) = 'UBIGINT' THEN %3$s
         WHEN typeof(%1$s) IN (%4$s) THEN NULL
         ELSE ((%5$s >> 32) & 4294967295)::DOUBLE END"""
        .formatted(id, lastBits(id, "BIGINT"), lastBits(id, "UBIGINT"), list(EXACT), hash(id));
  }

  /** The lower 32 bits of the hash, where {@link #idRest} gives the upper ones; else NULL. */
  static String idLower(String id) {
    return """
        CASE WHEN typeof(%1$s) IN (%2$s, 'BIGINT', 'UBIGINT') THEN NULL
         ELSE (%3$s & 4294967295)::DOUBLE END"""
        .formatted(id, list(EXACT), hash(id));
  }

  private static String lastBits(String id, String type) {
    String whole = "TRY_CAST(" + id + " AS " + type + ")";
    return "CASE WHEN %1$s BETWEEN %2$s AND %3$s THEN NULL ELSE (%1$s & %4$s)::DOUBLE END"
        .formatted(
            whole,
            type.equals("BIGINT") ? "-" + WholeBits.EXACT : "0",
            WholeBits.EXACT, // as a text: %d would load the JVM's locales
            WholeBits.LAST);
  }

  private static String hash(String id) {
    return "md5_number(" + id + "::VARCHAR)";
  }

  private static String list(List<String> types) {
    return types.stream().map(SqlText::literal).collect(Collectors.joining(", "));
  }
}
