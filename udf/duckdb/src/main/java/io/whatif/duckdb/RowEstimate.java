/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.duckdb;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.duckdb.DuckDBConnection;

/** How many rows DuckDB expects a relation to have; nothing is run. */
public final class RowEstimate {
  private RowEstimate() {}

  /**
   * DuckDB's estimate for a query; empty if there is none: the query has parameters, names a CTE of
   * a statement around it, or cannot be planned. Plans the query once, and so reads what planning
   * reads, such as a Parquet file's footer. Never throws: what is wrong with the query is told
   * where it is run.
   *
   * <p>A statement that DuckDB cannot plan ends the transaction it stands in. So it is planned on a
   * connection of its own, which knows no temporary table and nothing that is not committed.
   */
  public static OptionalLong of(Connection duckdb, String query) {
    // No column is needed for the number of rows. As a value, the text is one query or none.
    String sql = "EXPLAIN (FORMAT json) SELECT 1 FROM query(" + SqlText.literal(query) + ")";
    try (Connection own = duckdb.unwrap(DuckDBConnection.class).duplicate()) {
      own.setAutoCommit(true);
      try (Statement statement = own.createStatement();
          ResultSet plan = statement.executeQuery(sql)) {
        return plan.next() ? topmost(JsonText.list(plan.getString(2))) : OptionalLong.empty();
      }
    } catch (SQLException | RuntimeException e) {
      return OptionalLong.empty(); // an estimate that is not to be had is no failure
    }
  }

  /** The estimate of the topmost operator, or of the nearest below it that has one. */
  private static OptionalLong topmost(List<?> operators) {
    if (operators.size() != 1 || !(operators.get(0) instanceof Map<?, ?> operator)) {
      return OptionalLong.empty();
    }
    if (operator.get("extra_info") instanceof Map<?, ?> info
        && info.get("Estimated Cardinality") instanceof String rows) {
      return OptionalLong.of(Long.parseLong(rows));
    }
    return operator.get("children") instanceof List<?> below
        ? topmost(below)
        : OptionalLong.empty();
  }
}
