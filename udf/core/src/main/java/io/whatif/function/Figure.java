/* SPDX-License-Identifier: Apache-2.0 */
package io.whatif.function;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A figure of a fitted effect that can be written as SQL. */
public enum Figure {
  EFFECT,
  STDERR,
  LOWER,
  UPPER;

  /** As an argument names it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The scoring function that gives it. */
  public String function() {
    return "cate_" + word();
  }

  /** The figure that a scoring function gives, if it can be written as SQL. */
  public static Optional<Figure> of(FunctionDescriptor scalar) {
    return Arrays.stream(values())
        .filter(figure -> figure.function().equalsIgnoreCase(scalar.name()))
        .findFirst();
  }

  /** The figure an argument names. */
  public static Figure named(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** The words of all. */
  public static List<String> words() {
    return Arrays.stream(values()).map(Figure::word).toList();
  }
}
