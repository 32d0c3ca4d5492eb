/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.planner.sql.SelectItem;
import io.whatif.planner.sql.SqlTokens;
import io.whatif.planner.sql.TextEdits;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Calls of PostgreSQL's functions: of our macros, or of what DuckDB calls otherwise. */
final class FunctionRewriting {
  /** Functions of several rows that DuckDB has too. */
  private static final Set<String> SERIES =
      Set.of("generate_series", "generate_subscripts", "unnest");

  private final SqlTokens sql;
  private final TextEdits edits;
  private final CatalogNames names;
  private final SettingCalls settings;

  /** Where functions of several rows that DuckDB has too are called. */
  private final List<Integer> seriesCalls = new ArrayList<>();

  FunctionRewriting(SqlTokens sql, TextEdits edits, CatalogNames names, SettingCalls settings) {
    this.sql = sql;
    this.edits = edits;
    this.names = names;
    this.settings = settings;
  }

  /** Rewrites the call of the function that is named there; whether it is the catalog's. */
  boolean call(int first, int last) throws Refused {
    String schema = CatalogNames.schema(sql, first, last);
    String called = sql.name(last).toLowerCase(Locale.ROOT);
    boolean foreign = schema != null && schema.isEmpty();
    if (foreign || isDefined(first) || sql.closing(last + 1) == sql.size()) {
      return false;
    }
    if (called.equals("current_setting") || called.equals("set_config")) {
      return settings.call(sql, edits, first, last);
    }
    if (called.equals("format") && FormatCall.apply(sql, edits, first, last)) {
      return false;
    }
    String renamed = CatalogNames.RENAMED.get(called);
    if (names.isFunction(called)) {
      macro(first, last, called);
      return true;
    }
    if (renamed != null) {
      edits.replace(sql.start(first), sql.end(last), renamed);
      return false;
    }
    if (schema != null) {
      edits.replace(sql.start(first), sql.start(last), "");
    }
    if (SERIES.contains(called)) {
      seriesCalls.add(last);
    }
    return schema != null || CatalogNames.SHARED.contains(called);
  }

  /** Whether the name is one that the statement gives, as in CREATE FUNCTION. */
  private boolean isDefined(int i) {
    return switch (sql.keyword(i - 1)) {
      case "FUNCTION", "MACRO", "INTO", "TABLE", "INDEX", "VIEW", "EXISTS" -> true;
      case "AS" -> sql.keyword(0).equals("CREATE");
      default -> false;
    };
  }

  /** Puts a call to our macro; one that gives rows makes a list there. */
  private void macro(int first, int last, String called) {
    boolean inFrom = RelationPlace.begins(sql, first);
    boolean rows = CatalogNames.LISTS.contains(called);
    boolean structs = CatalogNames.STRUCTS.contains(called);
    String before = "";
    String after = "";
    if (structs && inFrom) {
      before = "(SELECT unnest(";
      after = ", recursive := true))";
    } else if (rows || structs) {
      before = "unnest(";
      after = ")";
    }
    int close = sql.closing(last + 1);
    edits.replace(sql.start(first), sql.end(last), before + CatalogScript.inCatalog(called));
    if (!after.isEmpty()) {
      edits.insert(sql.end(close), after);
    }
    if (inFrom && rows) {
      nameColumn(close);
    }
  }

  /**
   * Rewrites the calls of functions of several rows that DuckDB has too: in FROM an alias names the
   * column, in a SELECT list DuckDB makes a list of what PostgreSQL makes rows of.
   */
  void series() {
    seriesCalls.forEach(this::series);
  }

  private void series(int last) {
    int close = sql.closing(last + 1);
    int first = last;
    while (sql.isSymbol(first - 1, ".")) {
      first -= 2;
    }
    if (RelationPlace.begins(sql, first)) {
      nameColumn(close);
      return;
    }
    SelectItem item = sql.item(first);
    boolean alone = item != null && item.from() == first && sql.clause(first) >= 0;
    if (alone && sql.keyword(last).equals("GENERATE_SERIES")) {
      edits.insert(sql.start(last), "unnest(");
      edits.insert(sql.end(close), ")");
    }
  }

  /** The alias of a function that gives one column is that column's name too. */
  private void nameColumn(int close) {
    boolean numbered =
        sql.keyword(close + 1).equals("WITH") && sql.keyword(close + 2).equals("ORDINALITY");
    int alias = RelationPlace.alias(sql, close + (numbered ? 3 : 1));
    if (alias >= 0 && !sql.isSymbol(alias + 1, "(")) {
      edits.insert(sql.end(alias), "(" + sql.word(alias) + ")");
    }
  }
}
