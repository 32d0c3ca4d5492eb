/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.server.dialect;

import io.whatif.planner.sql.SelectItem;
import io.whatif.planner.sql.SqlTokens;
import io.whatif.planner.sql.TextEdits;
import io.whatif.planner.sql.Token;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gives the columns of a query on the catalog the names that PostgreSQL gives them. */
final class ResultNames {
  private static final String NONE = "?column?";
  private static final Set<String> QUERIES = Set.of("SELECT", "WITH");

  /** Words after which an operand stands, and no name of an item. */
  private static final Set<String> OPERATORS =
      Set.of(
          "AND",
          "AS",
          "BETWEEN",
          "COLLATE",
          "DATE",
          "DISTINCT",
          "ESCAPE",
          "FROM",
          "ILIKE",
          "IN",
          "INTERVAL",
          "IS",
          "LIKE",
          "NOT",
          "OR",
          "TIME",
          "TIMESTAMP",
          "TO");

  /** The last words of names of types. */
  private static final Set<String> TYPE_WORDS = Set.of("PRECISION", "VARYING", "ZONE");

  private final SqlTokens sql;
  private final TextEdits edits;
  private final Set<String> qualifiers;

  ResultNames(SqlTokens sql, TextEdits edits) {
    this.sql = sql;
    this.edits = edits;
    this.qualifiers = qualifiers(sql);
  }

  /**
   * Names those items of the outermost SELECT list that have no name yet.
   *
   * @return the items, none if the statement is no query
   */
  List<SelectItem> apply() {
    List<SelectItem> items = new ArrayList<>();
    if (!QUERIES.contains(sql.keyword(0))) {
      return items;
    }
    int select = 0;
    while (select < sql.size()
        && !(sql.keyword(select).equals("SELECT") && sql.around(select) < 0)) {
      select++;
    }
    int i = select + 1;
    if (sql.keyword(i).equals("DISTINCT") || sql.keyword(i).equals("ALL")) {
      i += sql.keyword(i + 1).equals("ON") ? 2 : 1;
      i = i > select + 2 ? sql.closing(i) + 1 : i;
    }
    while (i < sql.size()) {
      SelectItem item = sql.around(i) < 0 ? sql.item(i) : null;
      if (item == null || sql.clause(i) != select) {
        if (sql.around(i) < 0 && sql.keyword(i).equals("FROM")) {
          return items;
        }
        i++;
        continue;
      }
      if (item.to() > item.from()) {
        apply(item);
        items.add(item);
        group(item, items.size());
      }
      i = Math.max(item.to(), i) + 1;
    }
    return items;
  }

  /**
   * In GROUP BY and ORDER BY the name of an item comes before that of a relation, which DuckDB
   * takes for a whole row: the item's place says the same to both.
   */
  private void group(SelectItem item, int position) {
    int name = item.to() - 1;
    if (!sql.keyword(name - 1).equals("AS")
        || !qualifiers.contains(sql.name(name).toLowerCase(Locale.ROOT))) {
      return;
    }
    for (int i = item.to(); i < sql.size(); i++) {
      boolean alone = !sql.isSymbol(i - 1, ".") && !sql.isSymbol(i + 1, ".");
      boolean listed = sql.isSymbol(i - 1, ",") || sql.keyword(i - 1).equals("BY");
      boolean by =
          sql.around(i) < 0 && sql.clause(i) >= 0 && sql.keyword(sql.clause(i)).equals("BY");
      if (by && alone && listed && sql.isName(i) && sql.name(i).equalsIgnoreCase(sql.name(name))) {
        edits.replace(sql.start(i), sql.end(i), Integer.toString(position));
      }
    }
  }

  /** The names outside brackets that a column is qualified by. */
  private static Set<String> qualifiers(SqlTokens sql) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < sql.size() - 1; i++) {
      if (sql.isSymbol(i + 1, ".") && sql.around(i) < 0 && sql.isName(i)) {
        names.add(sql.name(i).toLowerCase(Locale.ROOT));
      }
    }
    return names;
  }

  private void apply(SelectItem item) {
    int last = item.to() - 1;
    vector(item);
    boolean bare = sql.is(last, Token.Kind.WORD);
    String lower = sql.name(last).toLowerCase(Locale.ROOT);
    if (bare && sql.keyword(last - 1).equals("AS")) {
      if (!lower.equals(sql.word(last))) { // A bare name is in lower case.
        edits.replace(sql.start(last), sql.end(last), quote(lower));
      }
      return;
    }
    if (sql.isName(last) && CatalogNames.isVector(lower)) {
      return;
    }
    String name = isNamed(item) ? null : name(item.from(), item.to());
    if (name == null && bare && isChain(item.from(), item.to()) && !lower.equals(sql.word(last))) {
      name = lower;
    }
    if (name != null) {
      edits.insert(item.endOffset(sql), " AS " + quote(name));
    }
  }

  /** A vector is shown with spaces between its numbers, as no array is. */
  private void vector(SelectItem item) {
    int end = item.from();
    while (sql.isSymbol(end + 1, ".") && end + 2 < item.to()) {
      end += 2;
    }
    boolean alone = end == item.to() - 1 || sql.keyword(end + 1).equals("AS");
    String name = sql.name(end).toLowerCase(Locale.ROOT);
    if (alone && sql.isName(end) && CatalogNames.isVector(name)) {
      edits.insert(sql.start(item.from()), "array_to_string(");
      boolean named = end < item.to() - 1;
      edits.insert(sql.end(end), ", ' ')" + (named ? "" : " AS " + quote(name)));
    }
  }

  private static String quote(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** Whether the item has a name; the rows that a function within it makes give it none. */
  private boolean isNamed(SelectItem item) {
    int open = item.from();
    while (open < item.to() && (sql.isName(open) || sql.isSymbol(open, "."))) {
      open++;
    }
    boolean call =
        open > item.from()
            && sql.isSymbol(open, "(")
            && sql.closing(open) == item.to() - 1
            && !sql.keyword(open - 1).equals("UNNEST")
            && !sql.keyword(open - 1).equals("COLUMNS");
    return !call && (item.isNamed(sql) || isAlias(item));
  }

  /** Whether the last word is a name that follows an operand: {@code t.a b}, {@code f(x) b}. */
  private boolean isAlias(SelectItem item) {
    int last = item.to() - 1;
    boolean names =
        last > item.from() && sql.isName(last) && !TYPE_WORDS.contains(sql.keyword(last));
    return names
        && !isConstant(last)
        && !sql.keyword(last).equals("END")
        && (sql.isName(last - 1) || sql.isClosing(last - 1))
        && !OPERATORS.contains(sql.keyword(last - 1));
  }

  /** The name of an expression, or null where DuckDB gives the same. */
  private @Nullable String name(int from, int to) {
    int end = to;
    int cast = lastCast(from, end);
    String type = null;
    while (cast > from) {
      type = type == null ? typeName(cast + 1, end) : type;
      end = cast;
      cast = lastCast(from, end);
    }
    boolean wasCast = type != null;
    if (isChain(from, end)) {
      boolean user = end == from + 1 && isUser(from);
      return wasCast || user ? sql.name(end - 1).toLowerCase(Locale.ROOT) : null;
    }
    if (end == from + 1 && wasCast) {
      return type;
    }
    if (sql.isSymbol(end - 1, "]") && sql.opening(end - 1) > from) {
      int before = sql.opening(end - 1);
      boolean wrapped = sql.isSymbol(from, "(") && sql.closing(from) == before - 1;
      return wrapped ? name(from + 1, before - 1) : name(from, before);
    }
    if (sql.keyword(from).equals("CASE") && sql.keyword(end - 1).equals("END")) {
      return caseName(from, end);
    }
    return bracketed(from, end, type);
  }

  /** The name of what ends in a bracket: a call, a subquery, an expression that was cast. */
  private @Nullable String bracketed(int from, int end, @Nullable String type) {
    int open = from;
    while (open < end && !sql.isOpening(open)) {
      open++;
    }
    String word = sql.keyword(from);
    if (open == end || sql.closing(open) != end - 1) {
      return NONE;
    }
    if (open == from) {
      SelectItem first = sql.keyword(from + 1).equals("SELECT") ? sql.item(from + 2) : null;
      if (first != null) {
        return first.isNamed(sql) ? sql.name(first.to() - 1) : nested(first);
      }
      return type == null ? NONE : type;
    }
    if (word.equals("CAST")) {
      return null;
    }
    if (isChain(from, open)) {
      return word.equals("TRIM") ? trimName(open) : sql.name(open - 1).toLowerCase(Locale.ROOT);
    }
    return NONE;
  }

  private String trimName(int open) {
    return switch (sql.keyword(open + 1)) {
      case "TRAILING" -> "rtrim";
      case "LEADING" -> "ltrim";
      default -> "btrim";
    };
  }

  /** CASE is named by what ELSE gives, where that has a name. */
  private String caseName(int from, int end) {
    int depth = 0;
    for (int i = end - 2; i > from; i--) {
      String word = sql.keyword(i);
      if (sql.isClosing(i) && sql.opening(i) > from) {
        i = sql.opening(i);
      } else if (word.equals("END")) {
        depth++;
      } else if (word.equals("CASE")) {
        depth--;
      } else if (depth == 0 && word.equals("ELSE")) {
        String name = isChain(i + 1, end - 1) ? sql.name(end - 2) : name(i + 1, end - 1);
        boolean typed = lastCast(i + 1, end - 1) > 0 && sql.is(i + 1, Token.Kind.STRING);
        return name == null || name.equals(NONE) || typed ? "case" : name;
      }
    }
    return "case";
  }

  private String nested(SelectItem item) {
    String name = name(item.from(), item.to());
    return name == null ? sql.name(item.to() - 1) : name;
  }

  private boolean isUser(int i) {
    return switch (sql.keyword(i)) {
      case "CURRENT_USER", "SESSION_USER", "CURRENT_ROLE" -> true;
      default -> false;
    };
  }

  /** The last {@code ::} outside brackets that only a type follows, or -1. */
  private int lastCast(int from, int to) {
    if (sql.keyword(to - 1).equals("END")) {
      return -1;
    }
    int i = to - 1;
    while (i > from && sql.isClosing(i) && sql.opening(i) > from) {
      i = sql.opening(i) - 1;
    }
    while (i > from && (sql.isName(i) || sql.isSymbol(i, "."))) {
      i--;
    }
    return i > from && sql.isSymbol(i, "::") ? i : -1;
  }

  private String typeName(int from, int to) {
    int last = from;
    while (last + 2 < to && sql.isSymbol(last + 1, ".") && sql.isName(last + 2)) {
      last += 2;
    }
    String name = sql.name(last).toLowerCase(Locale.ROOT);
    return switch (name) {
      case "int", "integer" -> "int4";
      case "bigint" -> "int8";
      case "boolean" -> "bool";
      default -> name;
    };
  }

  private boolean isChain(int from, int to) {
    for (int i = from; i < to; i++) {
      boolean odd = (i - from) % 2 == 1;
      if (odd ? !sql.isSymbol(i, ".") : !sql.isName(i) || isConstant(i)) {
        return false;
      }
    }
    return to > from && (to - from) % 2 == 1;
  }

  private boolean isConstant(int i) {
    return sql.is(i, Token.Kind.WORD)
        && switch (sql.keyword(i)) {
          case "NULL", "TRUE", "FALSE", "NOT" -> true;
          default -> false;
        };
  }
}
