/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

/** The types of result columns, as SQL names them and as DuckDB's from_json spells them. */
public enum SqlType {
  BOOLEAN("BOOLEAN", "\"BOOLEAN\""),
  BIGINT("BIGINT", "\"BIGINT\""),
  DOUBLE("DOUBLE", "\"DOUBLE\""),
  VARCHAR("VARCHAR", "\"VARCHAR\""),
  TIMESTAMP("TIMESTAMP", "\"TIMESTAMP\""),
  VARCHAR_LIST("VARCHAR[]", "[\"VARCHAR\"]"),
  WARNINGS(
      "STRUCT(code VARCHAR, severity VARCHAR, message VARCHAR)[]",
      "[{\"code\":\"VARCHAR\",\"severity\":\"VARCHAR\",\"message\":\"VARCHAR\"}]");

  private final String sql;
  private final String json;

  SqlType(String sql, String json) {
    this.sql = sql;
    this.json = json;
  }

  public String sql() {
    return sql;
  }

  /** The type in the structure that {@code from_json} takes. */
  public String json() {
    return json;
  }
}
