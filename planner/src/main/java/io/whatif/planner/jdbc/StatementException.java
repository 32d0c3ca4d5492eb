/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.jdbc;

import io.whatif.planner.sql.SourcePosition;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The failure of a statement with causal calls: one line that ends with the place in the user's own
 * text, where that is known.
 */
public final class StatementException extends SQLException {
  private static final long serialVersionUID = 1L;
  private final String firstLine;
  private final transient @Nullable SourcePosition position;

  /**
   * A failure.
   *
   * @param lines what went wrong, the most important first
   * @param excerpt whether the message shows the line of the text too, below
   */
  StatementException(
      List<String> lines,
      @Nullable SourcePosition position,
      boolean excerpt,
      @Nullable String state,
      int code) {
    super(message(lines, position, excerpt), state, code);
    this.firstLine = lines.isEmpty() ? "" : lines.get(0);
    this.position = position;
  }

  private static String message(
      List<String> lines, @Nullable SourcePosition position, boolean excerpt) {
    String told = String.join(" ", lines);
    if (position == null) {
      return told;
    }
    return told + " " + position + (excerpt ? "\n\n" + position.excerpt() : "");
  }

  /** What went wrong, without hints and without the place. */
  public String firstLine() {
    return firstLine;
  }

  /** Where in the text of the statement. */
  public Optional<SourcePosition> position() {
    return Optional.ofNullable(position);
  }
}
