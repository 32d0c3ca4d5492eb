/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.planner.sql.SqlTokens;
import io.whatif.planner.sql.TextEdits;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The catalog's relations and their columns, by the names that they have in DuckDB. */
final class RelationRewriting {
  /** Columns that each table of PostgreSQL's has without naming them. */
  private static final Set<String> SYSTEM_COLUMNS = Set.of("tableoid", "xmin");

  private final SqlTokens sql;
  private final TextEdits edits;
  private final CatalogNames names;
  private final SettingCalls settings;
  private final Set<String> commonTables;

  /** The catalog's relations by the names, in lower case, that the statement gives them. */
  private final Map<String, CatalogRelation> read = new HashMap<>();

  RelationRewriting(SqlTokens sql, TextEdits edits, CatalogNames names, SettingCalls settings) {
    this.sql = sql;
    this.edits = edits;
    this.names = names;
    this.settings = settings;
    this.commonTables = CommonTableNames.of(sql);
  }

  /** Rewrites the relation that is named there; whether it is one of the catalog's. */
  boolean relation(int first, int last) throws Refused {
    String schema = CatalogNames.schema(sql, first, last);
    String written = sql.name(last);
    CatalogRelation relation = names.relation(schema, written);
    boolean hidden = schema == null && commonTables.contains(written.toLowerCase(Locale.ROOT));
    if (relation == null || hidden) {
      return false;
    }
    if (sql.keyword(first - 2).equals("DELETE")) {
      throw new Refused(
          "42501", "permission denied: \"" + relation.name() + "\" is a system catalog");
    }
    int alias = RelationPlace.alias(sql, last + 1);
    String named = CatalogScript.inCatalog(relation.name());
    if (relation.name().equals("pg_settings")) {
      boolean aliased = alias >= 0 || sql.keyword(last + 1).equals("AS");
      named = settings.relation(named) + (aliased ? "" : " AS pg_settings");
    }
    edits.replace(sql.start(first), sql.end(last), named);
    String called = alias >= 0 ? sql.name(alias) : relation.name();
    read.put(called.toLowerCase(Locale.ROOT), relation);
    return true;
  }

  /**
   * Takes the schema of its relation from a column, which DuckDB would not find there; whether the
   * relation is one of the catalog's.
   */
  boolean column(int first, int last) {
    for (int part = first; part + 2 <= last - 2; part += 2) {
      if (names.relation(sql.name(part), sql.name(part + 2)) != null) {
        edits.replace(sql.start(first), sql.start(part + 2), "");
        return true;
      }
    }
    return false;
  }

  /** Writes the values of system columns, once all relations are known. */
  void systemColumns() {
    for (int i = 2; i < sql.size(); i++) {
      String word = sql.name(i).toLowerCase(Locale.ROOT);
      boolean system = sql.isName(i) && SYSTEM_COLUMNS.contains(word) && sql.isSymbol(i - 1, ".");
      CatalogRelation of = system ? read.get(sql.name(i - 2).toLowerCase(Locale.ROOT)) : null;
      if (of != null) {
        String value = word.equals("tableoid") ? Integer.toString(of.oid()) : "0";
        edits.replace(sql.start(i - 2), sql.end(i), value + "::BIGINT");
      }
    }
  }

  /** The catalog's relations that the statement reads, by the names in lower case it gives them. */
  Map<String, CatalogRelation> read() {
    return read;
  }
}
