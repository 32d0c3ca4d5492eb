/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.whatif.data.WhatifException;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Statements of a megabyte take time in proportion to their length. Ten seconds is far more than
 * that, and far less than its square.
 */
final class LongTextTest {
  private static final int LENGTH = 1_000_000;

  /** Names items by their text, which is the most that is done to a statement. */
  private static final CausalStatement.Writer NAMING =
      calls -> {
        CausalStatement.Replacement each =
            CausalStatement.Writer.each(c -> "<t>", c -> "<s>").replace(calls);
        return new CausalStatement.Replacement(each.calls(), each.tables(), true);
      };

  private static String filled(String head, String part, String tail) {
    return head + part.repeat((LENGTH - head.length() - tail.length()) / part.length()) + tail;
  }

  private static String marked(String sql) {
    return written(sql, CausalStatement.Writer.each(c -> "<t>", c -> "<s>"));
  }

  private static String written(String sql, CausalStatement.Writer writer) {
    return assertTimeoutPreemptively(
        Duration.ofSeconds(10), () -> CausalStatement.of(sql).write(writer));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "SELECT | cate_effect('m', a), | 1 FROM t",
        "SELECT * FROM t | , cate_models() x | ",
        "SELECT * FROM cate_models(), t | , t x |",
        "SELECT cate_effect('m', | a + | 1)",
        "SELECT cate_effect('m', a) FROM t WHERE | a IS DISTINCT FROM b AND | true",
        "SELECT cate_effect('m', a), | EXTRACT(year FROM d), | 1",
        "SELECT cate_effect('m', a), | ( | 1",
        "SELECT cate_effect('m', a), | ) | 1",
        "SELECT cate_effect('m', a), | [ | 1",
        "SELECT cate_effect('m', a), | ' | 1",
        "SELECT cate_effect('m', a), | $$ | 1",
        "SELECT cate_effect('m', a), | $a | 1",
        "SELECT cate_effect('m', a), | /* | 1",
        "SELECT cate_effect('m', a), | ?, | 1",
        "SELECT cate_effect('m', a), | cate_effect( | 1",
        "SELECT 1 | + cate_effect('m', 1) | ",
        "SELECT cate_effect('m', a), | abs(1 + cate_effect('m', 1) + | 1",
        "SELECT cate_effect('m', a), | ((cate_effect('m', 1))), | 1",
        "SELECT | DISTINCT ON (cate_effect('m', 1)) | 1",
        "FROM dml_summary(t, outcome => 'y', treatment => 'd', controls => [ | 'a', | 'b'])"
      })
  void textsOfAMegabyteAreReadInTime(String head, String part, String tail) {
    String sql = filled(head + " ", part + " ", tail == null ? "" : tail);
    try {
      assertThat(marked(sql)).doesNotContain("cate_effect('m'");
      assertThat(written(sql, NAMING)).hasSizeGreaterThanOrEqualTo(marked(sql).length());
    } catch (WhatifException refused) {
      assertThat(refused).hasMessageContaining("deep within each other");
    }
  }

  @Test
  void callsTooDeepWithinEachOtherAreRefused() {
    String sql =
        "SELECT "
            + "cate_effect('m', ".repeat(11)
            + "1"
            + String.join("", Collections.nCopies(11, ")"));
    assertThatThrownBy(() -> marked(sql))
        .isInstanceOf(WhatifException.class)
        .hasMessage(
            "cate_effect: calls stand more than 10 deep within each other. Put the inner ones in a common table or a table.");
    assertThat(marked(sql.replaceFirst("cate_effect\\('m', ", "abs(")))
        .isEqualTo("SELECT abs(<s>)");
  }

  @Test
  void aDeepListIsAnExpressionAndNoStackOverflow() {
    String list = "[".repeat(100_000) + "]".repeat(100_000);
    assertThatThrownBy(
            () ->
                marked(
                    "FROM dml_summary(t, outcome => 'y', treatment => 'd', controls => "
                        + list
                        + ")"))
        .isInstanceOf(WhatifException.class);
  }
}
