/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.value;

import io.whatif.server.type.ColumnType;

/**
 * A column of a result.
 *
 * @param duckDbType DuckDB's name of its type
 * @param sent the type that RowDescription tells
 */
public record Column(String name, String duckDbType, ColumnType sent) {

  private static final String NULL = "\"NULL\"";

  /** A column of which DuckDB tells all. */
  public static Column of(String name, String duckDbType) {
    return new Column(name, duckDbType, ColumnType.of(duckDbType));
  }

  /** Whether each of its values is NULL, which DuckDB has a type for. */
  public boolean isNull() {
    return duckDbType.equals(NULL);
  }

  /** The same where precision and scale are known only with the values. */
  public Column ofAnyPrecision() {
    return new Column(name, duckDbType, new ColumnType(sent.element(), sent.array(), -1));
  }
}
