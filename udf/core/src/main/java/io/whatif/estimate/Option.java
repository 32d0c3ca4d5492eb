/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.estimate;

import java.util.List;

/**
 * An option of one estimator or of several: an argument of the functions that take {@code method
 * =>}. Estimators that share a name share the option, which stands once as a constant.
 *
 * @param name as written before {@code =>}
 * @param kind what values it takes
 * @param text one sentence for docs/functions.md
 * @param fallback what holds when it is left out
 * @param choices the words of {@link Kind#WORD}
 */
public record Option(String name, Kind kind, String text, Object fallback, List<String> choices) {
  /** What values an option takes. */
  public enum Kind {
    /** One of the choices. */
    WORD,
    /** Any text, such as a learner. */
    TEXT,
    /** The name of a column. */
    COLUMN,
    NUMBER,
    INTEGER,
    BOOLEAN,
    /** A number or one of the choices. */
    NUMBER_OR_WORD
  }

  public Option {
    choices = List.copyOf(choices);
  }

  public static Option word(String name, String text, String fallback, String... choices) {
    return new Option(name, Kind.WORD, text, fallback, List.of(choices));
  }

  public static Option text(String name, String text, String fallback) {
    return new Option(name, Kind.TEXT, text, fallback, List.of());
  }

  public static Option number(String name, String text, double fallback) {
    return new Option(name, Kind.NUMBER, text, fallback, List.of());
  }

  public static Option integer(String name, String text, long fallback) {
    return new Option(name, Kind.INTEGER, text, fallback, List.of());
  }

  public static Option flag(String name, String text, boolean fallback) {
    return new Option(name, Kind.BOOLEAN, text, fallback, List.of());
  }
}
