/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.export;

import io.whatif.model.Feature;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.sql.SqlNode;

/**
 * A model's features as SQL: each a number or a text, read from an expression as the scoring
 * functions read it. Dates are days since 1970, booleans 0 and 1.
 */
final class FeatureColumns {
  private static final Set<String> DATES =
      Set.of("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS");
  private static final String ZONED = "TIMESTAMP WITH TIME ZONE";

  private final List<Feature> features;
  private final List<String> texts;
  private final TargetDialect dialect;
  private final SqlBuilder sql;

  /**
   * Features read from expressions.
   *
   * @param texts one for each feature, in the dialect
   */
  FeatureColumns(List<Feature> features, List<String> texts, TargetDialect dialect) {
    this.features = features;
    this.texts = texts;
    this.dialect = dialect;
    this.sql = new SqlBuilder(dialect);
  }

  Feature feature(int index) {
    return features.get(index);
  }

  int size() {
    return features.size();
  }

  /** A categorical feature; categories that differ in case are two, whatever its collation. */
  SqlNode text(int index) {
    if (dialect == TargetDialect.DUCKDB) {
      return sql.verbatim("(CAST(" + texts.get(index) + " AS VARCHAR) COLLATE \"binary\")");
    }
    return sql.toText(sql.verbatim(texts.get(index)));
  }

  /**
   * A number as a double; NaN is NULL already where that cannot be told of the result at the end.
   */
  SqlNode number(int index) {
    String type = features.get(index).sqlType().toUpperCase(Locale.ROOT);
    String text = texts.get(index);
    if (type.equals(ZONED) && dialect == TargetDialect.DUCKDB) {
      return sql.verbatim("(epoch(CAST(" + text + " AS TIMESTAMPTZ)) / 86400)");
    }
    if (isDate(type)) {
      return sql.verbatim("(" + dialect.days(text) + ")");
    }
    if (type.equals("BOOLEAN") && dialect != TargetDialect.DUCKDB) {
      SqlNode value = sql.verbatim(text);
      return sql.toDouble(
          sql.cases(
              null,
              List.of(Map.entry(value, sql.number(1)), Map.entry(sql.not(value), sql.number(0))),
              null));
    }
    SqlNode number = sql.toDouble(sql.verbatim(text));
    return dialect.nan() == TargetDialect.Nan.EQUALS_ITSELF ? number : nanIsNull(number);
  }

  private static boolean isDate(String type) {
    return DATES.contains(type) || type.equals(ZONED);
  }

  /** A number as a double, NULL for NaN. */
  SqlNode numberOrNull(int index) {
    SqlNode number = number(index);
    boolean date = isDate(features.get(index).sqlType().toUpperCase(Locale.ROOT));
    return date || dialect.nan() == TargetDialect.Nan.IS_NAN ? number : sql.nanToNull(number);
  }

  private SqlNode nanIsNull(SqlNode number) {
    SqlNode isNan = sql.verbatim(dialect.isNan() + "(" + sql.write(number) + ")");
    return sql.cases(null, List.of(Map.entry(sql.not(isNan), number)), null);
  }
}
