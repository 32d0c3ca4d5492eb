/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.planner.sql.SqlTokens;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names by which clients know the catalog. */
final class CatalogNames {
  static final String CATALOG = "pg_catalog";
  static final String INFORMATION = "information_schema";

  /** Functions that give several rows, of which the catalog's macro makes a list. */
  static final Set<String> LISTS = Set.of("pg_partition_ancestors", "pg_listening_channels");

  /** Those of which each row has several columns. */
  static final Set<String> STRUCTS =
      Set.of(
          "_pg_expandarray",
          "aclexplode",
          "pg_available_extensions",
          "pg_get_keywords",
          "pg_options_to_table",
          "pg_stat_get_activity");

  /** Functions that DuckDB has too, whose results are to be named as PostgreSQL names them. */
  static final Set<String> SHARED = Set.of("current_database", "current_schema");

  /** Functions that DuckDB has by other names. */
  static final Map<String, String> RENAMED =
      Map.of(
          "json_build_array", "json_array",
          "json_build_object", "json_object",
          "jsonb_build_array", "json_array",
          "jsonb_build_object", "json_object",
          "json_agg", "json_group_array",
          "jsonb_agg", "json_group_array");

  /** Vectors that count from 0, where DuckDB's lists count from 1. */
  private static final Set<String> VECTORS =
      Set.of(
          "indkey", "indclass", "indoption", "indcollation", "proargtypes", "prattrs", "partattrs");

  /** Words beside the functions' names that make a statement worth a look. */
  private static final Set<String> WORDS =
      Set.of(
          "collate",
          "current_catalog",
          "current_database",
          "current_role",
          "current_schema",
          "current_setting",
          "current_user",
          "information_schema",
          "int2vector",
          "jsonb",
          "name",
          "oidvector",
          "operator",
          "regclass",
          "regnamespace",
          "regproc",
          "regprocedure",
          "regrole",
          "regtype",
          "session_user",
          "set_config",
          "user",
          "xid");

  private static final String PREFIX = "pg_";

  static final CatalogNames POSTGRES = new CatalogNames();

  private final Map<String, CatalogRelation> relations;
  private final Set<String> functions;
  private final Set<String> words;
  private final int longest;

  private CatalogNames() {
    relations = CatalogRelation.ALL;
    Set<String> called = new HashSet<>(CatalogScript.functions());
    called.removeIf(name -> name.startsWith("whatif_"));
    functions = Set.copyOf(called);
    called.addAll(WORDS);
    called.addAll(RENAMED.keySet());
    words = Set.copyOf(called);
    longest = words.stream().mapToInt(String::length).max().orElse(0);
  }

  /** The relation of that name that {@code schema} has; null stands for no schema written. */
  @Nullable CatalogRelation relation(@Nullable String schema, String name) {
    CatalogRelation relation = relations.get(name.toLowerCase(Locale.ROOT));
    String wanted = schema == null ? CATALOG : schema;
    return relation != null && relation.schema().equalsIgnoreCase(wanted) ? relation : null;
  }

  boolean isFunction(String name) {
    return functions.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Whether columns of that name are vectors, which PostgreSQL shows as no array. */
  static boolean isVector(String column) {
    return VECTORS.contains(column.toLowerCase(Locale.ROOT));
  }

  /**
   * The schema that is written before the last part of a name; null for none, empty for one that is
   * not of the catalog.
   */
  static @Nullable String schema(SqlTokens sql, int first, int last) {
    if (first == last) {
      return null;
    }
    String schema = sql.name(last - 2);
    return isSchema(schema) ? schema.toLowerCase(Locale.ROOT) : "";
  }

  static boolean isSchema(String name) {
    return name.equalsIgnoreCase(CATALOG) || name.equalsIgnoreCase(INFORMATION);
  }

  /**
   * Whether {@code text} may name something of the catalog: one look at each of its words. It knows
   * no strings or comments, so it may say yes where there is nothing, never no where there is.
   */
  boolean mayConcern(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c == '{' && i > 0 && text.charAt(i - 1) == '\'') {
        return true;
      }
      if (!isWordPart(c)) {
        continue;
      }
      int start = i;
      while (i < length && isWordPart(text.charAt(i))) {
        i++;
      }
      if (isNamed(text, start, i)) {
        return true;
      }
    }
    return false;
  }

  private boolean isNamed(String text, int start, int end) {
    int length = end - start;
    if (length < 3) {
      return false;
    }
    boolean prefixed =
        text.regionMatches(true, start, PREFIX, 0, PREFIX.length())
            || text.regionMatches(
                true, start, CatalogScript.DATABASE, 0, CatalogScript.DATABASE.length());
    return prefixed
        || (length <= longest
            && words.contains(text.substring(start, end).toLowerCase(Locale.ROOT)));
  }

  private static boolean isWordPart(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c > 127;
  }
}
