/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

import java.util.ArrayList;
import java.util.List;

/** A text of several statements. */
public final class Script {
  private Script() {}

  /**
   * The statements of {@code text} in order, split at each {@code ;} outside brackets, strings and
   * comments; empty ones are left out. A statement keeps its text from its first token to its last.
   */
  public static List<String> statements(String text) {
    SqlTokens sql = new SqlTokens(text);
    List<String> statements = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= sql.size(); i++) {
      if (i == sql.size() || sql.isSymbol(i, ";")) {
        if (i > start) {
          statements.add(sql.slice(start, i));
        }
        start = i + 1;
      }
    }
    return statements;
  }

  /** Whether the last statement of {@code text} is ended by a {@code ;}. */
  public static boolean isComplete(String text) {
    SqlTokens sql = new SqlTokens(text);
    return sql.size() == 0 || sql.isSymbol(sql.size() - 1, ";");
  }

  /** Whether one of the statements of {@code text} has a causal call; cheap where none may. */
  public static boolean hasCausalCall(String text) {
    return Mentions.ofFunction(text)
        && statements(text).stream()
            .anyMatch(statement -> CausalStatement.of(statement).isCausal());
  }
}
