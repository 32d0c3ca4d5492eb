/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.export;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.calcite.sql.SqlDialect;
import org.apache.calcite.sql.dialect.BigQuerySqlDialect;
import org.apache.calcite.sql.dialect.ClickHouseSqlDialect;
import org.apache.calcite.sql.dialect.DuckDBSqlDialect;
import org.apache.calcite.sql.dialect.PostgresqlSqlDialect;
import org.apache.calcite.sql.dialect.RedshiftSqlDialect;
import org.apache.calcite.sql.dialect.SnowflakeSqlDialect;
import org.apache.calcite.sql.dialect.SparkSqlDialect;
import org.apache.calcite.sql.dialect.TrinoSqlDialect;
import org.apache.calcite.sql.type.SqlTypeName;

/** A database's SQL: Calcite's dialect of it, and what Calcite does not know. */
enum TargetDialect {
  DUCKDB(DuckDBSqlDialect.DEFAULT, Numbers.DOUBLE, Nan.EQUALS_ITSELF, Strings.STANDARD),
  POSTGRESQL(PostgresqlSqlDialect.DEFAULT, Numbers.DECIMAL, Nan.EQUALS_ITSELF, Strings.STANDARD),
  BIGQUERY(BigQuerySqlDialect.DEFAULT, Numbers.DOUBLE, Nan.IS_NAN, Strings.BACKSLASH),
  SNOWFLAKE(
      SnowflakeSqlDialect.DEFAULT, Numbers.SHORT_DECIMAL, Nan.EQUALS_ITSELF, Strings.BACKSLASH),
  REDSHIFT(RedshiftSqlDialect.DEFAULT, Numbers.SHORT_DECIMAL, Nan.EQUALS_ITSELF, Strings.BACKSLASH),
  SPARK(SparkSqlDialect.DEFAULT, Numbers.DOUBLE, Nan.EQUALS_ITSELF, Strings.BACKSLASH),
  TRINO(TrinoSqlDialect.DEFAULT, Numbers.DOUBLE, Nan.IS_NAN, Strings.STANDARD),
  CLICKHOUSE(ClickHouseSqlDialect.DEFAULT, Numbers.DOUBLE, Nan.IS_NAN, Strings.BACKSLASH);

  /** What {@code 1.5E0} is. */
  enum Numbers {
    /** A double. */
    DOUBLE,
    /** A decimal that holds every double: it is cast where nothing else makes it a double. */
    DECIMAL,
    /** A decimal of 38 digits, in which a small double loses some: it is cast from a text. */
    SHORT_DECIMAL
  }

  /** How a NaN is told. */
  enum Nan {
    /** By {@code =}. */
    EQUALS_ITSELF,
    /** By a function; {@code NaN = NaN} is false. */
    IS_NAN
  }

  /** How a string is quoted. */
  enum Strings {
    /** A backslash is a character like others. */
    STANDARD,
    /** A backslash begins an escape. */
    BACKSLASH
  }

  @SuppressWarnings("ImmutableEnumChecker") // Calcite does not say so of its dialects.
  private final SqlDialect calcite;

  private final Numbers numbers;
  private final Nan nan;
  private final Strings strings;

  TargetDialect(SqlDialect calcite, Numbers numbers, Nan nan, Strings strings) {
    this.calcite = calcite;
    this.numbers = numbers;
    this.nan = nan;
    this.strings = strings;
  }

  /** As an argument names it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The dialect an argument names. */
  static TargetDialect named(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  static List<String> words() {
    return Arrays.stream(values()).map(TargetDialect::word).toList();
  }

  SqlDialect calcite() {
    return calcite;
  }

  /** A type's name where Calcite would write it with a character set or in quotes. */
  Optional<String> typeName(SqlTypeName type) {
    boolean text = type == SqlTypeName.VARCHAR;
    return switch (this) {
      case CLICKHOUSE -> Optional.of(text ? "Nullable(String)" : "Nullable(Float64)");
      case DUCKDB, SNOWFLAKE -> text ? Optional.of("VARCHAR") : Optional.empty();
      default -> Optional.empty();
    };
  }

  Numbers numbers() {
    return numbers;
  }

  Nan nan() {
    return nan;
  }

  /** A column's name, quoted. */
  String column(String name) {
    return calcite.quoteIdentifier(name);
  }

  /** A string, quoted. */
  String string(String text) {
    if (strings == Strings.STANDARD) {
      return "'" + text.replace("'", "''") + "'";
    }
    String escaped = text.replace("\\", "\\\\").replace("'", "\\'");
    return "'" + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + "'";
  }

  /** The function of {@link Nan#IS_NAN}. */
  String isNan() {
    return this == CLICKHOUSE ? "isNaN" : "IS_NAN";
  }

  /** SQL of the days from 1970-01-01 to a date or timestamp, as a double. */
  String days(String value) {
    String pattern =
        switch (this) {
          case DUCKDB -> "epoch(CAST(%s AS TIMESTAMP)) / 86400";
          case POSTGRESQL ->
              "CAST(EXTRACT(EPOCH FROM CAST(%s AS TIMESTAMP)) AS DOUBLE PRECISION) / 86400";
          case REDSHIFT ->
              "CAST(DATEDIFF(microsecond, CAST('1970-01-01' AS TIMESTAMP), CAST(%s AS TIMESTAMP))"
                  + " AS DOUBLE PRECISION) / 86400000000";
          case SNOWFLAKE ->
              "CAST(DATE_PART(EPOCH_MICROSECOND, CAST(%s AS TIMESTAMP_NTZ)) AS DOUBLE)"
                  + " / 86400000000";
          case BIGQUERY -> "CAST(UNIX_MICROS(CAST(%s AS TIMESTAMP)) AS FLOAT64) / 86400000000";
          case SPARK -> "CAST(UNIX_MICROS(CAST(%s AS TIMESTAMP)) AS DOUBLE) / 86400000000";
          case TRINO ->
              "CAST(date_diff('microsecond', TIMESTAMP '1970-01-01 00:00:00',"
                  + " CAST(%s AS TIMESTAMP(6))) AS DOUBLE) / 86400000000";
          case CLICKHOUSE ->
              "CAST(toUnixTimestamp64Micro(toDateTime64(%s, 6, 'UTC')) AS Nullable(Float64))"
                  + " / 86400000000";
        };
    return pattern.formatted(value);
  }
}
