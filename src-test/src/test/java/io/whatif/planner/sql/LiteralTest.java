/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.whatif.function.Argument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LiteralTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "X'41', false",
        "e'\\u0041', false",
        "E'\\x41', false",
        "e'\\\\u', true",
        "e'a\\n', true"
      })
  void textsWithNumberedCharactersAreExpressions(String text, boolean literal) {
    SqlTokens sql = new SqlTokens(text);
    assertThat(Literal.read(sql, 0, sql.size(), Argument.Type.VALUE).isPresent())
        .isEqualTo(literal);
  }
}
