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

  /** A column of which DuckDB tells all. */
  public static Column of(String name, String duckDbType) {
    return new Column(name, duckDbType, ColumnType.of(duckDbType));
  }
}
