/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.planner.sql.SelectItem;
import io.whatif.planner.sql.SqlTokens;
import io.whatif.planner.sql.TextEdits;
import io.whatif.planner.sql.Token;
import io.whatif.server.type.ColumnType;
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
  private static final Set<String> QUERIES =
      Set.of("SELECT", "WITH", "FROM", "VALUES", "INSERT", "UPDATE", "DELETE");

  private static final Set<String> USERS = Set.of("CURRENT_USER", "SESSION_USER", "CURRENT_ROLE");

  private static final Set<String> NO_COLLATION = Set.of("default", "c", "posix", "ucs_basic");

  private final SqlTokens sql;
  private final String user;
  private final TextEdits edits = new TextEdits();
  private final RelationRewriting relations;
  private final FunctionRewriting functions;

  /** Whether something of the catalog was named, not only the syntax of PostgreSQL used. */
  private boolean catalog;

  Rewriting(SqlTokens sql, CatalogNames names, SettingCalls settings, String user) {
    this.sql = sql;
    this.user = user;
    this.relations = new RelationRewriting(sql, edits, names, settings);
    this.functions = new FunctionRewriting(sql, edits, names, settings);
  }

  /** The statement to run, and what is known of its columns. */
  Reading.Run run() throws Refused {
    refuseCommands();
    int i = 0;
    while (i < sql.size()) {
      i = isOperator(i) ? operator(i) : isNameStart(i) ? name(i) : i + 1;
    }
    catalog |= new CastRewriting(sql, edits).apply();
    relations.systemColumns();
    if (catalog) {
      functions.series();
    }
    ArrayLiterals.apply(sql, edits, catalog);
    List<@Nullable ColumnType> types = List.of();
    if (catalog) {
      List<SelectItem> items = new ResultNames(sql, edits).apply();
      types = new ResultTypes(sql, relations.read()).of(items);
    }
    String text = edits.isEmpty() ? sql.text() : edits.applied(sql.text());
    return new Reading.Run(text, types, Map.of());
  }

  /** The name that begins at {@code i}, with all its parts; gives the token after it. */
  private int name(int i) throws Refused {
    int last = sql.lastPart(i);
    for (int part = i; part <= last; part += 2) {
      refuseOurs(sql.name(part));
    }
    if (isType(i)) {
      return last + 1; // CastRewriting looks at these.
    }
    if (sql.isSymbol(last + 1, "(")) {
      catalog |= functions.call(i, last);
      return last + 1;
    }
    if (sql.keyword(i).equals("COLLATE") && sql.isName(i + 1)) {
      return collate(i);
    }
    if (i == last && USERS.contains(sql.keyword(i)) && !sql.keyword(i - 1).equals("AS")) {
      catalog = true;
      edits.replace(sql.start(i), sql.end(i), CausalFunctionRows.quote(user));
    } else {
      catalog |=
          RelationPlace.begins(sql, i) ? relations.relation(i, last) : relations.column(i, last);
    }
    if (CatalogNames.isVector(sql.name(last)) && sql.isSymbol(last + 1, "[")) {
      subscript(last + 1);
    }
    return last + 1;
  }

  /** Counts from 1; a bracket that is never closed is for DuckDB to refuse. */
  private void subscript(int open) {
    int close = sql.closing(open);
    if (close < sql.size()) {
      edits.insert(sql.end(open), "(");
      edits.insert(sql.start(close), ") + 1");
    }
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

  private boolean isNameStart(int i) {
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
      edits.replace(sql.start(i), sql.end(close), sql.slice(first, close));
    }
    return close + 1;
  }

  private int collate(int i) {
    int last = sql.lastPart(i + 1);
    if (NO_COLLATION.contains(sql.name(last).toLowerCase(Locale.ROOT))) {
      edits.replace(sql.start(i), sql.end(last), "");
    }
    return last + 1;
  }

  /** Whether a type is named: after {@code ::}, or at the end of CAST. */
  private boolean isType(int i) {
    return sql.isSymbol(i - 1, "::") || CastRewriting.isCastType(sql, i);
  }
}
