/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LexerTest {

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    for (Token token : Lexer.tokens(text)) {
      words.add(text.substring(token.start(), token.end()));
    }
    return words;
  }

  private static List<Token.Kind> kinds(String text) {
    return Lexer.tokens(text).stream().map(Token::kind).toList();
  }

  @Test
  void stringsEndAtTheirOwnQuote() {
    assertThat(words("'it''s' e'a\\'b' $$a'b$$ $t$q$$$t$ \"a\"\"b\" x'41'"))
        .containsExactly("'it''s'", "e'a\\'b'", "$$a'b$$", "$t$q$$$t$", "\"a\"\"b\"", "x'41'");
  }

  @Test
  void commentsAreLeftOutAndNest() {
    assertThat(words("a /* x /* y */ z ' */ b -- c '\nd")).containsExactly("a", "b", "d");
  }

  @Test
  void operatorsStandAlone() {
    assertThat(words("a=>-1 b:=$1 c::INT d->>'x' e<>?2"))
        .containsExactly(
            "a", "=>", "-", "1", "b", ":=", "$1", "c", "::", "INT", "d", "->>", "'x'", "e", "<>",
            "?2");
  }

  @Test
  void numbersKeepTheirPointAndExponent() {
    assertThat(words("1_000 1.5e-3 .5 t.1 1e"))
        .containsExactly("1_000", "1.5e-3", ".5", "t", ".", "1", "1", "e");
  }

  @Test
  void parametersAreToldFromDollarStrings() {
    assertThat(kinds("? ?1 $2 $name $$x$$"))
        .containsExactly(
            Token.Kind.PARAMETER,
            Token.Kind.PARAMETER,
            Token.Kind.PARAMETER,
            Token.Kind.PARAMETER,
            Token.Kind.STRING);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'open", "\"open", "$$open", "/* open", "e'open\\", "$t$open", "-- open"})
  void whatDoesNotEndReachesTheEndOfTheText(String text) {
    List<Token> tokens = Lexer.tokens("a " + text);
    assertThat(tokens.get(tokens.size() - 1).end()).isIn(1, text.length() + 2);
  }

  @Test
  void spacesOfUnicodeAreSpaces() {
    assertThat(words("SELECT\u00a0a\u2003,\u3000b\ufeff")).containsExactly("SELECT", "a", ",", "b");
  }

  @Test
  void namesMayHoldLettersOfAnyScript() {
    assertThat(words("größe 価格 a$b")).containsExactly("größe", "価格", "a$b");
  }

  @Test
  void whatJoinsLettersIsNoSpace() {
    assertThat(words("👨\u200d👩 e\u0301 a\u2028b \u0001c"))
        .containsExactly("👨\u200d👩", "e\u0301", "a\u2028b", "\u0001c");
  }

  @Test
  void aCarriageReturnEndsAComment() {
    assertThat(words("a -- b\r, c --\n d")).containsExactly("a", ",", "c", "d");
  }

  @Test
  void aCommentWithinAnOperatorEndsIt() {
    assertThat(words("7 //* c */ 2 a *-- b")).containsExactly("7", "/", "2", "a", "*");
  }
}
