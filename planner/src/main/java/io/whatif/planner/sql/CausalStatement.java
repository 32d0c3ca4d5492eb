/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import io.whatif.data.ErrorCode;
import io.whatif.data.WhatifException;
import io.whatif.duckdb.CausalCall;
import io.whatif.duckdb.SqlText;
import io.whatif.function.FunctionDescriptor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A statement, and how its causal calls are replaced. Calls within calls are replaced from the
 * inside out; all other text stays as it is, but for {@code ?}, which get their numbers so that a
 * parameter keeps its place when a call's text moves.
 */
public final class CausalStatement {
  /** How long the text of an item around a subquery may be to be its name. */
  private static final int LONGEST_NAME = 1000;

  private static final Set<String> AFTER_RELATION =
      Set.of(
          "ANTI",
          "ASOF",
          "CROSS",
          "EXCEPT",
          "FULL",
          "GROUP",
          "HAVING",
          "INNER",
          "INTERSECT",
          "JOIN",
          "LEFT",
          "LIMIT",
          "NATURAL",
          "OFFSET",
          "ON",
          "ORDER",
          "POSITIONAL",
          "QUALIFY",
          "RETURNING",
          "RIGHT",
          "SELECT",
          "SEMI",
          "SET",
          "UNION",
          "USING",
          "WHEN",
          "WHERE",
          "WINDOW");

  /** How deep calls may stand within each other: a relation's text stands twice in its query. */
  private static final int MAX_DEPTH = 10;

  private final SqlTokens sql;
  private final boolean causal;

  private CausalStatement(SqlTokens sql, boolean causal) {
    this.sql = sql;
    this.causal = causal;
  }

  /** Reads one statement. */
  public static CausalStatement of(String text) {
    if (!mentionsFunction(text)) {
      return new CausalStatement(new SqlTokens(text), false);
    }
    SqlTokens sql = new SqlTokens(text);
    if (new CallFinder(sql).sites().isEmpty()) {
      return new CausalStatement(sql, false);
    }
    return new CausalStatement(new SqlTokens(numbered(sql)), true);
  }

  /** Whether what may be a call of a function occurs anywhere in {@code text}; cheap. */
  public static boolean mentionsFunction(String text) {
    return Mentions.ofFunction(text);
  }

  /** Whether it has a causal call. */
  public boolean isCausal() {
    return causal;
  }

  /** What kind of statement it is. */
  public StatementKind kind() {
    return new StatementKind(sql);
  }

  /** Writes the SQL that stands in the place of the calls of one text. */
  public interface Writer {
    /**
     * Replaces calls.
     *
     * @param calls the outermost of one text, in the order they stand; calls within them are
     *     replaced already
     */
    Replacement replace(List<PlacedCall> calls);

    /** The text of a file that an argument names. */
    default String file(String path) {
      throw new WhatifException(
          ErrorCode.BAD_STATEMENT, "spec_file => '%s': no file can be read here.".formatted(path));
    }

    /** Replaces each call by itself. */
    static Writer each(Function<CausalCall, String> table, Function<ScoreCall, String> score) {
      return calls ->
          new Replacement(
              calls.stream()
                  .map(
                      call ->
                          call.score() != null
                              ? score.apply(call.score())
                              : table.apply(Objects.requireNonNull(call.table())))
                  .toList(),
              Map.of(),
              false);
    }
  }

  /**
   * A call, and where it stands.
   *
   * @param table the call of a table function, or null
   * @param score the call of a scoring function, or null
   */
  public record PlacedCall(
      CallPlace place, @Nullable CausalCall table, @Nullable ScoreCall score) {}

  /**
   * What stands in the place of calls.
   *
   * @param calls one text for each, in order
   * @param tables further texts, and where they are inserted
   * @param namesItems whether items of SELECT lists around scores are to be named by their text
   */
  public record Replacement(
      List<String> calls, Map<CommonTables.Insertion, String> tables, boolean namesItems) {}

  /**
   * The statement with each call replaced by what {@code writer} makes of it.
   *
   * @throws WhatifException on the first mistake in a call
   */
  public String write(Writer writer) {
    return causal ? write(sql, writer) : sql.text();
  }

  private static String write(SqlTokens sql, Writer writer) {
    UnaryOperator<String> inner = text -> write(new SqlTokens(text), writer);
    CausalCallParser tables = new CausalCallParser(sql, inner, writer::file);
    ScoreCallParser scores = new ScoreCallParser(sql, inner);
    List<PlacedCall> calls = new ArrayList<>();
    for (CallFinder.Site site : new CallFinder(sql).sites()) {
      checkPlace(site);
      boolean scalar = site.function().isScalar();
      calls.add(
          new PlacedCall(
              new CallPlace(sql, site),
              scalar ? null : tables.parse(site),
              scalar ? scores.parse(site) : null));
    }
    if (calls.isEmpty()) {
      return sql.text();
    }
    Replacement replacement = writer.replace(calls);
    TextEdits edits = new TextEdits();
    replacement.tables().forEach((at, text) -> edits.insert(at.offset(), at.text(text)));
    for (int i = 0; i < calls.size(); i++) {
      replace(sql, calls.get(i).place().site(), replacement.calls().get(i), edits);
    }
    if (replacement.namesItems()) {
      name(sql, calls, edits);
    }
    return edits.applied(sql.text());
  }

  /**
   * Names the items of SELECT lists that hold a score, or a call in a subquery, and have no name of
   * the user's. Of subqueries in subqueries long texts are left as they are: their names would be
   * as long as all of them together.
   */
  private static void name(SqlTokens sql, List<PlacedCall> calls, TextEdits edits) {
    Set<SelectItem> items = new LinkedHashSet<>();
    for (PlacedCall call : calls) {
      CallFinder.Site site = call.place().site();
      SelectItem item = sql.item(site.name());
      if (item != null && call.score() != null) {
        if (!isUnnamedItem(sql, site)) {
          items.add(item);
        }
        item = outer(sql, item);
      }
      while (item != null && item.length(sql) <= LONGEST_NAME && items.add(item)) {
        item = outer(sql, item);
      }
    }
    for (SelectItem item : items) {
      if (!item.isNamed(sql)) {
        edits.insert(item.endOffset(sql), " AS " + SqlText.quote(item.text(sql)));
      }
    }
  }

  /** The item of a SELECT list around the subquery that an item stands in, or null. */
  private static @Nullable SelectItem outer(SqlTokens sql, @Nullable SelectItem item) {
    int around = item == null ? -1 : sql.around(item.from());
    return around < 0 ? null : sql.item(around);
  }

  private static void replace(SqlTokens sql, CallFinder.Site site, String text, TextEdits edits) {
    int end = sql.token(site.close()).end();
    String alias = " AS " + site.function().name();
    if (site.function().isScalar()) {
      edits.replace(
          sql.token(site.name()).start(), end, isUnnamedItem(sql, site) ? text + alias : text);
      return;
    }
    boolean call = sql.keyword(site.name() - 1).equals("CALL");
    edits.replace(
        sql.token(call ? site.name() - 1 : site.name()).start(),
        end,
        (call ? "FROM " : "") + text + (hasAlias(sql, site.close() + 1) ? "" : alias));
  }

  private static void checkPlace(CallFinder.Site site) {
    FunctionDescriptor function = site.function();
    if (function.isScalar() && site.asRelation()) {
      throw new WhatifException(
          ErrorCode.BAD_STATEMENT,
          "%s: gives one value for each row and cannot stand in FROM. Write SELECT %s('model', ...) FROM name."
              .formatted(function.name(), function.name()));
    }
    if (!function.isScalar() && !site.asRelation()) {
      throw new WhatifException(
          ErrorCode.BAD_STATEMENT,
          "%s: gives rows and stands in FROM. Write SELECT * FROM %s(...)."
              .formatted(function.name(), function.name()));
    }
  }

  /** Whether the relation before token {@code next} has a name of the user's. */
  static boolean hasAlias(SqlTokens sql, int next) {
    String word = sql.keyword(next);
    return sql.isName(next) && !AFTER_RELATION.contains(word);
  }

  /** Whether the call is an item of a SELECT list by itself; it is named by its function then. */
  private static boolean isUnnamedItem(SqlTokens sql, CallFinder.Site site) {
    return new SelectItem(site.name(), site.close() + 1).equals(sql.item(site.name()));
  }

  /**
   * The text with numbers for its {@code ?}, and space where a number or what takes the place of a
   * call would grow together with a word.
   */
  private static String numbered(SqlTokens sql) {
    BitSet calls = calls(sql);
    StringBuilder out = new StringBuilder();
    int position = 0;
    int parameters = 0;
    for (int i = 0; i < sql.size(); i++) {
      Token token = sql.token(i);
      if (sql.is(i, Token.Kind.PARAMETER) && sql.word(i).equals("?")) {
        boolean joins = sql.isWordPart(token.start() - 1);
        out.append(sql.text(), position, token.start()).append(joins ? " $" : "$");
        out.append(++parameters);
        position = token.end();
      } else if (calls.get(i) && sql.isName(i) && sql.isWordPart(token.start() - 1)) {
        out.append(sql.text(), position, token.start()).append(' ');
        position = token.start();
      } else if (calls.get(i) && !sql.isName(i) && !sql.endsAt(token.end())) {
        out.append(sql.text(), position, token.end()).append(' ');
        position = token.end();
      }
    }
    return out.append(sql.text(), position, sql.text().length()).toString();
  }

  /** The first and last tokens of calls; checks how deep they stand within each other. */
  private static BitSet calls(SqlTokens sql) {
    BitSet calls = new BitSet();
    Deque<Integer> open = new ArrayDeque<>();
    for (CallFinder.Site site : new CallFinder(sql).everySite()) {
      while (!open.isEmpty() && open.peek() < site.name()) {
        open.pop();
      }
      open.push(site.close());
      calls.set(site.name());
      calls.set(site.close());
      if (open.size() > MAX_DEPTH) {
        throw new WhatifException(
            ErrorCode.BAD_STATEMENT,
            String.format(
                Locale.ROOT,
                "%s: calls stand more than %d deep within each other. Put the inner ones in a common table or a table.",
                site.function().name(),
                MAX_DEPTH));
      }
    }
    return calls;
  }
}
