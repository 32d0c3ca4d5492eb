/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.planner.sql.SelectItem;
import io.whatif.planner.sql.SqlTokens;
import io.whatif.planner.sql.Token;
import io.whatif.server.type.ColumnType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A statement that may name PostgreSQL's catalog, put so that DuckDB answers from ours. Every
 * change is one of a token's place; what is not changed stays as it was written.
 */
final class Rewriting {
  static final String SCHEMA = CatalogScript.DATABASE + ".pg.";

  /** Words after which a relation is named. */
  private static final Set<String> BEFORE_RELATION =
      Set.of("FROM", "JOIN", "LATERAL", "ONLY", "DESCRIBE");

  /** What a query may stand after. */
  private static final Set<String> BEFORE_QUERY =
      Set.of("(", ",", "ALL", "ANALYZE", "AS", "EXCEPT", "EXPLAIN", "INTERSECT", "UNION");

  private static final Set<String> FROM_CLAUSE = Set.of("FROM", "ON", "USING");

  /** Functions whose arguments a FROM may stand between. */
  private static final Set<String> TAKES_FROM =
      Set.of("EXTRACT", "OVERLAY", "POSITION", "SUBSTRING", "TRIM");

  /** Vectors that count from 0, where DuckDB's lists count from 1. */
  static final Set<String> VECTORS =
      Set.of(
          "indkey", "indclass", "indoption", "indcollation", "proargtypes", "prattrs", "partattrs");

  private static final Set<String> QUERIES =
      Set.of("SELECT", "WITH", "FROM", "VALUES", "INSERT", "UPDATE", "DELETE");

  private static final Set<String> USERS = Set.of("CURRENT_USER", "SESSION_USER", "CURRENT_ROLE");

  private static final Set<String> COLUMN_FUNCTIONS =
      Set.of("generate_series", "generate_subscripts", "unnest");

  private static final Set<String> SYSTEM_COLUMNS = Set.of("tableoid", "xmin");

  private static final Set<String> NO_COLLATION = Set.of("default", "c", "posix", "ucs_basic");

  private final SqlTokens sql;
  private final CatalogNames names;
  private final SettingCalls settings;
  private final String user;
  private final TextEdits edits = new TextEdits();
  private final Set<String> commonTables;

  /** Where functions of several rows that DuckDB has too are called. */
  private final List<Integer> seriesCalls = new ArrayList<>();

  /** The catalog's relations by the names that the statement gives them. */
  private final Map<String, CatalogRelation> aliases = new HashMap<>();

  /** Whether something of the catalog was named, not only the syntax of PostgreSQL used. */
  private boolean catalog;

  Rewriting(SqlTokens sql, CatalogNames names, SettingCalls settings, String user) {
    this.sql = sql;
    this.names = names;
    this.settings = settings;
    this.user = user;
    this.commonTables = CommonTableNames.of(sql);
  }

  /** The statement to run, and what is known of its columns. */
  Reading.Run run() throws Refused {
    refuseCommands();
    CastRewriting casts = new CastRewriting(sql, edits);
    int i = 0;
    while (i < sql.size()) {
      i = isOperator(i) ? operator(i) : isChainStart(i) ? name(i) : i + 1;
    }
    catalog |= casts.apply();
    systemColumns();
    if (catalog) {
      seriesCalls.forEach(this::series);
    }
    ArrayLiterals.apply(sql, edits, catalog);
    List<@Nullable ColumnType> types = List.of();
    if (catalog) {
      List<SelectItem> items = new ResultNames(sql, edits).apply();
      types = new ResultTypes(sql, aliases).of(items);
    }
    String text = edits.isEmpty() ? sql.text() : edits.applied(sql.text());
    return new Reading.Run(text, types, Map.of());
  }

  /** The name that begins at {@code i}, with all its parts; gives the token after it. */
  private int name(int i) throws Refused {
    int last = i;
    while (sql.isSymbol(last + 1, ".") && sql.isName(last + 2)) {
      last += 2;
    }
    for (int part = i; part <= last; part += 2) {
      refuseOurs(sql.name(part));
    }
    if (isType(i)) {
      return last + 1; // CastRewriting looks at these.
    }
    if (sql.isSymbol(last + 1, "(")) {
      call(i, last);
      return last + 1;
    }
    if (sql.keyword(i).equals("COLLATE") && sql.isName(i + 1)) {
      return collate(i);
    }
    if (i == last && USERS.contains(sql.keyword(i)) && !sql.keyword(i - 1).equals("AS")) {
      catalog = true;
      edits.replace(start(i), end(i), CausalFunctionRows.quote(user));
    } else if (isRelationPlace(i)) {
      relation(i, last);
    } else {
      column(i, last);
    }
    if (VECTORS.contains(sql.name(last).toLowerCase(Locale.ROOT)) && sql.isSymbol(last + 1, "[")) {
      edits.insert(end(last + 1), "(");
      edits.insert(start(sql.closing(last + 1)), ") + 1");
    }
    return last + 1;
  }

  /** The database that holds the catalog is nobody's to name: it is every session's. */
  private static void refuseOurs(String text) throws Refused {
    if (text.toLowerCase(Locale.ROOT).contains(CatalogScript.DATABASE)) {
      throw new Refused(
          "42501", "permission denied for database \"" + CatalogScript.DATABASE + '"');
    }
  }

  /** A command may name it in a string: SET schema = '...'. A query's string is only a text. */
  private void refuseCommands() throws Refused {
    if (QUERIES.contains(sql.keyword(0))) {
      return;
    }
    for (int i = 0; i < sql.size(); i++) {
      if (sql.is(i, Token.Kind.STRING)) {
        refuseOurs(sql.string(i));
      }
    }
  }

  private boolean isOperator(int i) {
    return sql.keyword(i).equals("OPERATOR") && sql.isSymbol(i + 1, "(");
  }

  private boolean isChainStart(int i) {
    return sql.isName(i) && !sql.isSymbol(i - 1, ".");
  }

  /** {@code OPERATOR(pg_catalog.~)} is {@code ~}. */
  private int operator(int i) {
    int close = sql.closing(i + 1);
    int first = i + 2;
    while (sql.isName(first) && sql.isSymbol(first + 1, ".")) {
      first += 2;
    }
    if (close < sql.size() && first < close) {
      edits.replace(start(i), end(close), sql.slice(first, close));
    }
    return close + 1;
  }

  private int collate(int i) {
    int last = i + 1;
    while (sql.isSymbol(last + 1, ".") && sql.isName(last + 2)) {
      last += 2;
    }
    if (NO_COLLATION.contains(sql.name(last).toLowerCase(Locale.ROOT))) {
      edits.replace(start(i), end(last), "");
    }
    return last + 1;
  }

  /** Whether a type is named: after {@code ::}, or at the end of CAST. */
  private boolean isType(int i) {
    return sql.isSymbol(i - 1, "::") || CastRewriting.isCastType(sql, i);
  }

  /** The schema that is written before the last part; null for none, empty for one not ours. */
  private @Nullable String schema(int first, int last) {
    if (first == last) {
      return null;
    }
    String schema = sql.name(last - 2);
    return CatalogNames.isSchema(schema) ? schema.toLowerCase(Locale.ROOT) : "";
  }

  private void relation(int first, int last) throws Refused {
    String schema = schema(first, last);
    String written = sql.name(last);
    CatalogRelation relation = names.relation(schema, written);
    boolean hidden = schema == null && commonTables.contains(written.toLowerCase(Locale.ROOT));
    if (relation == null || hidden) {
      return;
    }
    if (sql.keyword(first - 2).equals("DELETE")) {
      throw new Refused(
          "42501", "permission denied: \"" + relation.name() + "\" is a system catalog");
    }
    catalog = true;
    String named = SCHEMA + relation.name();
    if (relation.name().equals("pg_settings")) {
      named = settings.relation(named);
      boolean aliased =
          sql.keyword(last + 1).equals("AS")
              || (sql.isName(last + 1) && !AFTER_RELATION.contains(sql.keyword(last + 1)));
      named += aliased ? "" : " AS pg_settings";
    }
    edits.replace(start(first), end(last), named);
    int alias = sql.keyword(last + 1).equals("AS") ? last + 2 : last + 1;
    boolean aliased = sql.isName(alias) && !AFTER_RELATION.contains(sql.keyword(alias));
    String alone = aliased ? sql.name(alias) : relation.name();
    aliases.put(alone.toLowerCase(Locale.ROOT), relation);
  }

  /** Columns that each table of PostgreSQL's has without naming them. */
  private void systemColumns() {
    for (int i = 2; i < sql.size(); i++) {
      String word = sql.name(i).toLowerCase(Locale.ROOT);
      boolean system = sql.isName(i) && SYSTEM_COLUMNS.contains(word) && sql.isSymbol(i - 1, ".");
      CatalogRelation of = system ? aliases.get(sql.name(i - 2).toLowerCase(Locale.ROOT)) : null;
      if (of != null) {
        String value = word.equals("tableoid") ? Integer.toString(of.oid()) : "0";
        edits.replace(start(i - 2), end(i), value + "::BIGINT");
      }
    }
  }

  private static final Set<String> AFTER_RELATION =
      Set.of(
          "WHERE",
          "ORDER",
          "GROUP",
          "JOIN",
          "LEFT",
          "RIGHT",
          "INNER",
          "CROSS",
          "FULL",
          "NATURAL",
          "LIMIT",
          "OFFSET",
          "UNION",
          "EXCEPT",
          "INTERSECT",
          "HAVING",
          "ON",
          "USING",
          "FETCH",
          "FOR",
          "WINDOW");

  /** A column may be written with its relation's schema, which DuckDB would not find there. */
  private void column(int first, int last) {
    for (int part = first; part + 2 <= last - 2; part += 2) {
      if (names.relation(sql.name(part), sql.name(part + 2)) != null) {
        edits.replace(start(first), start(part + 2), "");
        catalog = true;
        return;
      }
    }
  }

  private void call(int first, int last) throws Refused {
    String schema = schema(first, last);
    String called = sql.name(last).toLowerCase(Locale.ROOT);
    if ((schema != null && schema.isEmpty()) || isDefined(first)) {
      return;
    }
    if (sql.closing(last + 1) == sql.size()) {
      return;
    }
    switch (called) {
      case "format" -> {
        if (FormatCall.apply(sql, edits, first, last)) {
          return;
        }
      }
      case "current_setting", "set_config" -> {
        catalog |= settings.call(sql, edits, first, last);
        return;
      }
      default -> {}
    }
    String renamed = CatalogNames.RENAMED.get(called);
    if (names.isFunction(called)) {
      catalog = true;
      ours(first, last, called);
    } else if (renamed != null) {
      edits.replace(start(first), end(last), renamed);
    } else {
      catalog |= schema != null || CatalogNames.SHARED.contains(called);
      if (schema != null) {
        edits.replace(start(first), start(last), "");
      }
      if (COLUMN_FUNCTIONS.contains(called)) {
        seriesCalls.add(last);
      }
    }
  }

  /** Puts a call to our macro; one that gives rows makes a list there. */
  private void ours(int first, int last, String called) {
    boolean inFrom = isRelationPlace(first);
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
    edits.replace(start(first), end(last), before + SCHEMA + called);
    if (!after.isEmpty()) {
      edits.insert(end(close), after);
    }
    if (inFrom && rows) {
      nameColumn(close);
    }
  }

  /**
   * A function of several rows: in FROM its alias names its column, in a SELECT list DuckDB makes a
   * list of what PostgreSQL makes rows of.
   */
  private void series(int last) {
    int close = sql.closing(last + 1);
    int first = last;
    while (sql.isSymbol(first - 1, ".")) {
      first -= 2;
    }
    if (isRelationPlace(first)) {
      nameColumn(close);
      return;
    }
    SelectItem item = sql.item(first);
    boolean alone = item != null && item.from() == first && sql.clause(first) >= 0;
    if (alone && sql.keyword(last).equals("GENERATE_SERIES")) {
      edits.insert(start(last), "unnest(");
      edits.insert(end(close), ")");
    }
  }

  /** The alias of a function that gives one column is that column's name too. */
  private void nameColumn(int close) {
    int alias = close + 1;
    if (sql.keyword(alias).equals("WITH") && sql.keyword(alias + 1).equals("ORDINALITY")) {
      alias += 2;
    }
    if (sql.keyword(alias).equals("AS")) {
      alias++;
    }
    boolean names = sql.isName(alias) && !AFTER_RELATION.contains(sql.keyword(alias));
    if (names && !sql.isSymbol(alias + 1, "(")) {
      edits.insert(end(alias), "(" + sql.word(alias) + ")");
    }
  }

  /** Whether the name is one that the statement gives, as in CREATE FUNCTION. */
  private boolean isDefined(int i) {
    return switch (sql.keyword(i - 1)) {
      case "FUNCTION", "MACRO", "INTO", "TABLE", "INDEX", "VIEW", "AS", "EXISTS" ->
          !sql.keyword(i - 1).equals("AS") || sql.keyword(0).equals("CREATE");
      default -> false;
    };
  }

  /** Whether what begins at {@code i} is a relation by where it stands. */
  private boolean isRelationPlace(int i) {
    int place = i;
    while (sql.isSymbol(place - 1, "(")) { // Joined relations may stand in brackets.
      place--;
    }
    int before = place - 1;
    String word = sql.keyword(before);
    if (word.equals("FROM")) {
      int around = sql.around(place);
      return !sql.isDistinctFrom(before)
          && !(around > 0 && TAKES_FROM.contains(sql.keyword(around - 1)));
    }
    if (word.equals("TABLE")) { // TABLE t is a query; CREATE, DROP and ALTER TABLE are none.
      return before == 0 || BEFORE_QUERY.contains(sql.word(before - 1).toUpperCase(Locale.ROOT));
    }
    if (BEFORE_RELATION.contains(word)) {
      return true;
    }
    int clause = sql.isSymbol(before, ",") ? sql.clause(place) : -1;
    return clause >= 0 && FROM_CLAUSE.contains(sql.keyword(clause)) && !sql.isDistinctOn(clause);
  }

  private int start(int token) {
    return sql.token(token).start();
  }

  private int end(int token) {
    return sql.token(token).end();
  }

  /** Whether the token is a literal or a parameter: its own type is not known. */
  static boolean isUntyped(SqlTokens sql, int i) {
    return sql.is(i, Token.Kind.STRING) || sql.is(i, Token.Kind.PARAMETER);
  }
}
