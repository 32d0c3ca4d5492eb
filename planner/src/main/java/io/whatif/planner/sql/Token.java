/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.planner.sql;

/**
 * The smallest piece of SQL text.
 *
 * @param kind what it is
 * @param start the position of its first character
 * @param end the position after its last character
 */
public record Token(Kind kind, int start, int end) {

  /** What a token is. */
  public enum Kind {
    /** A keyword or a bare identifier. */
    WORD,
    /** An identifier in double quotes. */
    QUOTED,
    /** A string: {@code '...'}, {@code e'...'} or {@code $tag$...$tag$}. */
    STRING,
    NUMBER,
    /** {@code ?}, {@code ?1}, {@code $1} or {@code $name}. */
    PARAMETER,
    /** An operator, a bracket or other punctuation. */
    SYMBOL
  }
}
