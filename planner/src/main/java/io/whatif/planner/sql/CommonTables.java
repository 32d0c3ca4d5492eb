/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where a statement can take a common table that several of its calls read: at the beginning of the
 * innermost query that holds them all, in its WITH clause if it has one. There every name in the
 * common table's text must mean what it means at each call; where that is not plain there is no
 * place.
 */
public final class CommonTables {
  private static final Set<String> QUERY = Set.of("SELECT", "FROM", "WITH");

  /** First words of statements of which the first query at the top is the main one. */
  private static final Set<String> HOLDS_QUERY =
      Set.of("SELECT", "FROM", "WITH", "INSERT", "CREATE");

  private final SqlTokens sql;
  private final List<CallPlace> calls;
  private final Set<String> names;

  /**
   * A place for tables in a statement.
   *
   * @param offset where in the text they are inserted
   * @param before what comes before their definitions
   * @param after what comes after them
   */
  public record Insertion(int offset, String before, String after) {
    /** The text to insert. */
    public String text(String definitions) {
      return before + definitions + after;
    }
  }

  /** An entry of a WITH clause: its name, and the tokens from its name to its closing bracket. */
  private record Entry(String name, int from, int to) {}

  private CommonTables(List<CallPlace> calls, String text) {
    this.sql = calls.get(0).sql();
    this.calls = calls;
    this.names = names(text);
  }

  /**
   * The place for a table of the query {@code text} that all {@code calls} read, all of them in one
   * text.
   */
  public static Optional<Insertion> place(List<CallPlace> calls, String text) {
    return new CommonTables(calls, text).place();
  }

  private static Set<String> names(String text) {
    SqlTokens tokens = new SqlTokens(text);
    Set<String> names = new HashSet<>();
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.isName(i)) {
        names.add(tokens.name(i).toLowerCase(Locale.ROOT));
      }
    }
    return names;
  }

  private Optional<Insertion> place() {
    List<List<Integer>> brackets = calls.stream().map(c -> enclosing(c.site().name())).toList();
    List<Integer> common = new ArrayList<>(brackets.get(0));
    for (List<Integer> other : brackets) {
      common.retainAll(other);
    }
    for (int i = common.size() - 1; i >= 0; i--) {
      int start = start(common.get(i));
      if (start >= 0) {
        int outer = common.get(i);
        boolean hidden =
            brackets.stream()
                .anyMatch(b -> b.stream().anyMatch(open -> open > outer && redefines(open)));
        return hidden ? Optional.empty() : at(start);
      }
    }
    return Optional.empty();
  }

  /** The opening brackets around a token, from the outermost; -1, the text itself, comes first. */
  private List<Integer> enclosing(int token) {
    List<Integer> open = new ArrayList<>(List.of(-1));
    for (int i = 0; i < token; i++) {
      if (sql.isOpening(i)) {
        open.add(i);
      } else if (sql.isClosing(i) && open.size() > 1) {
        open.remove(open.size() - 1);
      }
    }
    return open;
  }

  /** The first token of the query in the bracket {@code open}, or -1. */
  private int start(int open) {
    if (open >= 0) {
      return QUERY.contains(sql.keyword(open + 1)) ? open + 1 : -1;
    }
    int first = 0;
    if (sql.keyword(0).equals("EXPLAIN")) {
      first = sql.isSymbol(1, "(") ? sql.closing(1) + 1 : 1;
      first += sql.keyword(first).equals("ANALYZE") ? 1 : 0;
    } else if (sql.keyword(0).equals("PREPARE")) {
      while (first < sql.size() && !sql.keyword(first).equals("AS")) {
        first++;
      }
      first++;
    }
    if (!HOLDS_QUERY.contains(sql.keyword(first))) {
      return -1;
    }
    int depth = 0;
    for (int i = first; i < sql.size(); i++) {
      if (sql.isOpening(i)) {
        depth++;
      } else if (sql.isClosing(i)) {
        depth--;
      } else if (depth == 0 && QUERY.contains(sql.keyword(i))) {
        return i;
      }
    }
    return -1;
  }

  /** Whether a WITH clause at the beginning of the bracket gives one of the names a meaning. */
  private boolean redefines(int open) {
    return sql.keyword(open + 1).equals("WITH")
        && entries(open + 1).stream().anyMatch(e -> names.contains(e.name()));
  }

  private Optional<Insertion> at(int start) {
    if (!sql.keyword(start).equals("WITH")) {
      return Optional.of(new Insertion(sql.token(start).start(), "WITH ", "\n"));
    }
    List<Entry> entries = entries(start);
    int first = calls.get(0).site().name();
    for (int e = 0; e < entries.size(); e++) {
      if (first < entries.get(e).to()) {
        boolean later =
            entries.subList(e, entries.size()).stream().anyMatch(x -> names.contains(x.name()));
        return later
            ? Optional.empty()
            : Optional.of(new Insertion(sql.token(entries.get(e).from()).start(), "", ",\n"));
      }
    }
    return entries.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Insertion(sql.token(entries.get(entries.size() - 1).to()).end(), ",\n", ""));
  }

  /** The entries of the WITH clause at token {@code with}. */
  private List<Entry> entries(int with) {
    List<Entry> entries = new ArrayList<>();
    int i = with + 1;
    if (sql.keyword(i).equals("RECURSIVE")) {
      i++;
    }
    while (sql.isName(i)) {
      int from = i++;
      while (i < sql.size() && !sql.keyword(i).equals("AS")) {
        i = sql.isOpening(i) ? sql.closing(i) + 1 : i + 1;
      }
      while (i < sql.size() && !sql.isOpening(i)) {
        i++;
      }
      int to = sql.closing(i);
      if (to >= sql.size()) {
        return entries;
      }
      entries.add(new Entry(sql.name(from).toLowerCase(Locale.ROOT), from, to));
      i = to + 1;
      if (!sql.isSymbol(i, ",")) {
        return entries;
      }
      i++;
    }
    return entries;
  }
}
