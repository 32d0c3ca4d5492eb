/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.type;

/**
 * The types of PostgreSQL that results arrive in, with the numbers its clients know them by
 * (pg_type of PostgreSQL 15).
 */
public enum PostgresType {
  BOOL("bool", 16, 1000, 1, 'B'),
  BYTEA("bytea", 17, 1001, -1, 'U'),
  INT8("int8", 20, 1016, 8, 'N'),
  INT2("int2", 21, 1005, 2, 'N'),
  INT4("int4", 23, 1007, 4, 'N'),
  TEXT("text", 25, 1009, -1, 'S'),
  JSON("json", 114, 199, -1, 'U'),
  FLOAT4("float4", 700, 1021, 4, 'N'),
  FLOAT8("float8", 701, 1022, 8, 'N'),
  DATE("date", 1082, 1182, 4, 'D'),
  TIME("time", 1083, 1183, 8, 'D'),
  TIMESTAMP("timestamp", 1114, 1115, 8, 'D'),
  TIMESTAMPTZ("timestamptz", 1184, 1185, 8, 'D'),
  INTERVAL("interval", 1186, 1187, 16, 'T'),
  TIMETZ("timetz", 1266, 1270, 12, 'D'),
  NUMERIC("numeric", 1700, 1231, -1, 'N'),
  UUID("uuid", 2950, 2951, 16, 'U'),

  // Types that only the catalog names. DuckDB has their values as VARCHAR, BIGINT, or lists.
  CHAR("char", 18, 1002, 1, 'Z'),
  NAME("name", 19, 1003, 64, 'S'),
  INT2VECTOR("int2vector", 22, 1006, -1, 'A'),
  REGPROC("regproc", 24, 1008, 4, 'N'),
  OID("oid", 26, 1028, 4, 'N'),
  TID("tid", 27, 1010, 6, 'U'),
  XID("xid", 28, 1011, 4, 'U'),
  CID("cid", 29, 1012, 4, 'U'),
  OIDVECTOR("oidvector", 30, 1013, -1, 'A'),
  PG_NODE_TREE("pg_node_tree", 194, 0, -1, 'Z'),
  UNKNOWN("unknown", 705, 0, -2, 'X'),
  INET("inet", 869, 1041, -1, 'I'),
  ACLITEM("aclitem", 1033, 1034, 12, 'U'),
  BPCHAR("bpchar", 1042, 1014, -1, 'S'),
  VARCHAR("varchar", 1043, 1015, -1, 'S'),
  REGCLASS("regclass", 2205, 2210, 4, 'N'),
  REGTYPE("regtype", 2206, 2211, 4, 'N'),
  RECORD("record", 2249, 2287, -1, 'P'),
  ANY("any", 2276, 0, 4, 'P'),
  ANYARRAY("anyarray", 2277, 0, -1, 'P'),
  CSTRING("cstring", 2275, 1263, -2, 'P'),
  VOID("void", 2278, 0, 4, 'P'),
  TRIGGER("trigger", 2279, 0, 4, 'P'),
  INTERNAL("internal", 2281, 0, 8, 'P'),
  ANYELEMENT("anyelement", 2283, 0, 4, 'P'),
  PG_LSN("pg_lsn", 3220, 3221, 8, 'U'),
  PG_NDISTINCT("pg_ndistinct", 3361, 0, -1, 'Z'),
  PG_DEPENDENCIES("pg_dependencies", 3402, 0, -1, 'Z'),
  JSONB("jsonb", 3802, 3807, -1, 'U'),
  REGNAMESPACE("regnamespace", 4089, 4090, 4, 'N'),
  REGROLE("regrole", 4096, 4097, 4, 'N');

  private final String typname;
  private final int oid;
  private final int arrayOid;
  private final int length;
  private final char category;

  PostgresType(String typname, int oid, int arrayOid, int length, char category) {
    this.typname = typname;
    this.oid = oid;
    this.arrayOid = arrayOid;
    this.length = length;
    this.category = category;
  }

  /** Whether the catalog alone has it: no value of the user's arrives in it. */
  public boolean ofCatalog() {
    return compareTo(UUID) > 0;
  }

  /** Whether values of {@code other}, which DuckDB's results come in, can be sent as this type. */
  boolean carries(PostgresType other) {
    return switch (this) {
      case CHAR,
          NAME,
          PG_NODE_TREE,
          INET,
          ACLITEM,
          BPCHAR,
          VARCHAR,
          INT2VECTOR,
          OIDVECTOR,
          REGCLASS,
          REGTYPE ->
          other == TEXT;
      case OID, XID, REGPROC -> other == INT8 || other == INT4;
      default -> this == other;
    };
  }

  /** Its name in pg_type. */
  public String typname() {
    return typname;
  }

  public int oid() {
    return oid;
  }

  /** The number of the type of its arrays. */
  public int arrayOid() {
    return arrayOid;
  }

  /** Bytes of a value, -1 where they vary. */
  public int length() {
    return length;
  }

  /** Its typcategory, as B for booleans and N for numbers. */
  public char category() {
    return category;
  }
}
