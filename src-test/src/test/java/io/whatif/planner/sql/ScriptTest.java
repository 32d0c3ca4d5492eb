/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ScriptTest {

  @Test
  void statementsEndAtSemicolonsOutsideTexts() {
    assertThat(Script.statements("SELECT ';' ; -- a;b\n/* ; */ SELECT $$;$$;; SELECT \";\" "))
        .containsExactly("SELECT ';'", "SELECT $$;$$", "SELECT \";\"");
  }

  @Test
  void aScriptOfCommentsHasNoStatement() {
    assertThat(Script.statements("-- nothing\n/* here */ ;")).isEmpty();
  }

  @Test
  void aStatementKeepsItsOwnCommentsAndLines() {
    assertThat(Script.statements("SELECT 1, -- one\n  2;"))
        .containsExactly("SELECT 1, -- one\n  2");
  }

  @Test
  void statementsKnowWhereTheyBegin() {
    assertThat(Script.parts(" SELECT 1;\n-- two\nSELECT 2"))
        .containsExactly(new Script.Part("SELECT 1", 1), new Script.Part("SELECT 2", 18));
  }

  @Test
  void callsAreFoundInAnyStatementOfAScript() {
    assertThat(Script.hasCausalCall("SELECT 1; CREATE MACRO f(a) AS cate_effect('m', a)")).isTrue();
    assertThat(Script.hasCausalCall("SELECT 'cate_effect(1)'; SELECT ';' -- cate_effect(1)"))
        .isFalse();
  }

  @Test
  void wordsThatOpenAreFound() {
    assertThat(Script.mayOpen("SELECT 1;BEGIN")).isTrue();
    assertThat(Script.mayOpen("Attach 'x.duckdb'")).isTrue();
    assertThat(Script.mayOpen("SELECT beginning, start_date, \"begin_\" FROM attached")).isFalse();
  }

  @Test
  void aCommentThatDoesNotEndIsKept() {
    assertThat(Script.statements("SELECT 1; SELECT 2 /* a /* b */ "))
        .containsExactly("SELECT 1", "SELECT 2 /* a /* b */ ");
    assertThat(Script.statements("SELECT 1; /* a")).containsExactly("SELECT 1", " /* a");
    assertThat(Script.statements("SELECT 1; /* a */ -- /*")).containsExactly("SELECT 1");
  }
}
