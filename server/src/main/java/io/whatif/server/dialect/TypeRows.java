/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.server.type.ColumnType;
import io.whatif.server.type.PostgresType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What the catalog's SQL knows of types; all of it comes from {@link PostgresType}. */
final class TypeRows {
  /** DuckDB's names of types, as duckdb_columns() has them without what stands in brackets. */
  private static final List<String> DUCKDB_NAMES =
      List.of(
          "BOOLEAN",
          "TINYINT",
          "UTINYINT",
          "SMALLINT",
          "USMALLINT",
          "INTEGER",
          "UINTEGER",
          "BIGINT",
          "UBIGINT",
          "HUGEINT",
          "UHUGEINT",
          "BIGNUM",
          "DECIMAL",
          "FLOAT",
          "DOUBLE",
          "DATE",
          "TIME",
          "TIME_NS",
          "TIME WITH TIME ZONE",
          "TIMESTAMP",
          "TIMESTAMP_S",
          "TIMESTAMP_MS",
          "TIMESTAMP_NS",
          "TIMESTAMP WITH TIME ZONE",
          "INTERVAL",
          "BLOB",
          "UUID",
          "JSON",
          "VARCHAR",
          "ENUM");

  private static final int ARRAY_SUBSCRIPT = 6179;
  private static final int RAW_SUBSCRIPT = 6180;
  private static final int NAME_COLLATION = 950;
  private static final int DEFAULT_COLLATION = 100;

  private TypeRows() {}

  /** A row for each type and each type of arrays. */
  static List<String> types() {
    List<String> rows = new ArrayList<>();
    for (PostgresType type : PostgresType.values()) {
      rows.add(row(type));
      if (type.arrayOid() != 0) {
        rows.add(arrayRow(type));
      }
    }
    return rows;
  }

  private static String row(PostgresType type) {
    int element =
        switch (type) {
          case NAME -> PostgresType.CHAR.oid();
          case INT2VECTOR -> PostgresType.INT2.oid();
          case OIDVECTOR -> PostgresType.OID.oid();
          default -> 0;
        };
    int subscript = element == 0 ? 0 : type == PostgresType.NAME ? RAW_SUBSCRIPT : ARRAY_SUBSCRIPT;
    String kind = type.category() == 'P' || type.category() == 'X' ? "p" : "b";
    if (type == PostgresType.RECORD) {
      kind = "p";
    }
    return "(%d, '%s', %d, %s, '%s', '%s', %s, %d, %d, %d, FALSE, '%s', '%s', %d)"
        .formatted(
            type.oid(),
            type.typname(),
            type.length(),
            byValue(type),
            kind,
            type.category(),
            preferred(type),
            subscript,
            element,
            type.arrayOid(),
            align(type),
            storage(type),
            collation(type));
  }

  private static String arrayRow(PostgresType type) {
    boolean pseudo = type == PostgresType.RECORD;
    return "(%d, '_%s', -1, FALSE, '%s', '%s', FALSE, %d, %d, 0, TRUE, '%s', 'x', %d)"
        .formatted(
            type.arrayOid(),
            type.typname(),
            pseudo ? "p" : "b",
            pseudo ? "P" : "A",
            ARRAY_SUBSCRIPT,
            type.oid(),
            align(type).equals("d") ? "d" : "i",
            collation(type));
  }

  private static boolean byValue(PostgresType type) {
    return switch (type.length()) {
      case 1, 2, 4, 8 -> true;
      default -> false;
    };
  }

  private static boolean preferred(PostgresType type) {
    return switch (type) {
      case BOOL, TEXT, FLOAT8, TIMESTAMPTZ, INTERVAL, OID, INET -> true;
      default -> false;
    };
  }

  private static String align(PostgresType type) {
    return switch (type) {
      case NAME, UUID, UNKNOWN, CSTRING -> "c";
      case TID -> "s";
      case INTERVAL, TIMETZ, RECORD, ANYARRAY -> "d";
      default ->
          switch (type.length()) {
            case 1 -> "c";
            case 2 -> "s";
            case 8 -> "d";
            default -> "i";
          };
    };
  }

  private static String storage(PostgresType type) {
    return switch (type) {
      case NUMERIC, INET -> "m";
      case INT2VECTOR, OIDVECTOR, UNKNOWN, CSTRING -> "p";
      default -> type.length() > 0 ? "p" : "x";
    };
  }

  private static int collation(PostgresType type) {
    return switch (type) {
      case NAME -> NAME_COLLATION;
      case TEXT, BPCHAR, VARCHAR, PG_NODE_TREE, PG_NDISTINCT, PG_DEPENDENCIES -> DEFAULT_COLLATION;
      default -> 0;
    };
  }

  /** A row for each of DuckDB's types and lists of it: its name, number and what columns tell. */
  static List<String> duckDbTypes() {
    List<String> rows = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>(DUCKDB_NAMES);
    DUCKDB_NAMES.forEach(name -> names.add(name + "[]"));
    for (String name : names) {
      ColumnType type = ColumnType.of(name);
      PostgresType element = type.element();
      rows.add(
          "('%s', %d, %d, %s, '%s', '%s', %d)"
              .formatted(
                  name,
                  type.oid(),
                  type.length(),
                  !type.array() && byValue(element),
                  type.array() ? (align(element).equals("d") ? "d" : "i") : align(element),
                  type.array() ? "x" : storage(element),
                  collation(element)));
    }
    return rows;
  }

  /** The macros that give a type's name as SQL writes it. */
  static String formatMacros() {
    StringBuilder cases = new StringBuilder();
    for (PostgresType type : PostgresType.values()) {
      cases.append(" WHEN %d THEN '%s'".formatted(type.oid(), sqlName(type)));
      if (type.arrayOid() != 0) {
        cases.append(" WHEN %d THEN '%s[]'".formatted(type.arrayOid(), sqlName(type)));
      }
    }
    return """
        CREATE MACRO whatif_builtin_name(a_) AS CASE a_ WHEN 0 THEN '-'%s
            WHEN 13221 THEN 'information_schema.cardinal_number' WHEN 13224 THEN 'information_schema.character_data'
            WHEN 13226 THEN 'information_schema.sql_identifier' WHEN 13232 THEN 'information_schema.time_stamp'
            WHEN 13234 THEN 'information_schema.yes_or_no' END;
        CREATE MACRO whatif_format_type(a_, b_) AS CASE
          WHEN a_ IS NULL THEN NULL
          WHEN a_ = %d AND b_ >= 0 THEN 'numeric(' || ((b_ - 4) >> 16) || ',' || ((b_ - 4) & 65535) || ')'
          WHEN a_ = %d AND b_ >= 0 THEN 'numeric(' || ((b_ - 4) >> 16) || ',' || ((b_ - 4) & 65535) || ')[]'
          WHEN a_ = %d AND b_ >= 4 THEN 'character varying(' || (b_ - 4) || ')'
          WHEN a_ = %d AND b_ >= 0 THEN 'timestamp(' || b_ || ') with time zone'
          ELSE coalesce(whatif_builtin_name(a_), (SELECT w_e.e_name FROM whatif_enum AS w_e WHERE w_e.e_oid = a_), '???') END"""
        .formatted(
            cases,
            PostgresType.NUMERIC.oid(),
            PostgresType.NUMERIC.arrayOid(),
            PostgresType.VARCHAR.oid(),
            PostgresType.TIMESTAMPTZ.oid());
  }

  /** The name that format_type gives. */
  static String sqlName(PostgresType type) {
    return switch (type) {
      case BOOL -> "boolean";
      case INT2 -> "smallint";
      case INT4 -> "integer";
      case INT8 -> "bigint";
      case FLOAT4 -> "real";
      case FLOAT8 -> "double precision";
      case TIME -> "time without time zone";
      case TIMETZ -> "time with time zone";
      case TIMESTAMP -> "timestamp without time zone";
      case TIMESTAMPTZ -> "timestamp with time zone";
      case VARCHAR -> "character varying";
      case BPCHAR -> "character";
      case CHAR, ANY -> '"' + type.typname() + '"';
      default -> type.typname().toLowerCase(Locale.ROOT);
    };
  }
}
