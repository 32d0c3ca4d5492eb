/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.server.type.ColumnType;
import io.whatif.server.type.PostgresType;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A relation of PostgreSQL's catalog.
 *
 * @param schema pg_catalog or information_schema
 * @param oid its number
 * @param kind r for a table, v for a view
 */
record CatalogRelation(String schema, String name, int oid, String kind, List<Column> columns) {
  private static final String RESOURCE = "relations.txt";

  /** What the domains of information_schema are made of. */
  private static final Map<String, PostgresType> DOMAINS =
      Map.of(
          "cardinal_number", PostgresType.INT4,
          "character_data", PostgresType.VARCHAR,
          "sql_identifier", PostgresType.NAME,
          "time_stamp", PostgresType.TIMESTAMPTZ,
          "yes_or_no", PostgresType.VARCHAR);

  private static final Map<String, Integer> DOMAIN_OIDS =
      Map.of(
          "cardinal_number", 13221,
          "character_data", 13224,
          "sql_identifier", 13226,
          "time_stamp", 13232,
          "yes_or_no", 13234);

  /**
   * A column.
   *
   * @param type what results of it arrive in
   * @param oid the number of the type that it is declared with
   */
  record Column(String name, ColumnType type, int oid, boolean notNull) {
    /** The type that DuckDB has its values in. */
    String duckDbType() {
      return CatalogRelation.duckDbType(type);
    }

    /** What it holds where nothing is said of it. */
    String fallback() {
      if (type.array()) {
        return "NULL";
      }
      return switch (type.element()) {
        case BOOL -> "FALSE";
        case INT2, INT4, INT8, OID, XID, CID, REGPROC, REGTYPE, FLOAT4 -> notNull ? "0" : "NULL";
        case CHAR -> notNull ? "''" : "NULL";
        default -> "NULL";
      };
    }
  }

  /** Every relation, by its name. */
  static final Map<String, CatalogRelation> ALL = Collections.unmodifiableMap(all());

  private static Map<String, CatalogRelation> all() {
    Map<String, CatalogRelation> all = new LinkedHashMap<>();
    for (List<String> row : ResourceText.rows(RESOURCE)) {
      List<Column> columns = Arrays.stream(row.get(4).split(" ")).map(c -> column(c)).toList();
      all.put(
          row.get(1),
          new CatalogRelation(
              row.get(0), row.get(1), Integer.parseInt(row.get(2)), row.get(3), columns));
    }
    return all;
  }

  /** Reads {@code name:type}, with a {@code !} where it is never NULL. */
  private static Column column(String text) {
    boolean notNull = text.endsWith("!");
    String[] parts = text.substring(0, text.length() - (notNull ? 1 : 0)).split(":", 2);
    PostgresType domain = DOMAINS.get(parts[1]);
    if (domain != null) {
      ColumnType type = new ColumnType(domain, false, -1);
      return new Column(parts[0], type, DOMAIN_OIDS.getOrDefault(parts[1], 0), notNull);
    }
    boolean array = parts[1].startsWith("_");
    PostgresType element = named(array ? parts[1].substring(1) : parts[1]);
    if (element == null) {
      throw new IllegalStateException(RESOURCE + ": no type " + parts[1]);
    }
    ColumnType type = new ColumnType(element, array, -1);
    return new Column(parts[0], type, type.oid(), notNull);
  }

  private static @Nullable PostgresType named(String typname) {
    return Arrays.stream(PostgresType.values())
        .filter(type -> type.typname().equals(typname))
        .findFirst()
        .orElse(null);
  }

  private static String duckDbType(ColumnType type) {
    String element =
        switch (type.element()) {
          case BOOL -> "BOOLEAN";
          case INT2 -> "SMALLINT";
          case INT4 -> "INTEGER";
          case INT8, OID, XID, CID, REGPROC, REGTYPE, REGCLASS -> "BIGINT";
          case FLOAT4 -> "FLOAT";
          case FLOAT8 -> "DOUBLE";
          case TIMESTAMPTZ -> "TIMESTAMPTZ";
          case INTERVAL -> "INTERVAL";
          case NUMERIC -> "DECIMAL(38, 0)";
          case BYTEA -> "BLOB";
          case INT2VECTOR -> "SMALLINT[]";
          case OIDVECTOR -> "BIGINT[]";
          default -> "VARCHAR";
        };
    return type.array() ? element + "[]" : element;
  }
}
