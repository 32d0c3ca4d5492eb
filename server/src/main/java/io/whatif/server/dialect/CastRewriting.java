/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.planner.sql.SelectItem;
import io.whatif.planner.sql.SqlTokens;
import io.whatif.planner.sql.TextEdits;
import io.whatif.planner.sql.Token;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Casts to types that DuckDB has not. An object's number cast to regclass is its name where it is
 * shown, and stays the number where it is compared; a name cast to regclass is the number.
 */
final class CastRewriting {
  /** What has the values of PostgreSQL's type in DuckDB. */
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("name", "VARCHAR"),
          Map.entry("pg_node_tree", "VARCHAR"),
          Map.entry("aclitem", "VARCHAR"),
          Map.entry("inet", "VARCHAR"),
          Map.entry("cidr", "VARCHAR"),
          Map.entry("citext", "VARCHAR"),
          Map.entry("cstring", "VARCHAR"),
          Map.entry("unknown", "VARCHAR"),
          Map.entry("sql_identifier", "VARCHAR"),
          Map.entry("character_data", "VARCHAR"),
          Map.entry("yes_or_no", "VARCHAR"),
          Map.entry("cardinal_number", "INTEGER"),
          Map.entry("xid", "BIGINT"),
          Map.entry("cid", "BIGINT"),
          Map.entry("int2vector", "SMALLINT[]"),
          Map.entry("oidvector", "BIGINT[]"),
          Map.entry("jsonb", "JSON"));

  /** The macros that give a number for a name and a name for a number. */
  private record Names(String toNumber, String toName) {}

  private static final Map<String, Names> OBJECTS =
      Map.of(
          "regclass", new Names("whatif_regclass", "whatif_class_name"),
          "regtype", new Names("whatif_regtype", "whatif_regtype_name"),
          "regproc", new Names("whatif_regproc", "whatif_proc_name"),
          "regprocedure", new Names("whatif_regproc", "whatif_proc_name"),
          "regnamespace", new Names("whatif_regnamespace", "whatif_schema_name"),
          "regrole", new Names("to_regrole", "pg_get_userbyid"));

  private static final Set<String> TEXTS = Set.of("text", "varchar", "name", "character");

  /** What ends an expression of a SELECT list. */
  private static final Set<String> ENDS = Set.of("AS", "FROM", "ASC", "DESC", "");

  private final SqlTokens sql;
  private final TextEdits edits;

  /** Where the operand of each cast begins, by its sign; filled from left to right. */
  private final Map<Integer, Integer> operands = new HashMap<>();

  CastRewriting(SqlTokens sql, TextEdits edits) {
    this.sql = sql;
    this.edits = edits;
  }

  /** Whether the token is the type that CAST names. */
  static boolean isCastType(SqlTokens sql, int i) {
    int around = sql.around(i);
    return sql.keyword(i - 1).equals("AS")
        && around > 0
        && (sql.keyword(around - 1).equals("CAST") || sql.keyword(around - 1).equals("TRY_CAST"));
  }

  /** Whether an object of the catalog was named. */
  boolean apply() {
    boolean objects = false;
    for (int i = 0; i < sql.size(); i++) {
      if (sql.isSymbol(i, "::") && sql.isName(i + 1)) {
        operand(i - 1);
        objects |= cast(i, i + 1);
      } else if (sql.isName(i) && isCastType(sql, i)) {
        objects |= cast(i - 1, i);
      }
    }
    return objects;
  }

  /** The cast whose {@code ::} or AS is at {@code sign}, and its type at {@code first}. */
  private boolean cast(int sign, int first) {
    int last = sql.lastPart(first);
    String type = sql.name(last).toLowerCase(Locale.ROOT);
    Names object = OBJECTS.get(type);
    if (object != null && !sql.isSymbol(last + 1, "[")) {
      return object(sign, last, object);
    }
    int close = sql.isSymbol(last + 1, "[") ? sql.closing(last + 1) : sql.size();
    boolean list = type.equals("regtype") && close < sql.size();
    if (list && sql.isSymbol(sign, "::") && operand(sign - 1) >= 0) {
      edits.insert(sql.start(operand(sign - 1)), "list_transform(");
      String each = ", lambda w_x: " + CatalogScript.inCatalog("whatif_builtin_name") + "(w_x))";
      edits.replace(sql.start(sign), sql.end(close), each);
      return true;
    }
    String ours = object == null ? TYPES.get(type) : "BIGINT";
    if (TEXTS.contains(type) && sql.isSymbol(sign, "::") && isVector(sign - 1)) {
      edits.insert(sql.start(operand(sign - 1)), "array_to_string(");
      edits.replace(sql.start(sign), sql.end(last), ", ' ')");
      return true;
    }
    boolean ofCatalog = last > first && CatalogNames.isSchema(sql.name(last - 2));
    if (ours != null && (first == last || ofCatalog)) {
      edits.replace(sql.start(first), sql.end(last), ours);
    } else if (ofCatalog) {
      edits.replace(sql.start(first), sql.start(last), "");
    }
    return false;
  }

  private boolean isVector(int i) {
    return sql.isName(i) && CatalogNames.isVector(sql.name(i));
  }

  private boolean object(int sign, int last, Names object) {
    boolean cast = !sql.isSymbol(sign, "::");
    int operand = cast ? sql.around(sign) + 1 : operand(sign - 1);
    if (operand < 0) {
      return false;
    }
    int after = cast ? sql.closing(sql.around(sign)) + 1 : last + 1;
    String macro = isShown(operand, after) ? object.toName() : object.toNumber();
    boolean named = macro.equals(object.toName()) && operand == sign - 1;
    String opening = CatalogScript.inCatalog(macro) + "(";
    String closing = ")";
    if (named && isUntyped(operand)) { // It may be a name or a number.
      opening += CatalogScript.inCatalog(object.toNumber()) + "(";
      closing += ")";
    }
    if (cast) {
      edits.replace(sql.start(operand - 2), sql.end(operand - 1), opening);
      edits.replace(sql.start(sign), sql.end(last), closing.substring(1));
    } else {
      edits.insert(sql.start(operand), opening);
      edits.replace(sql.start(sign), sql.end(last), closing);
    }
    return true;
  }

  /** Whether the token is a literal or a parameter: its own type is not known. */
  private boolean isUntyped(int i) {
    return sql.is(i, Token.Kind.STRING) || sql.is(i, Token.Kind.PARAMETER);
  }

  /** Whether the value is given to the client, or made a text: it is a name then. */
  private boolean isShown(int operand, int after) {
    if (sql.isSymbol(after, "::")) {
      int type = sql.lastPart(after + 1);
      return TEXTS.contains(sql.name(type).toLowerCase(Locale.ROOT));
    }
    if (sql.isSymbol(after, "||") || sql.isSymbol(operand - 1, "||")) {
      return true;
    }
    SelectItem item = sql.item(operand);
    boolean begins =
        item != null && item.from() == operand && sql.around(operand) == sql.around(item.from());
    boolean ends = sql.isSymbol(after, ",") || ENDS.contains(sql.keyword(after));
    return begins
        && ends
        && (after == sql.size()
            || !sql.is(after, Token.Kind.SYMBOL)
            || sql.isSymbol(after, ",")
            || sql.isClosing(after));
  }

  /** The first token of the operand that ends at {@code end}, or -1. */
  private int operand(int end) {
    int i = first(end);
    if (i >= 2 && sql.isSymbol(i - 1, "::")) { // Of a cast that stands before: x::a::b.
      i = operands.computeIfAbsent(i - 1, sign -> first(sign - 1));
    }
    operands.put(end + 1, i);
    return i;
  }

  /** The first token of the name, literal, call or bracket that ends at {@code end}, or -1. */
  private int first(int end) {
    int i = end;
    if (sql.isClosing(i)) {
      i = sql.opening(i);
      if (i < 0 || !sql.isName(i - 1) || isKeyword(i - 1)) {
        return i;
      }
      i--;
    }
    while (sql.isName(i) && sql.isSymbol(i - 1, ".") && i >= 2) {
      i -= 2;
    }
    return i;
  }

  private boolean isKeyword(int i) {
    String word = sql.keyword(i);
    return switch (word) {
      case "SELECT",
          "AND",
          "OR",
          "NOT",
          "IN",
          "WHERE",
          "ON",
          "WHEN",
          "THEN",
          "ELSE",
          "VALUES",
          "BY",
          "FROM" ->
          true;
      default -> false;
    };
  }
}
