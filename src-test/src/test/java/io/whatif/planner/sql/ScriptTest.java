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
}
