/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.planner.sql.Script;
import io.whatif.planner.sql.SqlTokens;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The statements that make the catalog. Tables hold what PostgreSQL has by itself; views over
 * DuckDB's functions give what the user has made; macros are functions. The SQL of views and macros
 * lies beside this class and names both without their schema, which is put before them here.
 */
final class CatalogScript {
  /** The database that holds the catalog. */
  static final String DATABASE = "whatif_postgres";

  private static final String SCHEMA = DATABASE + ".pg";

  private final Map<String, CatalogRelation> relations = CatalogRelation.ALL;
  private final List<String> definitions = new ArrayList<>();
  private final Set<String> macros = new HashSet<>();
  private final Set<String> views = new HashSet<>();
  private final Map<String, String> tables = new LinkedHashMap<>();

  private CatalogScript() {
    for (String resource : List.of("base.sql", "functions.sql", "views.sql")) {
      definitions.addAll(Script.statements(ResourceText.read(resource)));
    }
    definitions.addAll(1, Script.statements(TypeRows.formatMacros()));
    tables.put(
        "whatif_type",
        "y_oid BIGINT, y_name VARCHAR, y_length INTEGER, y_byval BOOLEAN, y_kind VARCHAR, y_category VARCHAR,"
            + " y_preferred BOOLEAN, y_subscript BIGINT, y_element BIGINT, y_array BIGINT, y_true_array BOOLEAN,"
            + " y_align VARCHAR, y_storage VARCHAR, y_collation BIGINT");
    tables.put(
        "whatif_duckdb_type",
        "d_name VARCHAR, d_oid BIGINT, d_length INTEGER, d_byval BOOLEAN, d_align VARCHAR, d_storage VARCHAR,"
            + " d_collation BIGINT");
    tables.put(
        "whatif_builtin_relation",
        "b_oid BIGINT, b_schema BIGINT, b_name VARCHAR, b_kind VARCHAR, b_columns BIGINT");
    tables.put(
        "whatif_builtin_column",
        "b_relation BIGINT, b_number INTEGER, b_name VARCHAR, b_type BIGINT, b_base BIGINT,"
            + " b_notnull BOOLEAN");
    tables.put(
        "whatif_causal_function",
        "p_oid BIGINT, p_name VARCHAR, p_rows BOOLEAN, p_result_type BIGINT, p_result VARCHAR, p_names VARCHAR[],"
            + " p_types BIGINT[], p_modes VARCHAR[], p_arguments VARCHAR, p_text VARCHAR");
    tables.put(
        "whatif_parameter",
        "p_name VARCHAR, p_value VARCHAR, p_shown VARCHAR, p_unit VARCHAR, p_type VARCHAR, p_context VARCHAR, p_least VARCHAR,"
            + " p_greatest VARCHAR, p_words VARCHAR[]");
    views.addAll(tables.keySet());
    for (String definition : definitions) {
      SqlTokens sql = new SqlTokens(definition);
      (sql.keyword(1).equals("MACRO") ? macros : views).add(sql.name(2));
    }
  }

  /** The statements, in the order in which they run. */
  static List<String> statements() {
    return new CatalogScript().all();
  }

  /** The functions that the catalog has, in lower case. */
  static Set<String> functions() {
    return Set.copyOf(new CatalogScript().macros);
  }

  private List<String> all() {
    List<String> all = new ArrayList<>();
    all.add("ATTACH ':memory:' AS " + DATABASE + " (READ_WRITE)"); // whatever the user's is
    all.add("CREATE SCHEMA " + SCHEMA);
    tables.forEach(
        (name, columns) -> all.add("CREATE TABLE %s.%s (%s)".formatted(SCHEMA, name, columns)));
    insert(all, "whatif_type", TypeRows.types());
    insert(all, "whatif_duckdb_type", TypeRows.duckDbTypes());
    insert(all, "whatif_causal_function", CausalFunctionRows.rows());
    split(
        all,
        "whatif_parameter",
        PostgresParameter.rows(),
        "p[1], p[2], p[3], nullif(p[4], ''), p[5], p[6], nullif(p[7], ''), nullif(p[8], ''),"
            + " CASE WHEN p[9] <> '' THEN string_split(p[9], ',') END");
    builtins(all);
    for (CatalogRelation relation : relations.values()) {
      if (!views.contains(relation.name())) {
        all.add(empty(relation));
      }
    }
    definitions.forEach(definition -> all.add(defined(definition)));
    return all;
  }

  /** What PostgreSQL's relations are: rows of pg_class and pg_attribute. */
  private void builtins(List<String> all) {
    List<String> builtins = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    for (CatalogRelation relation : relations.values()) {
      builtins.add(row(relation));
      for (int i = 0; i < relation.columns().size(); i++) {
        CatalogRelation.Column column = relation.columns().get(i);
        columns.add(
            "%d|%d|%s|%d|%d|%s"
                .formatted(
                    relation.oid(),
                    i + 1,
                    column.name(),
                    column.oid(),
                    column.type().oid(),
                    column.notNull()));
      }
    }
    insert(all, "whatif_builtin_relation", builtins);
    split(all, "whatif_builtin_column", columns, "p[1], p[2], p[3], p[4], p[5], p[6]");
  }

  private static String row(CatalogRelation relation) {
    return "(%d, %d, '%s', '%s', %d)"
        .formatted(
            relation.oid(),
            relation.schema().equals("pg_catalog") ? 11 : 13207,
            relation.name(),
            relation.kind(),
            relation.columns().size());
  }

  private static void insert(List<String> all, String table, List<String> rows) {
    all.add("INSERT INTO %s.%s VALUES %s".formatted(SCHEMA, table, String.join(", ", rows)));
  }

  /**
   * Inserts rows as one text that is cut apart: a literal for each value takes DuckDB far longer.
   */
  private static void split(List<String> all, String table, List<String> rows, String columns) {
    all.add(
        "INSERT INTO %s.%s SELECT %s FROM (SELECT string_split(unnest(string_split(%s, chr(10))), '|') AS p)"
            .formatted(SCHEMA, table, columns, CausalFunctionRows.quote(String.join("\n", rows))));
  }

  /** A relation that never has rows here. */
  private static String empty(CatalogRelation relation) {
    return relation.columns().stream()
        .map(column -> '"' + column.name() + "\" " + column.duckDbType())
        .collect(
            Collectors.joining(
                ", ", "CREATE TABLE %s.%s (".formatted(SCHEMA, relation.name()), ")"));
  }

  /** A definition with the schema before our names, and every column where clients know them. */
  private String defined(String definition) {
    SqlTokens sql = new SqlTokens(definition);
    String name = sql.name(2);
    boolean macro = sql.keyword(1).equals("MACRO");
    String body = qualified(sql, macro ? 3 : 4);
    CatalogRelation relation = macro ? null : relations.get(name);
    if (macro) {
      return "CREATE MACRO %s.%s%s".formatted(SCHEMA, name, body);
    }
    return "CREATE VIEW %s.%s AS %s"
        .formatted(SCHEMA, name, relation == null ? body : complete(relation, body));
  }

  /** A relation or function of the catalog's by its full name. */
  static String inCatalog(String name) {
    return SCHEMA + '.' + name;
  }

  /** The text from token {@code from} on, with the schema before each name of ours. */
  private String qualified(SqlTokens sql, int from) {
    StringBuilder text = new StringBuilder();
    int copied = sql.start(from);
    for (int i = from; i < sql.size(); i++) {
      String word = sql.word(i).toLowerCase(Locale.ROOT);
      boolean free = !sql.isSymbol(i - 1, ".") && !sql.isSymbol(i + 1, ".");
      boolean relation =
          (views.contains(word) || relations.containsKey(word)) && !sql.isSymbol(i + 1, "(");
      boolean read = sql.keyword(i - 1).equals("FROM") || sql.keyword(i - 1).equals("JOIN");
      boolean listed = sql.isSymbol(i - 1, ",") && word.startsWith("pg_");
      boolean called = macros.contains(word) && sql.isSymbol(i + 1, "(");
      if (free && (called || (relation && (read || listed)))) {
        text.append(sql.text(), copied, sql.start(i)).append(SCHEMA).append('.');
        copied = sql.start(i);
      }
    }
    return text.append(sql.text().substring(copied)).toString();
  }

  private static String complete(CatalogRelation relation, String query) {
    Set<String> said = new HashSet<>();
    for (CatalogRelation.Column column : relation.columns()) {
      if (mentions(query, column.name())) {
        said.add(column.name());
      }
    }
    return relation.columns().stream()
        .map(
            column ->
                "CAST(%s AS %s) AS \"%s\""
                    .formatted(
                        said.contains(column.name())
                            ? "w_said.\"" + column.name() + '"'
                            : column.fallback(),
                        column.duckDbType(),
                        column.name()))
        .collect(Collectors.joining(", ", "SELECT ", " FROM (" + query + ") AS w_said"));
  }

  /** Whether the first SELECT list of {@code query} names a column so. */
  private static boolean mentions(String query, String column) {
    SqlTokens sql = new SqlTokens(query);
    for (int i = 0; i < sql.size(); i++) {
      if (sql.keyword(i).equals("FROM") && sql.around(i) < 0) {
        return false;
      }
      if (sql.around(i) < 0 && sql.isName(i) && sql.name(i).equals(column)) {
        boolean ends =
            sql.isSymbol(i + 1, ",") || sql.keyword(i + 1).equals("FROM") || i + 1 == sql.size();
        if (ends) {
          return true;
        }
      }
    }
    return false;
  }
}
