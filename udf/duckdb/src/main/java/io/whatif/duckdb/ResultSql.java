/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import io.whatif.function.FunctionDescriptor;
import io.whatif.function.ResultColumn;
import io.whatif.model.Feature;
import io.whatif.model.PartitionedCate;
import io.whatif.model.StoredModel;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How the rows of a table function, which are JSON, become columns of DuckDB's. */
public final class ResultSql {
  private ResultSql() {}

  /** Fixed rows of a function's result, as a query in parentheses. */
  public static String of(
      FunctionDescriptor function, List<? extends Map<String, ? extends @Nullable Object>> rows) {
    return of(function, SqlText.literal(JsonText.rows(rows)));
  }

  /** The report rows of a stored model, as a query in parentheses. */
  public static String of(FunctionDescriptor function, StoredModel model) {
    return of(
        function,
        SqlText.literal(JsonText.rows(model.reports())),
        model.model() instanceof PartitionedCate groups ? groups.keys() : List.of());
  }

  /**
   * A function's rows as a query in parentheses.
   *
   * @param json SQL that gives them as a list
   */
  static String of(FunctionDescriptor function, String json) {
    return of(function, json, List.of());
  }

  /**
   * A function's rows as a query in parentheses.
   *
   * @param json SQL that gives them as a list
   * @param keys of the stored model that they are about, empty if it was not fitted in groups
   */
  static String of(FunctionDescriptor function, String json, List<Feature> keys) {
    List<ResultColumn> columns =
        !keys.isEmpty() && function.takesGroups() ? function.groupedResult() : function.result();
    return "("
        + (keys.isEmpty()
            ? unnested(json, rowType(columns))
            : GroupedSql.stored(keys, columns, json))
        + ")";
  }

  /**
   * A query, without parentheses, of the objects of a list.
   *
   * @param json SQL that gives the list
   * @param rowType the {@link #rowType} of the objects
   */
  static String unnested(String json, String rowType) {
    return "SELECT e.* FROM (SELECT unnest(from_json(%s, %s)) AS e)"
        .formatted(json, SqlText.literal(rowType));
  }

  /** The same of the list that is column j of the one row of {@code table}. */
  static String answered(String table, String rowType) {
    return "SELECT e.* FROM (SELECT unnest(from_json(j, %s)) AS e FROM %s)"
        .formatted(SqlText.literal(rowType), table);
  }

  /**
   * The type of rows as {@code from_json} takes it: a list of one object.
   *
   * @param more fields after the columns, each a name and a type in JSON
   */
  static String rowType(List<ResultColumn> columns, String... more) {
    return Stream.concat(
            columns.stream()
                .map(column -> JsonText.write(column.name()) + ":" + column.type().json()),
            Stream.of(more))
        .collect(Collectors.joining(",", "[{", "}]"));
  }
}
