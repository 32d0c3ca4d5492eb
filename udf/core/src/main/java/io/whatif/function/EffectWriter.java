/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import io.whatif.model.CateModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes fitted effects as SQL that needs no Whatif. The planner has one, for ServiceLoader. */
public interface EffectWriter {
  /** The dialects it writes. */
  List<String> DIALECTS =
      List.of(
          "duckdb",
          "postgresql",
          "bigquery",
          "snowflake",
          "redshift",
          "spark",
          "trino",
          "clickhouse");

  /**
   * A figure as one expression over columns named as the model's features.
   *
   * @param dialect one of {@link #DIALECTS}
   */
  String expression(CateModel model, Figure figure, String dialect);

  /**
   * DuckDB macros that give the figures, one for each.
   *
   * @param name the model's, which the macros' names begin with
   * @param schema where they are to be
   */
  List<Macro> macros(String name, CateModel model, String schema);

  /**
   * A macro that scores.
   *
   * @param parameters the model's features
   * @param sql the statement that creates it
   */
  record Macro(String name, List<String> parameters, String sql) {
    public Macro {
      parameters = List.copyOf(parameters);
    }

    /** As a row of cate_publish. */
    public Map<String, @Nullable Object> row() {
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put("name", name);
      row.put("parameters", parameters);
      row.put("sql", sql);
      return row;
    }
  }
}
