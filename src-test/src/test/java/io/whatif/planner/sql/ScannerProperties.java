/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.whatif.data.WhatifException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every text whatever, SQL or not. */
final class ScannerProperties {
  /** Stands for a call that was replaced; no generated text holds it. */
  private static final String MARK = "\ue000";

  private static final String ROLES = "outcome => 'y', treatment => 'd'";

  private static final List<String> CALLS =
      List.of(
          "cate_effect('m', a)",
          "CATE_EFFECT ( 'm' /* ) */ , f(a, ')') )",
          "\"cate_effect\"('m', ?)",
          "cate_models()",
          "cate_models( )x",
          "CALL cate_drop('m')",
          "dml_summary(TABLE t, " + ROLES + ")",
          "dml_summary((SELECT * FROM t WHERE a = '(' AND b = ?), " + ROLES + ")",
          "dml_summary((FROM (FROM dml_summary('m'))), " + ROLES + ", level => ?)",
          "propensity_trim($$t$$, treatment => d, controls => ['a', \"b\"])",
          "dml_summary('m', level => $1) AS s(a, b)");

  private static final List<String> FRAGMENTS =
      List.of(
          "SELECT",
          "FROM",
          "WHERE",
          "JOIN",
          "ON",
          ",",
          ".",
          ";",
          "::",
          "=>",
          ":=",
          "=",
          "*",
          "AS",
          "WITH",
          "x",
          "t",
          "\"q\"",
          "(",
          ")",
          "[",
          "]",
          "{",
          "}",
          "'",
          "''",
          "'a'",
          "\"",
          "\"\"",
          "e'",
          "E'\\''",
          "x'",
          "$$",
          "$a$",
          "$1",
          "$",
          "?",
          "?1",
          "--",
          "\n",
          "\r",
          "/*",
          "*/",
          "/",
          "//*",
          "->>",
          "- -",
          "1",
          "1.5e-3",
          ".5",
          "1_0",
          "cate_effect",
          "cate_effect(",
          "cate_fit(",
          "dml_summary",
          "dml_summary((",
          "'cate_effect(1)'",
          "/*cate_effect(1)*/",
          "UNION ALL",
          "DISTINCT ON",
          "EXTRACT(year FROM",
          "IS DISTINCT FROM",
          "CREATE MACRO f(a) AS",
          "CALL",
          "LIMIT",
          "ARRAY[",
          "COLUMNS('",
          "*COLUMNS(",
          "\u00a0",
          "\u200d",
          "e\u0301",
          "😀",
          "ü",
          "\ud83d",
          "\ufeff",
          "\t",
          " ",
          "  ",
          "\u0001",
          "\\",
          "İ",
          "ſelect");

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> characters =
        Arbitraries.strings().all().excludeChars(MARK.charAt(0), '\0').ofMaxLength(4);
    Arbitrary<String> part =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(3, Arbitraries.of(CALLS)),
            net.jqwik.api.Tuple.of(8, Arbitraries.of(FRAGMENTS)),
            net.jqwik.api.Tuple.of(1, characters));
    Arbitrary<String> space = Arbitraries.of("", " ", " ", " ", "\n");
    return net.jqwik.api.Combinators.combine(part, space)
        .as(String::concat)
        .list()
        .ofMaxSize(16)
        .map(parts -> String.join("", parts));
  }

  /** The statement with its calls marked, or empty if one of them holds a mistake. */
  private static Optional<String> marked(String text) {
    return assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          try {
            return Optional.of(
                CausalStatement.of(text)
                    .write(CausalStatement.Writer.each(call -> MARK, call -> MARK)));
          } catch (WhatifException mistake) {
            assertThat(mistake.message()).isNotBlank();
            return Optional.empty();
          }
        });
  }

  @Property(tries = 3000, seed = "7")
  void tokensFollowEachOtherAndLeaveOutOnlySpaceAndComments(@ForAll("texts") String text) {
    int end = 0;
    for (Token token : Lexer.tokens(text)) {
      assertThat(token.start()).isGreaterThanOrEqualTo(end);
      assertThat(token.end()).isGreaterThan(token.start()).isLessThanOrEqualTo(text.length());
      assertNoToken(text.substring(end, token.start()));
      end = token.end();
    }
    assertNoToken(text.substring(end));
  }

  private static void assertNoToken(String between) {
    boolean comment = between.contains("--") || between.contains("/*");
    assertThat(comment || between.chars().allMatch(c -> Lexer.isSpace((char) c)))
        .as("<%s>", between)
        .isTrue();
  }

  @Property(tries = 3000, seed = "7")
  void aScriptReadByLinesIsCompleteWhereItIsAsAWhole(@ForAll("texts") String text) {
    GrowingScript growing = new GrowingScript();
    for (int start = 0; start < text.length(); ) {
      int newline = text.indexOf('\n', start);
      int end = newline < 0 ? text.length() : newline + 1;
      growing.add(text.substring(start, end));
      SqlTokens whole = new SqlTokens(text.substring(0, end));
      boolean ended = whole.size() == 0 || whole.isSymbol(whole.size() - 1, ";");
      assertThat(growing.isComplete()).as(whole.text()).isEqualTo(ended && whole.open().isEmpty());
      start = end;
    }
    assertThat(growing.take()).isEqualTo(text);
  }

  @Property(tries = 3000, seed = "7")
  void statementsOfAScriptKeepTheirTextAndOrder(@ForAll("texts") String text) {
    int from = 0;
    for (String statement : Script.statements(text)) {
      int at = text.indexOf(statement, from);
      assertThat(at).isGreaterThanOrEqualTo(from);
      from = at + statement.length();
    }
  }

  @Property(tries = 10_000, seed = "7")
  void textOutsideOfCallsStaysAsItIs(@ForAll("texts") String text) {
    Optional<String> written = marked(text);
    if (written.isEmpty()) {
      return;
    }
    SqlTokens sql = new SqlTokens(text);
    List<CallFinder.Site> sites = new CallFinder(sql).sites();
    if (sites.isEmpty()) {
      assertThat(written).contains(text);
      return;
    }
    CallFinder.Site first = sites.get(0);
    CallFinder.Site last = sites.get(sites.size() - 1);
    boolean called = sql.keyword(first.name() - 1).equals("CALL");
    int begin = sql.token(called ? first.name() - 1 : first.name()).start();
    assertThat(numberless(written.get()))
        .startsWith(numberless(text.substring(0, begin)))
        .endsWith(numberless(text.substring(sql.token(last.close()).end())));
    assertThat(kept(written.get(), sql, sites)).isEqualTo(expected(sql, sites));
  }

  /** Parameters without their numbers, and all without the space that may stand before them. */
  private static String numberless(String text) {
    return text.replaceAll("\\$\\d+|\\?\\d*", "?").replace(" ", "");
  }

  private static List<String> expected(SqlTokens sql, List<CallFinder.Site> sites) {
    List<String> words = new ArrayList<>();
    int from = 0;
    for (CallFinder.Site site : sites) {
      for (int i = from; i < site.name(); i++) {
        boolean call = i == site.name() - 1 && sql.keyword(i).equals("CALL");
        words.add(call ? "FROM" : numberless(sql.word(i)));
      }
      words.add(MARK);
      from = site.close() + 1;
    }
    for (int i = from; i < sql.size(); i++) {
      words.add(numberless(sql.word(i)));
    }
    return words;
  }

  /** The tokens of the written statement, without the aliases it was given. */
  private static List<String> kept(String written, SqlTokens sql, List<CallFinder.Site> sites) {
    SqlTokens tokens = new SqlTokens(written);
    List<String> words = new ArrayList<>();
    int site = 0;
    for (int i = 0; i < tokens.size(); i++) {
      words.add(numberless(tokens.word(i)));
      if (!tokens.word(i).equals(MARK)) {
        continue;
      }
      CallFinder.Site call = sites.get(site++);
      int next = call.close() + 1;
      boolean own = sql.keyword(next).equals("AS");
      if (!own
          && tokens.keyword(i + 1).equals("AS")
          && tokens.word(i + 2).equals(call.function().name())) {
        i += 2;
      }
    }
    return words;
  }

  @Property(tries = 3000, seed = "7")
  void whatStandsInQuotesOrCommentsIsNoCall(
      @ForAll("texts") String text, @ForAll("quotes") Quoted quote) {
    String sql = "SELECT 1 " + quote.of(text) + " FROM t";
    assertThat(CausalStatement.of(sql).isCausal()).isFalse();
    assertThat(marked(sql)).contains(sql);
    String called = "SELECT " + quote.of(text) + " , cate_effect('m', 1) FROM t";
    assertThat(marked(called))
        .contains("SELECT " + quote.of(text) + " , " + MARK + " AS cate_effect FROM t");
  }

  /** A way to keep a text from being SQL. */
  enum Quoted {
    STRING,
    ESCAPED,
    NAME,
    DOLLARS,
    TAGGED,
    COMMENT,
    LINE;

    String of(String text) {
      return switch (this) {
        case STRING -> "'" + text.replace("'", "''") + "'";
        case ESCAPED -> "e'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
        case NAME -> '"' + text.replace("\"", "\"\"") + '"';
        case DOLLARS -> "$$" + text.replace("$", "") + "$$";
        case TAGGED -> "$tag$" + text.replace("$tag", "") + " $tag$";
        case COMMENT -> "/*" + text.replace("*", "").replace("/", "") + "*/";
        case LINE -> "--" + text.replace("\n", " ").replace("\r", " ") + "\n";
      };
    }
  }

  @Provide
  Arbitrary<Quoted> quotes() {
    return Arbitraries.of(Quoted.class);
  }
}
